"""The peers' programs as they are installed, and how they are started without asking or telling anybody."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

TIME_LIMIT: Final = 60.0
"""Seconds for one run of such a program; they take about one to start."""


def installed(name: str) -> str:
    """The program's path; without it the test is skipped, and says how to get it."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on PATH: tests/peers/README.md says how to install it")
    return found


def run_peer(name: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder of its own that is its home, too: no setting of this machine's user counts."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "NO_COLOR": "1", "CI": "true"}
    command = (installed(name), *arguments)
    return subprocess.run(
        command, cwd=cwd, env=environment, input="", capture_output=True, text=True, check=False, timeout=TIME_LIMIT
    )
