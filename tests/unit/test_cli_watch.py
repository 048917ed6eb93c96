"""``runner run --watch``: rounds, without a terminal and without waiting."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import Ended, Program
from tests.unit.scripted_clock import Editor, ScriptedClock

COLLECTION = """\
setup: [{name: in, url: "http://h.example/in", capture: {token: $.t}, examples: [{json: {t: a-token}}]}]
requests:
  - {name: one, url: "http://h.example/1", expect: {status: 200}, examples: [{json: {}}]}
  - {name: two, url: "http://h.example/2/<<token>>", expect: {status: 200}, examples: [{json: {}}]}
  - {name: three, url: "http://h.example/3", expect: {status: 200}, examples: [{json: {}}]}
teardown: [{name: out, url: "http://h.example/out", examples: [{json: {}}]}]
"""
BROKEN = COLLECTION + "  bad: [\n"


def with_status(name: str, status: int, text: str = COLLECTION) -> str:
    """A request that expects this status."""
    return re.sub(rf"(name: {name},.*status: )\d+", rf"\g<1>{status}", text)


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    (tmp_path / "work").mkdir()
    found = Editor(tmp_path / "work")
    found.save("c.yaml", COLLECTION)
    return found


Run = Callable[..., Ended]


@pytest.fixture
def run(editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("TZ", "UTC")

    def watch(*words: str, steps: tuple[Callable[[], object], ...] = (), settling: object = ()) -> Ended:
        assert isinstance(settling, tuple)
        clock = ScriptedClock(*steps, settling=settling)
        environ = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
        return Program(monkeypatch, editor.folder, environ, clock).run("run", "--mock", "--watch", *words)

    return watch


def rounds(ended: Ended) -> list[str]:
    """What was sent in each round, failures in capitals, and what was not sent in brackets."""
    shown = {"PASS": "{}", "FAIL": "{}!", "SKIP": "({})"}
    found = []
    for text in re.split(r"^--- .*\n", ended.out, flags=re.MULTILINE):
        lines = re.findall(r"^  (PASS|FAIL|SKIP)  (\S+)", text, re.MULTILINE)
        found.append(" ".join(shown[word].format(name) for word, name in lines))
    return found


def test_only_what_changed_and_what_it_needs(editor: Editor, run: Run) -> None:
    changed = editor.saving("c.yaml", COLLECTION.replace("/2/", "/two/"))
    ended = run("c.yaml", steps=(changed, editor.saving("c.yaml", COLLECTION.replace("/out", "/o"))))
    assert rounds(ended) == ["in one two three out", "in two out", "in two out"]
    assert ended.code == 130


def test_a_save_without_a_change_runs_the_same_again(editor: Editor, run: Run) -> None:
    changed = COLLECTION.replace("/1", "/one")
    ended = run("c.yaml", steps=(editor.saving("c.yaml", changed), editor.saving("c.yaml", f"# Hello\n{changed}")))
    assert rounds(ended) == ["in one two three out", "in one out", "in one out"]
    assert "saved c.yaml · nothing changed\n" in ended.out


def test_what_failed_is_not_sent_for_another_change_but_when_it_is_asked_for(editor: Editor, run: Run) -> None:
    bad = with_status("one", 201)
    editor.save("c.yaml", bad)
    other = bad.replace("/2/", "/two/")
    mended = with_status("one", 200, other)
    steps = (
        editor.saving("c.yaml", other),
        editor.touching("c.yaml"),
        editor.saving("c.yaml", mended),
        editor.touching("c.yaml"),
    )
    ended = run("c.yaml", steps=steps)
    assert rounds(ended) == [
        "in one! two three out",
        "in two out",
        "in one! two out",
        "in one out",
        "in one out",
    ]
    assert ended.err.count("1 other failed earlier") == 1
    assert ended.err.startswith("watching 1 file · Ctrl-C ends it\n")


def test_a_broken_file_is_told_and_the_watch_goes_on(editor: Editor, run: Run) -> None:
    mended = with_status("three", 200, COLLECTION.replace("/3", "/third"))
    ended = run("c.yaml", steps=(editor.saving("c.yaml", BROKEN), editor.saving("c.yaml", mended)))
    assert rounds(ended) == ["in one two three out", "", "in three out"]
    assert "c.yaml:7:3: error: " in ended.err
    assert ended.code == 130


def test_it_may_begin_with_a_broken_file(editor: Editor, run: Run) -> None:
    editor.save("c.yaml", BROKEN)
    ended = run("c.yaml", steps=(editor.saving("c.yaml", COLLECTION),))
    assert rounds(ended) == ["", "in one two three out"]


def test_a_half_written_file_is_not_told(editor: Editor, run: Run) -> None:
    settling = (lambda: None, lambda: None, editor.saving("c.yaml", COLLECTION.replace("/1", "/one")))
    ended = run("c.yaml", steps=(editor.saving("c.yaml", COLLECTION[:200]),), settling=settling)
    assert rounds(ended) == ["in one two three out", "in one out"]
    assert "error" not in ended.err


def test_a_missing_variable_is_told_and_may_come_from_a_new_env_file(editor: Editor, run: Run) -> None:
    text = COLLECTION.replace("/1", "/<<NUMBER>>")
    ended = run("c.yaml", steps=(editor.saving("c.yaml", text), editor.saving(".env", "NUMBER=7\n")))
    assert rounds(ended) == ["in one two three out", "", "in one out"]
    assert "NUMBER has no value" in ended.err
    assert "saved .env\n" in ended.out
    assert "watching 2 files" in ended.err


def test_a_secret_stays_one_when_the_env_file_changes(editor: Editor, run: Run) -> None:
    text = 'requests: [{name: r, url: "http://h.example/<<API_KEY>>", examples: [{text: "was first-value"}]}]\n'
    editor.save("c.yaml", text)
    editor.save(".env", "API_KEY=first-value\n")
    ended = run("-v", "c.yaml", steps=(editor.saving(".env", "API_KEY=second-value\n"),))
    assert rounds(ended) == ["r", "r"]
    assert "first-value" not in ended.out + ended.err
    assert "second-value" not in ended.out + ended.err
    assert ended.out.count("was ***") == 2


def test_a_file_that_is_deleted_is_waited_for(editor: Editor, run: Run) -> None:
    ended = run("c.yaml", steps=(lambda: editor.remove("c.yaml"), editor.saving("c.yaml", COLLECTION)))
    assert rounds(ended) == ["in one two three out", "", "in one two three out"]
    assert "gone: c.yaml\n" in ended.out
    assert "there is no file c.yaml" in ended.err


def test_a_folder_may_get_another_collection_and_lose_it(editor: Editor, run: Run) -> None:
    new = 'requests: [{name: new, url: "http://h.example/", examples: [{json: {}}]}]\n'
    steps = (editor.saving("d.yaml", new), lambda: editor.remove("d.yaml"), editor.touching("c.yaml"))
    ended = run(".", steps=steps)
    assert rounds(ended)[:2] == ["in one two three out", "new"]
    assert "Nothing to run: no request is new or changed.\n" in ended.out


def test_what_came_not_to_its_turn_is_still_to_be_sent(editor: Editor, run: Run) -> None:
    editor.save("c.yaml", with_status("one", 201))
    ended = run("-x", "c.yaml", steps=(editor.saving("c.yaml", COLLECTION),))
    assert rounds(ended) == ["in one! out", "in one two three out"]


def test_a_line_is_the_request_that_stood_there(editor: Editor, run: Run) -> None:
    down = COLLECTION.replace("requests:\n", "requests:\n  # one\n  # two\n").replace("/2/", "/two/")
    steps = (editor.saving("c.yaml", down), editor.saving("c.yaml", down.replace("/1", "/one")))
    ended = run("c.yaml:4", steps=steps)
    assert rounds(ended) == ["in two out", "in two out", "in two out"]


def test_a_line_without_its_request_is_looked_at_again(editor: Editor, run: Run) -> None:
    steps = (editor.saving("c.yaml", COLLECTION.replace("name: two", "name: second")),)
    assert rounds(run("c.yaml:4", steps=steps)) == ["in two out", "in second out"]


def test_a_selection_goes_on(editor: Editor, run: Run) -> None:
    steps = (
        editor.saving("c.yaml", COLLECTION.replace("/1", "/one").replace("/3", "/t")),
        editor.saving("c.yaml", COLLECTION),
    )
    ended = run("-k", "one", "c.yaml", steps=steps)
    assert rounds(ended) == ["in one out", "in one out", "in one out"]


def test_what_is_remembered_of_the_rest_of_the_file_stays(
    editor: Editor, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = with_status("one", 201)
    editor.save("c.yaml", bad)
    run("c.yaml", steps=(editor.saving("c.yaml", bad.replace("/3", "/third")),))
    program = Program(monkeypatch, editor.folder, {"XDG_CACHE_HOME": str(tmp_path / "cache")})
    ended = program.run("run", "--mock", "--last-failed", "c.yaml")
    assert rounds(ended) == ["in one! out"]


def test_with_dry_run_it_shows_what_changed(editor: Editor, run: Run) -> None:
    ended = run("--dry-run", "c.yaml", steps=(editor.saving("c.yaml", COLLECTION.replace("/1", "/one")),))
    first, _, second = ended.out.partition("--- ")
    assert ("/3" in first, "/one" in second, "/3" in second) == (True, True, False)


def test_every_round_is_repeated_as_asked(editor: Editor, run: Run) -> None:
    ended = run("--repeat", "2", "c.yaml", steps=(editor.saving("c.yaml", COLLECTION.replace("/1", "/one")),))
    assert rounds(ended) == ["in one two three out in one two three out", "in one out in one out"]


def test_warnings_that_are_errors_end_a_round_alone(editor: Editor, run: Run) -> None:
    steps = (editor.saving("c.yaml", f"variables: {{HOST: x}}\n{COLLECTION}"), editor.saving("c.yaml", COLLECTION))
    ended = run("--strict", "c.yaml", steps=steps)
    assert rounds(ended) == ["in one two three out", "", "in one two three out"]
    assert "HOST is set by most systems" in ended.err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["-"], 2, "--watch and - do not go together"),
        (["--last-failed", "c.yaml"], 2, "--watch and --last-failed do not go together"),
        (["--timeout", "soon", "c.yaml"], 2, "--timeout: "),
        (["--rate", "soon", "c.yaml"], 2, "--rate: "),
        (["none.yaml"], 5, "there is no file none.yaml"),
        (["-k", "none", "c.yaml"], 5, "no request is selected"),
        (["c.yaml:100"], 5, "is beyond the end of the file"),
    ],
)
def test_a_wrong_command_line_ends_it_at_once(words: list[str], code: int, message: str, run: Run) -> None:
    ended = run(*words)
    assert (ended.code, message in ended.err) == (code, True), ended.err
    assert "watching" not in ended.err


def test_nothing_is_shown_while_nothing_happens(editor: Editor, run: Run) -> None:
    quiet = (lambda: None,) * 20
    ended = run("-q", "c.yaml", steps=(*quiet, editor.saving("notes.txt", "x"), *quiet))
    assert ended.out == "5 passed in 0 ms\n"
    assert ended.err == "watching 1 file · Ctrl-C ends it\n"
