"""What models' answers took, in words: on a result's line, in the last line, and model by model."""

from __future__ import annotations

from collections.abc import Sequence

from runner.report.cells import cells, pad
from runner.report.style import Style, printable
from runner.units import format_duration
from runner.usage import ModelSum, Usage, dollars, tokens_of

UNKNOWN = "unknown"
HEADINGS = ("model", "passed", "first token", "speed", "tokens", "cost")


def tokens_label(usages: Sequence[Usage]) -> str:
    """``31 tokens``; empty where an answer does not say."""
    tokens = tokens_of(usages)
    return "" if tokens is None else counted(tokens, "token")


def spent(models: Sequence[ModelSum]) -> str:
    """``31 tokens, $0.00002``, and what of it is not known; empty where no answer says how many tokens it took."""
    told = [one for one in models if one.answers]
    if not told:
        return ""
    untold = sum(one.untold for one in models)
    parts = [counted(sum(one.tokens for one in told), "token")]
    if untold:
        said = f"{counted(untold, 'more answer')} {'does' if untold == 1 else 'do'} not say how many"
        parts = [f"{parts[0]} ({said})"]
    return ", ".join([*parts, *_costs(told)])


def _costs(told: Sequence[ModelSum]) -> list[str]:
    costs = [one.cost for one in told if one.cost is not None]
    unpriced = [printable(one.model) or "a model without a name" for one in told if one.unpriced]
    known = [dollars(sum(costs[1:], costs[0]))] if costs else []
    if not unpriced:
        return known
    what = "costs" if len(unpriced) > 1 else "cost"
    return [*known, f"{what} of {' and '.join(unpriced)} unknown"]


def model_lines(models: Sequence[ModelSum], style: Style) -> list[str]:
    """A table, if several models answered."""
    shown = [one for one in models if one.requests]
    if sum(1 for one in shown if one.answers or one.untold) < 2:
        return []
    rows = [HEADINGS, *(model_cells(one) for one in shown)]
    widths = [max(cells(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join([pad(row[0], widths[0]), *_right(row, widths)]) for row in rows]
    return [style.paint("bold", lines[0].rstrip()), *(line.rstrip() for line in lines[1:])]


def _right(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """All columns but the first, flush right."""
    return [" " * (width - cells(text)) + text for text, width in zip(row[1:], widths[1:], strict=True)]


def model_cells(one: ModelSum) -> tuple[str, ...]:
    """What stands of a model below ``HEADINGS``."""
    return (
        printable(one.model) or UNKNOWN,
        f"{one.passed} of {one.requests}",
        format_duration(one.waited / one.waits) if one.waits else UNKNOWN,
        f"{one.completion_tokens / one.seconds:.1f} tokens/s" if one.seconds else UNKNOWN,
        UNKNOWN if one.untold or not one.answers else f"{one.tokens:,}",
        UNKNOWN if one.untold or one.unpriced or one.cost is None else dollars(one.cost),
    )


def counted(number: int, word: str) -> str:
    """``1 token``, ``31 tokens``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
