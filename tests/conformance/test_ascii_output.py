"""A terminal or a pipe that can take ASCII alone: every command says what it has to say, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COLLECTION = """\
name: Привет · 你好
requests:
  - name: "grün 🎉"
    method: POST
    url: http://x.test/
    json: {word: "¿qué?"}
    examples: [{json: {word: "да"}}]
    expect: {json: {$.word: "нет"}}
"""
WRONG = """\
requests:
  - {name: "grün", url: "http://x.test/", expcet: {text: …}}
"""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("run", "--mock", "-v", "c.yaml"), 1, r"gr\xfcn \U0001f389"),
        (("run", "--dry-run", "c.yaml"), 0, r"c.yaml - \u041f"),
        (("show", "c.yaml"), 0, r"\xbfqu\xe9?"),
        (("list", "c.yaml"), 0, r"gr\xfcn \U0001f389"),
        (("env", "c.yaml"), 0, r"c.yaml - \u041f"),
        (("check", "wrong.yaml"), 3, r"gr\xfcn"),
        (("run", "wrong.yaml"), 3, r"gr\xfcn"),
        (("run", "-k", "no", "c.yaml"), 5, r"gr\xfcn"),
        (("schema",), 0, "A collection of HTTP requests"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_ascii_is_enough(arguments: tuple[str, ...], code: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii:strict"}
    command = [sys.executable, "-X", "dev", "-W", "error", "-m", "runner", *arguments]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, timeout=30, check=False)
    text = (done.stdout + done.stderr).decode("ascii")
    assert (done.returncode, said in text) == (code, True), text
    assert "Warning" not in text
