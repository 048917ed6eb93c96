from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Program

ONE = """\
name: Shop
data: [{item: 1}, {item: 2}]
requests:
  - {name: get, url: "http://127.0.0.1/<<item>>"}
  - {name: see, url: "http://127.0.0.1/see"}
"""
SKIPPED = """\
requires: [NOWHERE_SET]
requests:
  - {name: never, url: "http://127.0.0.1/x"}
"""
WITH_TOKEN = """\
requests:
  - name: protected
    url: http://127.0.0.1/x
    auth: {oauth2: {token_url: "http://127.0.0.1/token", client_id: me, client_secret: long-secret}}
  - name: digested
    url: http://127.0.0.1/y
    auth: {digest: {username: me, password: long-secret}}
"""


def shown(folder: Path, patch: pytest.MonkeyPatch, *arguments: str) -> str:
    ended = Program(patch, folder).run(*arguments)
    assert (ended.code, ended.err) == (0, "")
    return ended.out


def test_commands_say_their_file_and_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.yaml").write_text(ONE, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(SKIPPED, encoding="utf-8")
    lines = shown(tmp_path, monkeypatch, "show", "--as", "curl", "one.yaml", "other.yaml").splitlines()
    comments = [line for line in lines if line.startswith("#") or not line]
    assert comments == [
        "# one.yaml [1] item=1 · Shop", "# get", "", "# see", "",
        "# one.yaml [2] item=2 · Shop", "# get", "", "# see", "",
        "# other.yaml", "# skipped: needs NOWHERE_SET, which is not set",
    ]  # fmt: skip


def test_one_file_needs_no_title(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.yaml").write_text(ONE.replace("data:", "variables: {item: 3} #"), encoding="utf-8")
    assert shown(tmp_path, monkeypatch, "show", "--as", "curl", "one.yaml").startswith("# get\ncurl ")


def test_one_file_that_is_skipped_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.yaml").write_text(SKIPPED, encoding="utf-8")
    out = shown(tmp_path, monkeypatch, "show", "--as", "curl", "other.yaml")
    assert out == "# skipped: needs NOWHERE_SET, which is not set\n"


def test_no_token_is_fetched_for_the_mock_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.yaml").write_text(WITH_TOKEN, encoding="utf-8")
    mocked = shown(tmp_path, monkeypatch, "run", "--mock", "--dry-run", "-v", "c.yaml")
    live = shown(tmp_path, monkeypatch, "run", "--dry-run", "-v", "c.yaml")
    assert ("token is fetched" in mocked, "token is fetched" in live) == (False, True)
    assert "challenge is answered" in mocked
