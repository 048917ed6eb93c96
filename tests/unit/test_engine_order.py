"""What waits for what when requests run at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings, strategies

from runner.engine.job import Planned
from runner.engine.order import waits
from runner.engine.plan import plan_job
from tests.unit.collection_files import plan_files
from tests.unit.loading import collection, scope_of

H = "http://h.example"


def planned(text: str) -> tuple[Planned, ...]:
    found = collection(text)
    job, problems = plan_job(found, scope_of(found), lambda _spec, _name: True)
    assert problems == []
    return job.requests


def edges(*written: str, before: str = "") -> list[set[int]]:
    """For requests in braces, named r0, r1 …, what each waits for."""
    lines = [f"- {{name: r{at}, url: {H}/{at}, {one}}}" for at, one in enumerate(written)]
    return waits(planned("\n".join([before, "requests:", *lines])))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (["", ""], [set(), set()]),
        (["", "needs: r0", "needs: [r0, r1]"], [set(), {0}, {0, 1}]),
        (["capture: {a: $.a}", "text: <<a>>", ""], [set(), {0}, set()]),
        (["capture: {a: $.a}", "expect: {text: <<a>>}"], [set(), {0}]),
        (["capture: {a: $.a}", "when: {<<a>>: 1}"], [set(), {0}]),
        (["capture: {a: $.a}", "capture: {a: $.a}"], [set(), {0}]),
        (["capture: {a: $.a}", "text: <<a>>", "capture: {a: $.b}", "text: <<a>>"], [set(), {0}, {0, 1}, {2}]),
        (["text: <<v>>", "capture: {v: $.a}", "text: <<v>>"], [set(), {0}, {1}]),
        (["text: <<w>>", "capture: {v: $.a}", "text: <<w>>"], [set(), {0}, {1}]),
        (["capture: {v: $.a}, text: <<v>>", "capture: {v: $.a}, text: <<v>>"], [set(), {0}]),
        (["text: <<v>>, data: [{v: 1}, {v: 2}]", "capture: {v: $.a}"], [set(), set(), {0, 1}]),
        (["data: [{N: 1}, {N: 2}], text: <<N>>", "needs: r0"], [set(), set(), {0, 1}]),
        (["data: [{N: 1}, {N: 2}], text: <<N>>, capture: {a: $.a}", "text: <<a>>"], [set(), {0}, {1}]),
    ],
)
def test_each_kind_of_edge(written: Sequence[str], found: list[set[int]]) -> None:
    assert edges(*written, before="variables: {v: 0, w: '<<v>>'}") == found


def test_turns_wait_for_each_other_and_rows_of_them(tmp_path: Path) -> None:
    turns = "data: [{W: a}, {W: b}], turns: [{user: x}, {user: y}]"
    text = f"requests: [{{name: t, url: {H}/t, json: {{w: <<W>>}}, {turns}}}]"
    job, _ = plan_files(tmp_path, {"m.yaml": text})
    assert waits(job.requests) == [set(), {0}, {0, 1}, {2}]


def test_included_requests_keep_their_order_with_those_that_they_include(tmp_path: Path) -> None:
    inner = f"requests: [{{name: i, url: {H}/i}}]"
    middle = f"requests: [{{name: a, url: {H}/a}}, {{include: i.yaml}}, {{name: b, url: {H}/b}}]"
    main = f"requests: [{{include: n.yaml}}, {{name: own, url: {H}/own}}, {{include: n.yaml}}]"
    job, _ = plan_files(tmp_path, {"m.yaml": main, "n.yaml": middle, "i.yaml": inner})
    assert waits(job.requests) == [set(), {0}, {1}, set(), set(), {4}, {5}]


NAMES = ("a", "b", "c")
DERIVED = {"d": ("a", "b"), "e": ("d", "c")}
BEFORE = "variables: {a: 0, b: 0, c: 0, d: '<<a>><<b>>', e: '<<d>><<c>>'}"


class Case(NamedTuple):
    """A request: what it reads, captures, needs."""

    reads: frozenset[str]
    captures: frozenset[str]
    needs: frozenset[int]

    def written(self, at: int) -> str:
        reads = "".join(f"<<{name}>>" for name in sorted(self.reads))
        captures = ", ".join(f"{name}: $.x" for name in sorted(self.captures))
        needs = ", ".join(f"r{one % at}" for one in self.needs) if at else ""
        return f"- {{name: r{at}, url: {H}/{at}, text: 'x{reads}', capture: {{{captures}}}, needs: [{needs}]}}"


CASES = strategies.lists(
    strategies.builds(
        Case,
        strategies.frozensets(strategies.sampled_from((*NAMES, *DERIVED)), max_size=2),
        strategies.frozensets(strategies.sampled_from(NAMES), max_size=2),
        strategies.frozensets(strategies.integers(0, 6), max_size=1),
    ),
    min_size=2,
    max_size=8,
)


def seen(case: Case, state: dict[str, int]) -> dict[str, tuple[int, ...]]:
    """What a request finds in the variables that it reads."""

    def value(name: str) -> tuple[int, ...]:
        parts = DERIVED.get(name)
        return (state[name],) if parts is None else tuple(one for part in parts for one in value(part))

    return {name: value(name) for name in case.reads}


@settings(deadline=None, max_examples=200)
@given(CASES, strategies.randoms(use_true_random=False))
def test_each_request_finds_the_variables_as_if_all_ran_one_after_the_other(cases: list[Case], chance: object) -> None:
    pick = chance.choice  # type: ignore[attr-defined]  # a Random
    requests = planned("\n".join([BEFORE, "requests:", *(case.written(at) for at, case in enumerate(cases))]))
    before = waits(requests)
    state = dict.fromkeys(NAMES, -1)
    wanted = []
    for at, case in enumerate(cases):
        wanted.append(seen(case, state))
        state |= dict.fromkeys(case.captures, at)
    state = dict.fromkeys(NAMES, -1)
    waiting, under_way, ended = set(range(len(cases))), set[int](), set[int]()
    while waiting or under_way:
        ready = [("start", at) for at in waiting if before[at] <= ended]
        what, at = pick(sorted([*ready, *(("end", at) for at in under_way)]))
        if what == "start":
            waiting.remove(at)
            under_way.add(at)
            names = {one.name: place for place, one in enumerate(requests)}
            assert {names[name] for name in (*requests[at].needs, *requests[at].sources.values())} <= ended
        assert seen(cases[at], state) == wanted[at]
        if what == "end":
            under_way.remove(at)
            ended.add(at)
            state |= dict.fromkeys(cases[at].captures, at)
