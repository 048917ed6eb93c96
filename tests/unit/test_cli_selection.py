"""Options that select: what would run something else than was meant is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Program

COLLECTION = """\
requests:
  - {name: one, url: "http://127.0.0.1/1", tags: [smoke], examples: [{json: {}}]}
  - {name: two, url: "http://127.0.0.1/2", tags: [slow], examples: [{json: {}}]}
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    return Program(monkeypatch, tmp_path)


@pytest.mark.parametrize("option", ["-k", "--tag"])
@pytest.mark.parametrize(("values", "said"), [(("one", "two"), "give it once"), (("",), "it is empty")])
def test_a_selection_is_given_once_and_says_something(
    option: str, values: tuple[str, ...], said: str, program: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [word for value in values for word in (option, value)]
    assert program.run("run", "c.yaml", "--mock", *words).code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("run", "c.yaml", "--mock", "--data", ""),
        ("run", "c.yaml", "--mock", "--env", " "),
        ("run", "c.yaml", "--mock", "--env-file", "a.env", "--env-file", ""),
        ("run", "c.yaml", "--mock", "--root", ""),
        ("run", "c.yaml", "--mock", "--ca", ""),
        ("show", "c.yaml", "--proxy", ""),
        ("import", "bruno", ""),
        ("import", "curl", "curl http://x.test", "-o", ""),
        ("export", "curl", "c.yaml", "-o", ""),
        ("init", ""),
        ("report", ""),
    ],
    ids=" ".join,
)
def test_a_name_that_is_empty_names_nothing(
    words: tuple[str, ...], program: Program, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.env").touch()
    ended = program.run(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ": it is empty; " in capsys.readouterr().err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.env", "c.yaml"]


def test_a_setting_that_is_empty_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    program = Program(monkeypatch, tmp_path, {"RUNNER_DATA": "", "RUNNER_ENV": ""})
    assert program.run("run", "c.yaml", "--mock").code == 0


def test_no_such_tag_names_the_tags(program: Program) -> None:
    ended = program.run("run", "c.yaml", "--mock", "--tag", "SMOKE")
    assert (ended.code, "The tags are slow, smoke." in ended.err) == (5, True)


def test_send_again_repeats_what_made_the_run(program: Program, tmp_path: Path) -> None:
    failing = COLLECTION.replace("tags: [smoke]", "tags: [smoke], expect: {status: 404}")
    (tmp_path / "c.yaml").write_text(failing, encoding="utf-8")
    ended = program.run("run", "c.yaml", "--mock", "--tag", "not slow", "--timeout", "5s", "--strict")
    assert "send again: runner run --mock --strict --tag 'not slow' --timeout 5s c.yaml -k one" in ended.out


def test_send_again_names_the_root_without_which_the_file_cannot_be_read(program: Program, tmp_path: Path) -> None:
    (tmp_path / "body.json").write_text("{}", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    named = "requests: [{name: one, url: http://127.0.0.1:1/, file: ../body.json, examples: [{status: 500}]}]\n"
    (tmp_path / "sub/c.yaml").write_text(named, encoding="utf-8")
    ended = program.run("run", "sub/c.yaml", "--mock", "--root", ".")
    assert ended.out.endswith("send again: runner run --mock --root . sub/c.yaml -k one\n")
