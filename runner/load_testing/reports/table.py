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

UNANSWERED: Final = "unanswered"
ALL: Final = "all"
MOST_PIECES: Final = 20
NOTHING: Final = "-"


def request_headings(report: LoadReport) -> tuple[str, ...]:
    """What stands above ``request_rows``."""
    return ("request", *_counted(report), "rps", "p50", "p90", "p95", "p99", "max")


def time_headings(report: LoadReport) -> tuple[str, ...]:
    """What stands above ``time_rows``."""
    return ("from", "users", *_counted(report), "rps", "p50", "p95", "p99")


def _counted(report: LoadReport) -> tuple[str, ...]:
    return ("count", "failed", UNANSWERED) if report.total.unanswered else ("count", "failed")


def request_rows(report: LoadReport) -> Iterator[tuple[str, ...]]:
    """A row for each request, and one for all of them if there are several."""
    rows = list(report.requests.items())
    for name, measure in [*rows, (ALL, report.total)] if len(rows) > 1 else rows:
        times = _times(measure, (0.5, 0.9, 0.95, 0.99))
        yield (name, *_cells(measure, report.seconds, report), *times, _time(measure.times.longest))


def time_rows(report: LoadReport) -> Iterator[tuple[str, ...]]:
    """A row for each piece of the test."""
    for slot in pieces(report):
        measure = together(slot.requests.values())
        seconds = slot_seconds(slot, report)
        start = f"{slot.start} s"
        yield (start, str(slot.users), *_cells(measure, seconds, report), *_times(measure, (0.5, 0.95, 0.99)))


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
    if report.total.waits.count:
        p50, p95 = report.total.waits.percentile(0.5), report.total.waits.percentile(0.95)
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


def _cells(measure: Measure, seconds: float, report: LoadReport) -> tuple[str, ...]:
    rate = measure.count / seconds if seconds > 0 else 0.0
    unanswered = (f"{measure.unanswered:,}",) if report.total.unanswered else ()
    return f"{measure.count:,}", f"{measure.failed:,}", *unanswered, f"{rate:,.1f}"


def _times(measure: Measure, parts: tuple[float, ...]) -> tuple[str, ...]:
    return tuple(_time(measure.times.percentile(part)) for part in parts)


def _time(seconds: float | None) -> str:
    return NOTHING if seconds is None else format_time(seconds)
