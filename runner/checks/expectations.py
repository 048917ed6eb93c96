"""A response held against what a request expects: status first, then all the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from runner.checks.certificate import certificate_mismatch
from runner.checks.describe import describe, describe_operand
from runner.checks.matchers import MatchContext, Mismatch, Missing, evaluate, evaluate_at
from runner.checks.query import missing_cookie, missing_header, set_cookies
from runner.checks.show import clip, show
from runner.checks.streaming import check_whole, stream_mismatch
from runner.checks.validity import problem_lines
from runner.errors import RenderError
from runner.messages import Response
from runner.model import Expectation, Matcher, RequestSpec
from runner.node import Node, Plain
from runner.results import Check

JSON_NEEDED = frozenset({"json", "schema"})
WITHOUT_BODY = frozenset({204, 304})


def check_response(spec: RequestSpec, response: Response, duration: float, context: MatchContext) -> tuple[Check, ...]:
    """The status, and if it holds all the rest. ``duration`` in seconds."""
    first = check_first(spec, response, context)
    return (*first, *check_rest(spec, response, duration, context)) if passed(first) else first


def check_first(spec: RequestSpec, response: Response, context: MatchContext) -> tuple[Check, ...]:
    """What must hold before anything else is looked at: the status, and that a stream came whole."""
    status = check_status(spec, response, context)
    whole = check_whole(spec, response) if status.passed else None
    return (status,) if whole is None else (status, whole)


def check_status(spec: RequestSpec, response: Response, context: MatchContext) -> Check:
    """Whether the status is one that is expected: 2xx where nothing is said."""
    expectation = next((one for one in spec.expect if one.kind == "status"), None)
    if expectation is None or expectation.matcher is None:
        if expectation is None and 200 <= response.status <= 299:
            return Check("status", passed=True, location=spec.name.location)
        return Check("status", passed=False, location=spec.name.location, expected="2xx", got=str(response.status))
    try:
        mismatch = evaluate(expectation.matcher, response.status, context)
    except RenderError as error:
        return unusable("status", error)
    return _check("status", expectation.place, mismatch)


def check_rest(spec: RequestSpec, response: Response, duration: float, context: MatchContext) -> tuple[Check, ...]:
    """Everything but the status, the tokens and the tool calls. Where the body is no JSON and must be, that is told
    once."""
    checks: list[Check] = []
    json_told = False
    for expectation in spec.expect:
        if expectation.kind in ("status", "usage", "tool_calls"):
            continue
        no_json = expectation.kind in JSON_NEEDED and bool(response.document.error)
        try:
            if not no_json:
                mismatch = find_mismatch(expectation, response, duration, context)
                checks.append(_check(_subject(expectation, context), expectation.place, mismatch))
            elif not json_told:
                checks.append(_not_json(expectation, response, context))
        except RenderError as error:
            checks.append(unusable(expectation.kind, error))
        json_told = json_told or no_json
    if not json_told:
        checks.extend(_broken_promise(spec, response, context))
    return tuple(checks)


def find_mismatch(
    expectation: Expectation, response: Response, duration: float, context: MatchContext
) -> Mismatch | None:
    """Why one expectation does not hold; None if it does. What looks at JSON must be given JSON."""
    if expectation.kind == "stream" and response.stream is not None:
        return stream_mismatch(_subject_text(expectation, context), expectation, response.stream, context)
    if expectation.kind == "schema":
        return _schema(expectation.node, response.document.value, context)
    matcher = expectation.matcher
    if matcher is None:
        return Mismatch("a matcher", "an expectation without one")
    if expectation.kind in NAMED:
        return NAMED[expectation.kind](_subject_text(expectation, context), matcher, response, context)
    if expectation.kind == "json" and expectation.subject is not None:
        return evaluate_at(expectation.subject, matcher, response.document.value, context)
    if expectation.kind == "duration":
        return evaluate(matcher, duration, context.measuring("duration"))
    if expectation.kind == "size":
        return evaluate(matcher, len(response.body), context.measuring("size"))
    if expectation.kind == "text":
        return evaluate(matcher, response.text, context)
    if expectation.kind == "redirects":
        return evaluate(matcher, len(response.redirects), context)
    return Mismatch(f"an expectation that is known, not {expectation.kind}", "nothing was compared")


def _header(name: str, matcher: Matcher, response: Response, context: MatchContext) -> Mismatch | None:
    """A repeated header is matched if one of its values matches, and if what must not be is none of them; what is told
    is about the first."""
    values: list[str] = response.header_values(name)
    if not values:
        return evaluate(matcher, Missing(missing_header(response, name)), context)
    unwanted = matcher._replace(tests=tuple(test for test in matcher.tests if test.operator == "not"))
    if len(values) > 1 and unwanted.tests:
        found = (evaluate(unwanted, value, context) for value in values)
        mismatch = next((one for one in found if one is not None), None)
        if mismatch is not None:
            return mismatch._replace(note=f"it is one of its {len(values)} values")
    mismatches = [evaluate(matcher, value, context) for value in values]
    if None in mismatches:
        return None
    first = mismatches[0]
    if len(values) > 1:
        got = "\n".join(show(value) for value in values)
        return Mismatch(describe(matcher, context.render), got, f"none of its {len(values)} values matches")
    return first


def _cookie(name: str, matcher: Matcher, response: Response, context: MatchContext) -> Mismatch | None:
    value = set_cookies(response).get(name)
    return evaluate(matcher, Missing(missing_cookie(response, name)) if value is None else value, context)


NAMED: Final[dict[str, Callable[[str, Matcher, Response, MatchContext], Mismatch | None]]] = {
    "headers": _header,
    "cookies": _cookie,
    "certificate": certificate_mismatch,
}
"""What is looked at by a name."""


def _schema(node: Node, document: Plain, context: MatchContext) -> Mismatch | None:
    schema = context.render(node)
    problems = context.schemas.check(node, schema, document)
    return Mismatch(describe_operand("schema", schema), problem_lines(problems)) if problems else None


def _not_json(expectation: Expectation, response: Response, context: MatchContext) -> Check:
    subject, place = _subject(expectation, context), expectation.place.location
    if expectation.kind == "schema" or expectation.matcher is None:
        expected = describe_operand("schema", context.render(expectation.node))
    else:
        expected = describe(expectation.matcher, context.render)
    return Check(subject, passed=False, location=place, expected=expected, got=not_json_text(response))


def not_json_text(response: Response) -> str:
    """That the body is no JSON, and why. How it begins is shown once for all checks that look at it."""
    if not response.body:
        return "an empty body, which is not JSON"
    kind = (response.header("content-type") or "a body without a content type").split(";")[0].strip()
    return f"{clip(kind)} that is not JSON: {response.document.error}"


def _broken_promise(spec: RequestSpec, response: Response, context: MatchContext) -> Iterator[Check]:
    """A response that says it is JSON must be JSON, also where nobody looks."""
    if not response.body or response.status in WITHOUT_BODY or not says_json(response):
        return
    method = context.render(spec.method) if spec.method is not None else ""
    if str(method).upper() != "HEAD" and response.document.error:
        got = not_json_text(response)
        note = "the response says it is JSON, but it is not"
        expected = "JSON, as its content type says"
        place = spec.name.location
        yield Check("body", passed=False, location=place, expected=expected, got=got, note=note)


def says_json(response: Response) -> bool:
    """Whether a response is JSON by its type."""
    kind = (response.header("content-type") or "").split(";")[0].strip().lower()
    return kind in {"application/json", "text/json"} or kind.endswith("+json")


def _check(subject: str, place: Node, mismatch: Mismatch | None) -> Check:
    if mismatch is None:
        return Check(subject, passed=True, location=place.location)
    expected, got, note = mismatch.expected, mismatch.got, mismatch.note
    return Check(subject, passed=False, location=place.location, expected=expected, got=got, note=note)


def _subject(expectation: Expectation, context: MatchContext) -> str:
    if expectation.kind in NAMED or expectation.kind == "stream":
        return f"{expectation.kind.removesuffix('s')} {_subject_text(expectation, context)}"
    if expectation.kind == "json":
        return _subject_text(expectation, context)
    return expectation.kind


def _subject_text(expectation: Expectation, context: MatchContext) -> str:
    if expectation.subject is None:
        return ""
    rendered = context.render(expectation.subject)
    return rendered if isinstance(rendered, str) else show(rendered)


def unusable(subject: str, error: RenderError) -> Check:
    """What a response gave earlier cannot be compared with as the expectation wants it: it does not hold."""
    problem = error.diagnostic
    return Check(subject, passed=False, location=problem.location, got=problem.message, note=problem.hint)


def passed(checks: Iterable[Check]) -> bool:
    """Whether every check holds."""
    return all(check.passed for check in checks)
