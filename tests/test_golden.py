"""Whole commands: each file in ``tests/golden`` is a command line and, byte for byte, what it prints.

``GOLDEN_ACCEPT=1 pytest tests/test_golden.py`` writes what is printed now; read the difference before you keep it.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.command import Program
from tests.echo_server import EchoServer, serve_echo

ROOT: Final = Path(__file__).with_name("golden")
CASES: Final = sorted(ROOT.glob("*.txt"))
PROMPT: Final = "$ "
ACCEPT: Final = "GOLDEN_ACCEPT" in os.environ


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    with serve_echo() as running:
        yield running


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_command_prints_what_it_always_did(path: Path, server: EchoServer, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _, wanted = path.read_text(encoding="utf-8").partition("\n")
    words = shlex.split(filled(first.removeprefix(PROMPT), server))
    start = words.index("runner")
    environ = dict(word.split("=", 1) for word in words[:start])
    ended = Program(monkeypatch, ROOT / "files", environ).run(*words[start + 1 :])
    if ACCEPT:
        path.write_text(f"{first}\n{emptied(ended.text, server)}", encoding="utf-8")
    assert ended.text == filled(wanted, server) or ACCEPT


def filled(text: str, server: EchoServer) -> str:
    """``text`` with the addresses that this run has, and where the files are."""
    return text.replace("{SERVER}", server.url).replace("{HOST}", server.url[7:]).replace("{HERE}", str(ROOT))


def emptied(text: str, server: EchoServer) -> str:
    return text.replace(server.url, "{SERVER}").replace(server.url[7:], "{HOST}").replace(str(ROOT), "{HERE}")


def test_the_schema_is_printed_with_all_that_ships(monkeypatch: pytest.MonkeyPatch) -> None:
    """That it allows the same is tested where it is made."""
    ended = Program(monkeypatch, ROOT).run("schema")
    shipped = ROOT.parents[1] / "runner" / "loading" / "collection.schema.json"
    assert (ended.code, ended.err) == (0, "")
    printed, written = json.loads(ended.out), json.loads(shipped.read_text(encoding="utf-8"))
    for key in ("$defs", "properties"):
        assert printed[key].keys() == written[key].keys()
