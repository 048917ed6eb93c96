"""``runner env``: every variable, its value and where that comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from runner.cli.arguments import ListArguments
from runner.cli.commands.listing import Line, aligned, place, title
from runner.cli.context import Context
from runner.cli.running.planning import tell_warnings
from runner.cli.session import Session
from runner.engine.expand import Step
from runner.engine.plan import steps_of
from runner.engine.scope import make_scope
from runner.errors import ExitCode, RenderError
from runner.model import Collection
from runner.node import Node
from runner.redact import MASK
from runner.report.cells import clip
from runner.report.style import printable
from runner.variables.filters import as_text
from runner.variables.scope import Variables
from runner.variables.template import is_own, placeholders

VALUE_WIDTH = 40


class Use(NamedTuple):
    """Where a variable is used first in a scope; ``default`` is what stands there for a value that nothing gives."""

    name: str
    node: Node
    variables: Variables
    default: str | None = None


def show_variables(arguments: ListArguments, context: Context) -> ExitCode:
    """Print every variable that a collection uses, its value (secrets masked) and where it comes from."""
    style = context.style(context.stdout, arguments.color)
    session = Session(arguments.inputs, context)
    origin_of = context.settled.variable_origin
    tables = [(one, list(lines_of(one, session, origin_of))) for one in session.collections]
    tell_warnings(session.warnings, context, arguments.color, strict=False)
    lines: list[str] = []
    for collection, found in tables:
        # Masked before values are cut: all secrets are known only when every variable is looked up.
        rows = [row._replace(second=clip(printable(context.redactor.text(row.second)), VALUE_WIDTH)) for row in found]
        lines += [title(collection, style), *aligned(rows, style)]
    context.tell("\n".join(lines))
    return ExitCode.INVALID if any(row.missing for _, rows in tables for row in rows) else ExitCode.OK


def lines_of(collection: Collection, session: Session, origin_of: Callable[[str], str]) -> Iterable[Line]:
    """Each variable once for each value that it has; ``origin_of`` says where one comes from that stands before all
    others."""
    scope = make_scope(collection, session.variables(collection, session.rows(collection)[0]))
    steps = steps_of(scope)
    captured = {capture.name: str(step.spec.name.value) for step in steps for capture in step.spec.captures}
    wanted = session.pointed_at(collection)
    pointed_at = [step for step in steps if wanted(step.spec, "")]
    told: dict[tuple[str, str], Line] = {}
    for use in _uses(collection, scope.variables, pointed_at, whole=len(pointed_at) == len(steps)):
        line = line_of(use, place(use.node, collection), captured, origin_of)
        told.setdefault((line.first, line.third), line)
    return told.values()


def line_of(use: Use, where: str, captured: Mapping[str, str], origin_of: Callable[[str], str]) -> Line:
    """One variable where it is used, its value not masked unless the variable is secret; ``captured`` are the names of
    requests by what they capture."""
    name, variables = use.name, use.variables
    later = {name, *variables.uses(name)} & captured.keys() if captured else set()
    if later:
        first = name if name in later else min(later)
        return Line(name, "captured", f'from "{captured[first]}"', where)
    try:
        found = variables.lookup(name)
    except RenderError as error:
        problem = error.diagnostic
        why = "in every source" if problem.variable == name else problem.message
        return Line(name, "missing", why, where, missing=True)
    if found is None and use.default is None:
        empty = " and ".join(variables.empty_in(name))
        return Line(name, "missing", f"empty in {empty}" if empty else "in every source", where, missing=True)
    value, origin = (found.value, found.origin) if found else (use.default, "the default on the spot")
    origin = origin_of(name) if origin == "--var" else origin
    return Line(name, MASK if variables.is_secret(name) else as_text(value), origin, where)


def _uses(collection: Collection, variables: Variables, steps: Sequence[Step], *, whole: bool) -> list[Use]:
    """Every variable in the order of its first use, with a default if each use in its scope has one; those that are
    declared and not used come last, if requests are not only those on certain lines."""
    found: dict[tuple[str, int], Use] = {}
    for use in _written(collection, variables, steps, whole=whole):
        first = found.setdefault((use.name, id(use.variables)), use)
        if use.default is None:
            found[use.name, id(use.variables)] = first._replace(default=None)
    used = {name for name, _ in found}
    used |= variables.uses(*used)
    for name, node in collection.variables.items():
        if whole or name in used:
            found.setdefault((name, id(variables)), Use(name, node, variables))
    return list(found.values())


def _written(collection: Collection, variables: Variables, steps: Sequence[Step], *, whole: bool) -> Iterator[Use]:
    """Every placeholder where it stands, in its scope."""
    nodes = [
        (node, step.scope.variables)
        for step in steps
        for one in (False, True)
        for node in step.spec.nodes(response=one)
    ]
    nodes += [(node, variables) for include in collection.includes for node in include.given.values()]
    nodes += [(node, variables) for node in collection.variables.values()] if whole else []
    nodes += [(key, variables) for key, _ in collection.prices]
    for node, scope in nodes:
        for placeholder, scalar in placeholders(node):
            if not placeholder.name.startswith("$") and not is_own(placeholder.name):
                yield Use(placeholder.name, scalar, scope, placeholder.default)
    for node in collection.requires:
        yield Use(str(node.value), node, variables)
