"""JSONPath as RFC 9535 has it: what a path selects, and why it selects nothing."""

from runner.jsonpath.path import JsonPath, PathError, compile_path, path_text

__all__ = ["JsonPath", "PathError", "compile_path", "path_text"]
