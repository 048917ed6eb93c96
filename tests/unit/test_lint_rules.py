from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.lint.rules import RULES, Rule
from tests.command import Program

NAMED = re.compile(r": (?:warning|error): .*\[([a-z-]+)\]$", re.MULTILINE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_an_example_gives_its_own_finding_and_a_right_one_none(
    rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(monkeypatch, tmp_path)
    (tmp_path / "wrong.yaml").write_text(rule.wrong, encoding="utf-8")
    (tmp_path / "right.yaml").write_text(rule.right, encoding="utf-8")
    wrong = program.run("check", "wrong.yaml")
    assert (NAMED.findall(wrong.out), wrong.code) == ([rule.id], 0), wrong.out
    assert program.run("check", "wrong.yaml", "--strict").code == 3
    right = program.run("check", "right.yaml", "--strict")
    assert (right.out[:4], right.code) == ("ok  ", 0), right.out


@pytest.mark.parametrize("rule", [one for one in RULES if one.fix], ids=lambda rule: rule.id)
def test_what_can_be_mended_is_mended(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(monkeypatch, tmp_path)
    (tmp_path / "c.yaml").write_text(rule.wrong, encoding="utf-8")
    ended = program.run("check", "c.yaml", "--fix", "--strict")
    assert ended.code == 0, ended.out
    assert re.match(rf"fixed  c\.yaml:\d+  .*\[{rule.id}\]\nok  c\.yaml", ended.out), ended.out


@pytest.mark.parametrize("rule", [one for one in RULES if not one.fix], ids=lambda rule: rule.id)
def test_what_cannot_be_mended_is_left(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.yaml").write_text(rule.wrong, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("check", "c.yaml", "--fix")
    assert "fixed" not in ended.out
    assert (tmp_path / "c.yaml").read_text(encoding="utf-8") == rule.wrong


def test_ids_are_unique_and_plain() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", one) for one in ids)


@pytest.mark.parametrize("rule", [one for one in RULES if one.id not in ("unused-ignore", "unknown-rule")])
def test_every_rule_can_be_silenced(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"# runner: ignore={rule.id} (as it is meant)\n\n{rule.wrong}"
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("check", "c.yaml", "--strict")
    assert ended.code == 0, ended.out
