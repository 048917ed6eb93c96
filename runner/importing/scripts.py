"""What test scripts of other tools check and keep, as ``expect`` and ``capture``. They are read, never run; what is not
understood stays as a comment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import dedent
from typing import Any, Final, NamedTuple, TypeAlias

from runner.importing.assertions import Subject, inside, inside_of
from runner.importing.chai import all_said, checks_of
from runner.importing.draft import Draft
from runner.importing.javascript import (
    NO_LITERAL,
    Statement,
    Step,
    Syntax,
    body_of,
    chain_of,
    literal,
    statements,
    text_of,
)
from runner.importing.reading import Needed, demand, shown
from runner.importing.regular import our_pattern
from runner.importing.scrubbing import hide_expected, scrubbed, veiled
from runner.importing.stringified import is_json, of_text
from runner.variables.letting_in import lets_in
from runner.writing.layout import Value

LARGEST: Final = 2**53
"""Whole numbers above it are others in a script."""
QUIET: Final = frozenset(("console",))
WORD: Final = re.compile(r"[A-Za-z_$][\w$]*")
CHANGES: Final = (
    r"(?<![\w$.]){0}(?:\s*\??\.\s*[\w$]+|\s*\[[^\]]*\])*\s*(?:(?:[-+*/%&|^?<>]{{1,3}})?=(?![=>])|\+\+|--"
    r"|\.\s*(?:push|pop|shift|unshift|splice|sort|reverse|fill)\s*\()"
    r"|(?:\+\+|--|\bdelete\s+|\bObject\s*\.\s*assign\s*\(\s*){0}(?![\w$])"
)
"""How a value of a name is changed."""
Names: TypeAlias = "tuple[tuple[str, ...], ...]"


class Script(NamedTuple):
    """One script: when it runs (``test`` or ``prerequest``), its text, and whose it is. ``file`` and ``line`` are where
    it begins, if it has lines of a file. ``is_of_all`` requests, or of all in the ``folder`` of this name: what is not
    understood of it is told once."""

    when: str
    text: str
    place: str
    file: str = ""
    line: int = 1
    is_of_all: bool = False
    folder: str = ""

    def at(self, line: int) -> str:
        """How a note calls a line of it."""
        what = "test script" if self.when == "test" else "script before the request"
        return f"{self.file}:{self.line + line - 1}" if self.file else f"{self.place}, {what}, line {line}"


class Tested(NamedTuple):
    """What came of the scripts of a request; ``comment`` is what was not understood."""

    expect: dict[str, Value]
    capture: dict[str, Value]
    comment: tuple[str, ...]


class Known(NamedTuple):
    """What names in a script stand for: parts of the response, and values that are written there."""

    subjects: dict[str, Subject]
    values: dict[str, Any]
    dialect: Dialect
    needed: Needed
    script: Script

    def subject(self, expression: Syntax) -> Subject | None:
        """The part of the response that an expression stands for."""
        chain = chain_of(expression)
        if chain is None:
            return None
        names = [step.name for step in chain]
        if names[:2] == ["JSON", "parse"] and chain[1].arguments:
            inner = self.subject(chain[1].arguments[0])
            return inside("$", chain[2:]) if inner == Subject("text") else None
        if isinstance(names[0], str) and names[0] in self.subjects and chain[0].arguments is None:
            return inside_of(self.subjects[names[0]], chain[1:])
        return self.dialect.subject(chain)

    def forget(self, name: str) -> None:
        """From here on the name stands for something that is not understood."""
        self.subjects.pop(name, None)
        self.values.pop(name, None)

    def forget_changed(self, text: str) -> None:
        """What this, which is not understood, puts something into, or takes something from."""
        for name in {*self.subjects, *self.values}.intersection(WORD.findall(text)):
            if re.search(CHANGES.format(re.escape(name)), text):
                self.forget(name)


class Dialect(NamedTuple):
    """What a tool's scripts call things: ``subject`` is the part of the response that a chain of names stands for,
    ``tests`` are the functions around checks, ``expects`` those that begin one, ``keeps`` those that keep a value for
    later, ``quiet`` those that check nothing. ``says`` reads other statements, ``assigns`` other assignments.
    ``hidden_by`` says what goes before the place that a call keeps a name's value in, if anything does; ``may_fix``
    whether a value that stands in a script may as well hold for the whole file. ``is_strict`` says that to ask for the
    values of an answer that is no JSON is a mistake."""

    subject: Callable[[Sequence[Step]], Subject | None]
    tests: Names = ()
    expects: Names = ()
    keeps: Names = ()
    quiet: Names = ()
    says: Callable[[tuple[Step, ...], Known, Tested], bool] = lambda *_: False
    assigns: Callable[[Statement, Known, Tested], bool] = lambda *_: False
    hidden_by: Callable[[Sequence[str | int], str], str] = lambda *_: ""
    may_fix: Callable[[Script, str], bool] = lambda *_: False
    is_strict: bool = False


def read_scripts(scripts: Iterable[Script], dialect: Dialect, draft: Draft) -> Tested:
    """Everything that these scripts check, in their order."""
    tested = Tested({}, {}, ())
    comment: list[str] = []
    needs: list[tuple[Script, Needed]] = []
    for script in scripts:
        needed: Needed = {}
        for missed in _missed(script, Known({}, {}, dialect, needed, script), tested, draft):
            comment += _told(script, missed, draft)
        hide_expected(tested.expect, draft, script.at(1))
        needs.append((script, needed))
    for script, needed in needs:  # when all is known that says as much
        for missed in demand(needed, tested.expect, tested.capture, is_strict=dialect.is_strict):
            comment += _told(script, missed, draft)
    return tested._replace(comment=tuple(comment))


def _told(script: Script, missed: Statement, draft: Draft) -> tuple[str, ...]:
    """Tell of a statement that is not understood; what stands of it above the request, unless it is one of all."""
    what = "test script" if script.when == "test" else "script before the request"
    text = veiled(scrubbed(missed.text, draft, script.at(missed.line), lines=True))
    where = "above the first request of its folder" if script.folder else "above the request"
    where = "at the top of the file" if script.is_of_all else where
    draft.note(script.at(missed.line), f"not understood: {_first_line(text)}", f"It stands {where} as a comment.")
    first, *lines = (f"not imported ({what}, line {missed.line + script.line - 1}):", *_indented(text))
    if script.is_of_all:
        kept = (f"of every request, {first}", *lines)
        if kept not in draft.head:
            draft.head.append(kept)
        return ()
    if not script.folder:
        return (first, *lines)
    kept = (f'of every request in "{draft.text(script.folder, script.place)}", {first}', *lines)
    is_new = kept not in draft.commented
    draft.commented.add(kept)
    return kept if is_new else ()


def _missed(script: Script, known: Known, tested: Tested, draft: Draft) -> list[Statement]:
    """What is not understood of a script, as far as it is nested no deeper than Python can follow."""
    missed: list[Statement] = []
    try:
        for statement in statements(script.text):
            missed += _read(statement, known, tested, draft)
    except RecursionError:
        missed.append(Statement(1, script.text, "", None))
    return missed


def _read(statement: Statement, known: Known, tested: Tested, draft: Draft) -> Iterator[Statement]:
    """Take one statement in; gives those inside of it that are not understood."""
    if statement.value is None:
        known.forget_changed(statement.text)
        yield statement
        return
    chain = chain_of(statement.value)
    inner = _body(chain, known.dialect)
    if inner is not None:
        for one in inner:
            yield from _read(one, known, tested, draft)
    elif statement.target:
        if not (_assigned(statement, known) or known.dialect.assigns(statement, known, tested)):
            known.forget(WORD.findall(statement.target)[0] if WORD.search(statement.target) else statement.target)
            known.forget_changed(statement.text)
            yield statement
    elif chain is not None and _is_quiet(chain, known.dialect):
        read = shown(chain[-1].arguments or (), known.subject)
        known.needed.update((one, statement) for one in read or () if one not in known.needed)
        if read is None:
            yield statement
    elif chain is None or not _understood(chain, known, tested, draft, statement.line):
        known.forget_changed(statement.text)
        yield statement
    else:
        known.needed.update((one, statement) for one in _kept_of(chain, known) if one not in known.needed)


def _body(chain: tuple[Step, ...] | None, dialect: Dialect) -> Iterator[Statement] | None:
    """The statements of ``pm.test("…", function () { … })``."""
    if chain is None or _names(chain) not in dialect.tests or not chain[-1].arguments:
        return None
    return body_of(chain[-1].arguments[-1])


def _names(chain: Sequence[Step]) -> tuple[str | int, ...]:
    return tuple(step.name for step in chain)


def _assigned(statement: Statement, known: Known) -> bool:
    """``const answer = pm.response.json()``: from now on the name stands for it."""
    assert statement.value is not None  # noqa: S101  # the caller looked
    if not statement.target.isidentifier():
        return False
    subject, value = known.subject(statement.value), literal(statement.value)
    if subject is not None:
        known.needed.setdefault(subject, statement)
        known.forget(statement.target)
        known.subjects[statement.target] = subject
        return True
    if value is not NO_LITERAL:
        known.forget(statement.target)
        known.values[statement.target] = value
        return True
    return False


def _understood(chain: tuple[Step, ...], known: Known, tested: Tested, draft: Draft, line: int) -> bool:
    names, dialect = _names(chain), known.dialect
    for begin in dialect.expects:
        arguments = chain[len(begin) - 1].arguments if names[: len(begin)] == begin else None
        if arguments:
            return _expected(arguments[0], chain[len(begin) :], known, tested)
    if names in dialect.keeps and len(chain[-1].arguments or ()) == 2:
        kept = _kept(chain, known, draft, known.script.at(line))
        tested.capture.update(kept or {})
        return kept is not None
    return dialect.says(chain, known, tested)


def _is_quiet(chain: tuple[Step, ...], dialect: Dialect) -> bool:
    return chain[0].name in QUIET or _names(chain) in dialect.quiet


def _kept_of(chain: tuple[Step, ...], known: Known) -> list[Subject]:
    """What is kept for later: another value may be kept under that name afterwards."""
    if _names(chain) not in known.dialect.keeps:
        return []
    value = (chain[-1].arguments or ())[1]
    found = known.subject(of_text(value) or value)
    return [] if found is None else [found]


def _expected(subject: Syntax, steps: tuple[Step, ...], known: Known, tested: Tested) -> bool:
    """``pm.expect(subject).to.equal(value)``: each call of the chain is one check."""
    found = known.subject(subject)
    if found is None:
        return False
    draft: dict[str, Value] = {key: _copy(value) for key, value in tested.expect.items()}
    if not all_said(found, checks_of(steps, lambda one: value_of(one, known)), draft):
        return False
    tested.expect.update(draft)
    return True


def _kept(chain: tuple[Step, ...], known: Known, draft: Draft, place: str) -> dict[str, Value] | None:
    """What ``pm.environment.set("id", answer.id)`` captures; None if it is not understood."""
    arguments = chain[-1].arguments or ()
    written, made = literal(arguments[0]), of_text(arguments[1])
    subject = known.subject(arguments[1] if made is None else made)
    if not isinstance(written, str):
        return None
    name, value = draft.variable(written), value_of(arguments[1], known)
    before = known.dialect.hidden_by(_names(chain), name)
    if isinstance(value, str) and (lets_in(name) or name in draft.secrets or name in draft.masked):
        _keep_secret(name, "" if before else value, draft, place)
        return {}
    capture = None if subject is None else subject.capture if made is None else _as_text(subject)
    if capture is None:
        return None if before or not _fixed(name, arguments[1], known, draft) else {}
    if before:
        message = f"{name} is not captured here: {before} has a value of that name, which goes before"
        draft.note(place, message, "If this one is meant, give it another name.")
        return {}
    if made is not None and is_json(arguments[1]):
        draft.as_json.add(name)
    return {name: capture}


def _fixed(name: str, expression: Syntax, known: Known, draft: Draft) -> bool:
    """Give a name the value that stands there, if it is the same in a file, and each time that it is used."""
    value: Any = value_of(expression, known) if expression.type != "regex" else NO_LITERAL
    may_stand = "{{$" not in value if isinstance(value, str) else isinstance(value, int) and abs(value) <= LARGEST
    if not may_stand or not known.dialect.may_fix(known.script, name):
        return False
    draft.variables[name] = draft.plain(value, known.script.place)
    return True


def _as_text(subject: Subject) -> Value:
    """The capture of a value that is made text; a header is none that would be made anything else."""
    kept = {"json": subject.name} if subject.part == "json" and not subject.length else None
    return {**kept, "filter": "string"} if kept is not None else subject.capture


def _keep_secret(name: str, value: str, draft: Draft, place: str) -> None:
    """A secret that a script has in the clear; what it has from elsewhere is not lost for it."""
    is_free = not draft.secrets.get(name) and name not in draft.masked and name not in draft.variables
    if is_free and value:
        draft.secrets[name] = value
    elif value != draft.secrets.get(name):
        message = f"{name} is given another value here, which is not taken over"
        draft.note(place, message, "It keeps the one that it has.")


def value_of(expression: Syntax, known: Known) -> Any:
    """What is written there, or a name for it; ``NO_LITERAL`` for anything else."""
    if expression.type == "identifier":
        return known.values.get(expression.text.decode("utf-8"), NO_LITERAL)
    return _pattern(expression) if expression.type == "regex" else literal(expression)


def _pattern(expression: Syntax) -> Any:
    """A regular expression as text that finds the same here."""
    flags = expression.child_by_field_name("flags")
    pattern = our_pattern(text_of(expression.child_by_field_name("pattern")))
    if pattern is None or (flags is not None and text_of(flags) != "i"):
        return NO_LITERAL
    return pattern if flags is None else f"(?i){pattern}"


def _copy(value: Value) -> Value:
    return dict(value) if isinstance(value, dict) else value


def _indented(text: str) -> list[str]:
    """The lines of a statement, which begins somewhere in its first one, a little to the right."""
    first, *rest = text.splitlines()
    return [f"  {line}" for line in (first, *dedent("\n".join(rest)).splitlines())]


def _first_line(text: str) -> str:
    line, _, rest = text.partition("\n")
    return line[:80] + ("…" if rest or len(line) > 80 else "")
