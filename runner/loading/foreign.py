"""Placeholders of other tools, ``{{name}}`` and ``${NAME}``, which are sent as they stand."""

from __future__ import annotations

import re
from collections.abc import Collection

from runner.loading.problems import Problems
from runner.node import Node
from runner.source import Diagnostic
from runner.variables.generators import DYNAMIC
from runner.variables.template import span_of

FOREIGN = re.compile(r"\{\{\s*(\$?[A-Za-z_][\w.-]*)\s*\}\}|\$\{([A-Z_][A-Z0-9_]*)\}")
BODIES = ("json", "text")
NEVER_SENT = ("name", "when", "needs", "description", "tags", "expect", "capture", "examples", "skip")


def warn_of_foreign(request: Node, variables: Collection[str], problems: Problems) -> None:
    """A warning for each; inside the text of a body, which may be a template itself, only where it is the whole
    value or names a variable of the file."""
    for key, value in request.items:
        if key.value in NEVER_SENT or (key.value == "url" and str(value.value).startswith("{{")):
            continue  # such a URL is an error of its own
        for scalar in value.scalars():
            for match in FOREIGN.finditer(str(scalar.value)):
                name = match.group(1) or match.group(2)
                if key.value not in BODIES or match.group() == scalar.value or name in variables:
                    message, hint = f"{match.group()} is sent as it stands", _hint(name)
                    place = span_of(scalar, match.group())
                    problems.add(
                        Diagnostic("foreign-placeholder", message, hint, scalar.source, place, severity="warning")
                    )


def _hint(name: str) -> str:
    if not name.startswith("$"):
        return f"A variable is written <<{name}>> here."
    if name in DYNAMIC:
        return f"A value that is new each time is written <<{name}>> here."
    return f"New values are here: {', '.join(f'<<{one}>>' for one in DYNAMIC)}."
