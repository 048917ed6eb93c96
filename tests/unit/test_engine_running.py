"""One job under way: phases, stopping, the order of telling."""

from __future__ import annotations

import pytest

from runner.auth.tokens import Tokens
from runner.engine.halt import Halt
from runner.engine.plan import plan_job
from runner.engine.running import Running
from runner.engine.sending import Execution, Means
from runner.results import RequestResult, Status
from runner.source import Location
from runner.transport.jar import CookieJar
from tests.command import StillClock
from tests.unit.loading import collection, scope_of

TEXT = """\
parallel: true
setup: [{name: s1, url: 'http://h.example/'}, {name: s2, url: 'http://h.example/'}]
requests:
- {name: a, url: 'http://h.example/'}
- {name: b, url: 'http://h.example/'}
- {name: c, url: 'http://h.example/', needs: a}
teardown: [{name: t1, url: 'http://h.example/'}, {name: t2, url: 'http://h.example/'}]
"""
IN_ORDER = TEXT.replace("parallel: true", "parallel: false")


def running(text: str = TEXT) -> Running:
    found = collection(text)
    job, problems = plan_job(found, scope_of(found), lambda _spec, _name: True)
    assert problems == []
    clock = StillClock()
    means = Means(clock, lambda _: None, Tokens(), Halt(), lambda _: False, lambda: 0.0)
    return Running(job, Execution(means, CookieJar(clock)), 0)


def taken(job: Running) -> str:
    """The names of all that may be sent now."""
    found = []
    while (place := job.take()) is not None:
        found.append(job.job.requests[place].name)
    return " ".join(found)


def put(job: Running, names: str, status: Status = Status.PASS) -> None:
    places = {one.name: place for place, one in enumerate(job.job.requests)}
    for name in names.split():
        job.put(places[name], RequestResult(name, status, Location("c.yaml", 1)))


def told(job: Running) -> str:
    return " ".join(result.name for _, result in job.tell())


def test_phases_follow_each_other_and_requests_run_together() -> None:
    job = running()
    for expected, results in [("s1", "s1"), ("s2", "s2"), ("a b", "b"), ("", "a"), ("c", "c"), ("t1", "t1")]:
        assert taken(job) == expected
        put(job, results)
    assert (taken(job), job.ended) == ("t2", False)
    put(job, "t2")
    assert (taken(job), job.ended, job.all_told) == ("", True, False)
    assert (told(job), job.all_told) == ("s1 s2 a b c t1 t2", True)


def test_without_parallel_one_follows_the_other() -> None:
    job = running(IN_ORDER)
    for name in ("s1", "s2", "a", "b", "c", "t1", "t2"):
        assert taken(job) == name
        put(job, name)
    assert job.ended


def test_what_is_told_waits_for_what_stands_before_it() -> None:
    job = running("\n".join(line for line in TEXT.split("\n") if not line.startswith("setup")))
    assert taken(job) == "a b"
    put(job, "b")
    assert told(job) == ""
    put(job, "a")
    assert told(job) == "a b"


@pytest.mark.parametrize("status", [Status.FAIL, Status.ERROR])
def test_a_setup_that_fails_is_remembered(status: Status) -> None:
    job = running()
    assert taken(job) == "s1"
    put(job, "s1", status)
    assert job.execution.failed_setup == ["s1"]
    assert taken(job) == "s2"  # it is executed, and says that it is skipped


def test_stop_waits_for_what_is_under_way_and_goes_on_with_teardown() -> None:
    job = running()
    for name in ("s1", "s2"):
        assert taken(job) == name
        put(job, name)
    assert taken(job) == "a b"
    job.stop()
    assert taken(job) == ""
    put(job, "a")
    assert (taken(job), told(job)) == ("", "s1 s2 a")
    put(job, "b")
    assert taken(job) == "t1"
    put(job, "t1")
    assert taken(job) == "t2"
    put(job, "t2")
    assert (told(job), job.all_told) == ("b t1 t2", True)


def test_stop_in_setup_and_twice() -> None:
    job = running()
    job.stop()
    job.stop()
    assert taken(job) == "t1"
    put(job, "t1")
    job.stop()
    assert taken(job) == "t2"
    put(job, "t2")
    assert (told(job), job.all_told) == ("t1 t2", True)


def test_give_up_waits_for_nothing() -> None:
    job = running()
    for name in ("s1", "s2"):
        assert taken(job) == name
        put(job, name)
    assert taken(job) == "a b"
    put(job, "b")
    job.give_up()
    assert (taken(job), told(job), job.all_told) == ("", "s1 s2 b", True)


def test_a_job_without_requests_is_over() -> None:
    found = collection(TEXT)
    job, _ = plan_job(found, scope_of(found), lambda _spec, _name: False)
    clock = StillClock()
    means = Means(clock, lambda _: None, Tokens(), Halt(), lambda _: False, lambda: 0.0)
    empty = Running(job, Execution(means, CookieJar(clock)), 0)
    assert (empty.ended, empty.all_told, empty.take()) == (True, True, None)
