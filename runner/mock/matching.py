"""Whether a request fits what an example's ``when`` asks for."""

from __future__ import annotations

from collections.abc import Sequence

from runner import strict_json
from runner.checks.matchers import MatchContext, Missing, evaluate, evaluate_at
from runner.mock.messages import MockRequest
from runner.model import Matcher, RequestMatch
from runner.node import Plain


def fits(when: RequestMatch | None, request: MockRequest, context: MatchContext) -> bool:
    """Whether every matcher of ``when`` holds; an example without ``when`` fits every request."""
    if when is None:
        return True
    return (
        all(
            _any_fits(matcher, request.header_values(str(context.render(name))), context)
            for name, matcher in when.headers
        )
        and all(
            _any_fits(matcher, _query_values(request, str(context.render(name))), context)
            for name, matcher in when.query
        )
        and (not when.json or _json_fits(when, request, context))
        and (when.text is None or evaluate(when.text, request.text, context) is None)
    )


def _any_fits(matcher: Matcher, values: Sequence[Plain], context: MatchContext) -> bool:
    """Of what is given several times, one that fits is enough."""
    candidates: Sequence[Plain | Missing] = values or [Missing()]
    return any(evaluate(matcher, value, context) is None for value in candidates)


def _query_values(request: MockRequest, name: str) -> list[Plain]:
    """What the query gives under ``name``: the text, and the number that it spells (``page: 2`` is what is
    written, and a query has no types)."""
    found: list[Plain] = []
    for key, text in request.query:
        if key == name:
            number = strict_json.parse(text).value
            found.append(text)
            found += [number] if isinstance(number, int | float) else []
    return found


def _json_fits(when: RequestMatch, request: MockRequest, context: MatchContext) -> bool:
    """Whether the body fits every JSONPath; a body that is not JSON fits none."""
    document = request.document
    return not document.error and all(
        evaluate_at(path, matcher, document.value, context) is None for path, matcher in when.json
    )
