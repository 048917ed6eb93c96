"""How fast a run may send, how it counts, how it is ended early."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from runner.engine.halt import Halt
from runner.engine.rate import Rate
from runner.engine.tally import Tally
from runner.errors import ExitCode
from runner.results import Failed, RequestResult, Status
from runner.source import Location
from tests.command import StillClock


class Moments:
    """A clock on which a test passes time; what was to be waited for is kept."""

    def __init__(self) -> None:
        self.moment = 0.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.moment

    def monotonic(self) -> float:
        return self.moment

    def sleep(self, seconds: float, stop: Event | None = None) -> None:  # noqa: ARG002  # as in Clock
        self.waits.append(seconds)


def test_the_first_goes_at_once_and_all_others_in_equal_distances() -> None:
    clock, stop = StillClock(), Event()
    rate = Rate(0.25, clock)
    moments = []
    for _ in range(4):
        rate.wait(stop)
        moments.append(clock.waited)
    assert moments == [0.0, 0.25, 0.5, 0.75]


def test_time_that_was_not_used_is_not_made_up_for() -> None:
    clock, stop = Moments(), Event()
    rate = Rate(1.0, clock)
    rate.wait(stop)
    clock.moment = 10.0
    rate.wait(stop)
    rate.wait(stop)
    assert clock.waits == [1.0]


def test_several_threads_each_have_a_moment_of_their_own() -> None:
    clock, stop = Moments(), Event()
    rate = Rate(0.5, clock)
    threads = [Thread(target=rate.wait, args=(stop,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(clock.waits) == [0.5 * number for number in range(1, 8)]


def test_a_tally_counts_and_names_what_failed() -> None:
    tally = Tally(6)
    place = Location("c.yaml", 1)
    for name, status in (("a", Status.PASS), ("b", Status.FAIL), ("c", Status.ERROR), ("d", Status.SKIP)):
        tally.add("c.yaml", RequestResult(name, status, place))
    result = tally.result(1.5, strict=False, interrupted=None)
    assert (result.not_run, result.duration, result.exit_code) == (2, 1.5, ExitCode.NO_RESPONSE)
    assert result.failed == (Failed("c.yaml", "b"), Failed("c.yaml", "c"))
    assert tally.result(1.5, strict=False, interrupted=ExitCode.INTERRUPTED).exit_code is ExitCode.INTERRUPTED


@pytest.mark.parametrize(
    ("interrupt", "over", "ended"),
    [(False, False, [False, False]), (True, False, [True, False]), (True, True, [True, True])],
)
def test_teardown_ends_later(interrupt: bool, over: bool, ended: list[bool]) -> None:
    halt = Halt()
    if interrupt:
        halt.interrupt(10.0)
    if over:
        halt.give_up()
    assert [halt.of("requests").is_set(), halt.of("teardown").is_set()] == ended
    assert halt.of("setup").is_set() is ended[0]
