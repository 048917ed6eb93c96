"""Dynamic values: each occurrence of ``<<$guid>>`` and the like is a new one; time and randomness are passed in."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from runner.clock import Clock
from runner.node import Plain

DYNAMIC = ("$guid", "$timestamp", "$isoTimestamp", "$randomInt", "$randomHex")


class Generators:
    """Makes dynamic values from a clock and a source of randomness."""

    def __init__(self, clock: Clock, random: Random) -> None:
        self._clock = clock
        self._random = random

    def value(self, name: str) -> Plain:
        """A new value of the dynamic ``name``, one of ``DYNAMIC``."""
        if name == "$guid":
            return self._guid()
        if name == "$timestamp":
            return int(self._clock.now())
        if name == "$isoTimestamp":
            moment = datetime.fromtimestamp(self._clock.now(), UTC)
            return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if name == "$randomInt":
            return self._random.randint(0, 1000)
        return f"{self._random.getrandbits(64):016x}"

    def _guid(self) -> str:
        """A random UUID (RFC 9562, version 4)."""
        bits = self._random.getrandbits(128)
        bits = bits & ~(0xF << 76) | (0x4 << 76)
        bits = bits & ~(0x3 << 62) | (0x2 << 62)
        digits = f"{bits:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
