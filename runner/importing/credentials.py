"""What lets somebody in, by its name: values that must not stand in a collection."""

from __future__ import annotations

import re
from typing import Final

from runner.variables.letting_in import RULES, lets_in

__all__ = ["HOLE", "RULES", "lets_in", "variable_name"]
HOLE: Final = re.compile(
    r"<[^<>]*>|\{[^{}]*\}|\[[^\[\]]*\]|\*{3,}|x{3,}|\.{3}|…|.*(?:\.{3}|…)"
    r"|.*\bYOUR[-_ ].*|.*[-_]HERE|(?:API|ACCESS)[-_]?(?:KEY|TOKEN)|TOKEN|.*\*{3}.*",
    re.IGNORECASE | re.DOTALL,
)
"""What documentation writes where a secret belongs."""


def variable_name(text: str) -> str:
    """``X-Api-Key`` as the name of a variable: ``X_API_KEY``."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").upper() or "VALUE"
    return name if name[0].isalpha() else f"_{name}"
