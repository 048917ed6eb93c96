"""The exchanges of a recording while they are asked for: each once and in order, or again and again for a server."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

from runner.messages import Request
from runner.recording.entry import NOBODY, Entry, Owner, Recording
from runner.recording.likeness import Comparison, Difference, Taken, compare, taken

SHOWN = 100
"""Characters of a value that a message quotes."""
MOST = 3
"""Differences that a message tells."""


class Found(NamedTuple):
    """The exchange that answers, or why there is none: what happened and what to do about it."""

    entry: Entry | None
    message: str = ""
    hint: str = ""


class Shelf:
    """Any thread may ask. ``again`` gives the last fitting exchange once more where none is left; ``anywhere`` takes no
    account of the server's address."""

    def __init__(self, recording: Recording, *, again: bool = False, anywhere: bool = False) -> None:
        self._name = recording.name
        self._entries = recording.entries
        self._taken = [taken(one.request) for one in recording.entries]
        self._again = again
        self._anywhere = anywhere
        self._used: set[int] = set()
        self._lock = Lock()

    def take(self, request: Request, owner: Owner = NOBODY) -> Found:
        """The next exchange that fits ``request``; those that were sent for ``owner`` come before all others."""
        sent = taken(request)
        with self._lock:
            compared = self._compared(sent, whole=False)
            fitting = [number for number, one in enumerate(compared) if not one.differences]
            own = [number for number in fitting if owner != NOBODY and self._entries[number].owner == owner]
            candidates = own or fitting
            left = [number for number in candidates if number not in self._used]
            if left:
                chosen = min(left, key=lambda number: (compared[number].open, number))
                self._used.add(chosen)
                return Found(self._entries[chosen])
            if self._again and candidates:
                return Found(self._entries[candidates[-1]])
        if candidates:
            return self._spent(len(candidates))
        return self._unknown(request, self._compared(sent, whole=True))

    def left(self) -> Sequence[Entry]:
        """Those that nobody asked for."""
        with self._lock:
            return [one for number, one in enumerate(self._entries) if number not in self._used]

    def _compared(self, sent: Taken, *, whole: bool) -> list[Comparison]:
        return [
            compare(entry, recorded, sent, anywhere=self._anywhere, whole=whole)
            for entry, recorded in zip(self._entries, self._taken, strict=True)
        ]

    def _spent(self, count: int) -> Found:
        times = "once" if count == 1 else f"{count} times"
        return Found(
            None,
            f"{self._name} has no answer left for this request: it was sent {times} when that was recorded.",
            "Record it anew with --record if it is sent more often now.",
        )

    def _unknown(self, request: Request, compared: Sequence[Comparison]) -> Found:
        """What came nearest, and how it differs."""
        message = f"{self._name} has no answer to {request.method} {request.url}."

        def distance(number: int) -> tuple[int, int, bool]:
            hard = sum(one.place in ("method", "URL") for one in compared[number].differences)
            return hard, len(compared[number].differences), number in self._used

        nearest = min(range(len(compared)), key=distance)
        if distance(nearest)[0] > 1:
            return Found(None, message, "Nothing in it is like it. Record it anew with --record.")
        told = [_told(one) for one in compared[nearest].differences[:MOST]]
        more = len(compared[nearest].differences) - len(told)
        told += [f"and {more} more"] if more else []
        near = f"The nearest in it is {self._entries[nearest].shown}, but {'; '.join(told)}."
        return Found(None, message, f"{near} Record it anew with --record if the request is right.")


def _told(one: Difference) -> str:
    if one.sent is None:
        return f"{one.place} is not sent now ({_short(one.recorded)} then)"
    if one.recorded is None:
        return f"{one.place} was not sent then ({_short(one.sent)} now)"
    return f"{one.place} is {_short(one.sent)} now, {_short(one.recorded)} then"


def _short(text: str | None) -> str:
    text = text or '""'
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
