"""What a script does with an answer: the status and plain values are asserted, what is captured becomes a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from runner.exporting.known import Known
from runner.exporting.parts import is_streamed
from runner.exporting.python.literals import quoted, variable
from runner.jsonpath import PathError, compile_path
from runner.model import Capture, Expectation, RequestSpec
from runner.node import Plain

ANSWER: Final = "answer"
USES: Final = re.compile(rf"\b{ANSWER}\b")
NO_CODE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|#.*')
"""Texts and comments, which may have any word in them."""
CONVERT: Final = {
    "int": "int({})",
    "float": "float({})",
    "string": "str({})",
    "trim": "str({}).strip()",
    "upper": "str({}).upper()",
    "lower": "str({}).lower()",
    "length": "len({})",
}
OF_RESPONSES: Final = {
    "status": "response.status_code",
    "text": "response.text",
    "url": "response.url",
    "duration": "response.elapsed.total_seconds()",
}


def lines_behind(spec: RequestSpec, known: Known) -> Iterator[str]:
    """The lines behind a call."""
    if spec.expect_error is not None:
        return
    streamed = is_streamed(spec)
    lines = list(_checks(spec, known, streamed=streamed))
    lines += [line for capture in spec.captures for line in _capture(capture, known, streamed=streamed)]
    uses = [line for line in lines if USES.search(NO_CODE.sub("", line))]
    statuses = [line for line in lines if "response.status_code" in line and line.startswith("assert")]
    yield from statuses
    if uses:
        yield f"{ANSWER} = response.json()"
    yield from (line for line in lines if line not in statuses)


def _checks(spec: RequestSpec, known: Known, *, streamed: bool) -> Iterator[str]:
    if not any(one.kind == "status" for one in spec.expect):
        yield "assert response.status_code // 100 == 2, response.text"
    for one in spec.expect:
        said = None if streamed and one.kind == "json" else _check(one)
        if said is not None:
            yield f"assert {said}"
            continue
        subject = f" {one.subject.value}" if one.subject is not None else ""
        what = " ".join(f"{one.kind}{subject}".split())
        known.note(one.place.location, f"{what}: there is no line for this; it is left out")
        yield f"# not checked here: {known.hidden(what, '%s')}"


def _check(one: Expectation) -> str | None:
    """The condition; None for what cannot be said in a line that means the same."""
    matcher = one.matcher
    if matcher is None or len(matcher.tests) != 1 or matcher.ignore_case:
        return None
    test = matcher.tests[0]
    if test.operand.templated or (one.subject is not None and one.subject.templated):
        return None
    value = test.operand.plain()
    if one.kind == "status":
        return _status(value) if test.operator in ("status", "equals") else None
    if one.kind == "headers" and one.subject is not None and test.inner is None:
        return _header(str(one.subject.value), test.operator, value)
    if one.kind != "json" or one.subject is None:
        return None
    place = place_of(str(one.subject.value))
    if place is None or test.operator != "equals":
        return None
    return _equal(place, value)


def _status(value: Plain) -> str | None:
    if isinstance(value, str) and len(value) == 3 and value.endswith("xx"):
        return f"response.status_code // 100 == {value[0]}, response.text"
    if isinstance(value, list):
        codes = [one for one in value if isinstance(one, int)]
        return f"response.status_code in {codes}, response.text" if codes == value and codes else None
    return f"response.status_code == {value}, response.text" if isinstance(value, int) else None


def _header(name: str, operator: str, value: Plain) -> str | None:
    if operator == "exists" and isinstance(value, bool):
        return f"{quoted(name)} {'in' if value else 'not in'} response.headers"
    if not isinstance(value, str):
        return None
    if operator == "contains":
        return f"{quoted(value)} in response.headers[{quoted(name)}]"
    return f"response.headers[{quoted(name)}] == {quoted(value)}" if operator == "equals" else None


def _equal(place: str, value: Plain) -> str | None:
    """Equality that is also one of types: ``True == 1`` in Python."""
    if value is None or isinstance(value, bool):
        return f"{place} is {value!r}"
    if isinstance(value, int | float) and value not in (0, 1):
        return f"{place} == {value!r}"
    return f"{place} == {quoted(value)}" if isinstance(value, str) else None


def place_of(path: str) -> str | None:
    """``$.user.id`` as a place in the answer; None for a path that may select several."""
    try:
        steps = compile_path(path).steps
    except PathError:
        return None
    return None if steps is None else ANSWER + _steps(steps)


def _steps(steps: Sequence[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f"[{quoted(step)}]" for step in steps)


def _capture(capture: Capture, known: Known, *, streamed: bool) -> Iterator[str]:
    value = None if streamed and capture.kind == "json" else _kept(capture)
    strange = [one for one in capture.filters if one not in CONVERT]
    if value is None or strange:
        message = f"{capture.name} is captured in a way that there is no line for: {capture.kind}"
        known.note(capture.node.location, message, "Set that variable in the environment.")
        yield f"{variable(capture.name)} = os.environ[{quoted(capture.name)}]  # not taken out of the answer here"
        return
    for one in capture.filters:
        value = CONVERT[one].format(value)
    if capture.default is not None:
        known.note(capture.node.location, f"the default of the capture {capture.name} is left out")
    yield f"{variable(capture.name)} = {value}"


def _kept(capture: Capture) -> str | None:
    node = capture.argument
    if node is not None and node.templated:
        return None
    argument = "" if node is None else str(node.value)
    if capture.kind == "json":
        return place_of(argument)
    if capture.kind == "header":
        return f"response.headers[{quoted(argument)}]"
    if capture.kind == "cookie":
        return f"response.cookies[{quoted(argument)}]"
    return OF_RESPONSES.get(capture.kind)
