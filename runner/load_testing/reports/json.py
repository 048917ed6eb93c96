"""A load test as JSON, by the schema in ``load-report.schema.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from runner import __version__
from runner.load_testing.ledger import Slot
from runner.load_testing.measures import Measure, Times, together
from runner.load_testing.record import LoadReport, verdict
from runner.load_testing.reports.table import slot_seconds
from runner.usage import ModelSum

FORMAT: Final = "collection-runner-load"
VERSION: Final = 1
PARTS: Final = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}


def render_json(report: LoadReport) -> Iterator[str]:
    """The whole document."""
    yield json.dumps(document(report), ensure_ascii=False, indent=2)
    yield "\n"


def document(report: LoadReport) -> dict[str, object]:
    """As plain values; times in milliseconds."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "runner": __version__,
        "verdict": verdict(report),
        "exit_code": int(report.exit_code),
        "started": datetime.fromtimestamp(report.started, UTC).isoformat(timespec="milliseconds"),
        "seconds": round(report.seconds, 3),
        "users": report.users,
        "processes": report.processes,
        "clients": dict(report.clients),
        "stopped": report.stopped,
        "notes": list(report.notes),
        "skipped": report.skipped,
        "cut_off": report.cut,
        "total": _numbers(report.total, report.seconds),
        "requests": [{"name": name, **_numbers(one, report.seconds)} for name, one in report.requests.items()],
        "timeline": [_slot(slot, report) for slot in report.slots],
        "thresholds": [
            {"threshold": one.threshold, "met": one.met, "measured": one.measured, "shown": one.shown}
            for one in report.outcomes
        ],
        "failures": [{"request": one.request, "message": one.why, "count": one.times} for one in report.failures],
        "models": [_model(one, report.seconds) for one in report.models],
    }


def _slot(slot: Slot, report: LoadReport) -> dict[str, object]:
    seconds = slot_seconds(slot, report)
    return {
        "from": slot.start,
        "seconds": round(seconds, 3),
        "users": slot.users,
        **_numbers(together(slot.requests.values()), seconds),
        "requests": [{"name": name, **_numbers(one, seconds)} for name, one in slot.requests.items()],
    }


def _numbers(measure: Measure, seconds: float) -> dict[str, object]:
    found: dict[str, object] = {
        "count": measure.count,
        "failed": measure.failed,
        "unanswered": measure.unanswered,
        "rps": round(measure.count / seconds, 3) if seconds > 0 else 0.0,
        "bytes": measure.size,
        **_times(measure.times),
    }
    if measure.silences.count:
        found["unanswered_after"] = _times(measure.silences)
    if measure.waits.count:
        found["first_content"] = _percentiles(measure.waits)
    if measure.written:
        found["tokens_written"] = measure.written
        found["tokens_per_second"] = round(measure.written / seconds, 3) if seconds > 0 else None
    return found


def _times(times: Times) -> dict[str, object]:
    return {
        "mean": _milliseconds(times.mean),
        "min": _milliseconds(times.shortest),
        "max": _milliseconds(times.longest),
        **_percentiles(times),
    }


def _percentiles(times: Times) -> dict[str, object]:
    return {name: _milliseconds(times.percentile(part)) for name, part in PARTS.items()}


def _model(one: ModelSum, seconds: float) -> dict[str, object]:
    return {
        "model": one.model,
        "requests": one.requests,
        "passed": one.passed,
        "tokens": one.tokens,
        "cost": None if one.cost is None or one.unpriced or one.untold else float(one.cost),
        "tokens_per_second": round(one.completion_tokens / seconds, 3) if seconds > 0 else None,
        "tokens_per_second_of_an_answer": round(one.completion_tokens / one.seconds, 3) if one.seconds else None,
        "first_content": _milliseconds(one.waited / one.waits if one.waits else None),
    }


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)
