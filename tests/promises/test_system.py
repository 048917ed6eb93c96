"""The program where the system is in its way: what must happen does, and every promise is kept."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.promises import outputs, signals, surroundings, terminals
from tests.promises.ledger import Circumstances, beyond, half_reports, measure, unasked
from tests.promises.system import SECRET, SystemFault, happen, laboratory

Keep = Callable[[Mapping[str, float]], None]
FAULTS = (*signals.FAULTS, *outputs.FAULTS, *surroundings.FAULTS, *terminals.FAULTS)
DEADLINE = 15.0
"""Seconds that a request has at most in these collections."""


def skip_unless_possible(fault: SystemFault) -> None:
    """What needs more rights than the tests have."""
    if sys.platform != "linux":
        pytest.skip("these are the ways of Linux")
    if fault.root and (os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("setpriv")):
        pytest.skip("takes root, unshare and setpriv")


@pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.name) for fault in FAULTS])
def test_a_fault_of_the_system(fault: SystemFault, tmp_path: Path, keep: Keep) -> None:
    skip_unless_possible(fault)
    with laboratory(tmp_path / "project", fault) as lab:
        seen = happen(lab)
        ports = frozenset((lab.server.port, *lab.ports))
    job = "GITHUB_ACTIONS" in fault.environ or "github" in seen.reports or fault.reports
    about = Circumstances((SECRET,), DEADLINE, ports, annotations=200 if job else 0, unwritable=fault.unwritable)
    figures = measure(seen, about)
    keep(figures)
    assert seen.code == fault.code, seen.said
    for words in fault.says:
        assert words in seen.said
    assert len(seen.reports) == fault.reports or not fault.reports, (sorted(seen.reports), seen.said)
    assert beyond(figures) == {}, (figures, half_reports(seen), unasked(seen, about.ports), seen.deeds, seen.said)


def test_names_are_unique() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(set(names)) == len(names) > 100
