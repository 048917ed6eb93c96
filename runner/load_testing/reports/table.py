"""The rows that all reports show: requests with their percentiles, and the test piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from runner.load_testing.ledger import Slot
from runner.load_testing.measures import Measure, together
from runner.load_testing.record import LoadReport
from runner.load_testing.thresholds import format_time
from runner.units import format_duration

HEADINGS: Final = ("request", "count", "failed", "rps", "p50", "p90", "p95", "p99", "max")
TIMELINE: Final = ("from", "users", "count", "failed", "rps", "p50", "p95", "p99")
ALL: Final = "all"
MOST_PIECES: Final = 20
NOTHING: Final = "-"


def request_rows(report: LoadReport) -> Iterator[tuple[str, ...]]:
    """A row for each request, and one for all of them if there are several."""
    for name, measure in report.requests.items():
        yield (name, *_cells(measure, report.seconds), *_times(measure, (0.5, 0.9, 0.95, 0.99)), _time(_most(measure)))
    if len(report.requests) > 1:
        total = report.total
        yield (ALL, *_cells(total, report.seconds), *_times(total, (0.5, 0.9, 0.95, 0.99)), _time(_most(total)))


def time_rows(report: LoadReport) -> Iterator[tuple[str, ...]]:
    """A row for each piece of the test."""
    for slot in pieces(report):
        measure = together(slot.requests.values())
        seconds = slot_seconds(slot, report)
        start = f"{slot.start} s"
        yield (start, str(slot.users), *_cells(measure, seconds), *_times(measure, (0.5, 0.95, 0.99)))


def pieces(report: LoadReport, most: int = MOST_PIECES) -> list[Slot]:
    """The slots of a test, as many put together as it takes to have no more than ``most``."""
    slots = list(report.slots)
    size = -(-len(slots) // most) if slots else 1
    found = []
    for at in range(0, len(slots), size):
        group = slots[at : at + size]
        requests: dict[str, Measure] = {}
        for slot in group:
            for name, measure in slot.requests.items():
                requests.setdefault(name, Measure()).merge(measure)
        length = sum(slot.length for slot in group)
        found.append(Slot(group[0].start, length, max(slot.users for slot in group), requests))
    return found


def slot_seconds(slot: Slot, report: LoadReport) -> float:
    """How long a piece was: the last one may have been cut."""
    return min(float(slot.length), max(report.seconds - slot.start, 0.001))


def facts(report: LoadReport) -> Iterator[tuple[str, str]]:
    """What there is to say of the test as a whole."""
    yield "users", f"{report.users:,}"
    yield "duration", format_duration(report.seconds)
    yield "requests", f"{report.total.count:,}"
    yield "requests a second", f"{report.rate:,.1f}"
    yield "client", client_words(report)
    if report.processes > 1:
        yield "worker processes", str(report.processes)
    if report.skipped:
        yield "skipped", f"{report.skipped:,}"
    if report.cut:
        yield "cut off at the end", f"{report.cut:,}"
    if report.total.written and report.seconds > 0:
        yield "tokens written a second", f"{report.total.written / report.seconds:,.1f}"
    if report.total.waits:
        p50, p95 = report.total.wait_percentile(0.5), report.total.wait_percentile(0.95)
        yield "time to first content", f"p50 {_time(p50)}, p95 {_time(p95)}"


def client_words(report: LoadReport) -> str:
    """Which client sent how many."""
    used = {name: count for name, count in report.clients.items() if count}
    if len(used) < 2:
        return next(iter(used), "none")
    return ", ".join(f"{name} ({count:,})" for name, count in used.items())


def moment(seconds: float) -> str:
    """A time of day, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _cells(measure: Measure, seconds: float) -> tuple[str, str, str]:
    rate = measure.count / seconds if seconds > 0 else 0.0
    return f"{measure.count:,}", f"{measure.failed:,}", f"{rate:,.1f}"


def _times(measure: Measure, parts: tuple[float, ...]) -> tuple[str, ...]:
    return tuple(_time(measure.percentile(part)) for part in parts)


def _most(measure: Measure) -> float | None:
    return measure.most if measure.count else None


def _time(seconds: float | None) -> str:
    return NOTHING if seconds is None else format_time(seconds)
