"""What a load test is to do and what must hold of it: users, time, weights, thresholds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from runner.node import is_number
from runner.units import DURATION_HINT, doubt, doubtful_seconds, format_duration, parse_duration

Operator = Literal["lt", "lte", "gt", "gte"]
SIGNS: Final[Mapping[Operator, str]] = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
OPERATORS: Final = tuple(SIGNS)
PERCENTILE: Final = re.compile(r"(?:first_content_)?p([0-9]{1,2}(?:\.[0-9]{1,2})?)")
TIMES: Final = ("mean", "max")
NUMBERS: Final = ("rps", "requests", "tokens_per_second", "cost")
SHARE: Final = "failures"
METRICS: Final = ("p50", "p95", "p99", *TIMES, SHARE, *NUMBERS, "first_content_p95")
"""Those that a hint names; any other percentile is one as well."""
WRITTEN: Final = re.compile(
    r"(?:(?P<request>.+?)\s*:\s*)?(?P<metric>[A-Za-z_][A-Za-z0-9_.]*?)\s*"
    r"(?:(?P<sign><=|>=|<|>)|\s(?P<word>lte|lt|gte|gt)\s)\s*(?P<value>[^<>]+?)",
    re.DOTALL,
)
NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
PERCENT: Final = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,9})?|100)\s*%")
HINT: Final = "Write METRIC < LIMIT in quotes: 'p95 < 800ms', 'failures < 1%', 'rps > 100'."


class BadThreshold(ValueError):
    """What is no threshold, and how to mend it; ``part`` says what of it is wrong."""

    def __init__(self, message: str, hint: str, part: Literal["metric", "operator", "limit"] = "metric") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.part = part


class Threshold(NamedTuple):
    """What must hold at the end. ``request`` is the name that it is about, empty for all; ``share`` says that the limit
    is a part of all requests, from 0 to 1; times are in seconds. ``file`` is the collection whose requests it is about,
    empty for those of all files."""

    metric: str
    operator: Operator
    limit: float
    shown: str
    share: bool = False
    request: str = ""
    file: str = ""

    @property
    def text(self) -> str:
        """``p95 < 800ms``, with the request's name before it if it is about one."""
        about = f"{self.request}: " if self.request else ""
        return f"{about}{self.metric} {SIGNS[self.operator]} {self.shown}"

    def holds(self, value: float) -> bool:
        """Whether a measured value is within the limit."""
        within = {
            "lt": value < self.limit,
            "lte": value <= self.limit,
            "gt": value > self.limit,
            "gte": value >= self.limit,
        }
        return within[self.operator]


class LoadPlan(NamedTuple):
    """What a collection says of its load test; None where it says nothing. ``seconds`` is how long it takes;
    ``weights`` are those of tags."""

    users: int | None = None
    spawn_rate: float | None = None
    seconds: float | None = None
    weights: Mapping[str, float] = MappingProxyType({})
    thresholds: tuple[Threshold, ...] = ()


def make_threshold(metric: str, operator: str, limit: object, request: str = "") -> Threshold:
    """The threshold, its parts checked; raises ``BadThreshold``. Numbers are no texts here."""
    percentile = PERCENTILE.fullmatch(metric)
    if percentile is None and metric not in (*TIMES, *NUMBERS, SHARE):
        raise BadThreshold(f'there is no metric "{metric}"', f"There are {', '.join(METRICS)}, and any percentile.")
    if percentile is not None and float(percentile[1]) == 0:
        raise BadThreshold(f'"{metric}" is no percentile', "Write one above 0 and below 100: p50, p95, p99.9.")
    word = next((one for one in OPERATORS if one == operator), None)
    if word is None:
        raise BadThreshold(f'"{operator}" is no comparison', f"There are {', '.join(OPERATORS)}.", "operator")
    if metric == SHARE:
        return Threshold(metric, word, *_part_or_count(limit), request=request)
    if percentile is not None or metric in TIMES:
        return Threshold(metric, word, *_duration(limit), request=request)
    return Threshold(metric, word, *_number(limit, metric), request=request)


def read_threshold(text: str) -> Threshold:
    """``p95 < 800ms``, ``NAME: p95 < 800ms``; raises ``BadThreshold``."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise BadThreshold("this is no threshold", HINT)
    sign = next((word for word, one in SIGNS.items() if one == found["sign"]), found["word"])
    value = found["value"].strip()
    limit = float(value) if NUMBER.fullmatch(value) else value
    return make_threshold(found["metric"], sign, limit, (found["request"] or "").strip())


def doubt_of(metric: str, limit: object) -> tuple[str, str] | None:
    """What is told of a limit of time that has no unit and is very long, and how to mend it."""
    is_time = metric in TIMES or PERCENTILE.fullmatch(metric) is not None
    seconds = doubtful_seconds(limit) if is_time else None
    return None if seconds is None else doubt(seconds)


def doubt_of_written(text: str) -> tuple[str, str] | None:
    """The same of a threshold as it is written on a command line."""
    found = WRITTEN.fullmatch(text.strip())
    return doubt_of(found["metric"], found["value"]) if found is not None else None


def _duration(limit: object) -> tuple[float, str]:
    try:
        seconds = parse_duration(limit)
    except ValueError as error:
        raise BadThreshold(f"the limit is a duration, and {error}", DURATION_HINT, "limit") from None
    return seconds, limit.strip() if isinstance(limit, str) else format_duration(seconds)


def _part_or_count(limit: object) -> tuple[float, str, bool]:
    part = PERCENT.fullmatch(limit.strip()) if isinstance(limit, str) else None
    if part is not None:
        return float(part[1]) / 100, f"{part[1]}%", True
    number = _finite(limit)
    if number is None:
        hint = "Write a part of all requests, 1%, or how many of them, 0."
        raise BadThreshold("the limit of failures is a part or a number", hint, "limit")
    return number, f"{number:g}", False


def _number(limit: object, metric: str) -> tuple[float, str]:
    number = _finite(limit)
    if number is None:
        hint = "Write dollars: 0.5." if metric == "cost" else "Write a number: 100."
        raise BadThreshold(f"the limit of {metric} is a number", hint, "limit")
    return number, f"{number:g}"


def _finite(value: object) -> float | None:
    """The number that a value is, none below zero."""
    if not is_number(value):
        return None
    return float(value) if 0 <= value < math.inf else None
