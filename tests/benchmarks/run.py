"""Measures start-up, one request, many of them, many at once and loading, each beside a reference in the same minute.

    python tests/benchmarks/run.py

Prints medians, ratios and their bounds, and exits with 1 if one does not hold. Every pair is run in turns
(reference, runner, reference, runner …), so that what else the machine does hits both.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from runner.report.kinds import KINDS

HERE: Final = Path(__file__).parent
PYTHON: Final = sys.executable
RUNNER: Final = (PYTHON, "-m", "runner")
REFERENCE: Final = (PYTHON, str(HERE / "reference.py"))

HEAD: Final = """\
name: Benchmark
variables:
  BASE_URL: http://127.0.0.1:{port}
defaults:
  headers:
    Authorization: Bearer key-for-nobody
  timeout: 30s
requests:
"""
REQUEST: Final = """\
  - name: request {number}
    url: <<BASE_URL>>/v1/chat/completions
    json:
      model: gpt-4.1-mini
      temperature: 0
      messages:
        - {{role: system, content: You are a helpful assistant.}}
        - {{role: user, content: "Hello! I'm John, number {number}."}}
    expect:
      status: 200
      headers:
        content-type: {{contains: json}}
      schema: completion.schema.json
      json:
        $.choices[0].message.role: assistant
        $.choices: {{length: 1}}
        $.usage.total_tokens: {{type: integer, lte: 500}}
"""


SMALL: Final = """\
  - name: request {number}
    url: <<BASE_URL>>/items/{number}
    expect:
      status: 200
      json:
        $.id: {number}
        $.name: {{type: string}}
"""


PLAIN: Final = """\
  - {{name: request {number}, url: "<<BASE_URL>>/items/{number}", expect: {{json: {{$.object: chat.completion}}}}}}
"""
ROWS: Final = 100_000
WORKERS: Final = 16
DELAY: Final = 0.02


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process took: seconds of wall time, and megabytes at its largest."""

    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a figure and the bound that it must keep."""

    name: str
    reference: str
    measured: str
    figure: float
    bound: float
    unit: str

    @property
    def holds(self) -> bool:
        return self.figure <= self.bound


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of every process: compiled modules are kept, as they are for an installed program."""
    own = {"PYTHONPATH": str(HERE.parents[1]), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    return {**{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}, **own}


def measure(command: Sequence[str], folder: Path) -> Usage:
    """Run a command that must succeed."""
    environment = surroundings(folder)
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{output.read().decode()[-2000:]}")
    scale = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    return Usage(seconds, usage.ru_maxrss * scale / 1e6)


def pairs(
    reference: Sequence[str], command: Sequence[str], folder: Path, times: int
) -> tuple[list[Usage], list[Usage]]:
    """Both in turns, after one of each that does not count."""
    measure(reference, folder)
    measure(command, folder)
    runs = [(measure(reference, folder), measure(command, folder)) for _ in range(times)]
    return [one for one, _ in runs], [one for _, one in runs]


def ratio(name: str, results: tuple[list[Usage], list[Usage]], bound: float) -> Row:
    """Wall time as a multiple of the reference's."""
    reference, measured = (median(one.seconds for one in side) for side in results)
    figure = measured / reference
    return Row(name, f"{reference * 1000:.0f} ms", f"{measured * 1000:.0f} ms", figure, bound, "x")


def write_collection(folder: Path, name: str, port: int, count: int, request: str = REQUEST) -> str:
    text = HEAD.format(port=port) + "".join(request.format(number=number) for number in range(1, count + 1))
    (folder / name).write_text(text, encoding="utf-8")
    return name


def loading_seconds(folder: Path, name: str) -> float:
    command = (PYTHON, str(HERE / "loading.py"), name)
    environment = surroundings(folder)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


@contextmanager
def server(delay: float = 0.0) -> Iterator[int]:
    """The port of a fresh server in a process of its own, which answers after ``delay`` seconds."""
    command = (PYTHON, str(HERE / "server.py"), str(delay * 1000))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline() if process.stdout else "")
    finally:
        process.kill()
        process.communicate()


