"""docs/learning.md, done as it says."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.command import Program, RunningClock
from tests.pages import ROOT, blocks
from tests.servers import serve_bytes

PAGE: Final = ROOT / "docs" / "learning.md"


def block(language: str) -> str:
    (found,) = blocks(language, [PAGE])
    return found.text


def test_what_the_page_shows_is_what_happens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = block("diff").splitlines()
    (tmp_path / "notes.yaml").write_text("".join(f"{one[1:]}\n" for one in lines if not one.startswith("+")))
    head, _, body = block("http").strip().partition("\n\n")
    data = body.encode()
    answer = f"{head}\nContent-Length: {len(data)}\n\n".replace("\n", "\r\n").encode() + data
    with serve_bytes(answer) as server:
        environ = {"BASE": server.url, "API_KEY": "sk-1234567890"}
        program = Program(monkeypatch, tmp_path, environ, RunningClock())
        ended = program.run("run", "notes.yaml", "-q", "--update-schema", "--update-examples")
        assert (ended.code, ended.err) == (0, block("text"))
        assert program.run("run", "notes.yaml", "-q").code == 0
    assert (tmp_path / "notes.yaml").read_text() == "".join(f"{one[1:]}\n" for one in lines)
    assert (tmp_path / "schemas/notes.json").read_text() == block("json")
    assert program.run("run", "notes.yaml", "--mock", "--strict").code == 0
