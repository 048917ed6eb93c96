"""Standard streams and places for reports that are closed, full, blocked, or something else than a file."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import Final

from runner.report.kinds import KINDS
from tests.promises.observe import Observed, finish
from tests.promises.system import COLLECTION, Lab, SystemFault
from tests.report_readers import READERS

STREAMS: Final = "standard streams"
DISK: Final = "disks"
PLACES: Final = "places of reports"
SAME: Final = "nothing changes"
FULL: Final = "the run goes on, every report is whole, it is told; exit code 70"
NO_ROOM: Final = "No space left on device"
LARGE: Final = "requests:\n" + "".join(
    f"  - {{name: r{n}, url: <<SERVER>>/{n}, expect: {{status: 201}}}}\n" for n in range(150)
)


def first_line(lab: Lab) -> Observed:
    """As ``| head -1``."""
    started = lab.start(stdout=subprocess.PIPE)
    assert started.process.stdout is not None
    line = started.process.stdout.readline()
    started.process.stdout.close()
    return finish(started)._replace(out=line)


def nobody_reads(lab: Lab) -> Observed:
    """A pipe that is full; Ctrl-C, and once more as the first cannot help."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        while True:
            os.write(writing, b"." * 4096)
    except BlockingIOError:
        os.set_blocking(writing, True)
    os.read(reading, 4096)  # there is room for the first results
    started = lab.start(stdout=writing)
    os.close(writing)
    lab.wait("/5")
    for _ in range(2):
        started.process.send_signal(signal.SIGINT)
        threading.Event().wait(0.5)  # two at once would be one
    seen = finish(started)
    os.close(reading)
    return seen


def read_pipe(lab: Lab) -> Observed:
    """The HTML report goes to a pipe that somebody reads."""
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append((lab.folder / "pipe").read_bytes()))
    reader.start()
    seen = finish(lab.start())
    reader.join()
    return seen._replace(reports={**seen.reports, "html": got[0]})


def at_pty(lab: Lab) -> Observed:
    """Standard input is a terminal, nothing else is."""
    primary, secondary = os.openpty()
    seen = finish(lab.start(stdin=secondary))
    os.close(primary)
    os.close(secondary)
    return seen


MOUNT: Final = """\
exec unshare -m sh -c '
    mount -t tmpfs -o %s none reports
    "$@"
    code=$?
    cp -r reports after
    exit $code
' sh "$@"
"""
"""``reports`` on a disk of its own, made with these options; what is on it in the end is in ``after``."""


def on_its_own_disk(lab: Lab) -> Observed:
    """What is in ``after`` counts as what was in ``reports``."""
    seen = finish(lab.start())
    after = {name.removeprefix("after/"): data for name, data in seen.files.items() if name.startswith("after/")}
    rest = {name: data for name, data in seen.files.items() if not name.startswith("after/")}
    left = {f"reports/{name}": data for name, data in after.items() if name not in KINDS}
    return seen._replace(reports={k: v for k, v in after.items() if k in KINDS}, files={**rest, **left})


def with_old(folder: Path) -> None:
    for kind in KINDS:
        (folder / "reports" / kind).write_text("old", encoding="utf-8")


def as_they_were(folder: Path) -> bool:
    """All old reports, and nothing beside them."""
    return {path.name: path.read_text("utf-8") for path in (folder / "reports").iterdir()} == dict.fromkeys(
        KINDS, "old"
    )


EVERY: Final = tuple(f"--report={kind}=reports/{kind}" for kind in KINDS)
"""Asked for by the fault itself, where ``reports`` is 0: none is expected."""


