from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Program
from tests.unit.linting import found


def rules(text: str) -> list[str]:
    return [one.diagnostic.rule for one in found(text)]


TWO = """\
requests:
{above}  - name: first{dash}
    url: https://h.example{url}
    capture: {{a: $.a}}{capture}
{between}
  - name: second
    url: https://h.example
    capture: {{b: $.b}}
"""


def two(**comments: str) -> list[str]:
    empty = dict.fromkeys(("above", "dash", "url", "capture", "between"), "")
    return rules(TWO.format(**{**empty, **comments}))


def test_a_comment_is_for_its_line_the_next_one_a_request_or_the_file() -> None:
    both = ["unused-capture"] * 2
    assert two() == both
    assert two(capture="  # runner: ignore=unused-capture") == both[:1]
    assert two(capture="  #runner:ignore = unused-capture because") == both[:1]
    assert two(above="  # runner: ignore=unused-capture\n") == both[:1]
    assert two(above="  # runner: ignore=unused-capture\n\n  # and another\n") == both[:1]
    assert two(url="\n    # runner: ignore=unused-capture") == both[:1]
    assert two(between="  # runner: ignore=unused-capture") == both[:1]
    assert two(url="  # runner: ignore=unused-capture") == ["unused-ignore", *both]
    assert two(dash="  # runner: ignore=unused-capture") == ["unused-ignore", *both]
    assert (
        rules("# runner: ignore=unused-capture\n\n" + TWO.format(above="", dash="", url="", capture="", between=""))
        == []
    )


def test_a_request_ends_where_the_next_begins() -> None:
    text = """\
requests:
  # runner: ignore=checks-nothing
  - name: first
    url: https://h.example
  - name: second
    url: https://h.example
"""
    assert rules(text) == ["checks-nothing"]


def test_a_dash_may_stand_alone() -> None:
    text = "requests:\n  # runner: ignore=unused-capture\n  -\n    url: https://h.example\n    capture: {a: $.a}\n"
    assert rules(text) == []


def test_several_ids_and_what_is_wrong_with_them() -> None:
    start = "requests:\n- url: https://h.example"
    assert rules(f"{start} # runner: ignore=checks-nothing,key-over-http\n") == ["unused-ignore"]
    assert rules(f"{start} # runner: ignore=check-nothing\n") == ["checks-nothing", "unknown-rule"]
    assert rules(f"{start} # runner: ignore=\n") == ["checks-nothing", "unknown-rule"]
    assert rules(f"{start} # runner: ignore\n") == ["checks-nothing", "unknown-rule"]
    assert rules(f"{start} # runner: ignore=checks-nothing, unused-ignore: as it is\n") == []
    assert rules(f"{start} # the runner: ignores this\n") == ["checks-nothing"]
    (one,) = [one for one in found(f"{start} # runner: ignore=check-nothing\n") if one.diagnostic.rule[1] == "n"]
    assert (one.diagnostic.hint, one.diagnostic.span and one.diagnostic.span[:2]) == (
        'Did you mean "checks-nothing"?', (2, 43)
    )  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        "'# runner: ignore=checks-nothing'",
        '"a # runner: ignore=checks-nothing"',
        "|\n      # runner: ignore=checks-nothing\n      b",
        ">-\n      a\n      # runner: ignore=checks-nothing",
        "'a\n      # runner: ignore=checks-nothing'",
    ],
)
def test_what_stands_in_a_text_is_no_comment(value: str) -> None:
    assert rules(f"requests:\n  - url: https://h.example\n    text: {value}\n") == ["checks-nothing"]


def test_a_comment_beside_a_text_in_a_block_is_one() -> None:
    text = "  - url: https://h.example/\n    capture: {a: $.a}\n    text: | # runner: ignore=unused-capture\n      b\n"
    assert rules(f"requests:\n{text}") == ["unused-capture", "unused-ignore"]


LOADING = "requests:\n  - url: https://h.example\n    expect: {duration: 2s} # runner: ignore=duration-equals\n"


def test_what_loading_finds_is_silenced_in_every_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(monkeypatch, tmp_path)
    (tmp_path / "c.yaml").write_text(LOADING, encoding="utf-8")
    assert program.run("check", "c.yaml", "--strict").code == 0
    assert "exactly" not in program.run("show", "c.yaml").err
    (tmp_path / "c.yaml").write_text(LOADING.partition(" #")[0] + "\n", encoding="utf-8")
    assert program.run("check", "c.yaml", "--strict").code == 3
    (tmp_path / "c.yaml").write_text(LOADING.replace("2s}", "[2s]}"), encoding="utf-8")
    assert program.run("check", "c.yaml").code == 3, "an error is never silenced"


def test_comments_of_an_included_file_count_for_it_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(monkeypatch, tmp_path)
    both = LOADING.replace("expect:", "capture: {a: $.a}\n    expect:")
    (tmp_path / "part.yaml").write_text("# runner: ignore=unused-capture\n" + both, encoding="utf-8")
    (tmp_path / "main.yaml").write_text("requests:\n  - include: part.yaml\n", encoding="utf-8")
    assert program.run("check", "main.yaml", "--strict").code == 0
    assert program.run("check", ".", "--strict").code == 0
    (tmp_path / "main.yaml").write_text(
        "requests:\n  - include: part.yaml\n  - {url: 'https://h.example', capture: {b: $.b}}\n", encoding="utf-8"
    )
    ended = program.run("check", "main.yaml", "--strict")
    assert "b is captured and used nowhere" in ended.out
    assert "1 error in 1 file" in ended.out


def test_a_variable_that_has_a_value_here_leaves_its_comment_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "requests:\n  # runner: ignore=missing-variable\n  - {url: https://<<H>>, expect: {status: 200}}\n"
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    assert Program(monkeypatch, tmp_path).run("check", "c.yaml", "--strict").code == 0
    assert Program(monkeypatch, tmp_path, {"H": "h.example"}).run("check", "c.yaml", "--strict").code == 0
