from __future__ import annotations

from runner.transport.phases import Phases
from tests.command import StillClock


def test_what_is_measured_on_its_own_counts_once() -> None:
    clock = StillClock()
    phases = Phases(clock)
    with phases.measure("tls"):
        clock.sleep(1)
        with phases.measure("connect"):
            clock.sleep(2)
            with phases.measure("lookup"):
                clock.sleep(4)
        clock.sleep(8)
    assert (phases.took("lookup"), phases.took("connect"), phases.took("tls")) == (4, 2, 9)


def test_connections_of_one_exchange_are_added_up() -> None:
    clock = StillClock()
    phases = Phases(clock)
    for _ in range(2):
        with phases.measure("connect"):
            clock.sleep(3)
            with phases.measure("lookup"):
                clock.sleep(1)
    assert (phases.took("lookup"), phases.took("connect"), phases.took("tls")) == (2, 6, None)
    phases.start()
    assert phases.took("connect") is None
