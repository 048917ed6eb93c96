"""How a data row or a combination of a matrix is named in every report."""

from __future__ import annotations

from collections.abc import Callable

from runner.model import Row
from runner.variables.filters import as_text

SHOWN_VALUES = 3
SHOWN_TEXT = 30


def row_label(row: Row, is_secret: Callable[[str], bool]) -> str:
    """``[2] model=gpt-4.1``: the number of a data row, and its first values; secrets are left out. A combination of a
    matrix has a number only where what is shown does not tell it from others."""
    shown = {name: as_text(value) for name, value in row.values.items() if not is_secret(name)}
    all_is_shown = row.whole and len(shown) == len(row.values) <= SHOWN_VALUES
    tells = all_is_shown and bool(shown) and all(len(text) <= SHOWN_TEXT for text in shown.values())
    number = row.number if tells or not row.place else row.place
    numbers = [] if number is None else [f"[{number}]"]
    return " ".join([*numbers, *(f"{name}={_short(text)}" for name, text in list(shown.items())[:SHOWN_VALUES])])


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_TEXT else text[: SHOWN_TEXT - 1] + "…"
