"""What the engine tells while it runs: a closed union of plain values; it does not know who listens."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from runner.results import RequestResult, RunResult


class RunStarted(NamedTuple):
    """``requests`` is how many are planned in all files."""

    requests: int


class FileStarted(NamedTuple):
    """``file`` as the user names it, ``name`` as the collection calls itself (may be empty). ``skipped`` is why
    none of its requests runs. ``names`` and ``targets`` are what its lines will show, as far as it is known
    beforehand (a placeholder may still stand in a target), each once. ``row`` names the data row that it runs with,
    ``round`` the repetition."""

    file: str
    name: str
    skipped: str = ""
    names: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    row: str = ""
    round: str = ""


class RequestStarted(NamedTuple):
    """Told just before a request is sent; ``number`` counts from 1 over all that is planned. Several may be under
    way, also of files that are not started for the listener yet."""

    number: int
    name: str


class TextArrived(NamedTuple):
    """A piece of the text of a stream that is coming, told if the run is asked to; of one request at a time."""

    text: str


class RequestEnded(NamedTuple):
    """Told as soon as a request that was started has its verdict."""

    number: int


class RequestFinished(NamedTuple):
    """The verdict, told for every planned request, skipped ones too, in the order of the files."""

    number: int
    result: RequestResult


class FileFinished(NamedTuple):
    """All requests of a file are told."""

    file: str
    row: str = ""


class RunFinished(NamedTuple):
    """Always the last event, after an interrupt too."""

    result: RunResult


Event: TypeAlias = (
    RunStarted
    | FileStarted
    | RequestStarted
    | TextArrived
    | RequestEnded
    | RequestFinished
    | FileFinished
    | RunFinished
)
Listener: TypeAlias = Callable[[Event], None]
