"""Which files a run reads, and what counts as saved."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.cli.arguments import Inputs, Selection
from runner.cli.context import Context
from runner.cli.watching.watched import LONGEST, Watched
from tests.unit.scripted_clock import Editor, ScriptedClock

COLLECTION = """\
data: rows.csv
requests:
  - url: "http://h.example/1"
    file: bodies/a.bin
    expect: {schema: schemas/s.json}
"""
OTHER = 'requests: [{url: "http://h.example/"}]\n'


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    found = Editor(tmp_path)
    for folder in ("bodies", "schemas", "sub"):
        (tmp_path / folder).mkdir()
    found.save("c.yaml", COLLECTION)
    found.save("rows.csv", "A\n1\n")
    found.save("bodies/a.bin", "a")
    found.save("schemas/s.json", '{"$ref": "t.json#/x"}')
    found.save("schemas/t.json", "{}")
    found.save("sub/other.yaml", "services: {}\n")
    return found


def watched(editor: Editor, *paths: str, clock: ScriptedClock | None = None, inputs: Inputs | None = None) -> Watched:
    context = Context({}, editor.folder, io.StringIO(), io.StringIO(), clock or ScriptedClock())
    found = Watched(inputs or Inputs(paths or ["c.yaml"]), Selection(), context)
    found.learn()
    return found


@pytest.mark.parametrize("name", ["c.yaml", "rows.csv", "bodies/a.bin", "schemas/s.json", "schemas/t.json"])
def test_everything_that_a_run_reads_is_looked_at(name: str, editor: Editor) -> None:
    assert watched(editor, clock=ScriptedClock(editor.touching(name))).saved() == [name]


@pytest.mark.parametrize("env", ["", "test"])
def test_an_env_file_may_be_new(env: str, editor: Editor) -> None:
    clock = ScriptedClock(editor.saving(f".env.{env}".rstrip("."), "A=1\n"))
    assert watched(editor, clock=clock, inputs=Inputs(["c.yaml"], env=env)).saved() == [f".env.{env}".rstrip(".")]


def test_an_env_file_behind_one_that_is_found_is_not_looked_at(editor: Editor) -> None:
    editor.save(".env", "A=1\n")
    editor.save("sub/c.yaml", OTHER)
    clock = ScriptedClock(editor.saving("sub/.env", "A=2\n"))
    with pytest.raises(KeyboardInterrupt):
        watched(editor, "sub/c.yaml", clock=clock).saved()


def test_with_env_file_no_other_is_looked_at(editor: Editor) -> None:
    editor.save("my.env", "A=1\n")
    clock = ScriptedClock(editor.saving(".env", "A=2\n"), editor.touching("my.env"))
    assert watched(editor, clock=clock, inputs=Inputs(["c.yaml"], env_files=["my.env"])).saved() == ["my.env"]


def test_what_an_included_file_names_is_looked_at(editor: Editor) -> None:
    editor.save("outer.yaml", "requests:\n  - include: c.yaml\n")
    clock = ScriptedClock(editor.touching("rows.csv"))
    assert watched(editor, "outer.yaml", clock=clock).saved() == ["rows.csv"]


def test_a_file_that_is_missing_is_waited_for(editor: Editor) -> None:
    editor.remove("rows.csv")
    assert watched(editor, clock=ScriptedClock(editor.saving("rows.csv", "A\n2\n"))).saved() == ["rows.csv"]


def test_what_a_broken_file_named_before_is_still_looked_at(editor: Editor) -> None:
    found = watched(editor, clock=ScriptedClock(editor.saving("c.yaml", "requests: ["), editor.touching("rows.csv")))
    assert found.saved() == ["c.yaml"]
    found.learn()
    assert found.saved() == ["rows.csv"]


def save_beside(editor: Editor) -> None:
    editor.rename("c.yaml", OTHER)


def save_anew(editor: Editor) -> None:
    editor.remove("c.yaml")
    editor.save("c.yaml", OTHER)


@pytest.mark.parametrize("save", [save_beside, save_anew], ids=["renamed", "deleted and created"])
def test_editors_save_in_odd_ways(save: Callable[[Editor], None], editor: Editor) -> None:
    found = watched(editor, ".", clock=ScriptedClock(lambda: save(editor)))
    assert found.saved() == ["c.yaml"]


def test_a_file_that_is_away_for_a_moment_is_not_gone(editor: Editor) -> None:
    """What is there when it is read is what counts, however long the editor takes."""
    steps = (lambda: None, lambda: None, editor.saving("c.yaml", OTHER))
    found = watched(editor, clock=ScriptedClock(lambda: editor.remove("c.yaml"), settling=steps))
    assert found.saved() == ["c.yaml"]
    assert (editor.folder / "c.yaml").exists()


def test_several_files_that_are_saved_together_are_one_save(editor: Editor) -> None:
    clock = ScriptedClock(editor.touching("c.yaml"), settling=(editor.touching("rows.csv"),))
    assert watched(editor, clock=clock).saved() == ["c.yaml", "rows.csv"]


def test_what_is_written_all_the_time_is_read_all_the_same(editor: Editor) -> None:
    clock = ScriptedClock(editor.touching("rows.csv"), settling=(editor.touching("rows.csv"),) * 1000)
    assert watched(editor, clock=clock).saved() == ["rows.csv"]
    assert clock.time < LONGEST + 1


def test_a_collection_appears_in_a_folder(editor: Editor) -> None:
    clock = ScriptedClock(editor.saving("sub/new.yaml", OTHER))
    assert watched(editor, ".", clock=clock).saved() == ["sub/new.yaml"]


def test_a_file_in_a_folder_becomes_a_collection(editor: Editor) -> None:
    clock = ScriptedClock(editor.saving("sub/other.yaml", OTHER))
    assert watched(editor, ".", clock=clock).saved() == ["sub/other.yaml"]


def test_a_collection_vanishes(editor: Editor) -> None:
    editor.save("sub/new.yaml", OTHER)
    clock = ScriptedClock(lambda: editor.remove("sub/new.yaml"))
    assert watched(editor, ".", clock=clock).saved() == ["sub/new.yaml"]


def test_other_files_are_nobody_s_business(editor: Editor) -> None:
    clock = ScriptedClock(
        editor.saving("sub/other.yaml", "services: {a: 1}\n"),
        editor.saving("c.yaml~", COLLECTION),
        editor.saving("sub/notes.txt", "x"),
        editor.saving("sub/new.yaml", "a: 1\n"),
        editor.touching("c.yaml"),
    )
    assert watched(editor, ".", clock=clock).saved() == ["c.yaml"]


def test_what_is_saved_while_it_is_read_is_not_missed(editor: Editor) -> None:
    found = watched(editor, clock=ScriptedClock(editor.touching("c.yaml"), lambda: None))
    found.saved()
    editor.touch("rows.csv")
    found.learn()
    assert found.saved() == ["rows.csv"]


def test_it_looks_for_a_while_only_if_asked(editor: Editor) -> None:
    clock = ScriptedClock()
    found = watched(editor, clock=clock)
    assert found.saved(within=0.5) == []
    assert 0.4 < clock.time < 0.7
