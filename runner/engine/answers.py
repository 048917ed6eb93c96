"""Warnings about a model's answer: what no expectation looks at, and somebody should."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from runner.llm.answer import Doubt, doubts, error_in
from runner.messages import Response
from runner.model import Expectation
from runner.results import Check

EXPRESS: Final = frozenset({"equals", "one_of", "empty"})
"""Operators by which a file says that it knows what it gets."""


def answer_warnings(
    expectations: Iterable[Expectation], response: Response, checks: Sequence[Check], *, asked: bool
) -> tuple[str, ...]:
    """What is doubtful of an answer that has a status of success; nothing that the file expects in so many words.
    ``asked`` says that the request asked a model."""
    if not 200 <= response.status <= 299 or not _may_be_a_model(response) or response.document.error:
        return ()
    if response.stream is not None and (response.stream.fault or response.stream.error is not None):
        return ()  # it is told as a failure
    error = error_in(response.document.value) if asked else None
    if error is not None:
        key = error.place.rpartition(".")[2]
        looked_at = any(check.passed and check.subject.startswith("$") and key in check.subject for check in checks)
        return () if looked_at else (error.what,)
    express = {
        one.place.location
        for one in expectations
        if one.kind == "json"
        and one.matcher is not None
        and any(test.operator in EXPRESS for test in one.matcher.tests)
    }
    wanted = {check.subject for check in checks if check.passed and check.location in express}
    return tuple(doubt.what for doubt in doubts(response.document.value) if not _is_wanted(doubt, wanted))


def _may_be_a_model(response: Response) -> bool:
    """Whether it is JSON, or a stream of it, by its type: nothing else is read for a warning."""
    kind = (response.header("content-type") or "").lower()
    return "json" in kind or "event-stream" in kind


def _is_wanted(doubt: Doubt, wanted: set[str]) -> bool:
    """Whether a check that holds names the place, be it by ``$..finish_reason`` or ``$.choices[*].finish_reason``."""
    key = doubt.place.rpartition(".")[2]
    return any(subject == doubt.place or subject.endswith((f".{key}", f"['{key}']")) for subject in wanted)
