"""The guide and the recipes, done as a reader does them: files are written, commands typed, output compared.

A page is told in sections; each begins in an empty folder, but for the guide, which is one story. Of a block in it

- ``# NAME`` in its first line, or a name behind its language, makes it that file; ``# NAME, continued`` adds to it;
- ``console`` has commands behind ``$`` and what they print; ``console server`` is one that goes on beside the rest,
  ``console job`` a line of a CI job that is among the files;
- ``part`` shows lines of a file that is there, ``before`` is what other programs have, and ``sh`` is not run: it would
  need a network or a key.

The port 8765 of the pages is a free one here. ``python -m tests.test_stories`` writes the present output into the pages
where it is another.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.pages import FENCE, HOME, ROOT, STORIES, is_as_told

NAMED: Final = re.compile(r"# ([\w./-]*\.[\w-]+)(, continued)?\n")
PORT: Final = "8765"
WRITING: Final = __name__ == "__main__"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the pages speak to a POSIX shell")


class Step(NamedTuple):
    """A block of a page: its language, the word behind that, its text, and the line on which it begins."""

    language: str
    word: str
    text: str
    line: int


class Story(NamedTuple):
    """Steps that build on each other in one folder."""

    name: str
    steps: list[Step]


def stories() -> Iterator[Story]:
    for page in STORIES:
        text = page.read_text(encoding="utf-8")
        headings = [one.start() for one in re.finditer(r"^## .*$", text, re.MULTILINE)]
        begins = [0] if page.stem == "guide" else headings
        for begin, end in zip(begins, [*begins[1:], len(text)], strict=False):
            heading = text[begin:end].partition("\n")[0].strip("# ").lower().replace(" ", "-")
            found = [
                Step(one[1], one[2], one[3], text.count("\n", 0, begin + one.start()) + 1)
                for one in FENCE.finditer(text[begin:end])
            ]
            if found:
                yield Story(f"{page.stem}:{heading}", found)


class Folder:
    """Where a story is done: its files, and a shell in which ``runner`` and ``python`` are those under test."""

    def __init__(self, path: Path) -> None:
        self.path = path / "api"
        self.path.mkdir()
        self.port = _free_port()
        programs = path / "bin"
        programs.mkdir()
        for name, module in (("runner", "-m runner"), ("pytest", "-m pytest"), ("python", "")):
            (programs / name).write_text(f'#!/bin/sh\nexec {sys.executable} {module} "$@"\n')
            (programs / name).chmod(0o755)
        self.environment = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "COLUMNS": "80",
            "HOME": str(path),
            "XDG_CACHE_HOME": str(path / "cache"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # else the plugin would have to be installed anew for its tests
            "PYTEST_PLUGINS": "runner.pytest_plugin",
            **{key: value for key, value in os.environ.items() if key.startswith("COVERAGE")},
        }

    def write(self, step: Step) -> str:
        """The file that a block is; what it is called."""
        named = NAMED.match(step.text)
        name = step.word or (named[1] if named else "")
        assert name, f"line {step.line}: say which file this is"
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = step.text.replace(PORT, self.port)
        if named and named[2]:
            assert path.exists(), f"line {step.line}: {name} is not there yet"
            text = path.read_text(encoding="utf-8") + "\n" + text.partition("\n")[2]
        path.write_text(text, encoding="utf-8")
        return name

    def holds(self, text: str) -> bool:
        """Whether these lines stand in one of the files, one below the other."""
        wanted = [line.strip() for line in text.strip().splitlines()]
        for path in (path for path in self.path.rglob("*") if path.is_file()):
            lines = [line.strip() for line in path.read_text(encoding="utf-8").replace(self.port, PORT).splitlines()]
            if any(lines[start : start + len(wanted)] == wanted for start in range(len(lines))):
                return True
        return False

    def type(self, command: str) -> subprocess.CompletedProcess[str]:
        """What a command line prints, both outputs together."""
        return subprocess.run(
            ["sh", "-c", command.replace(PORT, self.port)], cwd=self.path, env=self.environment, encoding="utf-8",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60,
        )  # fmt: skip

    @contextmanager
    def beside(self, command: str) -> Iterator[str]:
        """A server that runs while the story goes on; its first line."""
        process = subprocess.Popen(
            shlex.split(command.replace(PORT, self.port)), cwd=self.path, env=self.environment, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with process:
            assert process.stdout is not None
            try:
                yield self.shown(process.stdout.readline())
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(10)

    def shown(self, output: str) -> str:
        """Output as the page has it."""
        return output.replace(str(self.path), HOME).replace(self.port, PORT)


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


def do(step: Step, folder: Folder, servers: ExitStack) -> str:
    """One step, with what a page says of its output held against what comes; the block as it should be."""
    if step.language == "console":
        typed = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", step.text, re.MULTILINE)
        return "".join(_typed(step, (command, told), folder, servers) for command, told in typed)
    if step.word == "part":
        assert folder.holds(step.text), f"line {step.line}: no file has these lines"
    elif step.language == "sh" and not NAMED.match(step.text):
        assert not re.search(r"^\$ ", step.text, re.MULTILINE), f"line {step.line}: commands with output are console"
    elif step.word != "before":
        folder.write(step)
    return step.text


def _typed(step: Step, one: tuple[str, str], folder: Folder, servers: ExitStack) -> str:
    """One command with its output."""
    command, told = one
    if step.word == "job":
        assert folder.holds(f"- {command}") or folder.holds(f"- run: {command}"), f"line {step.line}: in no job"
    if step.word == "server":
        came = servers.enter_context(folder.beside(command))
    else:
        came = folder.shown(folder.type(command).stdout)
    if is_as_told(told, came):
        return f"$ {command}\n{told}"
    assert WRITING, f"line {step.line}: $ {command}\n{came}"
    return f"$ {command}\n{came.strip()}\n"


@pytest.mark.parametrize("story", list(stories()), ids=lambda story: story.name)
def test_it_goes_as_the_page_says(story: Story, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    if any("import openai" in step.text for step in story.steps):
        pytest.importorskip("openai", reason="the openai client is not installed")
    with ExitStack() as servers:
        for step in story.steps:
            do(step, folder, servers)


def test_a_wrong_page_is_found_out(tmp_path: Path) -> None:
    """What this file relies on: output that differs, a part that is nowhere, an addition to nothing."""
    folder = Folder(tmp_path)
    steps = [
        Step("console", "", "$ echo one\ntwo\n", 1),
        Step("yaml", "part", "nowhere: 1\n", 1),
        Step("yaml", "", "# a.yaml, continued\na: 1\n", 1),
        Step("yaml", "", "a: 1\n", 1),
    ]
    for step in steps:
        with ExitStack() as servers, pytest.raises(AssertionError):
            do(step, folder, servers)
    assert is_as_told("a\n…\nd in 3 ms\n", "a\nb\nc\nd in 4 ms\n")
    assert not is_as_told("a\n…\nd\n", "a\nb\n")


def write() -> None:
    """The pages with the output that comes now."""
    for story in stories():
        with tempfile.TemporaryDirectory() as path, ExitStack() as servers:
            folder = Folder(Path(path))
            page = next(page for page in STORIES if page.stem == story.name.partition(":")[0])
            for step in story.steps:
                is_now = do(step, folder, servers)
                text = page.read_text(encoding="utf-8")
                page.write_text(text.replace(f"\n{step.text}```\n", f"\n{is_now}```\n", 1), encoding="utf-8")


if __name__ == "__main__":
    write()
