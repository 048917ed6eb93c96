"""Whether an answer certainly passes, in a fraction of the time that it takes to say why one does not.

What is not certain is left to the engine, which judges as ever. What is certain is what the engine itself has said of
the same value before: expectations in which nothing can change give the same verdict each time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Final, TypeAlias

from runner.checks.expectations import JSON_NEEDED, WITHOUT_BODY, check_status, find_mismatch, says_json
from runner.checks.matchers import MatchContext, evaluate
from runner.engine.job import Planned
from runner.errors import RenderError
from runner.jsonpath import JsonPath, PathError, compile_path
from runner.llm.marks import may_ask, may_tell
from runner.messages import Request, Response, is_stream
from runner.model import Expectation, Matcher, RequestSpec
from runner.node import Node, Plain
from runner.patterns import patient
from runner.variables.template import is_made_up

Look: TypeAlias = Callable[[Response, float], bool]
KINDS: Final = frozenset({"status", "headers", "json", "schema", "text", "size", "duration", "redirects", "cookies"})
SCALARS: Final = (str, int, float, bool, type(None))
MOST_KNOWN: Final = 1000
"""Values of which the verdict is remembered, for each expectation."""
LONGEST_KNOWN: Final = 200
SIMPLE: Final = frozenset(
    {"equals", "exists", "gt", "gte", "lt", "lte", "one_of", "type", "status", "between", "empty"}
)
"""Operators that take no time worth to be limited."""


class Sure:
    """Of one request that is the same each time."""

    def __init__(self, request: Request, looks: tuple[Look, ...], spec: RequestSpec, context: MatchContext) -> None:
        self.request = request
        self._looks = looks
        self._spec = spec
        self._context = context
        self._needs_json = any(one.kind in JSON_NEEDED for one in spec.expect)
        self._is_quick = _is_quick(spec)
        self._statuses: dict[int, bool] = {}
        self._types: dict[tuple[tuple[str, str], ...], tuple[bool, bool]] = {}

    def passes(self, response: Response, duration: float, monotonic: Callable[[], float]) -> bool:
        """Whether the engine would say that it passes; False where that is not known."""
        status = response.status
        known = self._statuses.get(status)
        if known is None:
            known = self._statuses[status] = check_status(self._spec, response, self._context).passed
        if not known or may_tell(response.body):
            return False
        json, stream = self._type(response)
        if stream:
            return False
        if (self._needs_json or (json and response.body and status not in WITHOUT_BODY)) and response.document.error:
            return False
        try:
            with nullcontext() if self._is_quick else patient(monotonic):
                return all(look(response, duration) for look in self._looks)
        except RenderError:
            return False

    def _type(self, response: Response) -> tuple[bool, bool]:
        """Whether it says that it is JSON, or a stream."""
        found = None
        kind = next((pair for pair in response.headers if pair[0].lower() == "content-type"), None)
        key = () if kind is None else (kind,)
        found = self._types.get(key)
        if found is None:
            found = says_json(response), is_stream(response.headers)
            if len(self._types) < MOST_KNOWN:
                self._types[key] = found
        return found


def sure_of(planned: Planned, request: Request) -> Sure | None:
    """What is sure of ``request``, which is all that ``planned`` ever sends; None if something about it is not as plain
    as that: it waits, is sent again, keeps something, or asks a model."""
    spec, resolver = planned.spec, planned.scope.resolver
    if spec.when or spec.skip is not None or spec.captures or spec.auth is not None or spec.expect_error is not None:
        return None
    if planned.needs or planned.sources or planned.setup or may_ask(request):
        return None
    if resolver.delay(spec) or any((resolver.retry(spec), resolver.poll(spec), resolver.pass_rate(spec))):
        return None
    if any(one.kind not in KINDS for one in spec.expect):
        return None
    if any(is_made_up(node) for node in spec.nodes(response=True)):
        return None
    context = planned.scope.context
    looks = tuple(_look(one, context) for one in spec.expect if one.kind != "status")
    return Sure(request, looks, spec, context)


def _look(expectation: Expectation, context: MatchContext) -> Look:
    if expectation.kind == "json" and expectation.subject is not None and expectation.matcher is not None:
        path = _plain_path(expectation.subject, context)
        if path is not None:
            return _value_look(path, expectation.matcher, expectation, context)
    return _any_look(expectation, context)


def _any_look(expectation: Expectation, context: MatchContext) -> Look:
    def look(response: Response, duration: float) -> bool:
        return find_mismatch(expectation, response, duration, context) is None

    return look


def _value_look(path: JsonPath, matcher: Matcher, expectation: Expectation, context: MatchContext) -> Look:
    """The verdict on each value is asked for once; anything but a short value that is there is looked at each time."""
    known: dict[tuple[type, Plain], bool] = {}

    def look(response: Response, duration: float) -> bool:
        selected = path.select(response.document.value)
        if not selected:
            return find_mismatch(expectation, response, duration, context) is None
        value = selected[0]
        kind = type(value)
        if kind not in SCALARS or (kind is str and len(str(value)) > LONGEST_KNOWN):
            return find_mismatch(expectation, response, duration, context) is None
        key = (kind, value)
        found = known.get(key)
        if found is None:
            found = evaluate(matcher, value, context) is None
            if len(known) < MOST_KNOWN:
                known[key] = found
        return found

    return look


def _plain_path(node: Node, context: MatchContext) -> JsonPath | None:
    try:
        text = context.render(node)
        path = compile_path(text) if isinstance(text, str) else None
    except (RenderError, PathError):
        return None
    return path if path is not None and path.singular else None


def _is_quick(spec: RequestSpec) -> bool:
    """Whether no expectation can take long."""
    return all(
        one.kind != "schema" and one.matcher is not None and all(test.operator in SIMPLE for test in one.matcher.tests)
        for one in spec.expect
    )
