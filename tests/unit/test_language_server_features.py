"""What editors are told of texts that somebody is in the middle of writing: always an answer, never a fault."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings, strategies as st

from runner.cli.arguments import Inputs
from runner.cli.context import Context
from runner.language_server.analysis import Analysis, Asked, analyse
from runner.language_server.completion import complete
from runner.language_server.definition import definition
from runner.language_server.diagnostics import mistakes
from runner.language_server.edits import edits_between
from runner.language_server.fixes import fixes
from runner.language_server.format_words import keys_at, meaning_at, values_at
from runner.language_server.hover import hover
from runner.language_server.json_paths import paths
from runner.language_server.offers import Offer, narrowed
from runner.language_server.placeholders import begun_at
from runner.language_server.running import command, is_saved, summary_of
from runner.language_server.symbols import lenses, symbols
from runner.language_server.texts import Area, split
from runner.source import Source
from tests.command import Program, RunningClock
from tests.servers import ok, serve_bytes

INVALID: Final = sorted((Path(__file__).parents[1] / "invalid").glob("*.yaml"))
TEXT: Final = """\
name: Fuzz
variables: {BASE_URL: "http://127.0.0.1:9", MODEL: [a, b], LIMIT: 5}
secrets: {names: [MODEL], not: [SOME_KEY]}
requires: [API_KEY]
defaults:
  headers: {Authorization: Bearer <<API_KEY>>}
matrix: {CITY: [Busan, Lyon]}
setup:
  - include: nowhere.yaml
    only: [x]
requests:
  - name: first 😀
    url: <<BASE_URL>>/<<$guid>>?c=<<CITY|upper>>
    auth: {basic: {username: <<LIMIT:-x>>, password: <<PW>>}}
    json:
      a: &a [1, 2, "<<LIMIT>>"]
      b: *a
    expect:
      json:
        $.a[0]: {type: integer, lte: "5"}
    capture: {id: $.id, other: {header: x}}
    examples: [{json: {id: 1}}]
  - name: second
    needs: [first 😀]
    url: <<BASE_URL>>/<<id>>
    text: |
      hello <<id>>
    turns:
      - user: hi
        capture: {x: $.y}
