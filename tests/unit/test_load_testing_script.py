from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from runner.clock import SystemClock
from runner.engine.job import Job
from runner.engine.plan import plan_job
from runner.errors import RenderError
from runner.load_testing.script import Moment, Script, script_of
from runner.loading.collection import decode_collection
from runner.source import Source
from runner.variables.environment import Outside
from runner.variables.generators import Generators
from runner.variables.scope import Defaults, Variables


def job_of(text: str) -> Job:
    collection = decode_collection(Source("a.yaml", text), Path())
    generators = Generators(SystemClock(), Random(3))  # noqa: S311  # no secret
    variables = Variables(
        Defaults(collection.variables, collection.secrets), Outside({}, {}, (), ()), generators, lambda _value: None
    )
    job, problems = plan_job(collection, variables, lambda _spec, _name: True)
    assert problems == []
    return job


def script(text: str) -> Script:
    return script_of(job_of(text))


FLOW = """
variables: {id: <<$guid>>, name: item-<<made>>}
setup:
  - {name: login, url: http://127.0.0.1:9/login, capture: {token: $.token}}
requests:
  - {name: make, url: http://127.0.0.1:9/<<id>>, headers: {X-T: <<token>>}, capture: {made: $.id}}
  - {name: look, WEIGHT url: http://127.0.0.1:9/<<name>>}
  - {name: other, url: http://127.0.0.1:9/}
teardown:
  - {name: logout, url: http://127.0.0.1:9/logout}
"""


def names(requests: object) -> list[str]:
    assert isinstance(requests, tuple)
    return [one.name for one in requests]


def test_a_script_has_the_phases_of_the_file() -> None:
    found = script(FLOW.replace("WEIGHT ", ""))
    assert names(found.setup) == ["login"]
    assert names(found.requests) == ["make", "look", "other"]
    assert names(found.teardown) == ["logout"]
    assert found.choices == ()
    assert names(found.pick(0.5)) == ["make", "look", "other"]


def test_a_weight_makes_each_round_send_one_request_and_what_it_needs() -> None:
    found = script(FLOW.replace("WEIGHT ", "weight: 2, "))
    assert [names(one.requests) for one in found.choices] == [["make"], ["make", "look"], ["other"]]
    assert [one.upto for one in found.choices] == [1.0, 3.0, 4.0]
    assert names(found.pick(0.0)) == ["make"]
    assert names(found.pick(0.25)) == ["make", "look"]
    assert names(found.pick(0.7499)) == ["make", "look"]
    assert names(found.pick(0.75)) == ["other"]
    assert names(found.pick(0.9999999)) == ["other"]


def test_what_weighs_nothing_is_sent_where_it_is_needed_alone() -> None:
    text = FLOW.replace("WEIGHT ", "weight: 1, ").replace("{name: make,", "{name: make, weight: 0,")
    found = script(text)
    assert [names(one.requests) for one in found.choices] == [["make", "look"], ["other"]]


def test_a_conversation_is_picked_as_a_whole() -> None:
    found = script("""
requests:
  - name: talk
    weight: 3
    url: http://127.0.0.1:9/v1/chat/completions
    json: {model: m, messages: []}
    turns: [user: hello, user: and now]
  - {name: other, url: http://127.0.0.1:9/}
""")
    assert [len(one.requests) for one in found.choices] == [2, 1]
    assert [one.upto for one in found.choices] == [3.0, 4.0]


@pytest.mark.parametrize(
    ("variables", "extra", "varies"),
    [
        ("{a: 1}", "", False),
        ("{a: <<$guid>>}", "", True),
        ("{a: {b: [<<$randomInt>>]}}", "", True),
        ("{a: 1}", ", capture: {b: $.b}", True),
        ("{a: 1}", ", headers: {X: <<$guid>>}", False),
    ],
)
def test_what_never_changes_is_shared(variables: str, extra: str, varies: bool) -> None:
    found = script(f"variables: {variables}\nrequests: [{{name: a, url: http://127.0.0.1:9/<<a>>{extra}}}]")
    assert found.varies is varies


def test_a_round_begins_with_what_setup_left_and_makes_up_the_rest_anew() -> None:
    job = job_of(FLOW.replace("WEIGHT ", "").replace("/login,", "/login/<<id>>,"))
    scope = job.scope.variables
    Moment(job, first=True).restore()
    kept = scope.render_text(job.requests[0].spec.url)
    scope.capture("token", "t1", "login")
    moment = Moment(job)
    scope.capture("made", "1", "make")
    assert scope.lookup("name") is not None
    assert scope.render_text(job.requests[2].spec.url).endswith("item-1")
    moment.restore()
    assert scope.lookup("made") is None
    with pytest.raises(RenderError):
        scope.lookup("name")
    token = scope.lookup("token")
    assert token is not None
    assert token.value == "t1"
    assert scope.render_text(job.requests[0].spec.url) == kept
    scope.capture("made", "2", "make")
    assert scope.render_text(job.requests[2].spec.url).endswith("item-2")


def test_what_a_round_made_up_is_new_in_the_next() -> None:
    job = job_of("variables: {id: <<$guid>>}\nrequests: [{name: a, url: http://127.0.0.1:9/<<id>>}]")
    moment, url = Moment(job, first=True), job.requests[0].spec.url
    moment.restore()
    first = job.scope.variables.render_text(url)
    assert job.scope.variables.render_text(url) == first
    moment.restore()
    assert job.scope.variables.render_text(url) != first


def test_memory_of_captures_does_not_grow_with_rounds() -> None:
    job = job_of(FLOW.replace("WEIGHT ", ""))
    scope = job.scope.variables
    moment = Moment(job)
    for number in range(1000):
        scope.capture("made", str(number), "make")
        scope.render_text(job.requests[2].spec.url)
        moment.restore()
    assert len(scope._captures.changed) == 1  # noqa: SLF001  # nothing else shows it
