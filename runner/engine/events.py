"""What the engine tells while it runs: a closed union of plain values; it does not know who listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from runner.results import FileResult, RequestResult, RunResult


@dataclass(frozen=True, slots=True)
class RunStarted:
    """``requests`` is how many are planned in all files."""

    requests: int


@dataclass(frozen=True, slots=True)
class FileStarted:
    """``file`` as the user names it, ``name`` as the collection calls itself (may be empty)."""

    file: str
    name: str
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class RequestStarted:
    """Told just before a request is sent; ``number`` counts from 1 over the run."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class RequestFinished:
    """Told for every planned request, skipped ones too, in the order of the file."""

    number: int
    result: RequestResult


@dataclass(frozen=True, slots=True)
class FileFinished:
    """All requests of a file are told."""

    result: FileResult


@dataclass(frozen=True, slots=True)
class RunFinished:
    """Always the last event, after an interrupt too."""

    result: RunResult


Event: TypeAlias = RunStarted | FileStarted | RequestStarted | RequestFinished | FileFinished | RunFinished
Listener: TypeAlias = Callable[[Event], None]
