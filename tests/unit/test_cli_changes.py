"""What a request means from one reading to the next."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from runner.cli.arguments import Inputs, Selection
from runner.cli.context import Context
from runner.cli.running.planning import plan
from runner.cli.watching.changes import Key, Meanings, Reading, changed, keys_of, only, without
from runner.cli.watching.watched import stamp_of
from tests.unit.scripted_clock import Editor

COLLECTION = """\
variables:
  BASE: "http://h.example"
  ID: "id-<<$guid>>"
  PATH_OF_TWO: "<<BASE>>/<<SUFFIX:-2>>"
defaults: {headers: {A: a}}
setup: [{name: in, url: <<BASE>>/in, capture: {token: $.t}}]
requests:
  - name: one
    url: <<BASE>>/1?id=<<ID>>
    description: the first
    tags: [quick]
    examples: [{status: 200}]
  - {name: two, url: <<PATH_OF_TWO>>, headers: {T: <<token>>}}
  - {name: three, url: "http://other.example/3", file: <<FILE:-a.bin>>, expect: {schema: s.json}}
teardown: [{name: out, url: "http://other.example/out"}]
"""
NOTHING: list[str] = []
ALL = ["in", "one", "out", "three", "two"]


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    found = Editor(tmp_path)
    for name, text in (("c.yaml", COLLECTION), ("a.bin", "a"), ("s.json", '{"$ref": "t.json"}'), ("t.json", "{}")):
        found.save(name, text)
    return found


def meanings(editor: Editor, *variables: str, mock: bool = False) -> Meanings:
    context = Context({}, editor.folder, io.StringIO(), io.StringIO())
    found = plan(Inputs(["c.yaml"], variables, mock=mock), Selection(), context)
    return Reading(stamp_of, mock=mock).of(found.jobs())


def names(before: Meanings, after: Meanings) -> list[str]:
    return sorted(key.name for key in changed(before, after))


EDITS = {
    "a comment": ("requests:", "# hello\nrequests:", NOTHING),
    "another way to write it": ('"http://other.example/out"', "'http://other.example/out'", NOTHING),
    "a description": ("the first", "the very first", NOTHING),
    "a tag": ("[quick]", "[slow]", NOTHING),
    "an example": ("{status: 200}", "{status: 201}", NOTHING),
    "a url": ("other.example/3", "other.example/4", ["three"]),
    "an expectation": ("{schema: s.json}", "{schema: s.json, status: 200}", ["three"]),
    "a name": ("name: three", "name: four", ["four"]),
    "a type": ("{A: a}", "{A: 1}", ALL),
    "a variable": ("http://h.example", "http://i.example", ALL),
    "a variable inside a variable": ("SUFFIX:-2", "SUFFIX:-3", ["two"]),
    "what is made up on the spot": ("id-<<", "key-<<", ["one"]),
    "an unused variable": ("variables:", "variables:\n  NEW: 1", NOTHING),
    "a secret": ("defaults:", "secrets: [BASE]\ndefaults:", ALL),
    "setup": ("/in,", "/log-in,", ALL),
    "teardown": ("/out", "/log-out", ["out"]),
    "a capture": ("capture: {token: $.t}", "capture: {token: $.u}", ALL),
    "one that is gone": ("  - {name: two, url: <<PATH_OF_TWO>>, headers: {T: <<token>>}}\n", "", NOTHING),
    "the order": ("requests:", "requests:\n  - {name: zero, url: 'http://h.example'}", ["zero"]),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_an_edit_changes(edit: str, editor: Editor) -> None:
    old, new, expected = EDITS[edit]
    before = meanings(editor)
    assert old in COLLECTION
    editor.save("c.yaml", COLLECTION.replace(old, new))
    assert names(before, meanings(editor)) == expected


def test_a_price_counts_where_the_cost_is_expected(editor: Editor) -> None:
    costly = COLLECTION.replace("{schema: s.json}", "{usage: {cost: {lt: 1}}}")
    editor.save("c.yaml", f"prices: {{m: {{input: 1}}}}\n{costly}")
    before = meanings(editor)
    editor.save("c.yaml", f"prices: {{m: {{input: 2}}}}\n{costly}")
    assert names(before, meanings(editor)) == ["three"]


def test_with_mock_examples_count(editor: Editor) -> None:
    before = meanings(editor, mock=True)
    editor.save("c.yaml", COLLECTION.replace("{status: 200}", "{status: 201}"))
    assert names(before, meanings(editor, mock=True)) == ["one"]


def test_with_mock_the_variables_of_examples_count(editor: Editor) -> None:
    text = COLLECTION.replace("{status: 200}", "{text: <<BODY>>}").replace("variables:", "variables:\n  BODY: a")
    editor.save("c.yaml", text)
    before, live = meanings(editor, mock=True), meanings(editor)
    editor.save("c.yaml", text.replace("BODY: a", "BODY: b"))
    assert names(before, meanings(editor, mock=True)) == ["one"]
    assert names(live, meanings(editor)) == []


@pytest.mark.parametrize("name", ["a.bin", "s.json", "t.json"])
def test_a_file_is_part_of_those_that_use_it(name: str, editor: Editor) -> None:
    before = meanings(editor)
    editor.touch(name)
    assert names(before, meanings(editor)) == ["three"]


def test_a_file_may_be_named_by_a_variable(editor: Editor) -> None:
    editor.save("b.bin", "b")
    before = meanings(editor, "FILE=b.bin")
    editor.touch("a.bin")
    assert names(before, meanings(editor, "FILE=b.bin")) == []
    editor.touch("b.bin")
    assert names(before, meanings(editor, "FILE=b.bin")) == ["three"]


def test_a_value_from_outside_counts_for_those_that_use_it(editor: Editor) -> None:
    before = meanings(editor)
    editor.save(".env", "SUFFIX=7\nELSE=1\n")
    after = meanings(editor)
    assert names(before, after) == ["two"]
    editor.save(".env", "SUFFIX=7\nELSE=2\n")
    assert names(after, meanings(editor)) == []
    editor.save(".env", "ID=now-fixed\nSUFFIX=7\n")
    assert names(after, meanings(editor)) == ["one"]


def test_only_the_rows_that_changed(editor: Editor) -> None:
    text = 'data: rows.csv\nrequests: [{name: r, url: "http://h.example/<<A>>"}]\n'
    editor.save("c.yaml", text)
    editor.save("rows.csv", "A,B\n1,x\n2,x\n")
    before = meanings(editor)
    editor.save("rows.csv", "A,B\n1,y\n3,y\n4,y\n")
    assert sorted(key.row for key in changed(before, meanings(editor))) == ["[2] A=3", "[3] A=4"]


def test_only_the_rows_of_a_request_that_changed(editor: Editor) -> None:
    editor.save("c.yaml", 'requests: [{name: r, url: "http://h.example/<<A>>", data: rows.csv}]\n')
    editor.save("rows.csv", "A\n1\n2\n")
    before = meanings(editor)
    editor.save("rows.csv", "A\n1\n3\n")
    assert names(before, meanings(editor)) == ["r [2] A=3"]


INCLUDED = """\
variables: {B: b}
requests:
  - {name: in, url: "http://h.example/<<A>>"}
  - {name: other, url: "http://h.example/<<B>>"}