"""
PIECES: Final = (
    "", "<<", ">>", "{", "}", "[", "]", ":", ": ", "- ", "\n", "  ", "\t", '"', "'", "|", "*a", "&a ", "#", "😀", "\\",
    "<<: *b", "!x ", "null", "requests:", "expect:", "\0", "\u2028", "\r",
)  # fmt: skip


def asked(text: str, folder: Path) -> Asked:
    context = Context({}, folder, io.StringIO(), io.StringIO())
    return Asked(Source("a.yaml", text, folder / "a.yaml"), folder, Inputs(()), context)


def everything(text: str, known: Analysis, near: int = 0) -> None:
    """Ask for all that there is, of cursors on the lines around a place."""
    lines = split(text)
    middle = text.count("\n", 0, near)
    told = [one.message for one in mistakes(known)]
    assert all(told)
    assert all(one.line > 0 for one in lenses(known, {"second": "1 passed"}))
    assert all(one.area[:2] <= one.name_area[:2] <= one.name_area[2:] <= one.area[2:] for one in symbols(known))
    assert isinstance(fixes(text, (0, len(lines)), known), list)
    for number, line in list(enumerate(lines))[max(0, middle - 2) : middle + 4]:
        for column in range(0, len(line) + 1, 2):
            for offer in complete(lines, (number, column), known):
                assert offer.area.line == offer.area.end_line == number
                assert offer.area.column <= column
            hover(lines, (number, column), known)
            definition(lines, (number, column), known)


@given(st.integers(0, len(TEXT)), st.integers(0, 25), st.sampled_from(PIECES), st.booleans())
@settings(max_examples=50)
def test_any_text_is_answered(
    tmp_path_factory: pytest.TempPathFactory, at: int, gone: int, piece: str, fresh: bool
) -> None:
    folder = tmp_path_factory.getbasetemp()
    before = None if fresh else analyse(asked(TEXT, folder))
    text = TEXT[:at] + piece + TEXT[at + gone :]
    known = analyse(asked(text, folder), before)
    everything(text, known, at)


@pytest.mark.parametrize("path", INVALID, ids=lambda one: one.name)
def test_a_file_with_a_mistake_is_told_and_known_all_the_same(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace")
    known = analyse(asked(text, path.parent))
    everything(text, known, len(text) // 2)
    assert known.problems


@pytest.mark.parametrize(("count", "rules"), [(2, {"missing-variable"}), (5001, set())])
def test_of_very_many_requests_only_what_reading_finds_is_told(tmp_path: Path, count: int, rules: set[str]) -> None:
    lines = [
        f"  - {{name: r{number}, url: http://127.0.0.1/<<NOWHERE>>, expect: {{text: x}}}}" for number in range(count)
    ]
    known = analyse(asked("\n".join(["requests:", *lines, ""]), tmp_path))
    assert {one.rule for one in known.problems} == rules
    assert len(known.entries) == count
    assert [one.first for one in known.variables] == ["NOWHERE"]


def test_what_was_known_is_kept_while_nothing_can_be_read(tmp_path: Path) -> None:
    before = analyse(asked(TEXT, tmp_path))
    broken = "requests: [" * 200
    known = analyse(asked(broken, tmp_path), before)
    assert known.entries == before.entries
    assert [one.rule for one in known.problems] != [one.rule for one in before.problems]
    everything(broken, known)


def test_keys_and_values_come_with_their_meaning() -> None:
    request = ("requests", None)
    assert keys_at((*request, "expect"), frozenset())[0].text == "status"
    assert {one.text for one in keys_at(request, frozenset(("include",)))} == {"only", "with"}
    assert "include" not in {one.text for one in keys_at(request, frozenset(("name",)))}
    assert {"include", "name"} <= {one.text for one in keys_at(request, frozenset())}
    assert not {"text", "form"} & {one.text for one in keys_at(request, frozenset(("json",)))}
    assert "DELETE" in {one.text for one in values_at((*request, "method"))}
    found = {one.text: one.meaning for one in values_at((*request, "expect", "error"))}
    assert found["dns"] == "The name of the host is not found."
    assert "searched anywhere" in meaning_at((*request, "expect", "json", "$.x", "matches"))
    assert meaning_at((*request, "json", "matches")) == ""


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("$.", {"$.a": "object", "$.b": "array"}),
        ("$.a.", {"$.a['x y']": "boolean"}),
        ("$.b[0].", {"$.b[0].c": "null"}),
        ("$..a.", {}),
        ("x.", {}),
        ("$.nowhere.", {}),
    ],
)
def test_paths_go_on_from_what_is_written(written: str, found: dict[str, str]) -> None:
    known = paths(written, [{"a": {"x y": True}, "b": [{"c": None}]}])
    assert {path: kind for path, kind in known.items() if not path.endswith("[*]")} == found


@pytest.mark.parametrize(
    ("before", "after", "written"),
    [
        ("a: <<", "", ""), ("a: <<A", "B", "A"), ("a: <<A>>", "", None), ("a: \\<<A", "", None),
        ("a: <<A:-x", "", None),
        ("a: <<A>> <<B", "", "B"), ("a: <<A|lo", ">>", "lo"), ("a: <<A:-x|lo", "", "lo"), ("a: < <A", "", None),
    ],
)  # fmt: skip
def test_placeholders_that_are_begun(before: str, after: str, written: str | None) -> None:
    begun = begun_at(before + after, len(before))
    assert (begun.written if begun is not None else None) == written


def test_many_offers_are_narrowed_by_what_is_written() -> None:
    area = Area(0, 2, 0, 4)
    many = [Offer(f"name_{number}", "", area, "variable") for number in range(300)]
    found, grows = narrowed(many, "<<n9", 4)
    assert (len(found), grows) == (len([one for one in many if "9" in one.label]), False)
    found, grows = narrowed(many, "<<na", 4)
    assert (len(found), grows) == (100, True)
    assert narrowed(many[:5], "<<zz", 4) == (many[:5], False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\nb\nc", "a\nx\nc"),
        ("a\n", "a\nb\n"),
        ("a\n\n\nb", "a\nb\n"),
        ("a", "b"),
        ("a\r\nb", "a\r\nc"),
        ("a\nb\nb", "a\nb"),
        ("b\na\na\nb", "b\na\nb"),
    ],
)
def test_an_edit_makes_the_new_text_of_the_old(old: str, new: str) -> None:
    edit = edits_between(old, new)[0]
    lines = split(old)
    start, end = edit.area.line, edit.area.end_line
    assert (edit.area.column, edit.area.end_column) == (0, len(lines[end]))
    made = "\n".join([*lines[:start], *split(edit.text), *lines[end + 1 :]])
    assert split(made) == split(new)


def test_a_command_takes_from_the_command_line_what_settings_do_not_say() -> None:
    inputs = Inputs((), ("A=1",), "staging", ("x.env",), root="..")
    words = command("run", Path("/x/a.yaml"), 7, inputs, {"var": ["A=1"]})
    assert words[1:4] == ["-P", "-m", "runner"]
    assert words[-4:] == ["/x/a.yaml:7", "--env=staging", "--env-file=x.env", "--root=.."]


def test_what_is_saved_and_how_a_run_ended(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    assert is_saved(file, "a: 1\n")
    assert not is_saved(file, "a: 2\n")
    assert not is_saved(tmp_path / "b.yaml", "")
    assert summary_of("x\n\n1 passed in 2 ms · send again: …\n") == "1 passed in 2 ms"
    assert summary_of("") == ""


def offered(text: str, folder: Path, before: Analysis | None = None) -> tuple[list[str], Analysis]:
    """What is offered at the end of the text, and what is known of it."""
    known = analyse(asked(text, folder), before)
    lines = split(text)
    return [one.label for one in complete(lines, (len(lines) - 1, len(lines[-1])), known)], known


def test_paths_come_from_the_newest_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "requests:\n  - name: ask\n    url: {}\n    capture:\n      a: $."
    before = offered(text, tmp_path)[1]
    with serve_bytes(ok(b'{"deep": {"er": [1]}}', "Content-Type: application/json")) as server:
        (tmp_path / "c.yaml").write_text(text.format(server.url).partition("    capture")[0], encoding="utf-8")
        program = Program(monkeypatch, tmp_path, clock=RunningClock())
        assert program.run("run", "c.yaml", "--record", "api.har").code == 0
    labels, known = offered(text, tmp_path, before)
    assert "$.deep" in labels
    assert analyse(asked(text, tmp_path), known).recorded is known.recorded
    newer = tmp_path / "newer.har"
    newer.write_text("{", encoding="utf-8")
    os.utime(newer, ns=(4 * 10**18, 4 * 10**18))
    assert not any("deep" in label for label in offered(text, tmp_path, known)[0])
    newer.unlink()
    (tmp_path / "api.har").rename(tmp_path / "kept")
    (tmp_path / "link.har").symlink_to(tmp_path / "kept")
    assert not any("deep" in label for label in offered(text, tmp_path, known)[0])