def rows(folder: Path) -> Iterator[Row]:
    """Every measurement, the quick ones first."""
    nothing = (PYTHON, "-c", "pass")
    yield ratio("runner --version, beside python -c pass", pairs(nothing, (*RUNNER, "--version"), folder, 15), 8)
    yield ratio("runner --help, beside python -c pass", pairs(nothing, (*RUNNER, "--help"), folder, 15), 10)
    with server() as port:
        one = write_collection(folder, "one.yaml", port, 1)
        many = write_collection(folder, "many.yaml", port, 1000)
        result = pairs((*REFERENCE, one), (*RUNNER, "run", one), folder, 11)
        yield ratio("one request, beside a script", result, 1.4)
        result = pairs((*REFERENCE, many), (*RUNNER, "run", many), folder, 3)
        yield ratio("1,000 requests, beside a script", result, 1.5)
        sizes = [max(one.megabytes for one in side) for side in result]
        yield Row("1,000 requests, memory", f"{sizes[0]:.0f} MB", f"{sizes[1]:.0f} MB", sizes[1], 100, " MB")
        yield from with_reports(folder, port)
        yield from memory(folder, port)
    with server(DELAY) as port:
        yield from at_once(folder, port)
    for name, request in (("small", SMALL), ("large", REQUEST)):
        huge = write_collection(folder, f"{name}.yaml", 9, 10_000, request)
        seconds = median(loading_seconds(folder, huge) for _ in range(5))
        yield Row(f"loading 10,000 {name} requests", "", f"{seconds * 1000:.0f} ms", seconds, 1, " s")
    yield formatting(folder)


def formatting(folder: Path) -> Row:
    """A file in which keys of every request are moved, start-up included."""
    seconds = []
    for _ in range(3):
        name = write_collection(folder, "untidy.yaml", 9, 5000)
        before = (folder / name).read_bytes()
        seconds.append(measure((*RUNNER, "format", name), folder).seconds)
        if (folder / name).read_bytes() == before:
            sys.exit(f"{name} was not formatted")
    return Row("formatting 5,000 requests", "", f"{median(seconds) * 1000:.0f} ms", median(seconds), 2, " s")


def memory(folder: Path, port: int) -> Iterator[Row]:
    """Many small requests: rows of data, and repetitions."""
    plain = write_collection(folder, "plain.yaml", port, 1, PLAIN)
    (folder / "rows.csv").write_text("N\n" + "".join(f"{number}\n" for number in range(ROWS)), encoding="utf-8")
    text = (folder / plain).read_text(encoding="utf-8").replace("items/1", "items/<<N>>")
    (folder / "rows.yaml").write_text(f"data: rows.csv\n{text}", encoding="utf-8")
    for name, command in (("rows", ("rows.yaml",)), ("repetitions", (plain, "--repeat", str(ROWS)))):
        used = measure((*RUNNER, "run", "-q", "-j", "4", *command), folder)
        shown = f"{used.seconds:.0f} s"
        yield Row(f"{ROWS:,} {name}, memory", "", shown, used.megabytes, 120, " MB")


def with_reports(folder: Path, port: int) -> Iterator[Row]:
    """Every kind of report in one run, beside the same run without."""
    many = write_collection(folder, "reported.yaml", port, 5000)
    plain = (*RUNNER, "run", "-q", many)
    reports = [f"--report={kind}={folder / kind}" for kind in KINDS]
    yield ratio("5,000 requests with every report", pairs(plain, (*plain, *reports), folder, 3), 1.3)


def at_once(folder: Path, port: int) -> Iterator[Row]:
    """A hundred requests that each take 20 ms, sixteen at a time, beside what they must take at least."""
    one = write_collection(folder, "one.yaml", port, 1, PLAIN)
    hundred = write_collection(folder, "hundred.yaml", port, 100, PLAIN)
    text = (folder / hundred).read_text(encoding="utf-8")
    (folder / hundred).write_text(f"parallel: true\n{text}", encoding="utf-8")
    (folder / "files").mkdir()
    for number in range(100):
        write_collection(folder / "files", f"{number}.yaml", port, 1, PLAIN)
    for name, path in (("one file", hundred), ("100 files", "files")):
        single, measured = pairs((*RUNNER, "run", "-q", one), (*RUNNER, "run", "-q", "-j16", path), folder, 7)
        least = 100 / WORKERS * DELAY + median(one.seconds for one in single)
        seconds = median(one.seconds for one in measured)
        shown = (f"{least * 1000:.0f} ms", f"{seconds * 1000:.0f} ms")
        yield Row(f"100 requests of {name}, -j 16", *shown, seconds / least, 1.3, "x")


def main() -> None:
    line = "{:<42} {:>10} {:>10} {:>9} {:>9}  {}"
    print(line.format("", "reference", "runner", "figure", "at most", ""))
    broken = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(HERE / "completion.schema.json", folder)
        for row in rows(folder):
            figures = (f"{row.figure:.2f}{row.unit}", f"{row.bound:g}{row.unit}")
            verdict = "ok" if row.holds else "TOO MUCH"
            print(line.format(row.name, row.reference, row.measured, *figures, verdict), flush=True)
            broken += not row.holds
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
