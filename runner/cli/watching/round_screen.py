"""What ``--watch`` shows around its rounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from runner.cli.arguments import RunArguments
from runner.cli.context import Context
from runner.disk import exists
from runner.report.style import printable, use_progress

MOST_NAMED: Final = 3
TOP: Final = "\x1b[H\x1b[J"
SEPARATOR: Final = " · "


class RoundScreen:
    """On a terminal each round has the screen for itself; what was there can be scrolled back to. Elsewhere a line
    stands between the rounds."""

    def __init__(self, arguments: RunArguments, context: Context) -> None:
        self._context = context
        self._style = context.style(context.stdout, arguments.color)
        self._terminal = use_progress(context.environ, is_terminal=context.stdout.isatty())
        self._waiting = ""

    def begin(self, saved: Sequence[str], files: int, *, unchanged: bool = False) -> None:
        """The line above a round; none before the first where there is no terminal."""
        now = datetime.fromtimestamp(self._context.clock.now(), UTC).astimezone()
        what = [*self._named(saved), *(["nothing changed"] if unchanged else [])] if saved else [_count(files)]
        line = SEPARATOR.join([f"{now:%H:%M:%S}", *what])
        if self._terminal:
            lines = self._context.lines()
            self._context.tell("\n" * lines + TOP + self._style.paint("dim", line))
        elif saved:
            self._context.tell(f"--- {line}")

    def nothing(self) -> None:
        """For a round in which there is nothing to send."""
        self._context.tell("Nothing to run: no request is new or changed.")

    def wait(self, files: int, others: int) -> None:
        """The line below a round. It is not for a file or a program that takes the results."""
        failed = f"{others} other{'s' if others > 1 else ''} failed earlier" if others else ""
        line = SEPARATOR.join(filter(None, [f"watching {_count(files)}", failed, "Ctrl-C ends it"]))
        if self._terminal:
            self._context.tell(f"\n{self._style.paint('dim', line)}")
        elif line != self._waiting:
            self._context.warn(line)
        self._waiting = line

    def end(self) -> None:
        """After what the terminal shows of Ctrl-C."""
        if self._terminal:
            self._context.tell("")

    def _named(self, saved: Sequence[str]) -> list[str]:
        there = [name for name in saved if exists(self._context.working / name)]
        gone = [name for name in saved if name not in there]
        return [f"{word} {_listed(names)}" for word, names in (("saved", there), ("gone:", gone)) if names]


def _count(files: int) -> str:
    return f"{files} file{'' if files == 1 else 's'}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(map(printable, names[:MOST_NAMED]))
    more = len(names) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
