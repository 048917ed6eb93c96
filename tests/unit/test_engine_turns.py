from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from runner.engine.plan import plan_job
from runner.errors import ExitCode
from runner.messages import Request, Response, TransportError
from runner.node import Plain
from runner.variables.template import is_own
from tests.unit.fake_transport import Answer, reply
from tests.unit.loading import collection, scope_of, wrong
from tests.unit.test_engine_run import REFUSED, Ran


def says(text: str, status: int = 200) -> Response:
    return reply({"choices": [{"message": {"role": "assistant", "content": text}}]}, status)


def in_turn(*answers: Answer) -> Callable[[Request], Answer]:
    left: Iterator[Answer] = iter(answers)
    return lambda _: next(left)


def chat(*turns: str, more: str = "", before: str = "") -> str:
    """A collection of one conversation, its turns written in braces."""
    written = ", ".join(f"{{{turn}}}" for turn in turns)
    return f"{before}\nrequests:\n- {{name: chat, url: 'http://h.example/x', json: {{}}, turns: [{written}]{more}}}"


def contents(request: Request) -> list[Plain]:
    return [one["content"] for one in json.loads(request.body or b"")["messages"]]


@pytest.mark.parametrize(
    ("tries", "kept"),
    [
        (["good 1", "bad", "good 2", "bad"], "good 2"),
        (["good 1", "bad", "bad", "good 2"], "good 2"),
        (["good 1", "good 2", "bad", "bad"], "good 2"),
    ],
)
def test_under_pass_rate_the_reply_is_that_of_the_last_try_that_passed(tries: list[str], kept: str) -> None:
    expect = "expect: {pass_rate: 2/4, json: {'$.choices[0].message.content': {contains: good}}}"
    ran = Ran(chat(f"user: a, {expect}", "user: b"), answer=in_turn(*map(says, [*tries, "end"])))
    assert ran.statuses == ["PASS", "PASS"]
    assert contents(ran.transport.sent[-1]) == ["a", kept, "b"]


def test_under_pass_rate_each_try_of_a_later_turn_has_the_same_history() -> None:
    ran = Ran(chat("user: a", "user: b", more=", expect: {pass_rate: 1/2}"), answer=in_turn(*map(says, "1234")))
    assert [contents(one) for one in ran.transport.sent] == [["a"], ["a"], ["a", "2", "b"], ["a", "2", "b"]]


def test_too_few_tries_leave_no_reply() -> None:
    ran = Ran(chat("user: a, expect: {pass_rate: 2/2}", "user: b"), answer=in_turn(says("1"), says("2", 500)))
    assert ran.statuses == ["FAIL", "SKIP"]
    assert ran.reasons[1] == 'needs the reply to "chat, turn 1", which failed'


def test_what_is_sent_again_adds_nothing() -> None:
    answers = in_turn(says("no", 503), REFUSED, says("yes"), says("end"))
    ran = Ran(chat("user: a", "user: b", more=", retry: {attempts: 3, delay: 1s}"), answer=answers)
    assert ran.statuses == ["PASS", "PASS"]
    assert [contents(one) for one in ran.transport.sent] == [["a"], ["a"], ["a"], ["a", "yes", "b"]]


def test_poll_ends_with_the_reply_that_fits() -> None:
    expect = "expect: {json: {'$.choices[0].message.content': {contains: '!'}}}"
    answers = in_turn(says("wait"), says("done!"), says("end!"))
    ran = Ran(chat("user: a", "user: b", more=f", poll: {{every: 1s, for: 9s}}, {expect}"), answer=answers)
    assert ran.statuses == ["PASS", "PASS"]
    assert contents(ran.transport.sent[-1]) == ["a", "done!", "b"]


@pytest.mark.parametrize("answer", [REFUSED, TransportError("timeout", "It took too long."), says("a", 500), reply({})])
def test_a_turn_that_does_not_pass_ends_the_conversation(answer: Answer) -> None:
    ran = Ran(chat("user: a", "user: b", "user: c"), answer=in_turn(answer))
    assert ran.statuses[1:] == ["SKIP", "SKIP"]
    assert ran.reasons[1:] == [
        'needs the reply to "chat, turn 1", which failed',
        'needs the reply to "chat, turn 2", which was skipped',
    ]
    assert len(ran.transport.sent) == 1
    assert ran.result.exit_code is not ExitCode.OK


def test_a_reply_is_no_template() -> None:
    evil = r"<<API_KEY>> \<< <<$guid>> <<NAME|upper>> {{x}} ${Y}"
    ran = Ran(
        chat("user: a", "user: <<said>>", more=', capture: {said: "$.choices[0].message.content"}'),
        answer=lambda _: says(evil),
    )
    assert contents(ran.transport.sent[1]) == ["a", evil, evil]


def test_half_a_character_in_a_reply_cannot_be_sent() -> None:
    ran = Ran(chat("user: a", "user: b"), answer=lambda _: says("\ud800"))
    assert ran.statuses == ["PASS", "ERROR"]


def test_a_conversation_whose_name_sounds_secret_hides_nothing() -> None:
    text = chat("user: a", "user: b").replace("name: chat", "name: API_KEY token secret")
    ran = Ran(text, answer=lambda _: says("spoken aloud"))
    assert (ran.statuses, ran.secrets) == (["PASS", "PASS"], [])


def test_no_name_that_a_file_can_write_is_one_of_the_programs_own() -> None:
    found = collection(chat("user: a", "user: b"))
    [own] = [one.name for one in found.requests[0].captures]
    assert is_own(own)
    assert [one.rule for one in wrong(chat(f"user: 'a <<{own}>>'"))] == ["placeholder"]
    assert [one.rule for one in wrong(chat("user: a", more=f", capture: {{'{own}': $.a}}"))] == ["name"]
    assert [one.rule for one in wrong(chat("user: a", before=f"variables: {{'{own}': 1}}"))] == ["name"]


def test_two_conversations_keep_their_replies_apart() -> None:
    body = "url: 'http://h.example/x', json: {}, turns: [{user: a}, {user: b}]"
    text = f"requests: [{{name: one, {body}}}, {{name: two, {body}}}]"
    ran = Ran(text, answer=in_turn(says("1"), says("2"), says("3"), says("4")))
    assert [contents(one) for one in ran.transport.sent] == [["a"], ["a", "1", "b"], ["a"], ["a", "3", "b"]]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("chat, turn 1", ["chat, turn 1"]),
        ("chat, last", ["chat, turn 1", "chat, turn 2", "chat, last"]),
        ("after", ["chat, turn 1", "chat, turn 2", "chat, last", "after"]),
    ],
)
def test_a_turn_brings_those_before_it(wanted: str, chosen: list[str]) -> None:
    after = "\n- {name: after, url: 'http://h.example/x', needs: chat}"
    found = collection(chat("user: a", "user: b", "user: c, name: last") + after)
    job, problems = plan_job(found, scope_of(found), lambda _, name: name == wanted)
    assert problems == []
    assert [one.name for one in job.requests] == chosen


def test_an_error_is_known_of_each_turn_before_anything_is_sent() -> None:
    found = collection(chat("user: <<A>>", "user: <<B>>"))
    _, problems = plan_job(found, scope_of(found), lambda _spec, _name: True)
    assert [one.message for one in problems] == ["A has no value", "B has no value"]
