"""``--last-failed``: what a run remembers, and what the next one does with it."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.command import Ended, Program

ROOT = Path(__file__).parents[2]
CHAIN = """\
requests:
  - {name: first, url: "http://h.example/1", expect: {status: <<FIRST:-200>>}, examples: [{json: {id: 1}}],
     capture: {id: $.id}}
  - {name: second, url: "http://h.example/<<id>>", examples: [{json: {}}]}
  - {name: third, url: "http://h.example/3", needs: [second], examples: [{json: {}}]}
  - {name: alone, url: "http://h.example/4", expect: {status: <<ALONE:-200>>}, skip: <<SKIP:->>, examples: [{json: {}}]}
"""
ROWS = """\
data: [{n: 200}, {n: 404}]
requests: [{name: row, url: "http://h.example/", expect: {status: <<n>>}, examples: [{json: {}}]}]
"""
GOOD = "requests: [{name: good, url: 'http://h.example/', examples: [{json: {}}]}]\n"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in (("a.yaml", CHAIN), ("b.yaml", CHAIN), ("rows.yaml", ROWS), ("good.yaml", GOOD)):
        (folder / name).write_text(text, encoding="utf-8")
    return Program(monkeypatch, folder, {"XDG_CACHE_HOME": str(tmp_path / "cache")})


def mock(program: Program, *arguments: str) -> Ended:
    return program.run("run", "--mock", *arguments)


def sent(ended: Ended) -> list[str]:
    """The verdicts and names, in order."""
    lines = [line.split() for line in ended.out.splitlines() if line.startswith(("  PASS", "  FAIL", "  SKIP"))]
    return [f"{word} {name}" for word, name, *_ in lines]


def kept(program: Program) -> Path:
    (found,) = Path(program.environ["XDG_CACHE_HOME"], "runner").iterdir()
    return found


def test_only_what_failed_is_sent_again(program: Program) -> None:
    ended = mock(program, "a.yaml", "--var", "ALONE=404")
    assert sent(ended) == ["PASS first", "PASS second", "PASS third", "FAIL alone"]
    assert ended.out.endswith("send again: runner run --mock --var ALONE=404 a.yaml --last-failed\n")
    ended = mock(program, "a.yaml", "--last-failed")
    assert (ended.code, sent(ended)) == (0, ["PASS alone"])
    ended = mock(program, "a.yaml", "--last-failed")
    assert (ended.code, ended.err) == (
        5,
        "Error: --last-failed: nothing failed in the last run of a.yaml with --mock\n",
    )


def test_what_waited_for_a_failure_is_not_forgotten(program: Program) -> None:
    ended = mock(program, "a.yaml", "--var", "FIRST=404")
    assert sent(ended) == ["FAIL first", "SKIP second", "SKIP third", "PASS alone"]
    ended = mock(program, "a.yaml", "--last-failed", "--var", "FIRST=404")
    assert sent(ended) == ["FAIL first", "SKIP second", "SKIP third"]
    ended = mock(program, "a.yaml", "--last-failed")
    assert sent(ended) == ["PASS first", "PASS second", "PASS third"]
    assert mock(program, "a.yaml", "--last-failed").code == 5


def test_after_setup_failed_everything_is_to_be_sent(program: Program) -> None:
    setup = 'setup: [{name: in, url: "http://h.example/", expect: {status: <<IN:-200>>}, examples: [{json: {}}]}]\n'
    end = 'teardown: [{name: out, url: "http://h.example/", examples: [{json: {}}]}]\n'
    (program.working / "a.yaml").write_text(setup + GOOD + end, encoding="utf-8")
    assert sent(mock(program, "a.yaml", "--var", "IN=500")) == ["FAIL in", "SKIP good", "PASS out"]
    assert sent(mock(program, "a.yaml", "--last-failed")) == ["PASS in", "PASS good", "PASS out"]
    assert mock(program, "a.yaml", "--last-failed").code == 5


def test_a_skip_with_a_reason_of_its_own_is_no_failure(program: Program) -> None:
    mock(program, "a.yaml", "--var", "ALONE=404")
    assert sent(mock(program, "a.yaml", "--last-failed", "--var", "SKIP=known")) == ["SKIP alone"]
    assert mock(program, "a.yaml", "--last-failed").code == 5


def test_a_run_changes_only_what_it_ran(program: Program) -> None:
    mock(program, "a.yaml", "b.yaml", "--var", "FIRST=404", "--var", "ALONE=404")
    mock(program, "a.yaml", "-k", "alone")
    mock(program, "b.yaml:2")
    assert sent(mock(program, "a.yaml", "--last-failed", "--dry-run")) == []
    assert sent(mock(program, "a.yaml", "--last-failed")) == ["PASS first", "PASS second", "PASS third"]
    assert sent(mock(program, "b.yaml", "--last-failed")) == ["PASS first", "PASS second", "PASS third", "PASS alone"]


def test_what_was_not_sent_stays_as_it_was(program: Program) -> None:
    mock(program, "a.yaml", "--var", "ALONE=404")
    assert sent(mock(program, "a.yaml", "-x", "--var", "FIRST=404")) == ["FAIL first"]
    assert sent(mock(program, "a.yaml", "--last-failed")) == ["PASS first", "PASS alone"]


def test_several_files_are_narrowed_to_those_with_failures(program: Program) -> None:
    (program.working / "new.yaml").write_text(GOOD, encoding="utf-8")
    ended = mock(program, "b.yaml", "a.yaml", "good.yaml", "rows.yaml", "--var", "ALONE=404")
    assert "send again: runner run --mock --var ALONE=404 b.yaml a.yaml rows.yaml --last-failed" in ended.out
    assert sent(mock(program, "a.yaml")) == ["PASS first", "PASS second", "PASS third", "PASS alone"]
    (program.working / "good.yaml").write_text("requests: broken", encoding="utf-8")
    ended = mock(program, ".", "--last-failed")
    assert sent(ended) == ["PASS alone", "FAIL row"]
    assert "warning: no run of new.yaml with --mock is remembered, so nothing of it is run now" in ended.err


def test_rows_are_told_apart(program: Program) -> None:
    mock(program, "rows.yaml")
    ended = mock(program, "rows.yaml", "--last-failed")
    assert (sent(ended), "[2] n=404" in ended.out, "[1]" in ended.out) == (["FAIL row"], True, False)


def test_the_mock_has_a_memory_of_its_own(program: Program) -> None:
    mock(program, "rows.yaml")
    ended = program.run("run", "rows.yaml", "--last-failed")
    assert (ended.code, ended.err.splitlines()[0]) == (5, "Error: --last-failed: no run of rows.yaml is remembered")


def test_a_dry_run_remembers_nothing(program: Program) -> None:
    mock(program, "a.yaml", "--dry-run")
    assert not Path(program.environ["XDG_CACHE_HOME"]).exists()
    mock(program, "rows.yaml")
    before = kept(program).read_bytes()
    assert "row" in mock(program, "rows.yaml", "--last-failed", "--dry-run").out
    assert kept(program).read_bytes() == before


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (("a.yaml",), "no run of a.yaml with --mock is remembered"),
        (("good.yaml",), "nothing failed in the last run of good.yaml with --mock"),
        (
            ("good.yaml", "a.yaml"),
            "nothing failed in the last run of good.yaml with --mock; no run of a.yaml with --mock is remembered",
        ),
        ((".",), "no run of a.yaml, b.yaml, rows.yaml with --mock is remembered"),
    ],
    ids=len,
)
def test_nothing_known_and_nothing_failed_are_told_apart(paths: tuple[str, ...], said: str, program: Program) -> None:
    mock(program, "good.yaml")
    ended = mock(program, *paths, "--last-failed")
    assert (ended.code, ended.out, said in ended.err) == (5, "", True), ended.err


def test_what_cannot_be_found_again_is_said(program: Program) -> None:
    mock(program, "a.yaml", "--var", "ALONE=404", "--var", "FIRST=404")
    text = CHAIN.replace("name: alone", "name: renamed")
    (program.working / "a.yaml").write_text(text, encoding="utf-8")
    ended = mock(program, "a.yaml", "--last-failed")
    assert sent(ended) == ["PASS first", "PASS second", "PASS third"]
    assert 'warning: "alone" failed in the last run and cannot be found in a.yaml now' in ended.err
    ended = mock(program, "a.yaml", "--last-failed")
    assert (ended.code, '"alone" failed in the last run' in ended.err) == (5, True)
    mock(program, "a.yaml")
    assert "nothing failed" in mock(program, "a.yaml", "--last-failed").err


def test_a_file_that_is_skipped_now_lost_nothing(program: Program) -> None:
    mock(program, "rows.yaml")
    (program.working / "rows.yaml").write_text(f"requires: [REGION]\n{ROWS}", encoding="utf-8")
    ended = program.run("run", "rows.yaml", "--last-failed", "--mock")
    assert (ended.code, ended.err) == (0, ""), ended.text
    assert "rows.yaml" in ended.out


def test_names_are_masked_and_found_again(program: Program) -> None:
    text = (
        "data: [{API_KEY: sk-abcdef}, {API_KEY: sk-uvwxyz}]\nrequests:\n"
        "- {name: 'as <<API_KEY>>', url: 'http://h.example/', expect: {status: 404}, examples: [{json: {}}]}\n"
        "- {name: fine, url: 'http://h.example/', examples: [{json: {}}]}\n"
    )
    (program.working / "a.yaml").write_text(text, encoding="utf-8")
    mock(program, "a.yaml")
    text = kept(program).read_text(encoding="utf-8")
    assert ("sk-" in text, "as ***" in text) == (False, True)
    assert sent(mock(program, "a.yaml", "--last-failed")) == ["FAIL as", "FAIL as"]


def test_a_secret_in_the_path_hides_no_failure(program: Program) -> None:
    text = f"secrets: [WORD]\n{GOOD}".replace("h.example/", "h.example/<<WORD>>").replace("json: {}", "status: 500")
    (program.working / "a.yaml").write_text(text, encoding="utf-8")
    mock(program, "a.yaml", "--var", "WORD=project")
    assert "/project/" not in json.loads(kept(program).read_text(encoding="utf-8"))["mock"].popitem()[0]
    assert sent(mock(program, "a.yaml", "--last-failed", "--var", "WORD=project")) == ["FAIL good"]


def test_the_hint_keeps_to_what_was_selected(program: Program) -> None:
    failing = ("--var", "ALONE=404", "--var", "FIRST=404")
    assert mock(program, "a.yaml", *failing, "-k", "alone").out.endswith("a.yaml -k alone --last-failed\n")
    assert mock(program, "a.yaml:6", *failing).out.endswith("404 a.yaml:6 --last-failed\n")
    for name in "cdef":
        (program.working / f"{name}.yaml").write_text(ROWS, encoding="utf-8")
    assert mock(program, ".", *failing).out.endswith("404 . --last-failed\n")
    assert "send again" not in mock(program, *(f"{name}.yaml" for name in "cdef")).out


def test_the_file_is_private_and_small(program: Program) -> None:
    mock(program, "rows.yaml")
    path = kept(program)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert json.loads(path.read_bytes()) == {
        "format": 1,
        "folder": str(program.working),
        "mock": {str(program.working / "rows.yaml"): [["row", "[2] n=404"]]},
    }


def test_a_run_that_changes_nothing_writes_nothing(program: Program) -> None:
    mock(program, "good.yaml")
    before = kept(program).stat().st_ino
    mock(program, "good.yaml")
    assert kept(program).stat().st_ino == before


BROKEN = [b"", b"{", b"[]", b"null", b'{"format":1}', b"\xff", b"[" * 100_000, b'{"format":2,"folder":"x","mock":{}}']


@pytest.mark.parametrize("data", BROKEN, ids=range(len(BROKEN)))
def test_a_damaged_memory_is_said_and_mended(data: bytes, program: Program) -> None:
    mock(program, "rows.yaml")
    path = kept(program)
    path.write_bytes(data)
    ended = mock(program, "rows.yaml", "--last-failed")
    assert (ended.code, f"{path} is damaged" in ended.err) == (5, True), ended.err
    ended = mock(program, "rows.yaml")
    assert (ended.code, ended.err, "--last-failed" in ended.out) == (1, "", True)
    assert sent(mock(program, "rows.yaml", "--last-failed")) == ["FAIL row"]


@pytest.mark.parametrize("value", [{"x": 1}, {"x": [1]}, {"x": [["a", "b", "c"]]}, {"x": [["a", 1]]}, [], "x", 1])
def test_a_memory_of_another_shape_is_damaged(value: object, program: Program) -> None:
    mock(program, "rows.yaml")
    path = kept(program)
    path.write_text(json.dumps({"format": 1, "folder": str(program.working), "mock": value}), encoding="utf-8")
    ended = mock(program, "rows.yaml", "--last-failed")
    assert (ended.code, "is damaged" in ended.err) == (5, True), ended.err
    assert mock(program, "rows.yaml").err == ""


def test_a_memory_of_another_folder_is_not_taken_for_ones_own(program: Program) -> None:
    mock(program, "rows.yaml")
    path = kept(program)
    path.write_text(path.read_text(encoding="utf-8").replace(str(program.working), "/elsewhere"), encoding="utf-8")
    assert mock(program, "rows.yaml", "--last-failed").code == 5


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}, {"XDG_CACHE_HOME": "relative"}, {"HOME": "relative"}], ids=str)
def test_without_a_cache_folder_nothing_is_remembered(
    environ: dict[str, str], program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    homeless = Program(monkeypatch, program.working, environ)
    ended = mock(homeless, "rows.yaml")
    assert (ended.code, ended.err) == (1, "")
    assert "send again: runner run --mock rows.yaml -k row" in ended.out
    ended = mock(homeless, "rows.yaml", "--last-failed")
    assert (ended.code, "there is no cache folder" in ended.err) == (5, True)
    assert sorted(path.name for path in program.working.iterdir()) == ["a.yaml", "b.yaml", "good.yaml", "rows.yaml"]


def test_home_has_the_cache_folder(program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mock(Program(monkeypatch, program.working, {"HOME": str(tmp_path), "XDG_CACHE_HOME": "."}), "rows.yaml")
    assert len(list((tmp_path / ".cache/runner").glob("*.json"))) == 1


@pytest.mark.parametrize("where", [".", "runner", "runner/file"])
def test_a_cache_that_cannot_be_written_is_no_fault_of_the_run(where: str, program: Program) -> None:
    """A file stands where a folder is needed, or a folder where the file is: that keeps root out as well."""
    cache = Path(program.environ["XDG_CACHE_HOME"])
    if where == "runner/file":
        mock(program, "rows.yaml")
        path = kept(program)
        path.unlink()
        path.mkdir()
    else:
        path = cache / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("in the way", encoding="utf-8")
    ended = mock(program, "rows.yaml")
    assert (ended.code, ended.err) == (1, "")
    assert "rows.yaml -k row\n" in ended.out
    ended = mock(program, "rows.yaml", "--last-failed")
    assert (ended.code, "--last-failed: " in ended.err) == (5, True), ended.err
    assert [one.name for one in cache.rglob("*-*")] == [] if cache.is_dir() else True


def test_runs_at_the_same_time_leave_a_whole_file(program: Program) -> None:
    def run(name: str) -> int:
        command = [sys.executable, "-m", "runner", "run", "--mock", "--no-progress", name]
        environ = {**program.environ, "PYTHONPATH": str(ROOT), "PATH": ""}
        return subprocess.run(command, cwd=program.working, env=environ, capture_output=True, check=False).returncode

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(run, ["rows.yaml", "good.yaml"] * 3))
    assert codes == [1, 0] * 3
    assert sent(mock(program, "rows.yaml", "--last-failed")) == ["FAIL row"]


def test_odd_names_come_back(program: Program) -> None:
    text = GOOD.replace("name: good", 'name: "é\\u2028\\ud83d\\ude00 *** ["').replace("json: {}", "status: 500")
    (program.working / "a.yaml").write_text(text, encoding="utf-8")
    mock(program, "a.yaml")
    assert len(sent(mock(program, "a.yaml", "--last-failed"))) == 1


def test_what_only_warned_failed_where_warnings_do(program: Program) -> None:
    cut = "{object: chat.completion, choices: [{message: {content: Once}, finish_reason: length}]}"
    text = f"requests: [{{name: cut, url: 'http://h.example/', examples: [{{json: {cut}}}]}}]\n"
    (program.working / "cut.yaml").write_text(text, encoding="utf-8")
    assert mock(program, "cut.yaml", "good.yaml").code == 0
    assert mock(program, "cut.yaml", "good.yaml", "--last-failed").code == 5
    ended = mock(program, "cut.yaml", "good.yaml", "--strict")
    assert (ended.code, sent(ended)) == (1, ["PASS cut", "PASS good"])
    assert ended.out.endswith("send again: runner run --mock --strict cut.yaml --last-failed\n")
    ended = mock(program, "cut.yaml", "good.yaml", "--strict", "--last-failed")
    assert (ended.code, sent(ended)) == (1, ["PASS cut"])
    assert (mock(program, "cut.yaml", "--last-failed").code, mock(program, "cut.yaml", "--last-failed").code) == (0, 5)
