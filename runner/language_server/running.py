"""A request that somebody asked for from an editor, run by the same program in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple

from runner.cli.arguments import Inputs
from runner.disk import read_up_to
from runner.report.cells import clip
from runner.report.style import printable

Action = Literal["run", "curl"]
WORDS: Final[dict[Action, tuple[str, ...]]] = {
    "run": ("run", "--color", "never", "--no-progress"),
    "curl": ("show", "--as", "curl", "--color", "never"),
}
LONGEST: Final = 80
PATIENCE: Final = 3.0
"""Seconds that a run has for its teardown when the editor goes."""
MOST: Final = 200_000
"""Characters of output that an editor is sent."""


class Outcome(NamedTuple):
    """How a command ended: its exit code, what it printed, and that in a few words."""

    code: int
    output: str
    summary: str


def command(action: Action, path: Path, line: int, inputs: Inputs, settled: Mapping[str, object]) -> list[str]:
    """The command for the request on a line; what settings say, it reads there itself. Without ``-P`` Python would
    import modules from the folder in which it is started."""
    words = [sys.executable, "-P", "-m", "runner", *WORDS[action], f"{path}:{line}"]
    given = {"var": inputs.variables, "env": [inputs.env], "env_file": inputs.env_files, "root": [inputs.root]}
    for name, values in given.items():
        if name not in settled:
            words += [f"--{name.replace('_', '-')}={value}" for value in values if value]
    return words


def is_saved(path: Path, text: str) -> bool:
    """Whether a file has this text, whatever its lines end in."""
    try:
        data = read_up_to(path, 4 * len(text) + 4)
        return _lines(data.decode("utf-8-sig")) == _lines(text)
    except (OSError, UnicodeDecodeError):
        return False


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Processes:
    """Those that are under way."""

    def __init__(self) -> None:
        self._running: set[asyncio.subprocess.Process] = set()

    async def run(self, words: list[str], working: Path, environ: Mapping[str, str]) -> Outcome:
        """Start a command and wait for its end. It gets nothing of what the editor sends."""
        process = await asyncio.create_subprocess_exec(
            *words,
            cwd=working,
            env=dict(environ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._running.add(process)
        try:
            data, _ = await process.communicate()
        finally:
            self._running.discard(process)
            if process.returncode is None:
                process.terminate()
        output = data.decode("utf-8", "replace")
        return Outcome(process.returncode or 0, _clipped(output), summary_of(output))

    async def end(self) -> None:
        """Ask all of them to end, which lets them run their teardown, and wait a little for it."""
        running = list(self._running)
        for process in running:
            if process.returncode is None:
                process.terminate()
        if running:
            waiting = [asyncio.ensure_future(process.wait()) for process in running]
            await asyncio.wait(waiting, timeout=PATIENCE)
            for process in running:
                if process.returncode is None:
                    process.kill()
            await asyncio.sleep(0)  # whoever waits for their output hears of it first


def summary_of(output: str) -> str:
    """The last line, which says how a run ended, without what to do next."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return clip(printable(lines[-1].split(" · ")[0]), LONGEST) if lines else ""


def _clipped(output: str) -> str:
    return output if len(output) <= MOST else f"{output[:MOST]}\n… {len(output) - MOST:,} characters more"
