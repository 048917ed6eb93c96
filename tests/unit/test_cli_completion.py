"""What a shell is told that asks how to complete a command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RUNNER = [sys.executable, "-m", "runner"]


def asked(arguments: list[str], home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "HOME": str(home), **environment}
    return subprocess.run([*RUNNER, *arguments], env=surroundings, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("runner ch", "check"),
        ("runner run --fail", "--fail-fast"),
        ("runner import hu", "hurl"),
        ("runner show --as cu", "curl"),
        ("runner run coll", ""),  # left to the shell, which completes paths
    ],
)
def test_bash_is_told(line: str, offered: str, tmp_path: Path) -> None:
    place = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    done = asked([], tmp_path, _RUNNER_COMPLETE="complete_bash", **place)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, offered, "")


@pytest.mark.parametrize("name", ["zsh", "fish"])
def test_other_shells_are_told(name: str, tmp_path: Path) -> None:
    place = {"_TYPER_COMPLETE_ARGS": "runner run --fail", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    done = asked([], tmp_path, _RUNNER_COMPLETE=f"complete_{name}", **place)
    assert "--fail-fast" in done.stdout
    assert "Stop after the first failure." in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_the_script_for_bash_completes(tmp_path: Path) -> None:
    program = tmp_path / "runner"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m runner "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = asked([], tmp_path, _RUNNER_COMPLETE="source_bash").stdout
    typed = f'COMP_WORDS=(runner ex); COMP_CWORD=1; _runner_completion "{program}"; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "--norc", "-c", f"{script}\n{typed}"], capture_output=True, text=True, check=False)
    assert done.stdout == "export\n"
