"""Terminals of odd kinds and sizes, and none at all."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from tests.promises.observe import Observed, finish
from tests.promises.system import Lab, SystemFault

GROUP: Final = "terminals"
OWN: Final = re.compile(r"\x1b\[(?:[0-9;]*m|K|\?25[lh])|\r")
"""What the program itself writes to steer a terminal."""


def sized(*sizes: tuple[int, int]) -> Callable[[Lab], Observed]:
    """On a terminal of the first of these sizes, lines and columns, then of the others, one after the other."""

    def happens(lab: Lab) -> Observed:
        primary, secondary = os.openpty()
        _resize(primary, sizes[0])
        started = lab.start(stdin=secondary, stdout=secondary, stderr=secondary, start_new_session=True)
        os.close(secondary)
        pieces: list[bytes] = []

        def read() -> None:
            with suppress(OSError):  # how a terminal says that nobody writes to it any more
                while piece := os.read(primary, 65536):
                    pieces.append(piece)

        reader = threading.Thread(target=read)
        reader.start()
        for size in sizes[1:]:
            lab.wait("/one")
            _resize(primary, size)
        seen = finish(started)
        reader.join()
        os.close(primary)
        shown = b"".join(pieces).decode()
        assert shown.rfind("\x1b[?25h") >= shown.rfind("\x1b[?25l"), "the cursor is hidden"
        return seen._replace(out=OWN.sub("", shown).encode())

    return happens


def _resize(terminal: int, size: tuple[int, int]) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))


def alone(lab: Lab) -> Observed:
    """Without a terminal that it could ask."""
    return finish(lab.start(start_new_session=True))


ENDS: Final = "the results are there, the cursor is shown again"
PASSED: Final = ("PASS", "FAIL")

FAULTS: Final = (
    SystemFault("no terminal at all (setsid)", GROUP, "nothing changes", 1, ("1 passed, 1 failed",), happens=alone),
    *(
        SystemFault(
            f"a terminal of {columns} columns and {lines} lines",
            GROUP,
            ENDS,
            1,
            PASSED,
            7,
            "",
            {"TERM": "xterm-256color"},
            happens=sized((lines, columns)),
        )
        for lines, columns in (
            (24, 0),
            (24, 1),
            (24, 2),
            (24, 10),
            (24, 20),
            (1, 80),
            (0, 0),
            (24, 10_000),
            (65_535, 65_535),
        )
    ),
    SystemFault(
        "a terminal that changes its size while it runs",
        GROUP,
        ENDS,
        1,
        PASSED,
        7,
        "",
        {"TERM": "xterm"},
        happens=sized((24, 80), (1, 1), (50, 200), (24, 3)),
    ),
    *(
        SystemFault(
            f"TERM={term}" if term else "TERM is not set",
            GROUP,
            ENDS,
            1,
            PASSED,
            7,
            "unset TERM" if not term else "",
            {"TERM": term},
            happens=sized((24, 80)),
        )
        for term in ("", "dumb", "nonsense", "xterm")
    ),
    SystemFault(
        "NO_COLOR on a terminal",
        GROUP,
        ENDS,
        1,
        PASSED,
        7,
        "",
        {"TERM": "xterm", "NO_COLOR": "1"},
        happens=sized((24, 80)),
    ),
    SystemFault(
        "COLUMNS and LINES that are no numbers",
        GROUP,
        ENDS,
        1,
        PASSED,
        7,
        "",
        {"TERM": "xterm", "COLUMNS": "wide", "LINES": "-5"},
        happens=sized((24, 80)),
    ),
)
