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
from hypothesis import HealthCheck, given, settings, strategies

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


def test_there_are_many_and_each_has_its_message() -> None:
    assert len(NAMES) >= 200
    assert sorted(path.stem for path in INVALID.glob("*.txt")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_message_says_what_to_do(name: str) -> None:
    """Behind each "error:" or "warning:" and the line that it shows stands a hint."""
    blocks = (INVALID / f"{name}.txt").read_text(encoding="utf-8").rstrip().split("\n\n")[:-1]
    assert blocks
    for block in blocks:
        first, *rest = block.split("\n")
        assert "error: " in first or "warning: " in first
        hint = [line for line in rest if line.startswith("      ") and not line.startswith("      |")]
        assert hint, block


@pytest.mark.parametrize(
    "name", ["many-mistakes", "bytes-not-utf8", "run-secret-missing", "run-strict-env-line", "yaml-tab"]
)
def test_a_process_says_the_same(name: str, place: Place) -> None:
    environ, arguments = command_of(name)
    said = spawn(arguments, environ, place)
    told, silent = (said.out, said.err) if arguments[0] == "check" else (said.err, said.out)
    expected = (INVALID / f"{name}.txt").read_text(encoding="utf-8")
    assert (said.code, silent, told.replace(str(place.folder), SHOWN_FOLDER)) == (3, "", expected)
    assert place.calls() == 0


def test_several_files_are_told_together(place: Place) -> None:
    names = ["name-twice", "yaml-tab", "setting-method"]
    said = spawn(["check", *(f"{name}.yaml" for name in names)], {}, place)
    assert said.code == 3
    told = [line.split(":")[0] for line in said.out.split("\n") if ": error: " in line]
    assert told == [f"{name}.yaml" for name in names]
    assert said.out.rstrip().endswith("3 errors in 3 files")


def test_the_listener_counts(place: Place) -> None:
    """A right file does reach it: the zeros of the other tests mean something."""
    right = place.folder / "right.yml"
    right.write_text(RIGHT, encoding="utf-8")
    assert spawn(["check", "right.yml"], {}, place).code == 0
    assert spawn(["run", "right.yml"], {}, place).code == 4
    assert place.calls() == 1


COLLECTIONS: Final = sorted((ROOT / "collections").glob("*.yaml"))
CHARACTERS: Final = " \t\n:-[]{},'\"#&*!|>%@`<$\\~?=0a\0\u00e9\u2028"


def mutated(text: str, changes: list[tuple[str, int, int, str]]) -> str:
    """``text`` after each of the changes: what is done, where (as fractions of a million), and with what."""
    for kind, first, second, character in changes:
        lines = text.split("\n")
        here, there = first * len(lines) // 1_000_000, second * len(lines) // 1_000_000
        place = first * len(text) // 1_000_000
        if kind == "remove a line":
            del lines[here]
        elif kind == "double a line":
            lines.insert(there, lines[here])
        elif kind == "indent a line":
            lines[here] = character + lines[here]
        elif kind == "swap two lines":
            lines[here], lines[there] = lines[there], lines[here]
        elif kind == "swap two values":
            one, other = lines[here].partition(": "), lines[there].partition(": ")
            lines[here], lines[there] = one[0] + one[1] + other[2], other[0] + other[1] + one[2]
        text = "\n".join(lines)
        if kind == "put a character":
            text = text[:place] + character + text[place:]
        elif kind == "remove a character":
            text = text[:place] + text[place + 1 :]
        elif kind == "cut the end":
            text = text[:place]
    return text


KINDS: Final = (
    "remove a line",
    "double a line",
    "indent a line",
    "swap two lines",
    "swap two values",
    "put a character",
    "remove a character",
    "cut the end",
)
FRACTIONS: Final = strategies.integers(0, 999_999)
CHANGES: Final = strategies.lists(
    strategies.tuples(strategies.sampled_from(KINDS), FRACTIONS, FRACTIONS, strategies.sampled_from(CHARACTERS)),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("path", COLLECTIONS, ids=lambda path: str(path.name))
@settings(max_examples=2500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_no_mutation_is_a_fault_of_the_program(
    path: Path, changes: list[tuple[str, int, int, str]], place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever happens to a file, it is right or wrong, and the program says which."""
    folder = place.folder / "mutated"
    shutil.copytree(ROOT / "collections", folder, dirs_exist_ok=True)
    text = mutated(path.read_text(encoding="utf-8"), changes)
    (folder / "mutated.yaml").write_text(text, encoding="utf-8", newline="")
    said = call(["check", "mutated/mutated.yaml"], {}, place, capsys)
    assert said.code in (0, 3), said
    assert said.err == ""
