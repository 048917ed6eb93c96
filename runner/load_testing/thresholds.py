"""What was measured, held against what must hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from runner.load_plan import PERCENTILE, SHARE, TIMES, Threshold
from runner.load_testing.measures import Measure, Times, of_all, together
from runner.load_testing.record import Outcome
from runner.units import format_duration
from runner.usage import ModelSum, dollars

NOTHING: Final = "nothing was measured"
UNANSWERED: Final = "nothing was answered"
WAIT: Final = "first_content_"
LEAST: Final = 0.0
MOST: Final = 1.0
"""A percentile is known to two percent: a threshold is held against that end of it where it is harder to meet."""
BELOW: Final = ("lt", "lte")


class Measured(NamedTuple):
    """What there is at the end. ``files`` are the requests of each file, by their titles; ``waiting`` is how long those
    had been waited for, at least, that were cut off."""

    requests: Mapping[str, Measure]
    seconds: float
    models: Sequence[ModelSum]
    files: Mapping[str, Sequence[str]]
    waiting: Mapping[str, Times] = MappingProxyType({})

    def of(self, threshold: Threshold) -> Measure:
        """What a threshold is about."""
        return together(self.requests[title] for title in self._titles(threshold) if title in self.requests)

    def waiting_of(self, threshold: Threshold) -> Times:
        """What of it was cut off, if the threshold is one that longer times may break."""
        metric = threshold.metric
        if not _is_time(metric) or metric.startswith(WAIT) or threshold.operator not in BELOW:
            return Times()
        return of_all(self.waiting[title] for title in self._titles(threshold) if title in self.waiting)

    def _titles(self, threshold: Threshold) -> Iterable[str]:
        """The requests that a threshold is about."""
        if threshold.request:
            return (threshold.request,)
        return self.files[threshold.file] if threshold.file else {**self.requests, **self.waiting}

    @property
    def cost(self) -> Decimal | None:
        """What models cost; None if that is not known of all, or none was asked."""
        told = [one for one in self.models if one.answers or one.untold]
        if not told or any(one.unpriced or one.untold or one.cost is None for one in told):
            return None
        return sum((one.cost for one in told if one.cost is not None), Decimal(0))


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
    text = f"{threshold.file}: {threshold.text}" if threshold.file and not threshold.request else threshold.text
    measure = measured.of(threshold)
    value, with_what = _value(threshold, measure, measured), ""
    if _is_of_answers(threshold.metric):
        waiting = measured.waiting_of(threshold)
        if not measure.times.count and (measure.count or waiting.count):
            return Outcome(text, None, UNANSWERED, met=False)
        value, with_what = _of_answers(threshold, measure, waiting, measured.seconds)
    if value is None:
        return Outcome(text, None, NOTHING, met=False)
    reported = round(value * 1000, 3) if _is_time(threshold.metric) else value
    return Outcome(text, reported, _shown(threshold, value) + with_what, threshold.holds(value))


def _of_answers(threshold: Threshold, measure: Measure, waiting: Times, seconds: float) -> tuple[float | None, str]:
    """What a threshold on times, or on the rate, is held against, and in words whether those without an answer count in
    it: they do where that makes it harder to meet. A refused connection is quick, one that is never answered is not."""
    answered = _of_times(threshold, measure.times, seconds)
    every = _of_times(threshold, of_all((measure.times, measure.silences, waiting)), seconds)
    if answered is None or every is None:
        return None, ""
    counts = every >= answered if threshold.operator in BELOW else every <= answered
    silent = f"the {measure.unanswered:,} of {measure.count:,} that nobody answered" if measure.unanswered else ""
    cut = "those that were cut off" if waiting.count else ""
    told = " and ".join(filter(None, (silent, cut)))
    return every if counts else answered, f", {'with' if counts else 'without'} {told}" if told else ""


def _of_times(threshold: Threshold, times: Times, seconds: float) -> float | None:
    metric = threshold.metric
    if metric == "rps":
        return times.count / seconds if times.count and seconds > 0 else None
    return _percentile(threshold, times) if metric not in TIMES else times.mean if metric == "mean" else times.longest


def _percentile(threshold: Threshold, times: Times) -> float | None:
    found = PERCENTILE.fullmatch(threshold.metric)
    at = MOST if threshold.operator in BELOW else LEAST
    return None if found is None else times.percentile(float(found[1]) / 100, at)


def _is_time(metric: str) -> bool:
    return metric in TIMES or PERCENTILE.fullmatch(metric) is not None


def _is_of_answers(metric: str) -> bool:
    """Whether it says nothing of a server that refuses every connection, however quickly."""
    return metric == "rps" or (_is_time(metric) and not metric.startswith(WAIT))


def _value(threshold: Threshold, measure: Measure, measured: Measured) -> float | None:
    """Of all other metrics."""
    metric = threshold.metric
    if metric.startswith(WAIT):
        return _percentile(threshold, measure.waits)
    if metric == "requests":
        return float(measure.count)
    if metric == "cost":
        return None if measured.cost is None else float(measured.cost)
    if not measure.count or measured.seconds <= 0:
        return None
    if metric == SHARE:
        return measure.failed / measure.count if threshold.share else float(measure.failed)
    return measure.written / measured.seconds if measure.written else None


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
