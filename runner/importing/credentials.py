"""What importers know of credentials, whose rule is that of ``variables.letting_in``: names of variables for them."""

from __future__ import annotations

import re

from runner.variables.letting_in import HOLE, RULES, lets_in

__all__ = ["HOLE", "RULES", "lets_in", "variable_name"]


def variable_name(text: str) -> str:
    """``X-Api-Key`` as the name of a variable: ``X_API_KEY``."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").upper() or "VALUE"
    return name if name[0].isalpha() else f"_{name}"
