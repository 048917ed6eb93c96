"""``runner list`` and ``runner env``: what there is, and where each variable's value comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from runner.cli.arguments import ListArguments
from runner.cli.context import Context
from runner.cli.planning import tell_warnings
from runner.cli.session import Session
from runner.engine.select import selector
from runner.errors import ExitCode, NothingToRun, RenderError
from runner.model import Collection, RequestSpec
from runner.redact import MASK
from runner.report.cells import cells, clip, pad
from runner.report.style import Style, printable
from runner.variables.filters import as_text
from runner.variables.scope import Variables
from runner.variables.template import is_own, placeholders
from runner.variables.uses import used_names

VALUE_WIDTH = 40


class Row(NamedTuple):
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
        specs = [one for one in session.narrowed(collection).requests if selected(one, str(one.name.value))]
        if specs:
            lines += [_title(collection, style), *_aligned([_row(one) for one in specs], style)]
    if not lines:
        raise NothingToRun("no request is selected")
    context.tell("\n".join(lines))
    return ExitCode.OK


def _title(collection: Collection, style: Style) -> str:
    title = " · ".join(filter(None, (collection.source.name, collection.name)))
    return style.paint("bold", printable(title))


def _row(spec: RequestSpec) -> Row:
    tags = " ".join(f"[{tag}]" for tag in spec.tags)
    return Row(str(spec.name.value), spec.target, f"line {spec.node.line}", tags)


def show_variables(arguments: ListArguments, context: Context) -> ExitCode:
    """Print every variable that a collection uses, its value (secrets masked) and where it comes from."""
    style = context.style(context.stdout, arguments.color)
    session = Session(arguments.inputs, context)
    origin_of = context.settled.variable_origin
    tables = [(one, list(_variables(one, session, origin_of))) for one in session.collections]
    tell_warnings(session.warnings, context, arguments.color, strict=False)
    lines: list[str] = []
    for collection, found in tables:
        # Masked before values are cut: all secrets are known only when every variable is looked up.
        rows = [row._replace(second=clip(printable(context.redactor.text(row.second)), VALUE_WIDTH)) for row in found]
        lines += [_title(collection, style), *_aligned(rows, style)]
    context.tell("\n".join(lines))
    return ExitCode.INVALID if any(row.missing for _, rows in tables for row in rows) else ExitCode.OK


def _variables(collection: Collection, session: Session, origin_of: Callable[[str], str]) -> Iterable[Row]:
    """``origin_of`` says where a variable comes from that stands before all others."""
    variables, pointed_at = session.variables(collection, session.rows(collection)[0]), session.narrowed(collection)
    captured = {capture.name: str(spec.name.value) for spec in collection.requests for capture in spec.captures}
    whole = pointed_at.requests == collection.requests
    for name, (line, default) in _used(collection if whole else _only_used(pointed_at, variables)).items():
        place = f"line {line}"
        later = [one for one in (name, *sorted(variables.uses(name))) if one in captured]
        if later:
            yield Row(name, "captured", f'from "{captured[later[0]]}"', place)
            continue
        try:
            found = variables.lookup(name)
        except RenderError as error:
            yield Row(name, "missing", error.diagnostic.message, place, missing=True)
            continue
        if found is None and default is None:
            yield Row(name, "missing", "in every source", place, missing=True)
            continue
        value, origin = (found.value, found.origin) if found else (default, "the default on the spot")
        origin = origin_of(name) if origin == "--var" else origin
        yield Row(name, MASK if variables.is_secret(name) else as_text(value), origin, place)


def _only_used(collection: Collection, variables: Variables) -> Collection:
    """The collection without variables that its requests do not use, directly or through others."""
    named = used_names(collection._replace(variables={}))
    used = named.union(*(variables.uses(name) for name in named))
    return collection._replace(variables={name: node for name, node in collection.variables.items() if name in used})


def _used(collection: Collection) -> dict[str, tuple[int, str | None]]:
    """Every variable with the line of its first use, and its default if each use has one; those that are declared
    and not used come last."""
    used: dict[str, tuple[int, str | None]] = {}
    nodes = [node for spec in collection.requests for one in (False, True) for node in spec.nodes(response=one)]
    for node in (*nodes, *collection.variables.values()):
        for placeholder, scalar in placeholders(node):
            if not placeholder.name.startswith("$") and not is_own(placeholder.name):
                line, default = used.get(placeholder.name, (scalar.line, placeholder.default))
                used[placeholder.name] = (line, None if placeholder.default is None else default)
    for node in collection.requires:
        used.setdefault(str(node.value), (node.line, None))
    for name, node in collection.variables.items():
        used.setdefault(name, (node.line, None))
    return used


def _aligned(rows: Sequence[Row], style: Style) -> Iterable[str]:
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
