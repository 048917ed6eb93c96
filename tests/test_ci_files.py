"""The action, the hook and the examples for CI systems: by the published schemas, and run as those systems do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

import pytest
import yaml

from tests.pages import ROOT, STORIES, Block, blocks, place

ACTION: Final = ROOT / "action.yml"
HOOKS: Final = ROOT / ".pre-commit-hooks.yaml"
SCHEMAS: Final = {".github/workflows/": "vendor.github-workflows", ".gitlab-ci.yml": "vendor.gitlab-ci"}
SHOWN: Final = [*blocks("yaml"), *blocks("yaml", STORIES)]
EXAMPLES: Final = [
    (block, name) for block in SHOWN for start, name in SCHEMAS.items() if block.text.startswith(f"# {start}")
]


class Step(NamedTuple):
    """A step of the action that runs a script."""

    name: str
    script: str
    environ: dict[str, str]


STEPS: Final = {
    step["name"]: Step(step["name"], step["run"], step["env"])
    for step in yaml.safe_load(ACTION.read_text(encoding="utf-8"))["runs"]["steps"]
    if "run" in step
}


def checked(schema: str, path: Path) -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [program, "--builtin-schema", schema, path], check=False, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_is_one_by_the_schema() -> None:
    checked("vendor.github-actions", ACTION)


@pytest.mark.parametrize(("block", "schema"), EXAMPLES, ids=lambda one: place(one) if isinstance(one, Block) else one)
def test_an_example_is_one_by_the_schema(block: Block, schema: str, tmp_path: Path) -> None:
    (tmp_path / "ci.yaml").write_text(block.text, encoding="utf-8")
    checked(schema, tmp_path / "ci.yaml")


def test_examples_give_the_action_only_what_it_takes() -> None:
    inputs = yaml.safe_load(ACTION.read_text(encoding="utf-8"))["inputs"]
    used = [
        step["with"]
        for block, _ in EXAMPLES
        for job in yaml.safe_load(block.text).get("jobs", {}).values()
        for step in job["steps"]
        if step.get("uses", "").startswith("OWNER/REPOSITORY@")
    ]
    assert used
    assert {name for one in used for name in one} <= set(inputs)


@pytest.mark.parametrize("step", STEPS.values(), ids=lambda step: step.name)
def test_nothing_is_put_into_a_script(step: Step) -> None:
    assert "${{" not in step.script
    assert all(name.startswith("ACTION_") for name in step.environ)


class Job(NamedTuple):
    """A checkout in which the action is installed, as its own step does it but with this environment."""

    folder: Path
    environ: dict[str, str]

    def run(self, step: Step, **inputs: str) -> subprocess.CompletedProcess[str]:
        """As GitHub runs a step with ``shell: bash``."""
        assert set(inputs) == set(step.environ)
        script = self.folder.parent / "step.sh"
        script.write_text(step.script, encoding="utf-8")
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        environ = {**self.environ, **inputs}
        return subprocess.run(command, cwd=self.folder, env=environ, check=False, capture_output=True, encoding="utf-8")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    programs = tmp_path / "with blanks/collection-runner/bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    runner = programs / "runner"
    runner.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m runner "$@"\n', encoding="utf-8")
    runner.chmod(0o755)
    folder = tmp_path / "checkout"
    (folder / "api v1").mkdir(parents=True)
    text = "requests:\n  - name: log in\n    url: https://api.example.com/\n    examples: [{json: {}}]\n"
    for name in ("a.yaml", "api v1/b.yaml"):
        (folder / name).write_text(text, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "COVERAGE", "XDG_"))}
    environ = {**kept, "RUNNER_TEMP": str(tmp_path / "with blanks"), "RUNNER_OS": "Linux", "GITHUB_ACTIONS": "true"}
    return Job(folder, environ)


def test_the_action_runs_what_it_is_given(job: Job) -> None:
    paths = "a.yaml\n'api v1'\n"
    done = job.run(STEPS["Run"], ACTION_PATHS=paths, ACTION_ARGS='--mock -k "log in"\n--report tap=out.tap')
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 passed" in done.stdout
    assert (job.folder / "out.tap").exists()


def test_the_action_ends_as_the_run_does(job: Job) -> None:
    done = job.run(STEPS["Run"], ACTION_PATHS="a.yaml", ACTION_ARGS="--mock -k nothing")
    assert (done.returncode, done.stdout) == (5, "::error title=runner run::nothing was run\n")


@pytest.mark.parametrize(
    "text", ["$(touch gone)", "`touch gone`", "; touch gone", "x && touch gone", "'$(touch gone)'"]
)
def test_inputs_are_no_commands(job: Job, text: str) -> None:
    for inputs in ({"ACTION_PATHS": text, "ACTION_ARGS": ""}, {"ACTION_PATHS": "a.yaml", "ACTION_ARGS": text}):
        assert job.run(STEPS["Run"], **inputs).returncode in (2, 5)
        assert not (job.folder / "gone").exists()


def test_a_path_is_no_option(job: Job) -> None:
    done = job.run(STEPS["Run"], ACTION_PATHS="--help", ACTION_ARGS="")
    assert done.returncode == 5
    assert "Usage" not in done.stdout
    assert "--help" in done.stderr


def test_the_hook_checks_collections() -> None:
    """Its command, with the files that pre-commit would give it."""
    hook, formats = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    assert formats == hook | {key: formats[key] for key in ("id", "name", "description", "entry")}
    assert formats["entry"] == "runner format"
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "collections").rglob("*") if path.is_file())
    given = [name for name in files if re.search(hook["files"], name)]
    assert "collections/chat.yaml" in given
    assert "collections/data/customers.csv" not in given
    command = [sys.executable, "-m", *hook["entry"].split(), *given]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(given)
