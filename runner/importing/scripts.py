"""What test scripts of other tools check and keep, as ``expect`` and ``capture``. They are read, never run; what is not
understood stays as a comment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import dedent
from typing import Any, Final, NamedTuple, TypeAlias

from runner.importing.assertions import Subject, expectation, inside, inside_of, of_property
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
)
from runner.importing.scrubbing import hide_expected, scrubbed, veiled
from runner.variables.letting_in import lets_in
from runner.writing.layout import Value

QUIET: Final = frozenset(("console",))
Names: TypeAlias = "tuple[tuple[str, ...], ...]"


class Script(NamedTuple):
    """One script: when it runs (``test`` or ``prerequest``), its text, and whose it is. ``file`` and ``line`` are where
    it begins, if it has lines of a file."""

    when: str
    text: str
    place: str
    file: str = ""
    line: int = 1

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


class Dialect(NamedTuple):
    """What a tool's scripts call things: ``subject`` is the part of the response that a chain of names stands for,
    ``tests`` are the functions around checks, ``expects`` those that begin one, ``keeps`` those that keep a value for
    later, ``quiet`` those that check nothing. ``says`` reads other statements, ``assigns`` other assignments."""

    subject: Callable[[Sequence[Step]], Subject | None]
    tests: Names = ()
    expects: Names = ()
    keeps: Names = ()
    quiet: Names = ()
    says: Callable[[tuple[Step, ...], Known, Tested], bool] = lambda *_: False
    assigns: Callable[[Statement, Known, Tested], bool] = lambda *_: False


def read_scripts(scripts: Iterable[Script], dialect: Dialect, draft: Draft) -> Tested:
    """Everything that these scripts check, in their order."""
    tested = Tested({}, {}, ())
    comment: list[str] = []
    for script in scripts:
        for missed in _missed(script, dialect, tested, draft):
            what = "test script" if script.when == "test" else "script before the request"
            text = veiled(scrubbed(missed.text, draft, script.at(missed.line), lines=True))
            said = f"not understood: {_first_line(text)}"
            draft.note(script.at(missed.line), said, "It stands above the request as a comment.")
            comment += [f"not imported ({what}, line {missed.line + script.line - 1}):", *_indented(text)]
        hide_expected(tested.expect, draft, script.at(1))
    return tested._replace(comment=tuple(comment))


def _missed(script: Script, dialect: Dialect, tested: Tested, draft: Draft) -> list[Statement]:
    """What is not understood of a script, as far as it is nested no deeper than Python can follow."""
    known = Known({}, {}, dialect)
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
        yield statement
        return
    chain = chain_of(statement.value)
    inner = _body(chain, known.dialect)
    if inner is not None:
        for one in inner:
            yield from _read(one, known, tested, draft)
    elif statement.target:
        if not (_assigned(statement, known) or known.dialect.assigns(statement, known, tested)):
            known.forget(statement.target)
            yield statement
    elif chain is None or not _understood(chain, known, tested, draft):
        yield statement


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
    subject, value = known.subject(statement.value), literal(statement.value)
    if subject is not None:
        known.forget(statement.target)
        known.subjects[statement.target] = subject
        return True
    if value is not NO_LITERAL:
        known.forget(statement.target)
        known.values[statement.target] = value
        return True
    return False


def _understood(chain: tuple[Step, ...], known: Known, tested: Tested, draft: Draft) -> bool:
    names, dialect = _names(chain), known.dialect
    if names[0] in QUIET or names in dialect.quiet:
        return True
    for begin in dialect.expects:
        arguments = chain[len(begin) - 1].arguments if names[: len(begin)] == begin else None
        if arguments:
            return _expected(arguments[0], chain[len(begin) :], known, tested)
    if names in dialect.keeps and len(chain[-1].arguments or ()) == 2:
        return _kept(chain[-1].arguments or (), known, tested, draft)
    return dialect.says(chain, known, tested)


def _expected(subject: Syntax, steps: tuple[Step, ...], known: Known, tested: Tested) -> bool:
    """``pm.expect(subject).to.equal(value)``: each call of the chain is one check."""
    found = known.subject(subject)
    if found is None:
        return False
    words: list[str] = []
    checks: list[tuple[list[str], list[Any]]] = []
    for step in steps:
        words.append(str(step.name))
        if step.arguments is not None:
            checks.append((words, [value_of(one, known) for one in step.arguments]))
            words = []
    if words and (not checks or words != ["and"]):
        checks.append((words, []))
    draft: dict[str, Value] = {key: _copy(value) for key, value in tested.expect.items()}
    if not checks or not _all_said(found, checks, draft):
        return False
    tested.expect.update(draft)
    return True


def _all_said(subject: Subject, checks: Iterable[tuple[list[str], list[Any]]], expect: dict[str, Value]) -> bool:
    """Put the checks of one chain into ``expect``: behind ``property`` they are about its value, and a ``not`` holds
    for all that follows, which nobody means."""
    negated = False
    for words, values in checks:
        if negated or NO_LITERAL in values or not expectation(subject, words, values, expect):
            return False
        negated = "not" in words
        if words[-1] == "property":
            subject = of_property(subject, values[0])
    return True


def _kept(arguments: tuple[Syntax, ...], known: Known, tested: Tested, draft: Draft) -> bool:
    """``pm.environment.set("id", answer.id)``."""
    name, subject = literal(arguments[0]), known.subject(arguments[1])
    written = value_of(arguments[1], known)
    if isinstance(name, str) and isinstance(written, str) and lets_in(name):
        draft.secrets[draft.variable(name)] = written
        return True
    if not isinstance(name, str) or subject is None:
        return False
    capture = subject.capture
    if capture is None:
        return False
    tested.capture[draft.variable(name)] = capture
    return True


def value_of(expression: Syntax, known: Known) -> Any:
    """What is written there, or a name for it; ``NO_LITERAL`` for anything else."""
    if expression.type == "identifier":
        return known.values.get(expression.text.decode("utf-8"), NO_LITERAL)
    return _pattern(expression) if expression.type == "regex" else literal(expression)


def _pattern(expression: Syntax) -> Any:
    """A regular expression as text; its flags but for upper and lower case have no counterpart."""
    flags = expression.child_by_field_name("flags")
    pattern = expression.child_by_field_name("pattern").text.decode("utf-8").replace("\\/", "/")
    if flags is None:
        return pattern
    return f"(?i){pattern}" if flags.text == b"i" else NO_LITERAL


def _copy(value: Value) -> Value:
    return dict(value) if isinstance(value, dict) else value


def _indented(text: str) -> list[str]:
    """The lines of a statement, which begins somewhere in its first one, a little to the right."""
    first, *rest = text.splitlines()
    return [f"  {line}" for line in (first, *dedent("\n".join(rest)).splitlines())]


def _first_line(text: str) -> str:
    line, _, rest = text.partition("\n")
    return line[:80] + ("…" if rest or len(line) > 80 else "")
