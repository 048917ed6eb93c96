"""How a data row or a combination of a matrix is named in every report."""

from __future__ import annotations

from collections.abc import Callable

from runner.model import Row
from runner.variables.filters import as_text

SHOWN_VALUES = 3
SHOWN_TEXT = 30


def row_label(row: Row, is_secret: Callable[[str], bool]) -> str:
    """``[2] model=gpt-4.1``: the number of a data row, and its first values; secrets are left out."""
    shown = [f"{name}={_short(as_text(value))}" for name, value in row.values.items() if not is_secret(name)]
    number = [] if row.number is None else [f"[{row.number}]"]
    return " ".join([*number, *shown[:SHOWN_VALUES]])


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_TEXT else text[: SHOWN_TEXT - 1] + "…"
