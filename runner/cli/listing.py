"""``runner list`` and ``runner env``: what there is, and where each variable's value comes from."""

from __future__ import annotations

from collections.abc import Iterable

from runner.cli.arguments import ListArguments
from runner.cli.context import Context
from runner.cli.session import Session
from runner.engine.select import selector
from runner.errors import ExitCode, NothingToRun, RenderError
from runner.model import Collection, RequestSpec
from runner.redact import MASK
from runner.report.cells import clip, pad
from runner.report.style import Style, printable
from runner.variables.filters import as_text
from runner.variables.scope import Variables
from runner.variables.template import placeholders

VALUE_WIDTH = 40


def list_requests(arguments: ListArguments, context: Context) -> ExitCode:
    """Print each collection with its requests: name, method and path, tags, line."""
    style = context.style(context.stdout, arguments.color)
    selected = selector(arguments.text, arguments.tags)
    session = Session(arguments.inputs, context)
    shown = 0
    for collection in session.collections:
        specs = [one for one in collection.requests if selected(one, str(one.name.value))]
        if specs:
            lines = [_title(collection, style), *_aligned([_row(one) for one in specs], style)]
            context.stdout.write(context.redactor.text("\n".join(lines)) + "\n")
        shown += len(specs)
    if not shown:
        raise NothingToRun("no request is selected")
    return ExitCode.OK


def _title(collection: Collection, style: Style) -> str:
    title = " · ".join(filter(None, (collection.source.name, collection.name)))
    return style.paint("bold", printable(title))


def _row(spec: RequestSpec) -> tuple[str, ...]:
    tags = " ".join(f"[{tag}]" for tag in spec.tags)
    return (str(spec.name.value), spec.target, f"line {spec.node.line}", tags)


def show_variables(arguments: ListArguments, context: Context) -> ExitCode:
    """Print every variable that a collection uses, its value (secrets masked) and where it comes from."""
    style = context.style(context.stdout, arguments.color)
    session = Session(arguments.inputs, context)
    missing = False
    for collection in session.collections:
        rows = list(_variables(collection, session.variables(collection)))
        missing = missing or any(row[1] == "missing" for row in rows)
        lines = [_title(collection, style), *_aligned(rows, style)]
        context.stdout.write(context.redactor.text("\n".join(lines)) + "\n")
    return ExitCode.INVALID if missing else ExitCode.OK


def _variables(collection: Collection, variables: Variables) -> Iterable[tuple[str, ...]]:
    captured = {capture.name: spec for spec in collection.requests for capture in spec.captures}
    for name, (line, default) in _used(collection).items():
        place = f"line {line}"
        if name in captured:
            yield name, "captured", f'from "{captured[name].name.value}"', place
            continue
        try:
            found = variables.lookup(name)
        except RenderError as error:
            yield name, "missing", error.diagnostic.message, place
            continue
        if found is None and default is not None:
            yield name, clip(printable(default), VALUE_WIDTH), "the default on the spot", place
        elif found is None:
            yield name, "missing", "in every source", place
        else:
            value = MASK if variables.is_secret(name) else clip(printable(as_text(found.value)), VALUE_WIDTH)
            yield name, value, found.origin, place


def _used(collection: Collection) -> dict[str, tuple[int, str | None]]:
    """Every variable with the line of its first use, and its default if each use has one; those that are declared
    and not used come last."""
    used: dict[str, tuple[int, str | None]] = {}
    for spec in collection.requests:
        for response in (False, True):
            for node in spec.nodes(response=response):
                for placeholder, scalar in placeholders(node):
                    if not placeholder.name.startswith("$"):
                        line, default = used.get(placeholder.name, (scalar.line, placeholder.default))
                        used[placeholder.name] = (line, None if placeholder.default is None else default)
    for node in collection.requires:
        used.setdefault(str(node.value), (node.line, None))
    for name, node in collection.variables.items():
        used.setdefault(name, (node.line, None))
    return used


def _aligned(rows: list[tuple[str, ...]], style: Style) -> Iterable[str]:
    """Rows as lines, every column but the last as wide as its widest cell."""
    widths = [max((len(printable(row[column])) for row in rows), default=0) for column in range(3)]
    for row in rows:
        first, second, third, last = (printable(cell) for cell in row)
        if second == "missing":
            second = style.paint("fail", pad(second, widths[1]))
        yield f"  {pad(first, widths[0])}  {pad(second, widths[1])}  {pad(third, widths[2])}  {last}".rstrip()