FAULTS: Final = (
    SystemFault("standard output closed", STREAMS, SAME, script="exec >&-"),
    SystemFault("standard error closed", STREAMS, SAME, 1, ("1 passed, 1 failed",), script="exec 2>&-"),
    SystemFault("both closed", STREAMS, SAME, script="exec >&- 2>&-"),
    SystemFault("all three closed", STREAMS, SAME, script="exec <&- >&- 2>&-"),
    SystemFault(
        "standard input closed, and a collection wanted from it",
        STREAMS,
        "a message, exit code 2",
        2,
        ("standard input, which is closed",),
        0,
        "exec <&-",
        options=("-",),
    ),
    SystemFault(
        "standard input is a terminal, and a collection wanted from it",
        STREAMS,
        "a message, exit code 2",
        2,
        ("which is the terminal",),
        0,
        options=("-",),
        happens=at_pty,
    ),
    SystemFault(
        "standard output full",
        STREAMS,
        FULL,
        70,
        (f"the output cannot be written: {NO_ROOM}",),
        script="exec >/dev/full",
        unwritable=True,
    ),
    SystemFault("standard error full", STREAMS, SAME, 1, ("1 passed, 1 failed",), script="exec 2>/dev/full"),
    SystemFault(
        "both full", STREAMS, "every report is whole; exit code 70", 70, script="exec >/dev/full 2>&1", unwritable=True
    ),
    SystemFault(
        "standard error full, and a file that is not there",
        STREAMS,
        "exit code 5",
        5,
        (),
        0,
        "exec 2>/dev/full",
        options=("none.yaml",),
    ),
    SystemFault(
        "standard error full, and an option that is none",
        STREAMS,
        "exit code 70",
        70,
        (),
        0,
        "exec 2>/dev/full",
        options=("--none",),
        unwritable=True,
    ),
    SystemFault(
        "standard output full, and help wanted",
        STREAMS,
        "a message, exit code 70",
        70,
        ("the output cannot be written",),
        0,
        "exec >/dev/full",
        options=("--help",),
        unwritable=True,
    ),
    SystemFault(
        "standard output a file that may not grow",
        STREAMS,
        FULL,
        70,
        ("the output cannot be written: File too large",),
        0,
        "trap '' XFSZ; ulimit -f 1; exec >grows",
        options=("-vv",),
        collection=LARGE,
        unwritable=True,
    ),
    SystemFault(
        "standard output closed after the first line (| head -1)",
        STREAMS,
        SAME,
        1,
        ("c.yaml · System",),
        happens=first_line,
    ),
    SystemFault(
        "standard output a pipe that nobody reads, and Ctrl-C twice",
        STREAMS,
        "the run ends, every report is whole",
        130,
        happens=nobody_reads,
        collection=LARGE,
    ),
    SystemFault(
        "a report to a full standard output",
        STREAMS,
        "it is told; exit code 70",
        70,
        (f"the report - cannot be written: {NO_ROOM}",),
        0,
        "exec >/dev/full",
        options=("--report", "json=-"),
        unwritable=True,
    ),
    *(
        SystemFault(
            f"the report {kind} goes to /dev/full",
            DISK,
            "it is told, the others are whole; exit code 70",
            70,
            (f"the report reports/{kind} cannot be written: {NO_ROOM}",),
            6,
            f"ln -s /dev/full reports/{kind}",
            unwritable=True,
        )
        for kind in KINDS
    ),
    *(
        SystemFault(
            f"no file may grow above {size} kB{', with old reports in place' if old else ''}",
            DISK,
            must,
            70,
            ("cannot be written: File too large",),
            reports,
            f"trap '' XFSZ; ulimit -f {2 * size}",
            prepare=with_old if old else lambda _folder: None,
            holds=as_they_were if old else lambda _folder: True,
            options=EVERY if old else (),
            annotations=11,
            unwritable=True,
            environ={"PYTHONDONTWRITEBYTECODE": "1"},
            collection=collection,
        )
        for size, old, must, reports, collection in (
            (1, True, "old reports as they were; exit code 70", 0, LARGE),
            (64, False, "reports are whole or absent; exit code 70", 6, COLLECTION),
        )
    ),
    SystemFault(
        "a disk of 16 kB for the reports",
        DISK,
        "they are whole or absent; exit code 70",
        70,
        (f"cannot be written: {NO_ROOM}",),
        0,
        MOUNT % "size=16k",
        collection=LARGE,
        happens=on_its_own_disk,
        options=EVERY,
        unwritable=True,
        root=True,
        annotations=11,
    ),
    SystemFault(
        "a device where the cache folder should be",
        DISK,
        SAME,
        1,
        ("1 passed, 1 failed", "-k wrong"),
        environ={"XDG_CACHE_HOME": "/dev/full"},
    ),
    SystemFault(
        "a job's summary that cannot be written",
        PLACES,
        "it is told, the exit code stays",
        1,
        ("Warning: the summary of the job cannot be written: Is a directory",),
        0,
        environ={"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "{folder}"},
    ),
    SystemFault(
        "a job's summary on a full disk",
        PLACES,
        "it is told, the exit code stays",
        1,
        (f"Warning: the summary of the job cannot be written: {NO_ROOM}",),
        0,
        environ={"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "/dev/full"},
    ),
    SystemFault(
        "the folder of reports is a file",
        PLACES,
        "told before anything is sent; exit code 2",
        2,
        ("Not a directory",),
        0,
        "rmdir reports; touch reports",
        options=("--report", "json=reports/json"),
    ),
    SystemFault(
        "the folder of reports is read-only",
        PLACES,
        "told before anything is sent; exit code 2",
        2,
        ("reports/json cannot be written: Read-only file system",),
        0,
        MOUNT % "ro",
        options=("--report", "json=reports/json"),
        root=True,
    ),
    SystemFault(
        "a report's place is a folder",
        PLACES,
        "told before anything is sent; exit code 2",
        2,
        ("Is a directory",),
        0,
        "mkdir reports/json",
        options=("--report", "json=reports/json"),
    ),
    SystemFault(
        "a report's place is a link to nowhere",
        PLACES,
        "told before anything is sent; exit code 2",
        2,
        ("No such file or directory",),
        0,
        "ln -s none/there reports/json",
        options=("--report", "json=reports/json"),
    ),
    SystemFault(
        "a report's place is a link to a new file",
        PLACES,
        "the file is made, the link stays",
        1,
        (),
        6,
        "ln -s ../there reports/html",
    ),
    SystemFault(
        "a report's place is a link to itself",
        PLACES,
        "told before anything is sent; exit code 2",
        2,
        ("cannot be written",),
        0,
        "ln -s json reports/json",
        options=("--report", "json=reports/json"),
    ),
    SystemFault(
        "a report goes to a pipe",
        PLACES,
        "who reads it has it whole",
        1,
        (),
        7,
        "ln -s ../pipe reports/html",
        prepare=lambda folder: os.mkfifo(folder / "pipe"),
        happens=read_pipe,
    ),
    SystemFault(
        "a report's path has 5,000 characters",
        PLACES,
        "told before anything is sent; exit code 2",
        2,
        ("File name too long",),
        0,
        options=("--report", "json=" + "x/" * 2500),
    ),
    SystemFault(
        "a report's name has 256 bytes",
        PLACES,
        "told before anything is sent; exit code 2",
        2,
        ("File name too long",),
        0,
        options=("--report", "json=" + "x" * 256),
    ),
    SystemFault(
        "a report's name has 255 bytes",
        PLACES,
        "it is written",
        1,
        (),
        0,
        options=("--report", "json=" + "x" * 255),
        holds=lambda folder: READERS["json"]((folder / ("x" * 255)).read_text("utf-8")) == 2,
    ),
    SystemFault(
        "one path for two reports",
        PLACES,
        "told before anything is sent; exit code 2",
        2,
        ("two reports go to reports/../reports/json",),
        0,
        options=("--report", "json=reports/json", "--report", "html=reports/../reports/json"),
    ),
)
