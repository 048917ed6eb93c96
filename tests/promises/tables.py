"""The table of the promises, as lines at the end of a run of the tests and on the page about security, into which a
run with PROMISES_ACCEPT=1 writes what it has measured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tests.pages import ROOT
from tests.promises.ledger import PROMISES

SECURITY: Final = ROOT / "docs/SECURITY.md"
MARKED: Final = re.compile(r"(?<=<!-- promises -->\n).*?(?=<!-- /promises -->)", re.DOTALL)


def measured_line(name: str, figures: Sequence[float]) -> str:
    """One promise as a line of text."""
    promise = PROMISES[name]
    if not figures:
        return f"{promise.text:60} not measured"
    total = promise.total(figures)
    kept = "kept" if total <= promise.bound else "BROKEN"
    return f"{promise.text:60} {kept:6} {total:6.4g} {promise.unit} (bound {promise.bound:g}, {len(figures):,} runs)"


def measured_rows() -> list[tuple[str, ...]]:
    """The table of the page: promise, bound, measured, in how many runs."""
    lines = MARKED.findall(SECURITY.read_text("utf-8"))[0].splitlines()[2:]
    return [tuple(cell.strip() for cell in line.strip("| ").split(" | ")) for line in lines]


def write_measured(figures: Mapping[str, Sequence[float]]) -> None:
    """Put the figures of a run into the page; a promise that was not measured keeps its old line."""
    text = SECURITY.read_text("utf-8")
    old = {row.split(" | ")[0].removeprefix("| "): row for row in MARKED.findall(text)[0].splitlines()[2:]}
    rows = []
    for name, promise in PROMISES.items():
        found = figures.get(name)
        row = (promise.text, f"{promise.bound:g} {promise.unit}", *_total(name, found)) if found else None
        rows.append(
            f"| {' | '.join(row)} |" if row else old.get(promise.text, f"| {promise.text} | not measured | | |")
        )
    table = "\n".join(["| promise | bound | measured | in runs |", "| --- | --- | --- | --- |", *rows, ""])
    SECURITY.write_text(MARKED.sub(lambda _: table, text), "utf-8")


def _total(name: str, figures: Sequence[float]) -> tuple[str, str]:
    return f"{PROMISES[name].total(figures):.3g}", f"{len(figures):,}"


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells may hold anything."""
    lines = [columns, ["---"] * len(columns), *([_cell(one) for one in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return re.sub(r"([\\`*_<>|\[\]])", r"\\\1", text)
