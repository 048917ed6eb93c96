"""What a server sends back of a secret stands in no report, of whatever kind."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest

from runner.convert.curl import Commander
from runner.messages import Request
from runner.redact import Redactor
from runner.report.collect import BODY_MOST
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
    headers: {{X-Note: "{secret}"}}
    text: {before}{secret}
    examples: [{{text: "{before}{secret}, {before}"}}]
  - name: tells what it is
    url: https://api.example.com/b
    capture: {{TOKEN: $.token}}
    examples: [{{json: {{token: "{secret}"}}}}]
"""


@pytest.mark.parametrize("before", ["", "x" * (BODY_MOST - 15)], ids=["whole", "where the body is cut"])
@pytest.mark.parametrize("secret", ["late-and-secret-value", "it's late-and-secret-value"], ids=["plain", "quoted"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_that_is_learnt_later_is_masked_before(
    kind: str, secret: str, before: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text(LATE.format(secret=secret, before=before), encoding="utf-8")
    ended = Program(monkeypatch, tmp_path, {}).run("run", "a.yaml", "--mock", "-q", "--report", f"{kind}=report")
    assert ended.code == 0, ended.err
    assert "late-an" not in (tmp_path / "report").read_text(encoding="utf-8")
    assert "tells what it is" in (tmp_path / "report").read_text(encoding="utf-8")


def test_a_command_is_masked_by_what_is_known_when_it_is_written() -> None:
    redactor = Redactor()
    write = Commander(redactor)
    request = Request("GET", "https://api.example.com/", (("X-Note", "it's a late secret"),))
    assert "late secret" in write(request, {})
    redactor.add("it's a late secret")
    assert "late secret" not in write(request, {})


def test_a_number_that_looks_like_a_secret_learnt_later_leaves_valid_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several reports share their lines of JSON, which are made again for that."""
    text = f"""
requests:
  - {{name: a, url: https://api.example.com/a, examples: [{{text: {"x" * 12345}}}]}}
  - {{name: b, url: https://api.example.com/b, capture: {{TOKEN: $.t}}, examples: [{{json: {{t: "12345"}}}}]}}
"""
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    wanted = [f"--report={kind}" for kind in ("json", "ndjson", "html")]
    ended = Program(monkeypatch, tmp_path, {}).run("run", "a.yaml", "--mock", "-q", *wanted)
    assert ended.code == 0
    document = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert document["files"][0]["requests"][0]["response"]["size"] == 12345
    lines = (tmp_path / "report.ndjson").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[2])["response"]["size"] == 12345
