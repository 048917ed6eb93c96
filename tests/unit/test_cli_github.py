from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.command import Ended, Program

ROOT: Final = Path(__file__).parents[2]
FAILING: Final = """\
requests:
  - name: ask
    url: https://api.example.com/a
    expect: {json: {$.a: 2}}
    examples: [{json: {a: 1}}]
"""
WRONG: Final = "requests:\n  - name: ask\n    ulr: https://api.example.com/\n"
MARK: Final = "::error file=api/a.yaml,line=4,title=ask::$.a%0Aexpected  2%0Agot       1\n"


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A step that runs in a folder of the repository."""
    (tmp_path / "api").mkdir()
    (tmp_path / "api/a.yaml").write_text(FAILING, encoding="utf-8")
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "RUNNER_OS": "Linux",
        "RUNNER_DEBUG": "1",
        "RUNNER_TEMP": str(tmp_path),
    }
    return Program(monkeypatch, tmp_path / "api", environ)


def summary(job: Program) -> str:
    return Path(job.environ["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")


def test_a_job_gets_annotations_and_the_summary(job: Program) -> None:
    ended = job.run("run", "a.yaml", "--mock")
    assert ended.code == 1
    assert ended.err == ""
    assert ended.out.endswith(f"a.yaml -k ask\n{MARK}")
    assert summary(job).startswith("# ❌ API requests: failed\n")


def test_the_summary_is_added_to(job: Program) -> None:
    Path(job.environ["GITHUB_STEP_SUMMARY"]).write_text("before\n", encoding="utf-8")
    job.run("run", "a.yaml", "--mock")
    job.run("run", "a.yaml", "--mock")
    assert summary(job).startswith("before\n# ")
    assert summary(job).count("# ❌ API requests") == 2


def test_outside_of_a_job_there_is_nothing(job: Program) -> None:
    for value in ("", "false"):
        outside = Program(job.patch, job.working, {**job.environ, "GITHUB_ACTIONS": value})
        assert "::" not in outside.run("run", "a.yaml", "--mock").out
    assert not Path(job.environ["GITHUB_STEP_SUMMARY"]).exists()


def test_it_can_be_asked_for_anywhere(job: Program) -> None:
    assert (
        Program(job.patch, job.working)
        .run("run", "a.yaml", "--mock", "--report", "github")
        .out.endswith(MARK.replace("api/a.yaml", "a.yaml"))
    )


def test_it_can_go_to_a_file(job: Program) -> None:
    ended = job.run("run", "a.yaml", "--mock", "--report", "github=mine.md")
    assert ended.out.endswith(MARK)
    assert (job.working / "mine.md").read_text(encoding="utf-8").startswith("# ❌")
    assert not Path(job.environ["GITHUB_STEP_SUMMARY"]).exists()


def test_where_a_report_takes_the_output_annotations_go_with_the_results(job: Program) -> None:
    ended = job.run("run", "a.yaml", "--mock", "--report", "tap=-")
    assert ended.out.startswith("TAP version 14\n")
    assert "::" not in ended.out
    assert ended.err.endswith(MARK)


def test_a_summary_that_cannot_be_written_is_a_warning(job: Program) -> None:
    broken = Program(job.patch, job.working, {**job.environ, "GITHUB_STEP_SUMMARY": str(job.working / "no/summary.md")})
    ended = broken.run("run", "a.yaml", "--mock")
    assert ended.code == 1
    assert ended.err == "Warning: the summary of the job cannot be written: No such file or directory\n"


@pytest.mark.parametrize("command", ["run", "check"])
def test_wrong_files_are_marked(job: Program, command: str) -> None:
    (job.working / "a.yaml").write_text(WRONG, encoding="utf-8")
    ended = job.run(command, "a.yaml")
    assert ended.code == 3
    marks = [line for line in ended.out.splitlines() if line.startswith("::error")]
    assert marks[0].startswith("::error file=api/a.yaml,line=3,col=5,title=unknown-key::")


def test_a_check_that_finds_nothing_marks_nothing(job: Program) -> None:
    assert job.run("check", "a.yaml").out == "ok  a.yaml  1 request\n"


def test_a_run_of_nothing_is_marked(job: Program) -> None:
    ended = job.run("run", "a.yaml", "-k", "no such name")
    assert (ended.code, ended.out) == (5, "::error title=runner run::nothing was run\n")
    assert summary(job).startswith("# ❌ API requests: nothing run\n")


def test_secrets_are_masked_in_both(job: Program) -> None:
    (job.working / "a.yaml").write_text(FAILING.replace("2}", "{contains: <<MY_KEY>>}}"), encoding="utf-8")
    ended = job.run("run", "a.yaml", "--mock", "--var", "MY_KEY=sk:secret,100%value")
    assert_masked(ended, summary(job))


def assert_masked(ended: Ended, written: str) -> None:
    for text in (ended.out, ended.err, written):
        assert "secret" not in text
        assert "***" in text or text == ended.err


def test_a_link_on_the_way_to_the_repository_changes_nothing(job: Program, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    linked = Program(job.patch, tmp_path / "link/api", {**job.environ, "GITHUB_WORKSPACE": str(tmp_path)})
    assert linked.run("run", "a.yaml", "--mock").out.endswith(MARK.replace("api/", "link/api/"))
    beside = Program(job.patch, job.working, {**job.environ, "GITHUB_WORKSPACE": str(tmp_path / "link")})
    assert beside.run("run", "a.yaml", "--mock").out.endswith(MARK)


def test_it_is_one_of_a_kind(job: Program) -> None:
    ended = job.run("run", "a.yaml", "--mock", "--report", "github", "--report", "github=b.md")
    assert (ended.code, ended.err.splitlines()[0]) == (2, "Error: --report: github is asked for twice")


def test_that_nobody_reads_changes_no_exit_code(job: Program) -> None:
    """The pipe is closed when the annotations come."""
    command = f"{sys.executable} -m runner run a.yaml --mock | true; exit ${{PIPESTATUS[0]}}"
    environ = {**os.environ, **job.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", command], cwd=job.working, env=environ, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (1, b"")
