"""The text of streams as it arrives, on a terminal."""

from __future__ import annotations

from collections.abc import Callable

from runner.engine.events import Event, RequestEnded, RequestFinished, RunFinished, TextArrived
from runner.redact import Redactor
from runner.report.failure import INDENT
from runner.report.held import Held
from runner.report.style import TAB_WIDTH, printable


class LiveText:
    """A listener that hears events as they are: what it shows it masks itself, since a piece may hold half a secret.

    ``put`` writes a part of a line.
    """

    def __init__(self, put: Callable[[str], None], redactor: Redactor) -> None:
        self._put = put
        self._held = Held(redactor)
        self._in_line = False
        self._any = False

    def __call__(self, event: Event) -> None:
        match event:
            case TextArrived():
                self._any = True
                self._show(self._held.feed(event.text))
            case RequestEnded() | RequestFinished() | RunFinished() if self._any:
                self._show(self._held.finish())
                self._any = False
                if self._in_line:
                    self._break()
            case _:
                pass

    def _show(self, text: str) -> None:
        first, *more = text.replace("\r\n", "\n").split("\n")
        self._part(first)
        for line in more:
            self._break()
            self._part(line)

    def _part(self, text: str) -> None:
        if text:
            shown = printable(text.replace("\t", " " * TAB_WIDTH))
            self._put(shown if self._in_line else INDENT + shown)
            self._in_line = True

    def _break(self) -> None:
        self._put("\n")
        self._in_line = False
