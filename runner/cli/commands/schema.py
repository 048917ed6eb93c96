"""``runner schema``: the JSON Schema of the collection file, for editors, or of saved results."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from runner.cli.commands.editor_schema import for_editors
from runner.cli.context import Context
from runner.errors import ExitCode

ROOMS: Final = Path(__file__).parents[2]
SCHEMAS: Final = {
    "collection": ROOMS / "loading/collection.schema.json",
    "report": ROOMS / "report/report.schema.json",
    "load-report": ROOMS / "load_testing/reports/load-report.schema.json",
}


def print_schema(document: str, context: Context) -> ExitCode:
    """Print a schema that ships with the package, that of the collection file in the shape that helps editors."""
    context.tell(schema_text(document))
    return ExitCode.OK


def schema_text(document: str) -> str:
    """A schema as it is printed, without the line break at its end."""
    text = SCHEMAS[document].read_text("utf-8").removesuffix("\n")
    return for_editors(text) if document == "collection" else text
