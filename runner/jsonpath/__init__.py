"""JSONPath as RFC 9535 has it: what a path selects, and why it selects nothing."""

from runner.jsonpath.path import JsonPath, compile_path, is_path, path_text
from runner.jsonpath.syntax import PathError

__all__ = ["JsonPath", "PathError", "compile_path", "is_path", "path_text"]
