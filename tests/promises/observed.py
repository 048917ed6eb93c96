"""Runs the program in a process of its own and writes down what it does to the system, from an audit hook: code that is
run from text, processes, connections, files outside of what is named. Usage: ``observed.py LOG FOLDER ARGUMENTS…``."""

from __future__ import annotations

import json
import os
import sys
import sysconfig
import time
from pathlib import Path
from types import CodeType
from typing import Final, NoReturn

ROOT: Final = Path(__file__).resolve().parents[2]
PYTHON: Final = tuple(
    {*map(os.path.realpath, (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())), str(ROOT / "runner")}
)
"""Where code may come from."""
SYSTEM: Final = ("/etc/", "/usr/share/", "/usr/lib/", "/usr/local/share/", "/dev/", "/proc/", "/sys/")
"""What any process reads: trusted certificates, names of hosts, time zones, what the machine is."""
MAKES_CODE: Final = (
    "/collections/__init__.py",
    "/dataclasses.py",
    "/typing.py",
    "/inspect.py",
    "/attr/_make.py",
    "/typing_objects.py",
)
"""Modules that make methods of classes, and values of type hints, from text that stands in code."""
PROCESSES: Final = frozenset(
    ("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "subprocess.Popen")
)


class Observer:
    """What is written down: one line of JSON each. ``folder`` is where the program may read."""

    def __init__(self, log: int, folder: str) -> None:
        self._log = log
        self._near = (*PYTHON, folder)
        self._busy = False

    def hear(self, event: str, args: tuple[object, ...]) -> None:
        """The audit hook; what it does itself it does not hear."""
        if self._busy:
            return
        self._busy = True
        try:
            if event == "open":
                self._opened(args[0])
            elif event == "exec":
                self._executed(args[0])
            elif event == "socket.connect":
                self._tell("connect", str(args[1]))
            elif event in PROCESSES:
                self._tell("process", f"{event} {args[:2]}")
        finally:
            self._busy = False

    def end(self) -> None:
        """The most memory that the process had, in kilobytes."""
        status = Path("/proc/self/status").read_text("ascii")
        self._tell("peak", status.partition("VmHWM:")[2].split()[0])

    def begin(self) -> None:
        """When the program's own work begins, on the clock that all processes share."""
        self._tell("began", repr(time.monotonic()))

    def _opened(self, path: object) -> None:
        if isinstance(path, str | bytes):
            real = os.path.realpath(os.fsdecode(path))
            if not real.startswith(SYSTEM) and not any(real == one or real.startswith(one + "/") for one in self._near):
                self._tell("open", real)

    def _executed(self, code: object) -> None:
        """Code of installed modules is what imports run; other code is text that somebody compiled."""
        name = code.co_filename if isinstance(code, CodeType) else "text"
        if not name.startswith(PYTHON) and not name.startswith("<frozen "):
            caller = os.path.realpath(sys._getframe(2).f_code.co_filename)  # noqa: SLF001  # nothing else says who asked
            if not caller.endswith(MAKES_CODE):
                self._tell("exec", f"{name} in {caller}")

    def _tell(self, kind: str, what: str) -> None:
        os.write(self._log, json.dumps([kind, what]).encode() + b"\n")


def main() -> None:
    """Be the program, observed."""
    log, folder = sys.argv[1:3]
    observer = Observer(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), os.path.realpath(folder))
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
