from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Program

COLLECTION = """\
variables: {STAGE: test}
requests:
  - {name: here, url: "http://127.0.0.1/a", when: {<<STAGE>>: test}, retry: {attempts: 9}, needs: []}
  - {name: elsewhere, url: "http://127.0.0.1/b", when: {<<STAGE>>: production}, needs: [here]}
  - {name: source, url: "http://127.0.0.1/c", capture: {id: $.id}}
  - {name: later, url: "http://127.0.0.1/d", when: {<<id>>: 1}}
"""


@pytest.mark.parametrize(("form", "shown"), [("http", "GET http://127.0.0.1/a"), ("curl", "curl 'http://127.0.0.1/a'")])
def test_what_would_not_be_sent_says_so(form: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("show", "--as", form, "c.yaml")
    assert ended.code == 0, ended.text
    assert shown in ended.out
    assert 'skipped: when: STAGE is "test", expected "production"' in ended.out
    assert 'made when "id" from "source" is known' in ended.out
    assert "/b" not in ended.out
    assert "/d" not in ended.out


def test_a_variable_of_a_condition_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    assert "STAGE" in Program(monkeypatch, tmp_path).run("env", "c.yaml").out


@pytest.mark.parametrize("number", ["-1", "100", "many"])
def test_a_number_of_retries_that_is_none(number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("run", "--retries", number, "c.yaml")
    assert ended.code == 2
