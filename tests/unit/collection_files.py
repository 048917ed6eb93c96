"""Collections of several files for tests, and the job that one of them is planned as."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runner.engine.job import Job
from runner.engine.plan import plan_job
from runner.engine.select import selector
from runner.loading.collection import load_collection
from runner.model import Collection
from runner.source import Diagnostic
from tests.unit.loading import scope_of


def load_files(folder: Path, files: Mapping[str, str]) -> Collection:
    """The first of ``files``, all of which are written to ``folder``."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    first = next(iter(files))
    return load_collection(folder / first, first)


def plan_files(folder: Path, files: Mapping[str, str], select: str = "") -> tuple[Job, list[Diagnostic]]:
    """The job of the first of ``files``, with variables from nowhere else."""
    found = load_files(folder, files)
    return plan_job(found, scope_of(found), selector(select, ""))


def planned_names(folder: Path, files: Mapping[str, str], select: str = "") -> list[str]:
    """The names of what would be sent; nothing is wrong with it."""
    job, problems = plan_files(folder, files, select)
    assert problems == []
    return [one.name for one in job.requests]