"""


def test_included_requests_are_of_the_file_that_includes_them(editor: Editor) -> None:
    outer = 'requests: [{name: own, url: "http://h.example/"}, {include: part.yaml, with: {A: "a-<<$guid>>"}}]\n'
    editor.save("c.yaml", outer)
    editor.save("part.yaml", INCLUDED)
    before = meanings(editor)
    assert names(before, meanings(editor)) == NOTHING
    editor.save("part.yaml", INCLUDED.replace("B: b", "B: c"))
    after = meanings(editor)
    assert names(before, after) == ["other"]
    editor.save("c.yaml", outer.replace("a-", "b-"))
    assert names(after, meanings(editor)) == ["in"]


def test_rows_that_nothing_tells_apart_are_one(editor: Editor) -> None:
    """Secrets are left out of labels: no row's change is lost."""
    text = 'matrix: {API_KEY: [first-key, other-key]}\nrequests: [{name: r, url: "http://h.example/<<API_KEY>>"}]\n'
    editor.save("c.yaml", text)
    before = meanings(editor)
    assert names(before, meanings(editor)) == []
    editor.save("c.yaml", text.replace("first-key", "third-key"))
    assert names(before, meanings(editor)) == ["r"]


def test_a_file_that_is_skipped_is_a_change_of_its_own(editor: Editor) -> None:
    text = 'requires: [KEY]\nrequests: [{name: r, url: "http://h.example/"}]\n'
    editor.save("c.yaml", text)
    skipped = meanings(editor)
    assert keys_of(skipped) == {Key("c.yaml", "")}
    assert names(skipped, meanings(editor)) == []
    ready = meanings(editor, "KEY=k")
    assert names(skipped, ready) == ["r"]
    assert names(ready, skipped) == [""]


def test_what_was_not_run_is_still_to_be_run(editor: Editor) -> None:
    known = meanings(editor)
    assert names(without(known, [Key("c.yaml", "", "two")]), known) == ["two"]


def test_only_selects_by_file_row_and_name(editor: Editor) -> None:
    context = Context({}, editor.folder, io.StringIO(), io.StringIO())
    found = plan(Inputs(["c.yaml"]), Selection(text="three"), context)
    assert [one.name for job in found.jobs() for one in job.requests] == ["in", "three", "out"]
    part = found.narrowed(only([Key("c.yaml", "", "two")]))
    assert [one.name for job in part.jobs() for one in job.requests] == ["in", "two", "out"]
    assert not found.narrowed(only([Key("other.yaml", "", "two")]))


def test_no_value_can_be_read_from_what_is_remembered(editor: Editor) -> None:
    editor.save("c.yaml", 'requests: [{name: r, url: "http://h.example/<<API_KEY>>"}]\n')
    assert "the-secret-value" not in str(meanings(editor, "API_KEY=the-secret-value"))
