from __future__ import annotations

import json
import math
from random import Random
from typing import Final

import pytest

from runner.load_testing.ledger import MOST_SLOTS, Ledger
from runner.load_testing.measures import Measure, Times, together
from tests.command import StillClock


def times_of(*seconds: float) -> Times:
    found = Times()
    for one in seconds:
        found.add(one)
    return found


def measure(*seconds: float) -> Measure:
    found = Measure()
    for one in seconds:
        found.add(one, 10)
    return found


@pytest.mark.parametrize("part", [0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0])
def test_a_percentile_is_right_to_two_percent(part: float) -> None:
    random = Random(7)  # noqa: S311  # no secret
    times = sorted(random.lognormvariate(-3, 1.5) for _ in range(5000))
    exact = times[math.ceil(part * len(times)) - 1]
    found = times_of(*times).percentile(part)
    assert found is not None
    assert abs(found - exact) / exact <= 0.021


def test_a_percentile_is_never_outside_of_what_was_measured() -> None:
    found = times_of(0.1234)
    assert found.percentile(0.5) == found.percentile(1.0) == 0.1234


def test_of_nothing_there_is_no_percentile() -> None:
    nothing = Times()
    assert (nothing.percentile(0.5), nothing.mean, nothing.shortest, nothing.longest) == (None, None, None, None)


def test_parts_make_the_whole() -> None:
    times = [0.001 * number for number in range(1, 401)]
    whole, parts = measure(*times), together([measure(*times[:100]), measure(), measure(*times[100:])])
    assert parts.times.steps == whole.times.steps
    assert parts.times.seconds == pytest.approx(whole.times.seconds)
    assert (parts.count, parts.size, parts.times.shortest, parts.times.longest) == (400, 4000, 0.001, 0.4)
    assert parts.times.percentile(0.95) == whole.times.percentile(0.95)


def test_what_got_no_answer_is_counted_and_in_no_response_time() -> None:
    clock = StillClock()
    ledger = Ledger(clock, sends=True)
    ledger.add("a", 0.2, 10)
    for seconds in (0.001, 30.0):
        ledger.add_silence("a", seconds).failed += 1
    master = Ledger(clock)
    master.merge(json.loads(json.dumps(ledger.take())))
    found = master.requests["a"]
    assert (found.count, found.unanswered, found.failed, found.size) == (3, 2, 2, 10)
    assert (found.times.shortest, found.times.percentile(0.99), found.times.longest) == (0.2, 0.2, 0.2)
    assert (found.silences.shortest, found.silences.longest) == (0.001, 30.0)


def test_what_is_sent_is_what_arrives() -> None:
    found = measure(0.2, 0.4)
    found.failed, found.written = 2, 77
    found.silences.add(3.0)
    found.waits.add(0.05)
    again = Measure.of_plain(json.loads(json.dumps(found.plain())))
    assert again.plain() == found.plain()
    assert again.waits.percentile(0.5) == found.waits.percentile(0.5)
    assert again.unanswered == 1


SOME: Final = [1, 0.1, 0.1, 0.1, [[1, 2]]]


@pytest.mark.parametrize(
    "plain",
    [
        [],
        [1] * 6,
        ["1", 0, 0, SOME, SOME, SOME],
        [1, 0, 0, SOME, SOME, [1]],
        [1, 0, 0, SOME, [*SOME[:4], [[1, "2"]]], SOME],
    ],
)
def test_what_is_no_measure_is_refused(plain: list[object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        Measure.of_plain(plain)


def test_a_ledger_keeps_seconds_apart() -> None:
    clock = StillClock()
    ledger = Ledger(clock)
    for _ in range(3):
        ledger.note_users(2)
        ledger.add("a", 0.1, 5)
        ledger.add("b", 0.2, 5).failed += 1
        clock.waited += 1
    slots = ledger.slots()
    assert [(slot.start, slot.length, slot.users) for slot in slots] == [(0, 1, 2), (1, 1, 2), (2, 1, 2)]
    assert [slot.requests["b"].failed for slot in slots] == [1, 1, 1]
    assert {name: one.count for name, one in ledger.requests.items()} == {"a": 3, "b": 3}


def test_a_second_without_an_answer_is_a_slot_too() -> None:
    clock = StillClock()
    ledger = Ledger(clock)
    ledger.add("a", 0.1, 0)
    clock.waited = 2.5
    ledger.add("a", 0.1, 0)
    assert [len(slot.requests) for slot in ledger.slots()] == [1, 0, 1]


def test_a_long_test_is_told_in_as_many_slots_and_loses_nothing() -> None:
    clock = StillClock()
    ledger = Ledger(clock)
    for second in range(5000):
        clock.waited = float(second)
        ledger.note_users(second % 7)
        ledger.add("a", 0.1, 1)
    slots = ledger.slots()
    assert len(slots) <= MOST_SLOTS
    assert sum(slot.requests["a"].count for slot in slots) == 5000
    assert slots[0].length == slots[-1].length == 64
    assert max(slot.users for slot in slots) == 6


def test_a_master_has_what_its_workers_had_each_thing_once() -> None:
    clock = StillClock()
    master, workers = Ledger(clock), [Ledger(clock, sends=True), Ledger(clock, sends=True)]
    for second in range(4):
        clock.waited = float(second)
        for worker in workers:
            worker.add("a", 0.1, 1)
        if second % 2:
            for worker in workers:
                master.merge(json.loads(json.dumps(worker.take())))
    for worker in workers:
        master.merge(worker.take())
    assert master.requests["a"].count == 8
    assert [slot.requests["a"].count for slot in master.slots()] == [2, 2, 2, 2]


@pytest.mark.parametrize("taken", [None, 3, [3], [[1]], [["a", {}]], [[1, {"a": [1]}]], [[1, {"a": 5}]]])
def test_what_is_no_ledger_is_refused(taken: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        Ledger(StillClock()).merge(taken)


def test_time_ends_with_the_last_answer_that_came_after_users_were_stopped() -> None:
    clock = StillClock()
    ledger = Ledger(clock)
    clock.waited = 10.0
    ledger.end()
    clock.waited = 12.0
    assert ledger.seconds == 10.0
    ledger.add("a", 0.5, 1)
    clock.waited = 20.0
    assert ledger.seconds == 12.0
