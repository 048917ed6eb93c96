"""Requests of which nothing is expected, and expectations that say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner.lint.finding import Finding, Subject, found
from runner.model import RequestSpec

WITHOUT_ANSWER: Final = ("DELETE", "HEAD", "OPTIONS")
"""Methods whose answers have nothing to look at but the status."""


def checks_nothing(subject: Subject) -> Iterator[Finding]:
    """A request that passes on any answer with a status of 2xx. A capture fails where there is nothing to keep, so
    it is a check; what others need, and what prepares or clears up, is there for what it does."""
    needed = {str(name.value) for spec in subject.collection.requests for name in spec.needs}
    together: dict[object, list[RequestSpec]] = {}
    for spec in subject.collection.own_requests:
        together.setdefault(id(spec.conversation or spec.node), []).append(spec)
    for specs in together.values():
        first = specs[0]
        name = first.conversation or first.name
        if not any(map(_checks, specs)) and not {str(name.value), *(str(one.name.value) for one in specs)} & needed:
            hint = "Say below expect: what the answer must be; expect: {status: 2xx} if its status is all."
            place = name if name.line and first.node.get("name") is not None else first.node.first_key
            yield found("checks-nothing", place, "whatever is answered with a status of 2xx passes", hint)


def _checks(spec: RequestSpec) -> bool:
    method = str(spec.method.value).upper() if spec.method is not None else ""
    return bool(
        spec.expect
        or spec.expect_error is not None
        or any(one.kind != "history" for one in spec.captures)
        or spec.skip is not None
        or spec.phase != "requests"
        or method in WITHOUT_ANSWER
    )
