from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from runner.lint.findings import findings
from runner.lint.mending import mended
from runner.loading.collection import decode_collection
from runner.source import Source
from tests.command import Program

BEFORE = """\
# The head.
variables:
  N: 200   # of tokens

requests:
  # What is asked.
  - name: ask   # runner: ignore=unused-capture
    url: https://h.example
    json:
      model: m
      max_tokens: "<<N>>"   # in quotes
      top_k: '40'
      seed: <<SEED:-7>>
      temperature: <<HEAT:-0.5>>
    expect:
      json: {$.a: {gt: '5'}}
      schema:
        # runner: ignore=key-over-http
        properties: {price: {$ref: "#/definitions/money"}, other: {$ref: '#/definitions/money'}}
        definitions: {money: {type: number}}
"""
AFTER = """\
# The head.
variables:
  N: 200   # of tokens

requests:
  # What is asked.
  - name: ask
    url: https://h.example
    json:
      model: m
      max_tokens: <<N>>   # in quotes
      top_k: 40
      seed: <<SEED:-7|int>>
      temperature: <<HEAT:-0.5|float>>
    expect:
      json: {$.a: {gt: '5'}}
      schema:
        properties: {price: {$ref: "#/$defs/money"}, other: {$ref: '#/$defs/money'}}
        $defs: {money: {type: number}}
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    return Program(monkeypatch, tmp_path)


def test_what_is_safe_is_written_and_the_rest_stays(program: Program) -> None:
    path = program.working / "c.yaml"
    path.write_text(BEFORE, encoding="utf-8")
    path.chmod(0o640)
    ended = program.run("check", "c.yaml", "--fix")
    assert path.read_text(encoding="utf-8") == AFTER
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [line.split("  ")[1] for line in ended.out.splitlines() if line.startswith("fixed")] == [
        f"c.yaml:{line}" for line in (7, 11, 12, 13, 14, 18, 20)
    ]
    assert ended.code == 0
    assert ended.out.count("[quoted-number]") == 5, "the comparison is told and left"
    assert "Nothing was mended" not in ended.err
    again = program.run("check", "c.yaml", "--fix")
    assert again.out.count("fixed") == 0
    assert again.err == "Nothing was mended: --fix writes only what is safe to change by itself.\n"
    assert [one.name for one in program.working.iterdir()] == ["c.yaml"]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_ends_of_lines_and_the_mark_of_utf_8_stay(program: Program, end: str) -> None:
    path = program.working / "c.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + BEFORE.replace("\n", end).encode())
    program.run("check", "c.yaml", "--fix")
    assert path.read_bytes() == b"\xef\xbb\xbf" + AFTER.replace("\n", end).encode()


def test_nothing_is_written_where_a_file_does_not_load(program: Program) -> None:
    (program.working / "a.yaml").write_text(BEFORE, encoding="utf-8")
    (program.working / "b.yaml").write_text("requests: [{urll: x}]\n", encoding="utf-8")
    assert program.run("check", ".", "--fix").code == 3
    assert (program.working / "a.yaml").read_text(encoding="utf-8") == BEFORE


def test_what_is_included_is_mended_only_where_it_is_named(program: Program) -> None:
    (program.working / "main.yaml").write_text("requests:\n- include: part.yaml\n", encoding="utf-8")
    (program.working / "part.yaml").write_text(BEFORE, encoding="utf-8")
    assert "fixed" not in program.run("check", "main.yaml", "--fix").out
    assert program.run("check", ".", "--fix").out.count("fixed") == 7


@pytest.mark.parametrize(("path", "said"), [("c.yaml:8", "mends whole files"), ("-", "standard input")])
def test_lines_and_standard_input_cannot_be_mended(program: Program, path: str, said: str) -> None:
    (program.working / "c.yaml").write_text(BEFORE, encoding="utf-8")
    ended = program.run("check", path, "--fix")
    assert (ended.code, said in ended.err) == (2, True), ended.text


def test_a_line_tells_what_is_found_in_its_request(program: Program) -> None:
    (program.working / "c.yaml").write_text(
        "variables: {A: 1}\nrequests:\n- {name: a, url: 'https://h.example'}\n- {name: b, url: 'https://h.example'}\n",
        encoding="utf-8",
    )
    said = program.run("check", "c.yaml:4").out
    assert ("c.yaml:4" in said, "c.yaml:3" in said, "c.yaml:1" in said) == (True, False, False), said


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_told(program: Program) -> None:
    (program.working / "c.yaml").write_text(BEFORE, encoding="utf-8")
    program.working.chmod(0o500)
    try:
        ended = program.run("check", "c.yaml", "--fix")
    finally:
        program.working.chmod(0o700)
    assert (ended.code, "cannot be written" in ended.err) == (2, True), ended.text


VALUES = (
    '"<<N>>"',
    "'<<N>>'",
    "'12'",
    "<<M:-3>>",
    "{a: '<<N>>', b: [\"<<N>>\"]}",
    "&x '7'",
    "*x",
    '"\\u0035"',
    "|\n        5",
)


@given(st.lists(st.tuples(st.sampled_from(("n", "seed", "max_tokens", "other")), st.sampled_from(VALUES)), max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_is_mended_loads_and_needs_no_mending(pairs: list[tuple[str, str]]) -> None:
    body = "".join(f"      {key}: {value}\n" for key, value in dict(pairs).items() if value != "*x")
    text = f"variables: {{N: 5}}\nrequests:\n  - url: https://h.example\n    json:\n      model: m\n{body}"
    for _ in range(3):
        found = findings(decode_collection(Source("c.yaml", text), Path()))
        text, done = mended(text, found)
    assert done == []
    assert decode_collection(Source("c.yaml", text), Path())
