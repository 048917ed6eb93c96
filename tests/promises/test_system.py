"""The program where the system is in its way: what must happen does, and every promise is kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from runner.report.kinds import KINDS
from tests.promises import signals
from tests.promises.catalogue import SYSTEM
from tests.promises.ledger import Circumstances, beyond, half_reports, measure, unasked
from tests.promises.observe import finish
from tests.promises.system import SECRET, SystemFault, happen, laboratory
from tests.report_readers import READERS

Keep = Callable[[Mapping[str, float]], None]


def skip_unless_possible(fault: SystemFault) -> None:
    """What needs more rights than the tests have."""
    if sys.platform != "linux":
        pytest.skip("these are the ways of Linux")
    if fault.root and (os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("setpriv")):
        pytest.skip("takes root, unshare and setpriv")


@pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.name) for fault in SYSTEM])
def test_a_fault_of_the_system(fault: SystemFault, tmp_path: Path, keep: Keep) -> None:
    skip_unless_possible(fault)
    with laboratory(tmp_path / "project", fault) as lab:
        seen = happen(lab)
        ports = frozenset((lab.server.port, *lab.ports))
    job = fault.reports or "GITHUB_ACTIONS" in fault.environ or any("github" in one for one in fault.options)
    annotations = fault.annotations if job else 0
    about = Circumstances((SECRET,), fault.seconds, ports, annotations=annotations, unwritable=fault.unwritable)
    figures = measure(seen, about)
    keep(figures)
    assert seen.code == fault.code, seen.said
    for words in fault.says:
        assert words in seen.said
    assert [path for path in fault.asked if not lab.came[path].is_set()] == []
    assert [path for path in fault.spared if lab.came[path].is_set()] == []
    assert fault.holds(lab.folder)
    assert len(seen.reports) == fault.reports or not fault.reports, (sorted(seen.reports), seen.said)
    assert beyond(figures) == {}, (figures, half_reports(seen), unasked(seen, about.ports), seen.deeds, seen.said)


def test_names_are_unique() -> None:
    names = [fault.name for fault in SYSTEM]
    assert len(set(names)) == len(names) > 100


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


PLAIN = SystemFault("killed", "killed", "old reports as they were, or whole new ones")
MOMENTS = 25
LATE = len(KINDS)
"""How many of the moments are those at which reports are put in their places."""
OLD = b"an old report"


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many moments a run has, once all of its modules are compiled."""
    with laboratory(tmp_path_factory.mktemp("killed") / "project", PLAIN) as lab:
        return min(finish(lab.start()).events for _ in range(2))


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_killed_at_any_moment(moment: int, events: int, tmp_path: Path, keep: Keep) -> None:
    """What was in the place of a report is there, or a whole new one; what else is left does not disturb the next run,
    which removes it."""
    skip_unless_possible(PLAIN)
    with laboratory(tmp_path / "project", PLAIN) as lab:
        for kind in KINDS:
            (lab.folder / "reports" / kind).write_bytes(OLD)
        late = moment < LATE
        number = 1 + moment if late else 1 + events * (moment - LATE) // (MOMENTS - LATE)
        text = "os.rename ('{folder}/reports/" if late else ""
        killed = finish(lab.start({"OBSERVED_AT": f"SIGKILL {number} {text}"}))
        left = {kind: (lab.folder / "reports" / kind).read_bytes() for kind in KINDS}
        assert killed.code == -9, killed.said
        new = {kind: data for kind, data in left.items() if data != OLD}
        halves = half_reports(killed._replace(reports=new, files={}))
        figures = {"whole": float(len(halves))}
        after = finish(lab.start())
        figures |= measure(after, Circumstances((SECRET,), PLAIN.seconds, frozenset({lab.server.port}), annotations=1))
        keep(figures)
        assert beyond(figures) == {}, halves
        assert after.code == 1, after.said
        assert names(lab.folder / "reports") == sorted(KINDS)
        if late:
            assert len(new) == number - 1


def test_two_runs_write_the_same_reports(tmp_path: Path) -> None:
    """Each is whole, whoever came last; neither takes what the other writes for what was left over."""
    fault = SystemFault(
        "two at once",
        "killed",
        "whole",
        collection=signals.asking("/hang", ", timeout: 1s").replace(", timeout: 15s", ""),
    )
    with laboratory(tmp_path / "project", fault) as lab:
        both = [lab.start(), lab.start()]
        seen = [finish(one) for one in both]
        for one in seen:
            assert one.code == 4, one.said
        for kind in KINDS:
            assert READERS[kind]((lab.folder / "reports" / kind).read_text("utf-8")) == 3
        assert names(lab.folder / "reports") == sorted(KINDS)


MODULES = ("requests", "json", "yaml", "sitecustomize", "typer", "regex", "collection", "certifi", "conftest")


@pytest.mark.parametrize("how", ["the script", "-m", "-P -m"])
def test_python_files_of_the_working_directory_are_not_run(how: str, tmp_path: Path) -> None:
    """Started as it is installed, or by Python."""
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text("print('hostile')\nraise SystemExit(99)\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text("requests: [{url: 'http://h.example/', examples: [{json: {}}]}]", encoding="utf-8")
    scripts = tmp_path / "bin"
    scripts.mkdir()
    script = scripts / "runner"  # as installers write it
    script.write_text("import sys\nfrom runner.__main__ import main\nsys.exit(main())\n", encoding="utf-8")
    started = {"the script": [str(script)], "-m": ["-m", "runner"], "-P -m": ["-P", "-m", "runner"]}[how]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(tmp_path)}
    command = [sys.executable, *started, "run", "--mock", "c.yaml", "--report", "html", "--report", "junit"]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hostile" not in done.stdout + done.stderr
