"""Where results are written, and the one live line below them, so that neither disturbs the other."""

from __future__ import annotations

import errno
from collections.abc import Callable
from threading import Lock
from typing import TextIO

from runner.errors import Terminated
from runner.report.cells import clip
from runner.report.style import encodable

ERASE = "\r\x1b[K"
HIDE_CURSOR = "\x1b[?25l"
SHOW_CURSOR = "\x1b[?25h"


class Screen:
    """Writes whole lines to ``out``; the line that may stand on ``live``, a terminal, makes way for them.

    ``columns`` tells the terminal's width at the moment of drawing. Safe to use from several threads.
    """

    def __init__(self, out: TextIO, live: TextIO | None = None, columns: Callable[[], int] = lambda: 80) -> None:
        self._out: TextIO | None = out
        self._encoding = out.encoding
        self._live = live
        self._columns = columns
        self._line = ""
        self._in_part = False
        self.broken: OSError | None = None
        """Why the results could not be written; the run and its reports go on all the same."""
        self._lock = Lock()

    @property
    def width(self) -> int:
        """How many columns the live line can take: in the last one it would wrap."""
        return max(1, self._columns() - 1)

    def write(self, text: str) -> None:
        """Write ``text``, whole lines, at once; the live line stays below it."""
        with self._lock:
            if self._in_part:
                text, self._in_part = "\n" + text, False
            elif self._line:
                self._draw(ERASE)
            self._put(encodable(text, self._encoding))
            if self._line:
                self._draw(self._line)

    def write_part(self, text: str) -> None:
        """Write a part of a line; while the line is not ended, the live line stays away."""
        with self._lock:
            if self._line:
                self._line = ""
                self._draw(ERASE + SHOW_CURSOR)
            self._put(encodable(text, self._encoding))
            self._in_part = not text.endswith("\n")

    def _put(self, text: str) -> None:
        if self._out is None:
            return
        try:
            self._out.write(text)
            self._out.flush()
        except (KeyboardInterrupt, Terminated):
            self._out = None  # a pipe that nobody reads: what ends the run now must not wait there again
            raise
        except BrokenPipeError:
            self._out = None  # whoever read has seen enough (``| head``); the run goes on
        except OSError as error:
            self._out = None
            if error.errno != errno.EIO:  # a terminal that was closed is no fault
                self.broken = error

    def show(self, line: str) -> None:
        """Put ``line`` in the place of the live line; an empty one takes it away."""
        if not line:
            self.clear()
        elif self._live is not None:
            with self._lock:
                if self._in_part:
                    return
                shown = encodable(clip(line, self.width), self._live.encoding)
                self._line = f"{HIDE_CURSOR}\r{shown}\x1b[K"
                self._draw(self._line)

    def clear(self) -> None:
        """Take the live line away and give the cursor back."""
        with self._lock:
            if self._line:
                self._line = ""
                self._draw(ERASE + SHOW_CURSOR)

    def _draw(self, text: str) -> None:
        if self._live is None:
            return
        try:
            self._live.write(text)
            self._live.flush()
        except (OSError, ValueError):
            self._live = None  # the terminal is gone; the run goes on without a live line
