"""The exchanges of a recording while they are asked for: each once and in order, or again and again for a server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
        self._by_owner: dict[Owner, list[int]] = {}
        self._by_key: dict[str, list[int]] = {}
        for number, entry in enumerate(self._entries):
            self._by_owner.setdefault(entry.owner, []).append(number)
            self._by_key.setdefault(self._taken[number].key(anywhere=anywhere), []).append(number)

    def take(self, request: Request, owner: Owner = NOBODY) -> Found:
        """The next exchange that fits ``request``; those that were sent for ``owner`` come before all others."""
        sent = taken(request)
        with self._lock:
            own = self._by_owner.get(owner, []) if owner != NOBODY else []
            fitting = self._fitting(own, sent)
            if not fitting:
                equal = self._by_key.get(sent.key(anywhere=self._anywhere), [])
                if any(number not in self._used for number in equal):  # nothing fits better
                    fitting = [(0, number) for number in equal]
                else:
                    fitting = self._fitting(range(len(self._entries)), sent)
            left = [one for one in fitting if one[1] not in self._used]
            if left:
                _, chosen = min(left)
                self._used.add(chosen)
                return Found(self._entries[chosen])
            if self._again and fitting:
                return Found(self._entries[max(number for _, number in fitting)])
        return self._spent(len(fitting)) if fitting else self._unknown(request, sent)

    def _fitting(self, numbers: Iterable[int], sent: Taken) -> list[tuple[int, int]]:
        """Those that fit, each with how many of its values fit only as what they are."""
        compared = ((self._compare(number, sent, whole=False), number) for number in numbers)
        return [(one.open, number) for one, number in compared if not one.differences]

    def _compare(self, number: int, sent: Taken, *, whole: bool) -> Comparison:
        entry, recorded = self._entries[number], self._taken[number]
        return compare(entry, recorded, sent, anywhere=self._anywhere, whole=whole)

    def left(self) -> Sequence[Entry]:
        """Those that nobody asked for."""
        with self._lock:
            return [one for number, one in enumerate(self._entries) if number not in self._used]

    def _spent(self, count: int) -> Found:
        times = "once" if count == 1 else f"{count} times"
        return Found(
            None,
            f"{self._name} has no answer left for this request: it was sent {times} when that was recorded.",
            "Record it anew with --record if it is sent more often now.",
        )

    def _unknown(self, request: Request, sent: Taken) -> Found:
        """What came nearest, and how it differs."""
        compared = [self._compare(number, sent, whole=True) for number in range(len(self._entries))]
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
    text = text.encode("utf-8", "backslashreplace").decode() if text else '""'  # a byte may be no text
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
