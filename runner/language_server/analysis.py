"""What is known of a document: read in the background after each change, looked at by everything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from runner.cli.arguments import Inputs
from runner.cli.commands.check import found_with
from runner.cli.commands.env import lines_of
from runner.cli.commands.listing import Line
from runner.cli.context import Context
from runner.cli.session import Session
from runner.cli.targets import Target, chosen_root
from runner.errors import InvalidFiles, NothingToRun, RenderError, UsageError
from runner.folder import FileProblem, Folder
from runner.language_server.entries import Entry, entries_of
from runner.language_server.recorded import Recorded, recorded_beside
from runner.language_server.rules import remarks
from runner.lint.finding import Finding
from runner.loading.collection import Opened, decode_root
from runner.loading.document import read_document
from runner.loading.problems import Problems, each_once
from runner.model import NO_ROW, Collection, RequestSpec
from runner.node import Node
from runner.redact import MASK, Redactor
from runner.report.cells import clip
from runner.report.style import printable
from runner.source import Diagnostic, Source, Span
from runner.variables.environment import EnvFile
from runner.variables.filters import as_text
from runner.variables.scope import Variables
from runner.variables.template import TemplateError, placeholders

MENDED: Final = 5
"""How often a line that YAML cannot read is left out."""
LONGEST: Final = 200
MOST_CHECKED: Final = 5_000
"""Requests, those of each data row counted, that are looked at while somebody types. Of a file with more of them only
what reading it finds is told."""


class Asked(NamedTuple):
    """A document to look at: its text, the folder it is in, and what the command line says."""

    source: Source
    folder: Path
    inputs: Inputs
    context: Context


class Analysis(NamedTuple):
    """``root`` and what follows from it may be those of an earlier text, where this one cannot be read at all;
    ``variables`` are as ``runner env`` shows them, secrets masked."""

    source: Source
    folder: Folder
    problems: tuple[Diagnostic, ...]
    mask: Callable[[str], str]
    root: Node | None = None
    collection: Collection | None = None
    entries: tuple[Entry, ...] = ()
    variables: tuple[Line, ...] = ()
    files: tuple[EnvFile, ...] = ()
    fixes: tuple[Finding, ...] = ()
    """What can be mended safely."""
    recorded: Recorded = Recorded()

    @property
    def loads(self) -> bool:
        """Whether nothing in the document is wrong."""
        return self.root is not None and not any(one.severity == "error" for one in self.problems)


def analyse(asked: Asked, before: Analysis | None = None) -> Analysis:
    """All that can be said without sending; ``before`` is what was known of an earlier text."""
    found = recorded_beside(asked.folder, before.recorded if before is not None else Recorded())
    return _read(asked, before)._replace(recorded=found)


def _read(asked: Asked, before: Analysis | None) -> Analysis:
    context = replace(asked.context, redactor=Redactor())  # a secret is masked as it is now, not as it was half typed
    asked = asked._replace(context=context)
    problems = Problems()
    root = read_document(asked.source, problems)
    if root is None and not problems.count:
        span = Span(1, 1, 1, 1)
        problems.error_at("empty", asked.source, span, "the file is empty", "A collection needs at least requests:.")
    try:
        folder = Folder.of(asked.folder, chosen_root(asked.inputs.root, context.working))
    except FileProblem as error:
        problems.add(Diagnostic(error.rule, error.message, "Look at --root."))
        folder = Folder.of(asked.folder)
    except UsageError as error:
        problems.add(Diagnostic("usage", error.message, error.hint))
        folder = Folder.of(asked.folder)
    told = root if root is not None else _mended(asked.source)
    if told is None:
        return _with_what_was_known(asked, folder, problems, before)
    path = () if asked.source.path is None else (asked.source.path.resolve(),)
    collection = decode_root(asked.source, Opened(folder, path, []), told, problems if told is root else Problems())
    return _looked_up(asked, told, collection, problems)


def _with_what_was_known(asked: Asked, folder: Folder, problems: Problems, before: Analysis | None) -> Analysis:
    found = problems.of("error")
    mask = asked.context.redactor.text
    _hide(Session(Inputs(()), asked.context, lambda _: []), found)
    if before is None:
        return Analysis(asked.source, folder, found, mask)
    return before._replace(
        source=asked.source, folder=folder, problems=found, mask=lambda text: before.mask(mask(text))
    )


def _looked_up(asked: Asked, root: Node, collection: Collection, problems: Problems) -> Analysis:
    """What the variables of the collection are, and what is wrong with it."""
    context = asked.context
    found: list[Diagnostic] = [*problems.of("error"), *problems.of("warning")]
    whole = collection
    collection = _sound(collection) if problems.count or root.source is not asked.source else collection
    variables: tuple[Line, ...] = ()
    files: tuple[EnvFile, ...] = ()
    fixes: tuple[Finding, ...] = ()
    try:
        session = session_of(asked, collection)
        files = session.outside(collection).files
        if not problems.count and len(collection.items) <= MOST_CHECKED:
            told = remarks(collection, each_once(_checked(collection, session)), context.working)
            for value in (value for finding in told for value in finding.hide):
                session.mark_secret(value)
            fixes = tuple(one for one in told if one.edits)
            of_file = [one for one in session.warnings if one not in collection.warnings]
            found = each_once([*of_file, *(one.diagnostic for one in told)])
        session.hide_written_secrets(found)
        variables = tuple(_variables(collection, session, asked))
    except InvalidFiles as error:
        found += error.diagnostics
    except (UsageError, NothingToRun) as error:
        found.append(Diagnostic("usage", error.message, error.hint))
    mask = context.redactor.text
    shown = tuple(
        one._replace(second=clip(printable(mask(one.second)), LONGEST), third=printable(mask(one.third)))
        for one in variables
    )
    folder = collection.folder
    entries, every = entries_of(root), tuple(each_once(found))
    return Analysis(asked.source, folder, every, mask, root, whole, entries, shown, files, fixes)


def _sound(collection: Collection) -> Collection:
    """The collection without what stands in the way of looking up variables: a ``<<`` that is not closed yet, or data
    without rows."""
    items = tuple(
        one._replace(rows=one.rows or (NO_ROW,)) if isinstance(one, RequestSpec) else one
        for one in collection.items
        if _is_sound(one.node if isinstance(one, RequestSpec) else list(one.given.values()))
    )
    variables = {name: node for name, node in collection.variables.items() if _is_sound(node)}
    prices = tuple((key, price) for key, price in collection.prices if _is_sound(key))
    rows = collection.rows or (NO_ROW,)
    return collection._replace(items=items, variables=variables, prices=prices, rows=rows)


def _is_sound(nodes: Node | Sequence[Node]) -> bool:
    try:
        for node in (nodes,) if isinstance(nodes, Node) else nodes:
            for _ in placeholders(node):
                pass
    except TemplateError:
        return False
    return True


def session_of(asked: Asked, collection: Collection) -> Session:
    """The session that a command would have with this collection alone."""
    target = Target(asked.source.name, asked.source.path)
    return Session(asked.inputs, asked.context, lambda _: [target], lambda *_: collection)


def _checked(collection: Collection, session: Session) -> Iterator[Diagnostic]:
    """What ``runner check`` finds beside what the file itself says."""
    rows = session.rows(collection)
    most = max(1, MOST_CHECKED // max(1, len(collection.items)))
    for row in rows[:most]:
        yield from found_with(collection, session.variables(collection, row), _every)


def _every(_spec: RequestSpec, _name: str) -> bool:
    return True


def _variables(collection: Collection, session: Session, asked: Asked) -> Iterator[Line]:
    """Those that the file speaks of, then those that are given and not used."""
    told: set[str] = set()
    for line in lines_of(collection, session, asked.context.settled.variable_origin):
        told.add(line.first)
        yield line
    variables = session.variables(collection, session.rows(collection)[0])
    outside = session.outside(collection)
    given = [*outside.options, *(name for file in outside.files for name in file.values)]
    for name in dict.fromkeys([*given, *(name for row in collection.rows[:1] for name in row.values)]):
        if name not in told:
            yield from _given(name, variables)


def _given(name: str, variables: Variables) -> Iterable[Line]:
    try:
        found = variables.lookup(name)
    except RenderError:
        return
    if found is not None:
        yield Line(name, MASK if variables.is_secret(name) else as_text(found.value), found.origin, "not used")


def _hide(session: Session, found: Iterable[Diagnostic]) -> None:
    session.hide_written_secrets(found)


def _mended(source: Source) -> Node | None:
    """The document without the lines that keep it from being read."""
    lines = list(source.lines)
    for _ in range(MENDED):
        problems = Problems()
        text = "\n".join(lines)
        root = read_document(Source(source.name, text, source.path), problems)
        if root is not None:
            return root
        spans = [one.span for one in problems.of("error") if one.span is not None]
        if not spans:
            return None
        at = min(spans[0].line, len(lines)) - 1
        while at > 0 and not re.sub(r"#.*", "", lines[at]).strip():
            at -= 1
        lines[at] = ""
    return None
