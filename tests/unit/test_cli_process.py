"""What only a process of its own shows: closed streams, a full disk, no working directory, signals while it waits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "runner")
COLLECTION = """\
requests:
- {name: quick, url: 'http://h.example/', skip: for good}
- {name: slow, url: 'http://127.0.0.1:1/', delay: 20s}
- {name: never, url: 'http://127.0.0.1:1/'}
"""


def environ(**changes: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **changes}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    return tmp_path


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A POSIX shell's work, ``runner`` standing for the program."""
    function = f'runner() {{ "{sys.executable}" -m runner "$@"; }}\n'
    done = subprocess.run(
        ["sh", "-c", function + script],
        cwd=folder,
        env=environ(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "Internal error" not in done.stderr, done.stderr
    return done


@pytest.mark.parametrize(
    ("script", "code", "says"),
    [
        ("runner list c.yaml >&-", 0, ""),
        ("runner list none.yaml >&- 2>&-", 5, ""),
        ("runner run -k quick c.yaml >&-", 0, ""),
        ("runner list c.yaml >/dev/full", 70, "the output cannot be written: No space left on device"),
        ("runner run -k quick c.yaml >/dev/full", 70, "the output cannot be written: No space left on device"),
        ("runner run -k quick c.yaml --env-file /dev/zero", 3, "/dev/zero is larger than 1 MB"),
        ("runner run -k quick /dev/zero", 3, "/dev/zero is larger than 50.0 MB"),
        ("runner run -k quick /dev/null", 3, "the file is empty"),
        ("mkfifo p; runner run p", 3, "the file is empty"),
        ("mkdir f; mkfifo f/p.yaml; runner run f", 5, "there is no collection in f"),
        ("mkfifo p; runner run -k quick c.yaml --env-file p", 0, ""),
        ("cat c.yaml | runner run -k quick /dev/stdin", 0, ""),
        ("mkdir gone; cd gone; rmdir ../gone; runner run c.yaml", 5, "there is no file c.yaml"),
        ("mkdir gone; cd gone; rmdir ../gone; runner --version", 0, ""),
        ("unset HOME; runner run -k quick c.yaml", 0, ""),
        ("PYTHONIOENCODING=ascii runner run -k quick c.yaml", 0, ""),
    ],
)
def test_odd_surroundings(script: str, code: int, says: str, folder: Path) -> None:
    done = shell(script, folder)
    assert (done.returncode, says in done.stderr) == (code, True), done.stdout + done.stderr


def test_an_absolute_path_needs_no_working_directory(folder: Path) -> None:
    done = shell(f"mkdir gone; cd gone; rmdir ../gone; runner run -k quick '{folder}/c.yaml'", folder)
    assert done.returncode == 0, done.stderr


def test_nobody_reading_is_no_failure_and_no_pass(folder: Path) -> None:
    """The verdict is the run's own, whoever reads it."""
    (folder / "fails.yaml").write_text("requests: [{url: 'http://127.0.0.1:1/'}]\n", encoding="utf-8")
    done = shell("{ runner run fails.yaml; echo $? >code; } | true; cat code", folder)
    assert done.stdout == "4\n"
    done = shell("{ runner list c.yaml; echo $? >code; } | true; cat code", folder)
    assert done.stdout == "0\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_signal_while_it_waits_before_sending(number: signal.Signals, code: int, times: int, folder: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "run", "c.yaml"],
        cwd=folder,
        env=environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while "quick" not in process.stdout.readline():
            pass
        for _ in range(times):
            process.send_signal(number)
        out, errors = process.stdout.read(), process.stderr.read()
        assert process.wait(10) in (code, -number if times > 1 else code), out + errors
    assert "Traceback" not in errors
    told = ("1 skipped, 2 not sent in", "2 skipped, 1 not sent in")  # as the wait has begun when the signal comes
    assert times > 1 or any(words in out for words in told)
