"""What Ctrl-C, SIGTERM and a terminal that is closed do to a command: it ends in good order, and cleans up."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn, TypeAlias

from runner.errors import ExitCode, Terminated

Handler: TypeAlias = Callable[[int, FrameType | None], None]
CODES: Final = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
    **({signal.SIGHUP: ExitCode.TERMINATED} if hasattr(signal, "SIGHUP") else {}),  # the terminal was closed
}


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM and SIGHUP are raised as ``Terminated``, as Ctrl-C is as ``KeyboardInterrupt``."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        raise Terminated

    with _handling({one: end for one in CODES if one is not signal.SIGINT}):
        yield


@contextmanager
def noted(first: Callable[[ExitCode], None]) -> Iterator[list[ExitCode]]:
    """The first signal is told to ``first``; a second one is raised where the program stands. Which came is in the
    list, also what came too late to change anything."""
    seen: list[ExitCode] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        code = CODES[signal.Signals(number)]
        seen.append(code)
        if len(seen) > 1:
            raise KeyboardInterrupt if code is ExitCode.INTERRUPTED else Terminated
        first(code)

    with _handling(dict.fromkeys(CODES, interrupt)):
        yield seen


@contextmanager
def _handling(handlers: Mapping[signal.Signals, Handler]) -> Iterator[None]:
    """A signal that the process was started to ignore (``nohup``, a job in the background of a script) is still
    ignored."""
    heeded = [one for one in handlers if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, handlers[one]) for one in heeded}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
