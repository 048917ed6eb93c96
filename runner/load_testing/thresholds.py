"""What was measured, held against what must hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from runner.load_plan import PERCENTILE, SHARE, TIMES, Threshold
from runner.load_testing.measures import Measure, together
from runner.load_testing.record import Outcome
from runner.units import format_duration
from runner.usage import ModelSum, dollars

NOTHING: Final = "nothing was measured"
UNANSWERED: Final = "nothing was answered"
WAIT: Final = "first_content_"
LEAST: Final = 0.0
MOST: Final = 1.0
"""A percentile is known to two percent: a threshold is held against that end of it where it is harder to meet."""


class Measured(NamedTuple):
    """What there is at the end. ``files`` are the requests of each file, by their titles; ``waiting`` is how long those
    had been waited for, at least, that were cut off."""

    requests: Mapping[str, Measure]
    seconds: float
    models: Sequence[ModelSum]
    files: Mapping[str, Sequence[str]]
    waiting: Mapping[str, Measure] = MappingProxyType({})

    def of(self, threshold: Threshold) -> Measure:
        """What a threshold is about."""
        return _about(threshold, self.requests, self.files)

    def waiting_of(self, threshold: Threshold) -> Measure:
        """What of it was cut off, if the threshold is one that longer times may break."""
        metric = threshold.metric
        if not _is_time(metric) or metric.startswith(WAIT) or threshold.operator not in ("lt", "lte"):
            return Measure()
        return _about(threshold, self.waiting, self.files)

    @property
    def cost(self) -> Decimal | None:
        """What models cost; None if that is not known of all, or none was asked."""
        told = [one for one in self.models if one.answers or one.untold]
        if not told or any(one.unpriced or one.untold or one.cost is None for one in told):
            return None
        return sum((one.cost for one in told if one.cost is not None), Decimal(0))


def _about(threshold: Threshold, requests: Mapping[str, Measure], files: Mapping[str, Sequence[str]]) -> Measure:
    if threshold.request:
        return requests.get(threshold.request, Measure())
    titles = files[threshold.file] if threshold.file else tuple(requests)
    return together(requests[title] for title in titles if title in requests)


def with_default(thresholds: Iterable[Threshold], files: Iterable[str]) -> list[Threshold]:
    """Where nothing is said of all failures, there may be none. ``files`` are several, or one that is empty."""
    found = list(thresholds)
    if any(one.metric == SHARE and not one.request and not one.file for one in found):
        return found
    for file in files:
        if not any(one.metric == SHARE and not one.request and one.file == file for one in found):
            found.append(Threshold(SHARE, "lte", 0.0, "0", file=file))
    return found


def judge(thresholds: Iterable[Threshold], measured: Measured) -> list[Outcome]:
    """Whether each of them is met."""
    return [_judged(one, measured) for one in thresholds]


def _judged(threshold: Threshold, measured: Measured) -> Outcome:
    waiting = measured.waiting_of(threshold)
    measure = together((measured.of(threshold), waiting))
    value = _value(threshold, measure, measured)
    about = f"{threshold.file}: " if threshold.file and not threshold.request else ""
    if value is None:
        return Outcome(about + threshold.text, None, NOTHING, met=False)
    answered = measured.of(threshold)
    if _needs_answers(threshold.metric) and answered.count == answered.unanswered:
        return Outcome(about + threshold.text, None, UNANSWERED, met=False)
    shown = _shown(threshold, value) + (", with those that were cut off" if waiting.count else "")
    if answered.unanswered and _is_time(threshold.metric):
        shown += f", {answered.unanswered:,} of {answered.count:,} without an answer"
    reported = round(value * 1000, 3) if _is_time(threshold.metric) else value
    return Outcome(about + threshold.text, reported, shown, threshold.holds(value))


def _is_time(metric: str) -> bool:
    return metric in TIMES or PERCENTILE.fullmatch(metric) is not None


def _needs_answers(metric: str) -> bool:
    """Whether it says nothing of a server that refuses every connection, however quickly."""
    return metric == "rps" or _is_time(metric)


def _value(threshold: Threshold, measure: Measure, measured: Measured) -> float | None:
    metric = threshold.metric
    percentile = PERCENTILE.fullmatch(metric)
    if percentile is not None:
        part = float(percentile[1]) / 100
        at = MOST if threshold.operator in ("lt", "lte") else LEAST
        return measure.wait_percentile(part, at) if metric.startswith(WAIT) else measure.percentile(part, at)
    if metric == "requests":
        return float(measure.count)
    if metric == "cost":
        return None if measured.cost is None else float(measured.cost)
    if not measure.count or measured.seconds <= 0:
        return None
    found = {
        "mean": measure.mean,
        "max": measure.most,
        "rps": measure.count / measured.seconds,
        "tokens_per_second": measure.written / measured.seconds if measure.written else None,
        SHARE: measure.failed / measure.count if threshold.share else float(measure.failed),
    }
    return found[metric]


def _shown(threshold: Threshold, value: float) -> str:
    metric = threshold.metric
    if _is_time(metric):
        return format_time(value)
    if metric == "cost":
        return dollars(Decimal(repr(value)))
    if metric == SHARE and threshold.share:
        return format_share(value)
    return f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:.1f}"


def format_time(seconds: float) -> str:
    """As reports write durations, with parts of milliseconds where there are few."""
    if seconds >= 0.01:
        return format_duration(seconds)
    return f"{seconds * 1000:.1f} ms" if seconds >= 0.001 else f"{seconds * 1000:.2f} ms"


def format_share(share: float) -> str:
    """``0%``, ``0.03%``, ``12.5%``: never rounded to nothing, or to all."""
    percent = share * 100
    if percent in (0.0, 100.0):
        return f"{percent:.0f}%"
    if percent < 0.01:
        return "less than 0.01%"
    return f"{min(percent, 99.99):.2f}%".replace(".00%", "%") if percent < 1 or percent > 99 else f"{percent:.1f}%"
