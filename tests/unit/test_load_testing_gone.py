"""What is said of workers that are gone."""

from __future__ import annotations

import pytest

from runner.load_testing.gone import ending, machine


@pytest.mark.parametrize(
    ("code", "said"), [(-9, "by SIGKILL"), (-15, "by SIGTERM"), (3, "with exit code 3"), (-200, "by signal 200")]
)
def test_how_a_process_of_this_machine_ended(code: int, said: str) -> None:
    assert ending(code) == said


@pytest.mark.parametrize(
    ("client", "said"),
    [("load_3_0a1b", "on load_3"), ("load-3.internal_0a1b", "on load-3.internal"), ("odd", "on odd")],
)
def test_where_a_worker_ran(client: str, said: str) -> None:
    assert machine(client) == said
