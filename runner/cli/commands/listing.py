"""``runner list``: what there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from runner.cli.arguments import ListArguments
from runner.cli.context import Context
from runner.cli.session import Session
from runner.engine.plan import named_requests
from runner.engine.scope import make_scope
from runner.engine.select import all_of, selector
from runner.errors import ExitCode, NothingToRun
from runner.model import Collection, RequestSpec
from runner.node import Node
from runner.report.cells import cells, pad
from runner.report.style import Style, printable


class Line(NamedTuple):
    """One line of a table; ``missing`` says that a variable has no value."""

    first: str
    second: str
    third: str
    last: str
    missing: bool = False


def list_requests(arguments: ListArguments, context: Context) -> ExitCode:
    """Print each collection with its requests: name, method and path, tags, line."""
    style = context.style(context.stdout, arguments.color)
    selected = selector(arguments.text, arguments.tags)
    session = Session(arguments.inputs, context)
    lines: list[str] = []
    for collection in session.collections:
        scope = make_scope(collection, session.variables(collection, session.rows(collection)[0]))
        wanted = all_of(session.pointed_at(collection), selected)
        found = [(spec, name) for spec, name in named_requests(scope) if wanted(spec, name)]
        if found:
            rows = [_line(spec, name, collection) for spec, name in found]
            lines += [title(collection, style), *aligned(rows, style)]
    if not lines:
        raise NothingToRun("no request is selected")
    context.tell("\n".join(lines))
    return ExitCode.OK


def title(collection: Collection, style: Style) -> str:
    title = " · ".join(filter(None, (collection.source.name, collection.name)))
    return style.paint("bold", printable(title))


def _line(spec: RequestSpec, name: str, collection: Collection) -> Line:
    tags = " ".join(f"[{tag}]" for tag in spec.tags)
    return Line(name, spec.target, place(spec.node, collection), tags)


def place(node: Node, collection: Collection) -> str:
    """The line of a node, with its file if that is an included one."""
    return f"line {node.line}" if node.source is collection.source else f"{node.source.name}:{node.line}"


def aligned(rows: Sequence[Line], style: Style) -> Iterable[str]:
    """Rows as lines, every column but the last as wide as its widest cell."""
    widths = [
        max((cells(printable(cell)) for cell in column), default=0)
        for column in zip(*(one[:3] for one in rows), strict=True)
    ]
    for row in rows:
        first, second, third, last = (printable(cell) for cell in row[:4])
        if row.missing:
            second = style.paint("fail", pad(second, widths[1]))
        yield f"  {pad(first, widths[0])}  {pad(second, widths[1])}  {pad(third, widths[2])}  {last}".rstrip()
