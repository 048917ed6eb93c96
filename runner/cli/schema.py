"""``runner schema``: the JSON Schema of the collection file, for editors."""

from __future__ import annotations

from pathlib import Path

from runner.cli.context import Context
from runner.errors import ExitCode

SCHEMA = Path(__file__).parents[1] / "load/collection.schema.json"


def print_schema(_arguments: object, context: Context) -> ExitCode:
    """Print the schema as it ships with the package."""
    context.tell(SCHEMA.read_text("utf-8").removesuffix("\n"))
    return ExitCode.OK
