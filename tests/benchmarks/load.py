"""Measures load tests: the rate beside a user of Locust that is written by hand, and memory.

    python tests/benchmarks/load.py [SECONDS [ROUNDS]]

Each pair is run in turns, so that what else the machine does hits both. Exits with 1 if the rate is below 0.85 of that
of the other, or if memory grows.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
PYTHON: Final = sys.executable
USERS: Final = 10
LEAST: Final = 0.85
COLLECTION: Final = """\
name: Items
requests:
  - name: item
    url: {url}/items/7
    expect:
      status: 200
      json:
        $.name: a shop item
        $.price: {{gt: 0}}
        $.id: {{type: integer}}
"""


class Measured(NamedTuple):
    """Requests a second, microseconds of processor time for each, megabytes at a quarter of the time, at its end and at
    most, and how many requests there were."""

    rate: float
    each: float
    early: float = 0.0
    late: float = 0.0
    most: float = 0.0
    requests: int = 0


@contextmanager
def items() -> Iterator[str]:
    """The server."""
    with subprocess.Popen([PYTHON, str(HERE / "items.py")], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def by_hand(url: str, seconds: float, users: int = USERS) -> Measured:
    command = [PYTHON, str(HERE / "by_hand.py"), url, str(users), str(seconds)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert int(told[2]) == 0
    return Measured(float(told[0]), float(told[1]))


def by_runner(url: str, seconds: float, users: int = USERS, processes: int = 1) -> Measured:
    """The same by a collection; processor time is without that of starting, which a test of no length has as well."""
    start = _by_runner(url, 0.1, users, processes)
    found = _by_runner(url, seconds, users, processes)
    return found._replace(each=(found.each - start.each) / (found.requests - start.requests))


def _by_runner(url: str, seconds: float, users: int, processes: int) -> Measured:
    """With all the processor time that it took."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "items.yaml").write_text(COLLECTION.format(url=url), encoding="utf-8")
        command = [PYTHON, "-m", "runner", "load", "items.yaml", "--headless", "--users", str(users)]
        command += ["--run-time", f"{seconds}s", "--report", "json", "--processes", str(processes)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=folder, env=environ, stdout=pipe, stderr=pipe, text=True) as process:
            seen: list[float] = []
            watcher = threading.Thread(target=_watch, args=(process.pid, seen, process))
            watcher.start()
            out, err = process.communicate()
            watcher.join()
        assert process.returncode == 0, out + err
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        report = json.loads(Path(folder, "report.json").read_text(encoding="utf-8"))
    count = report["total"]["count"]
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(
        report["total"]["rps"],
        used * 1e6,
        seen[len(seen) // 4] if seen else 0.0,
        seen[-1] if seen else 0.0,
        max(seen, default=0.0),
        count,
    )


def _watch(pid: int, seen: list[float], process: subprocess.Popen[str]) -> None:
    """Note the memory of a process, and of those that it started, while it runs."""
    while process.poll() is None:
        total = sum(_resident(one) for one in (pid, *_children(pid)))
        if total:
            seen.append(total)
        time.sleep(0.25)


def _resident(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    line = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0")
    return int(line.split()[1]) / 1024


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]
    except OSError:
        return []


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with items() as url:
        pairs = [(by_hand(url, seconds), by_runner(url, seconds)) for _ in range(rounds)]
    hand, ours = (median(one.rate for one in column) for column in zip(*pairs, strict=True))
    ratio = median(mine.rate / other.rate for other, mine in pairs)
    print(f"by hand   {hand:8,.0f} requests a second, {median(one.each for one, _ in pairs):5.0f} µs each")
    print(f"by runner {ours:8,.0f} requests a second, {median(one.each for _, one in pairs):5.0f} µs each")
    print(f"ratio     {ratio:8.2f}, at least {LEAST}")
    early, late = (median(getattr(one, name) for _, one in pairs) for name in ("early", "late"))
    print(f"memory    {early:8.1f} MB early, {late:.1f} MB at the end")
    return int(ratio < LEAST or late > early * 1.1 + 5)


if __name__ == "__main__":
    sys.exit(main())
