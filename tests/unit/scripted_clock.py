"""A clock for programs that wait: each wait is time for the next thing to happen, and takes none."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event

from runner.cli.watching.watched import INTERVAL
from tests.command import MOMENT


class ScriptedClock:
    """``waiting`` are things that happen one by one while nothing happens for long; ``settling`` while a save is
    under way. After the last of them comes Ctrl-C."""

    def __init__(self, *waiting: Callable[[], object], settling: tuple[Callable[[], object], ...] = ()) -> None:
        self.time = 0.0
        self._waiting = list(waiting)
        self._settling = list(settling)

    def now(self) -> float:
        return MOMENT + self.time

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float, stop: Event | None = None) -> None:  # noqa: ARG002  # as in Clock
        self.time += seconds
        if seconds < INTERVAL:
            if self._settling:
                self._settling.pop(0)()
        elif self._waiting:
            self._waiting.pop(0)()
        else:
            raise KeyboardInterrupt


class Editor:
    """Saves files in a folder, each time at another moment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._moment = 1_700_000_000

    def save(self, name: str, text: str) -> None:
        """Written in place."""
        (self.folder / name).write_text(text, encoding="utf-8")
        self.touch(name)

    def rename(self, name: str, text: str) -> None:
        """Written beside it and renamed."""
        self.save(f".{name}.swp", text)
        (self.folder / f".{name}.swp").replace(self.folder / name)

    def touch(self, name: str) -> None:
        self._moment += 1
        os.utime(self.folder / name, (self._moment, self._moment))

    def remove(self, name: str) -> None:
        (self.folder / name).unlink()

    def saving(self, name: str, text: str) -> Callable[[], None]:
        """For a script."""
        return lambda: self.save(name, text)

    def touching(self, name: str) -> Callable[[], None]:
        """For a script."""
        return lambda: self.touch(name)
