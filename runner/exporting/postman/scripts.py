"""``expect`` and ``capture`` as a test script, in the words that an import reads again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner.checks.describe import describe
from runner.exporting.known import Known
from runner.exporting.parts import is_streamed
from runner.exporting.postman.javascript import laid_out, literal, place
from runner.exporting.postman.matchers import Convert, words_of
from runner.exporting.postman.schemas import schema_of
from runner.model import Capture, Expectation, Matcher, RequestSpec
from runner.node import Node, Plain
from runner.units import parse_duration, parse_size

ANSWER: Final = "answer"
OWN: Final = {
    "status": "pm.response.code",
    "duration": "pm.response.responseTime",
    "size": "pm.response.responseSize",
    "text": "pm.response.text()",
}
"""Parts of a response that there is one of."""
STATUS: Final = {
    "1xx": "pm.response.to.be.info",
    "2xx": "pm.response.to.be.success",
    "3xx": "pm.response.to.be.redirection",
    "4xx": "pm.response.to.be.clientError",
    "5xx": "pm.response.to.be.serverError",
}
LONGEST_TITLE: Final = 80


def script_of(spec: RequestSpec, known: Known) -> list[str]:
    """The lines of the script; without expectations it checks what the program does by itself: the status."""
    if spec.expect_error is not None:
        return []
    checks = list(spec.expect)
    lines: list[str] = []
    if not any(one.kind == "status" for one in checks):
        lines += _test("the status is 2xx", [STATUS["2xx"]])
    below: list[str] = []
    streamed = is_streamed(spec)
    for one in checks:
        said = None if streamed and one.kind in ("json", "schema") else _check(one, known)
        if said is None:
            known.note(one.place.location, f"{_title(one, known)}: there is no check for this there; it is left out")
            said = [f"// not checked here: {_one_line(_title(one, known))}"]
        elif one.kind == "headers" and one.matcher is not None and _says_not(one.matcher):
            message = f"{_title(one, known)}: of a header that comes several times Postman looks at the last alone"
            known.note(one.place.location, message, "Here none of them may be so.")
        target = below if one.kind in ("json", "schema") else lines
        target += said
    kept = [line for capture in spec.captures for line in _capture(capture, known, streamed=streamed)]
    whole = below + kept
    if any(f"{ANSWER}" in line for line in whole if not line.startswith("//")):
        lines.append(f"const {ANSWER} = pm.response.json();")
    return lines + whole


def _check(one: Expectation, known: Known) -> list[str] | None:
    """The lines of one expectation, None if it cannot be said whole."""
    title = _title(one, known)
    if one.kind == "schema":
        schema = schema_of(one.node, known)
        return _schema(schema) if isinstance(schema, dict) else None
    if one.matcher is None:
        return None
    if one.kind == "status":
        return _status(one.matcher, title)
    subject = _subject(one)
    if subject is None:
        return None
    return _statements(subject, one, title)


def _schema(schema: dict[str, Plain]) -> list[str] | None:
    """A short schema where it is asked for, a long one on lines of its own."""
    written = literal(schema)
    if written is None:
        return None
    if len(written) <= LONGEST_TITLE:
        return _test("the answer fits its schema", [f"pm.response.to.have.jsonSchema({written})"])
    return [
        *f"const schema = {laid_out(schema)};".split("\n"),
        *_test("the answer fits its schema", ["pm.response.to.have.jsonSchema(schema)"]),
    ]


def _status(matcher: Matcher, title: str) -> list[str] | None:
    test = matcher.tests[0]
    if test.operator != "status":
        return _asked(OWN["status"], matcher, _plain, title)
    value = test.operand.plain()
    if isinstance(value, list):
        codes = all(isinstance(one, int) for one in value)
        return _test(title, [f"pm.expect(pm.response.code).to.be.oneOf({literal(value)})"]) if codes and value else None
    if isinstance(value, str):
        return _test(title, [STATUS[value]]) if value in STATUS else None
    return _test(title, [f"pm.response.to.have.status({value})"])


def _subject(one: Expectation) -> str | None:
    name = one.subject
    if one.kind in OWN:
        return OWN[one.kind]
    if name is None or name.templated:
        return None
    if one.kind == "headers":
        return f"pm.response.headers.get({literal(str(name.value))})"
    is_absent = one.matcher is not None and _says_exists(one.matcher, there=False)
    return place(str(name.value), ANSWER, is_optional=is_absent) if one.kind == "json" else None


def _statements(subject: str, one: Expectation, title: str) -> list[str] | None:
    assert one.matcher is not None  # noqa: S101  # the caller looked
    if one.kind == "headers" and one.subject is not None and _says_exists(one.matcher, there=True):
        return _test(title, [f"pm.response.to.have.header({literal(str(one.subject.value))})"])
    return _asked(subject, one.matcher, CONVERT.get(one.kind, _plain), title, only_text=one.kind in ("headers", "text"))


def _asked(subject: str, matcher: Matcher, plain: Convert, title: str, *, only_text: bool = False) -> list[str] | None:
    found = words_of(matcher, plain)
    said: list[str] = []
    for words in found:
        if words is None or (only_text and words.text.startswith("include.members")):
            return None
        if words.needs_value and not said and subject not in OWN.values():
            said.append(f"pm.expect({subject}).to.not.be.undefined")
        if words.text.startswith("have.lengthOf") and not only_text:
            said.append(f'pm.expect({subject}).to.not.be.an("object")')  # which may have a field of this name
        if words.needs_kind and not only_text:
            said.append(f'pm.expect({subject}).to.be.a("{words.needs_kind}")')
        said.append(f"pm.expect({subject}).{words.chain}")
    return _test(title, list(dict.fromkeys(said))) if said else None


def _says_exists(matcher: Matcher, *, there: bool) -> bool:
    """Whether it says ``exists`` with this, and nothing else."""
    return [(test.operator, test.operand.value) for test in matcher.tests] == [("exists", there)]


def _says_not(matcher: Matcher) -> bool:
    return any(test.operator == "not" for test in matcher.tests)


def _plain(node: Node) -> Plain:
    return node.plain()


def _milliseconds(node: Node) -> Plain:
    value = node.plain()
    return (
        [_whole(parse_duration(one) * 1000) for one in value]
        if isinstance(value, list)
        else _whole(parse_duration(value) * 1000)
    )


def _bytes(node: Node) -> Plain:
    value = node.plain()
    return [parse_size(one) for one in value] if isinstance(value, list) else parse_size(value)


def _whole(value: float) -> float:
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


CONVERT: Final[dict[str, Convert]] = {"duration": _milliseconds, "size": _bytes}


def _capture(capture: Capture, known: Known, *, streamed: bool) -> Iterator[str]:
    value = None if streamed and capture.kind == "json" else _kept(capture)
    if value is None:
        message = f'"{capture.name}" is captured in a way that there is nothing for: {capture.kind}'
        known.note(capture.node.location, message, "Set that variable there by hand.")
        yield f"// not kept here: {_one_line(capture.name)}"
        return
    is_text = capture.kind == "json" and capture.filters == ("string",)
    for word, given in (("filter", capture.filters if not is_text else ()), ("default", capture.default)):
        if given:
            known.note(capture.node.location, f'the {word} of the capture "{capture.name}" is left out')
    if capture.name in known.values and not capture.filters:
        value = f"JSON.stringify({value})"
    elif is_text:
        value = f'typeof {value} === "string" ? {value} : JSON.stringify({value})'
    yield f"pm.collectionVariables.set({literal(capture.name)}, {value});"


def _kept(capture: Capture) -> str | None:
    argument = "" if capture.argument is None else str(capture.argument.value)
    if capture.argument is not None and capture.argument.templated:
        return None
    if capture.kind == "json":
        return place(argument, ANSWER)
    if capture.kind == "header":
        return f"pm.response.headers.get({literal(argument)})"
    return OWN[capture.kind] if capture.kind in ("status", "text") else None


def _test(title: str, statements: list[str]) -> list[str]:
    head = f"pm.test({literal(title)}, () =>"
    if len(statements) == 1:
        return [f"{head} {statements[0]});"]
    return [f"{head} {{", *(f"    {one};" for one in statements), "});"]


def _title(one: Expectation, known: Known) -> str:
    """What is checked, as a person reads it in the results."""
    subject = one.kind if one.subject is None else str(one.subject.value)
    if one.subject is not None and one.kind != "json":
        subject = f"{one.kind} {subject}"
    if one.matcher is None:
        said = f": {one.node.value}" if one.node.kind == "scalar" else ""
    else:
        said = f": {describe(one.matcher, _plain)}"
    return known.hidden(_cut(subject + said), "%s")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"


def _one_line(text: str) -> str:
    """``text`` for a comment, which ends with its line."""
    return " ".join(text.split())
