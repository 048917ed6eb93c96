"""``runner mock`` as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]


@contextmanager
def serving(path: str) -> Iterator[str]:
    """The mock server of a file or folder of the repository; where it is reached."""
    command = [sys.executable, "-m", "runner", "mock", path, "--quiet"]
    environ = {name: value for name, value in os.environ.items() if name not in ("API_KEY", "BASE_URL", "MODEL")}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield line.partition(" at ")[2].partition(" ")[0].rstrip("/")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)
