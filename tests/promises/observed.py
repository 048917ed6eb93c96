"""Runs the program in a process of its own and writes down what it does to the system, from an audit hook: code that is
run from text, processes, connections, files outside of what is named. Usage: ``observed.py LOG FOLDERS ARGUMENTS…``,
the folders in which it may read separated as in ``PATH``.

What audit hooks hear of are also moments at which something can be done to the process: ``OBSERVED_AT`` is a deed (the
name of a signal, ``hold`` for a thread that waits, or both with ``+`` between them), how many such events it waits for,
and text that is in the event, all if there is none: ``SIGKILL 2 os.rename``."""

from __future__ import annotations

import fcntl
import json
import mimetypes
import os
import signal
import sys
import sysconfig
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from types import CodeType
from typing import Final, NamedTuple, NoReturn

ROOT: Final = Path(__file__).resolve().parents[2]
PYTHON: Final = tuple(
    {*map(os.path.realpath, (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())), str(ROOT / "runner")}
)
"""Where code may come from."""
SYSTEM: Final = (*mimetypes.knownfiles, "/dev/null", "/dev/tty", "/dev/urandom", "/dev/zero", "/dev/full")
"""What any process reads: the types of files by their names, devices."""
MAKES_CODE: Final = ("/collections/__init__.py", "/dataclasses.py", "/typing.py", "/inspect.py", "/attr/_make.py",
                     "/typing_inspection/typing_objects.py")  # fmt: skip
"""Modules that make methods of classes, and values of type hints, from text that stands in code."""
CONNECTIONS: Final = ("socket.connect", "socket.sendto", "socket.sendmsg")
PROCESSES: Final = frozenset(
    ("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "subprocess.Popen")
)


HELD: Final = 30.0
"""Seconds for which a thread waits that is held: for what a test waits for at most."""


class Moment(NamedTuple):
    """When something happens to the process: at the event of this number that has ``text`` in it."""

    deeds: tuple[str, ...] = ()
    number: int = 0
    text: str = ""


def read_moment(text: str) -> Moment:
    """As ``OBSERVED_AT`` has it."""
    if not text:
        return Moment()
    deeds, number, *words = text.split(" ", 2)
    return Moment(tuple(deeds.split("+")), int(number), " ".join(words))


class Observer:
    """What is written down: one line of JSON each. ``folders`` are where the program may read."""

    def __init__(self, log: int, folders: Iterable[str], moment: Moment) -> None:
        self._log = log
        self._near = (*PYTHON, *folders)
        self._busy: set[int] = set()
        """The threads whose deed is being looked at."""
        self._connected = False
        self._moment = moment
        self._events = 0

    def hear(self, event: str, args: tuple[object, ...]) -> None:
        """The audit hook; what it does itself it does not hear."""
        thread = threading.get_ident()
        if thread in self._busy:
            return
        self._busy.add(thread)
        try:
            if event == "open":
                self._opened(args[0])
            elif event == "exec":
                self._executed(args[0])
            elif event in CONNECTIONS:
                if not self._connected:
                    self.begin()
                self._connected = True
                self._tell("connect", str(args[1]))
            elif event in PROCESSES:
                self._tell("process", f"{event} {args[:2]}")
        finally:
            self._busy.discard(thread)
        if not self._moment.text or self._moment.text in f"{event} {args[:1]}":
            self._events += 1
            if self._events == self._moment.number:
                self._act(f"{event} {args[:1]}")

    def _act(self, event: str) -> None:
        self._tell("moment", event[:200])
        for deed in self._moment.deeds:
            if deed == "hold":
                time.sleep(HELD)
            else:
                os.kill(os.getpid(), signal.Signals[deed])

    def end(self) -> None:
        """The most memory that the process had, in kilobytes."""
        self._busy.add(threading.get_ident())
        status = Path("/proc/self/status").read_text("ascii")
        self._tell("peak", status.partition("VmHWM:")[2].split()[0])
        self._tell("events", str(self._events))

    def begin(self) -> None:
        """When the program's own work begins, and then its first connection, on the clock that all processes share."""
        self._tell("began", repr(time.monotonic()))

    def _opened(self, path: object) -> None:
        if isinstance(path, str | bytes):
            real = os.path.realpath(os.fsdecode(path))
            if real not in SYSTEM and not any(real == one or real.startswith(one + "/") for one in self._near):
                self._tell("open", real)

    def _executed(self, code: object) -> None:
        """Code of installed modules is what imports run; other code is text that somebody compiled."""
        name = code.co_filename if isinstance(code, CodeType) else "text"
        if not name.startswith(tuple(f"{one}/" for one in PYTHON)) and not name.startswith("<frozen "):
            caller = os.path.realpath(sys._getframe(2).f_code.co_filename)  # noqa: SLF001  # nothing else says who asked
            if not caller.endswith(MAKES_CODE):
                self._tell("exec", f"{name} in {caller}")

    def _tell(self, kind: str, what: str) -> None:
        os.write(self._log, json.dumps([kind, what]).encode() + b"\n")


def main() -> None:
    """Be the program, observed."""
    log, folders = sys.argv[1:3]
    given = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    file = fcntl.fcntl(given, fcntl.F_DUPFD_CLOEXEC, 3)  # none of the standard streams, which may be closed
    os.fchmod(given, 0o600)  # whatever the umask is
    os.close(given)
    near = map(os.path.realpath, folders.split(os.pathsep))
    observer = Observer(file, near, read_moment(os.environ.pop("OBSERVED_AT", "")))
    leave = os._exit  # the program's own way out

    def ended(status: int) -> NoReturn:
        observer.end()
        leave(status)

    os._exit = ended
    sys.argv[:] = ["runner", *sys.argv[3:]]
    sys.addaudithook(observer.hear)
    observer.begin()
    from runner.__main__ import main as program  # noqa: PLC0415  # its imports are part of what is observed

    try:
        program()
    finally:
        observer.end()


if __name__ == "__main__":
    main()
