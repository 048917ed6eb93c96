"""A collection that signs in by include, uploads, polls, looks and cleans up, against a service in another process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.import_server import PASSWORD, TOKEN

ROOT = Path(__file__).parents[1]
FILE = "collections/import-job.yaml"


@dataclass(frozen=True)
class Told:
    """What a run printed, its exit code, and what the service answered."""

    out: str
    err: str
    code: int
    answered: list[str]


@contextmanager
def service(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "tests/import_server.py", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def copied(folder: Path, *changes: tuple[str, str]) -> str:
    """The collection with all that it reads, some of its text replaced."""
    for name in ("import-job.yaml", "sign-in.yaml", "data/customers.csv"):
        text = (ROOT / "collections" / name).read_text("utf-8")
        for old, new in changes:
            text = text.replace(old, new)
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return str(folder / "import-job.yaml")


def flow(folder: Path, *arguments: str, file: str = FILE, dies_at: int = 0) -> Told:
    with service(str(dies_at)) as (process, url):
        command = [sys.executable, "-m", "runner", "run", file, *arguments]
        environ = {**os.environ, "BASE_URL": url, "PASSWORD": PASSWORD, "XDG_CACHE_HOME": str(folder)}
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False)
        process.kill()
        assert process.stdout is not None
        return Told(done.stdout, done.stderr, done.returncode, process.stdout.read().splitlines())


@pytest.mark.parametrize("jobs", ["1", "8"])
def test_all_of_it_passes(jobs: str, tmp_path: Path) -> None:
    told = flow(tmp_path, "-j", jobs)
    assert (told.code, told.err) == (0, "")
    assert "6 passed" in told.out
    assert told.answered == [
        "201 POST /sessions",
        "202 POST /imports",
        *["200 GET /imports/imp_1"] * 3,
        "200 GET /customers?import=imp_1",
        "204 DELETE /imports/imp_1",
        "204 DELETE /sessions/me",
    ]


def test_one_request_brings_what_it_needs(tmp_path: Path) -> None:
    told = flow(tmp_path, "-k", "list")
    assert "6 passed" in told.out
    assert told.answered[-2:] == ["204 DELETE /imports/imp_1", "204 DELETE /sessions/me"]


def test_nothing_secret_is_shown(tmp_path: Path) -> None:
    told = flow(tmp_path, "-vv")
    assert told.code == 0
    assert "Bearer ***" in told.out
    assert not [secret for secret in (PASSWORD, TOKEN) if secret in told.out + told.err]


def test_the_service_dies_in_the_middle(tmp_path: Path) -> None:
    """Teardown is tried, everything is told, and the exit code says that there was no usable response."""
    told = flow(tmp_path, file=copied(tmp_path, ("for: 30s", "for: 1s")), dies_at=2)
    assert told.code == 4
    assert told.answered == ["201 POST /sessions", "202 POST /imports", "200 GET /imports/imp_1"]
    lines = {
        line.split("  ")[2]: line for line in told.out.splitlines() if line.startswith(("  PASS", "  FAIL", "  SKIP"))
    }
    words = {name: " ".join(line.split()[:1]) for name, line in lines.items()}
    assert words == {
        "sign in": "PASS",
        "upload": "PASS",
        "is done": "FAIL",
        "list": "SKIP",
        "delete": "FAIL",
        "sign out": "FAIL",
    }
    assert 'needs "is done", which failed' in lines["list"]
    assert "2 passed, 3 failed, 1 skipped" in told.out
    assert told.err == ""
    assert not [secret for secret in (PASSWORD, TOKEN) if secret in told.out]


def test_ctrl_c_while_it_polls_cleans_up(tmp_path: Path) -> None:
    with service() as (process, url):
        file = copied(tmp_path, ("for: 30s", "for: 10m"), ("$.rows: 3", "$.rows: 4"))
        command = [sys.executable, "-m", "runner", "run", file]
        environ = {**os.environ, "BASE_URL": url, "PASSWORD": PASSWORD, "XDG_CACHE_HOME": str(tmp_path)}
        run = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        while "GET /imports/" not in process.stdout.readline():
            assert run.poll() is None
        run.send_signal(signal.SIGINT)
        out, _ = run.communicate(timeout=10)
        process.kill()
        answered = process.stdout.read().splitlines()
    assert run.returncode == 130
    assert answered[-2:] == ["204 DELETE /imports/imp_1", "204 DELETE /sessions/me"]
    ended = ("Not sent again: the run was interrupted.", "interrupted before an answer came")
    assert any(words in out for words in ended)  # as the signal comes between two looks or in the middle of one
    assert "4 passed" in out
    assert "1 not sent" in out
