"""Access tokens of a run: one for the same settings, whoever asks for it first."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import NamedTuple

EARLY = 30.0
"""Seconds before its end at which a token is no longer used: it must live until the request has arrived."""
EARLY_PART = 0.1
"""The same for a short life, as a part of it."""


class Token(NamedTuple):
    """``ends`` is on the monotonic clock, None if the server did not say; ``refresh`` is what gets the next one."""

    access: str
    ends: float | None = None
    refresh: str = ""

    def has_ended(self, moment: float) -> bool:
        return self.ends is not None and moment >= self.ends


def end_of_life(moment: float, lifetime: float) -> float:
    """When a token that was given at ``moment`` is too old to be used."""
    return moment + lifetime - min(EARLY, lifetime * EARLY_PART)


class Slot:
    """The token of one group of settings. Who renews it holds the lock, so that others wait for the new one."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.token: Token | None = None


class Tokens:
    """All tokens of a run. ``stand_in`` is sent in place of any, without asking for one."""

    def __init__(self, stand_in: str = "") -> None:
        self.stand_in = stand_in
        self._slots: dict[Hashable, Slot] = {}
        self._lock = Lock()

    def slot(self, settings: Hashable) -> Slot:
        """The place of the token for these settings."""
        with self._lock:
            return self._slots.setdefault(settings, Slot())
