"""Why a request failed, in words that are the same each time: Locust counts failures by their text."""

from __future__ import annotations

from typing import Final

from runner.engine.job import Planned
from runner.redact import Redactor
from runner.report.style import printable
from runner.results import Check, RequestResult
from runner.source import Location

LONGEST: Final = 200
MOST: Final = 2_000
SHOWN: Final = frozenset({"status", "redirects"})
"""What may be shown of an answer: of all else there are as many texts as answers, and secrets may be in them."""
OTHERS: Final = "another failure"


class Failures:
    """Makes each text once. ``redactor`` knows the secrets that were there before the test."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._texts: dict[tuple[str, Location | None, str], str] = {}

    def text(self, planned: Planned, result: RequestResult) -> str:
        """What there is to say of a request that did not pass."""
        check = next(iter(result.failed_checks), None)
        if check is None:
            error = result.error
            shown = f"{error.kind}: {error.message}" if error is not None else "no usable response"
            return self._made(planned, ("", None, shown), shown)
        got = check.got if check.subject in SHOWN else ""
        return self._made(planned, (check.subject, check.location, got), _told(check, got))

    def _made(self, planned: Planned, key: tuple[str, Location | None, str], text: str) -> str:
        known = self._texts.get(key)
        if known is not None:
            return known
        if len(self._texts) >= MOST:
            return OTHERS
        own = Redactor()
        for value in planned.scope.variables.secret_texts().values():
            own.add(value)
        shown = printable(own.text(self._redactor.text(" ".join(text.split()))))
        found = self._texts[key] = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
        return found


def _told(check: Check, got: str) -> str:
    place = f" ({check.location})" if check.location is not None else ""
    expected = f": expected {check.expected}" if check.expected else ""
    return f"{check.subject}{expected}{f', got {got}' if got else ''}{place}"
