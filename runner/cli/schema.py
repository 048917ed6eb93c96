"""``runner schema``: the JSON Schema of the collection file, for editors, or of saved results."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from runner.cli.context import Context
from runner.errors import ExitCode

ROOMS: Final = Path(__file__).parents[1]
SCHEMAS: Final = {
    "collection": ROOMS / "loading/collection.schema.json",
    "report": ROOMS / "report/report.schema.json",
}


def print_schema(document: str, context: Context) -> ExitCode:
    """Print a schema as it ships with the package."""
    context.tell(SCHEMAS[document].read_text("utf-8").removesuffix("\n"))
    return ExitCode.OK
