"""What Postman's test scripts check and keep, as ``expect`` and ``capture``. They are read, never run; what is not
understood stays as a comment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import dedent
from typing import Any, Final, NamedTuple

from runner.importing.draft import Draft
from runner.importing.postman.asserts import Subject, expectation, response_expectation, subject_of
from runner.importing.postman.javascript import (
    NO_LITERAL,
    Statement,
    Step,
    Syntax,
    body_of,
    chain_of,
    literal,
    statements,
)
from runner.writing.layout import Value

KEEPERS: Final = frozenset(("environment", "collectionVariables", "globals", "variables"))
LEGACY: Final = frozenset(("setEnvironmentVariable", "setGlobalVariable"))
QUIET: Final = frozenset(("console",))


class Script(NamedTuple):
    """One script: when it runs (``test`` or ``prerequest``), its text, and whose it is."""

    when: str
    text: str
    place: str


class Tested(NamedTuple):
    """What came of the scripts of a request; ``comment`` is what was not understood."""

    expect: dict[str, Value]
    capture: dict[str, Value]
    comment: tuple[str, ...]


class Known(NamedTuple):
    """What names in a script stand for: parts of the response, and values that are written there."""

    subjects: dict[str, Subject]
    values: dict[str, Any]


def read_scripts(scripts: Iterable[Script], draft: Draft) -> Tested:
    """Everything that these scripts check, in their order."""
    tested = Tested({}, {}, ())
    comment: list[str] = []
    for script in scripts:
        what = "test script" if script.when == "test" else "script before the request"
        for missed in _missed(script, tested, draft):
            place = f"{script.place}, {what}, line {missed.line}"
            said = f"not understood: {_first_line(missed.text)}"
            draft.note(place, said, "It stands above the request as a comment.")
            comment += [f"not imported ({what}, line {missed.line}):", *_indented(missed.text)]
    return tested._replace(comment=tuple(comment))


def _missed(script: Script, tested: Tested, draft: Draft) -> list[Statement]:
    """What is not understood of a script, as far as it is nested no deeper than Python can follow."""
    known = Known({}, {})
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
    inner = _body(chain)
    if inner is not None:
        for one in inner:
            yield from _read(one, known, tested, draft)
    elif statement.target:
        if not (_assigned(statement, known) or _legacy(statement, known, tested)):
            yield statement
    elif chain is None or not _understood(chain, known, tested, draft):
        yield statement


def _body(chain: tuple[Step, ...] | None) -> Iterator[Statement] | None:
    """The statements of ``pm.test("…", function () { … })``."""
    if chain is None or [step.name for step in chain] != ["pm", "test"] or not chain[-1].arguments:
        return None
    return body_of(chain[-1].arguments[-1])


def _assigned(statement: Statement, known: Known) -> bool:
    """``const answer = pm.response.json()``: from now on the name stands for it."""
    assert statement.value is not None  # noqa: S101  # the caller looked
    subject = subject_of(statement.value, known.subjects)
    if subject is not None:
        known.subjects[statement.target] = subject
        return True
    value = literal(statement.value)
    if value is not NO_LITERAL:
        known.values[statement.target] = value
        return True
    return False


def _legacy(statement: Statement, known: Known, tested: Tested) -> bool:
    """``tests["…"] = responseCode.code === 200``, as scripts were written before ``pm``."""
    value = statement.value
    if not statement.target.startswith("tests[") or value is None or value.type != "binary_expression":
        return False
    operator = value.child_by_field_name("operator").type
    subject = subject_of(value.child_by_field_name("left"), known.subjects)
    operand = _value(value.child_by_field_name("right"), known)
    names = {"===": "equal", "==": "equal", "<": "below", "<=": "most", ">": "above", ">=": "least"}
    if subject is None or operand is NO_LITERAL or operator not in names:
        return False
    return expectation(subject, [names[operator]], [operand], tested.expect)


def _understood(chain: tuple[Step, ...], known: Known, tested: Tested, draft: Draft) -> bool:
    names = [step.name for step in chain]
    if names[0] in QUIET:
        return True
    if names[:2] == ["pm", "expect"] and chain[1].arguments:
        return _expected(chain[1].arguments[0], chain[2:], known, tested)
    if names[:2] == ["pm", "response"] and names[2:3] == ["to"]:
        values = [_value(one, known) for one in chain[-1].arguments or ()]
        return NO_LITERAL not in values and response_expectation(
            [str(name) for name in names[3:]], values, tested.expect
        )
    keeps = names[0] == "pm" and names[1:2] and names[1] in KEEPERS and names[2:] == ["set"]
    legacy = names[0] == "postman" and names[1:2] and names[1] in LEGACY
    if (keeps or legacy) and len(chain[-1].arguments or ()) == 2:
        return _kept(chain[-1].arguments or (), known, tested, draft)
    return False


def _expected(subject: Syntax, steps: tuple[Step, ...], known: Known, tested: Tested) -> bool:
    """``pm.expect(subject).to.equal(value)``: each call of the chain is one check."""
    found = subject_of(subject, known.subjects)
    if found is None:
        return False
    words: list[str] = []
    checks: list[tuple[list[str], list[Any]]] = []
    for step in steps:
        words.append(str(step.name))
        if step.arguments is not None:
            checks.append((words, [_value(one, known) for one in step.arguments]))
            words = []
    if words and (not checks or words != ["and"]):
        checks.append((words, []))
    draft: dict[str, Value] = {key: _copy(value) for key, value in tested.expect.items()}
    if not checks or not all(
        NO_LITERAL not in values and expectation(found, words, values, draft) for words, values in checks
    ):
        return False
    tested.expect.update(draft)
    return True


def _kept(arguments: tuple[Syntax, ...], known: Known, tested: Tested, draft: Draft) -> bool:
    """``pm.environment.set("id", answer.id)``."""
    name, subject = literal(arguments[0]), subject_of(arguments[1], known.subjects)
    if not isinstance(name, str) or subject is None:
        return False
    capture = subject.capture
    if capture is None:
        return False
    tested.capture[draft.variable(name)] = capture
    return True


def _value(expression: Syntax, known: Known) -> Any:
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
