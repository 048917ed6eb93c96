"""What a server sends back of a secret stands in no report, of whatever kind."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest

from runner.report.kinds import KINDS
from tests.command import Program

SECRET: Final = "k€y<&>\"'|`#\\ %41 value"
COLLECTION: Final = """\
variables: {TEXT: ""}
requests:
  - name: ask
    url: https://api.example.com/a?key=<<MY_KEY|urlencode>>
    headers: {X-Text: <<MY_KEY|base64>>}
    expect: {json: {$.a: {contains: <<MY_KEY>>}, $.b: 2}, text: {matches: never}}
    examples: [{json: {a: <<TEXT>>, b: <<TEXT|base64>>, c: <<TEXT|urlencode>>}}]
"""
FORMS: Final = (
    SECRET,
    quote(SECRET, safe=""),
    b64encode(SECRET.encode()).decode(),
    "k€y&lt;&amp;&gt;",
    "k€y<&>",
    "k\\u20acy",
    "41 value",
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_that_comes_back_is_masked(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text(COLLECTION, encoding="utf-8")
    program = Program(monkeypatch, tmp_path, {"MY_KEY": SECRET, "TEXT": f"Your key is {SECRET}!"})
    ended = program.run("run", "a.yaml", "--mock", "--report", f"{kind}=report")
    report = (tmp_path / "report").read_text(encoding="utf-8")
    assert ended.code == 1
    assert "ask" in report
    assert "***" in report
    assert [form for form in FORMS if form in report + ended.out + ended.err] == []


LATE: Final = """\
requests:
  - name: shows it
    url: https://api.example.com/a
    examples: [{json: {hint: late-and-secret}}]
  - name: tells what it is
    url: https://api.example.com/b
    capture: {TOKEN: $.token}
    examples: [{json: {token: late-and-secret}}]
"""


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "ndjson"])
def test_a_secret_that_is_learnt_later_is_masked_before(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of JSON Lines is out before."""
    (tmp_path / "a.yaml").write_text(LATE, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path, {}).run("run", "a.yaml", "--mock", "-q", "--report", f"{kind}=report")
    assert ended.code == 0
    assert "late-and-secret" not in (tmp_path / "report").read_text(encoding="utf-8")
