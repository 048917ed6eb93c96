"""Whether a document is valid by a JSON Schema; jsonschema is known in this package alone."""

from runner.checks.schema.checker import SchemaChecker
from runner.checks.schema.problem import SchemaProblem

__all__ = ["SchemaChecker", "SchemaProblem"]
