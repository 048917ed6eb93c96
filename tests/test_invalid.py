"""Wrong files, and exactly what the program says of each.

``tests/invalid/NAME.yaml`` holds one mistake (``many-…`` several) and ``NAME.txt`` what ``runner check NAME.yaml``
prints for it in that folder. A first line such as ``# $ API_KEY= runner run --strict`` asks for another command, with
variables of the environment before its name as in a shell; what ``runner run`` says comes on standard error. BASE_URL
is set in every environment: it leads to a listener that no file may reach. ``files/`` is what the wrong files name.

To write the messages anew: ``RUNNER_REWRITE=1 pytest tests/test_invalid.py``, and read what has changed.
"""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from runner.cli import app

ROOT: Final = Path(__file__).parents[1]
INVALID: Final = ROOT / "tests/invalid"
NAMES: Final = sorted(path.stem for path in INVALID.glob("*.yaml"))
SECRET: Final = "sk-live-0123456789"
SHOWN_FOLDER: Final = "/tmp/FOLDER"  # noqa: S108  # stands for the folder in the messages
DEFAULT: Final = ("runner", "check")
RIGHT: Final = "requests:\n  - name: first\n    url: <<BASE_URL>>/a\n    timeout: 300ms\n"


@dataclass(frozen=True)
class Place:
    """A copy of the wrong files, and a listener beside it that nobody should call."""

    folder: Path
    listener: socket.socket

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def calls(self) -> int:
        """How many connections wait to be accepted."""
        count = 0
        while True:
            try:
                self.listener.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it wrote."""

    code: int | str | None
    out: str
    err: str


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    """The folder's name is of the same length everywhere: it stands in messages, which are wrapped."""
    folder = Path(tempfile.mkdtemp(prefix="runner-", dir="/tmp"))
    try:
        inner = folder / "invalid"
        shutil.copytree(INVALID, inner)
        (folder / "outside.json").write_text("{}", encoding="utf-8")
        (inner / "link-out.json").symlink_to(folder / "outside.json")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            yield Place(inner, listener)
    finally:
        shutil.rmtree(folder)


def command_of(name: str) -> tuple[dict[str, str], list[str]]:
    """The environment and the arguments that the first line of a file asks for."""
    first = (INVALID / f"{name}.yaml").read_bytes().split(b"\n")[0].decode("utf-8", "replace")
    words = shlex.split(first.removeprefix("# $ ")) if first.startswith("# $ ") else list(DEFAULT)
    start = words.index("runner")
    return dict(word.split("=", 1) for word in words[:start]), [*words[start + 1 :], f"{name}.yaml"]


def call(arguments: list[str], environ: dict[str, str], place: Place, capsys: pytest.CaptureFixture[str]) -> Said:
    """The command line in this process. What is sent by mistake does not wait for the answer that never comes."""
    if arguments[0] == "run":
        arguments = [*arguments, "--timeout", "1s"]
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            patch.delenv(name)
        for name, value in {"BASE_URL": place.base_url, **environ}.items():
            patch.setenv(name, value)
        patch.chdir(place.folder)
        with pytest.raises(SystemExit) as ended:
            app.main(arguments)
    captured = capsys.readouterr()
    return Said(ended.value.code, captured.out, captured.err)


def spawn(arguments: list[str], environ: dict[str, str], place: Place) -> Said:
    """The same as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "runner", *arguments],
        cwd=place.folder,
        env={"BASE_URL": place.base_url, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environ},
        capture_output=True,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_file_is_told(name: str, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    environ, arguments = command_of(name)
    said = call(arguments, environ, place, capsys)
    told, silent = (said.out, said.err) if arguments[0] == "check" else (said.err, said.out)
    message = told.replace(str(place.folder), SHOWN_FOLDER)
    expected = INVALID / f"{name}.txt"
    if os.environ.get("RUNNER_REWRITE"):
        expected.write_text(message, encoding="utf-8", newline="\n")
    assert (said.code, silent, place.calls()) == (3, "", 0), said
    assert "Traceback" not in told
    assert "Internal error" not in told
    assert SECRET not in told
    assert message == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in NAMES if command_of(name)[1][0] == "check"])
def test_what_check_finds_keeps_run_from_sending(name: str, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    environ, arguments = command_of(name)
    said = call(["run", *arguments[1:]], environ, place, capsys)
    assert (said.code, said.out, place.calls()) == (3, "", 0), said
    assert SECRET not in said.err
