from __future__ import annotations

import pytest

from runner.checks.reply import NoReply, history, reply
from runner.messages import Response
from runner.node import Plain
from tests.unit import fake_transport

CALL: dict[str, Plain] = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def completion(**message: Plain) -> dict[str, Plain]:
    return {"choices": [{"index": 0, "message": {"role": "assistant", **message}}, {"message": {"content": "no"}}]}


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (completion(content="Hi"), {"role": "assistant", "content": "Hi"}),
        (completion(content=""), {"role": "assistant", "content": ""}),
        (
            completion(content="Hi", refusal=None, annotations=[], audio=None, function_call=None, tool_calls=None),
            {"role": "assistant", "content": "Hi"},
        ),
        (completion(content=None, tool_calls=[CALL]), {"role": "assistant", "content": None, "tool_calls": [CALL]}),
        (completion(tool_calls=[CALL]), {"role": "assistant", "tool_calls": [CALL]}),
        (completion(content=None, refusal="No."), {"role": "assistant", "content": None, "refusal": "No."}),
        (
            completion(content="a", x=0, y=False, z=""),
            {"role": "assistant", "content": "a", "x": 0, "y": False, "z": ""},
        ),
        (
            {"model": "m", "message": {"role": "assistant", "content": "Hi", "thinking": "so"}, "done": True},
            {"role": "assistant", "content": "Hi", "thinking": "so"},
        ),
        (
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "tool_use", "input": {"a": None}}],
                "id": "1",
            },
            {"role": "assistant", "content": [{"type": "tool_use", "input": {"a": None}}]},
        ),
    ],
)
def test_what_is_sent_back(answer: Plain, kept: Plain) -> None:
    assert reply(fake_transport.reply(answer)) == kept


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ([], "nothing: the body is no JSON object"),
        ("text", "nothing: the body is no JSON object"),
        ({}, "nothing: no $.choices[0].message, no $.message, no $.role with $.content; the answer has nothing"),
        ({"id": 1, "output": []}, 'no $.role with $.content; the answer has "id", "output"'),
        ({"choices": []}, "nothing: $.choices has 0 elements, there is no [0]"),
        ({"choices": [{"text": "a"}]}, 'nothing: $.choices[0] has no "message"'),
        ({"choices": [{"message": None}]}, "nothing: $.choices[0].message is no object"),
        ({"message": "An error."}, "no $.message, "),
        ({"role": "assistant"}, "no $.role with $.content"),
        ({"role": None, "content": "a"}, "nothing: $ has no role"),
        ({"choices": [{"message": {"content": "a"}}]}, "nothing: $.choices[0].message has no role"),
        (completion(content=None), "nothing: $.choices[0].message has no content"),
        (completion(content=None, tool_calls=[]), "nothing: $.choices[0].message has no content"),
        (completion(content=[]), "nothing: $.choices[0].message has no content"),
        (completion(), "nothing: $.choices[0].message has no content"),
    ],
)
def test_no_message_to_carry_on_with(answer: Plain, why: str) -> None:
    with pytest.raises(NoReply) as raised:
        reply(fake_transport.reply(answer))
    assert why in str(raised.value)


@pytest.mark.parametrize(
    ("media_type", "why"),
    [
        ("text/event-stream; charset=utf-8", "stream: false leaves unread"),
        ("text/html", "the body is not JSON"),
        ("application/json", "the body is not JSON"),
    ],
)
def test_what_is_no_json(media_type: str, why: str) -> None:
    answer = Response(200, (("Content-Type", media_type),), b"data: {}\n\n", "http://h.example/")
    with pytest.raises(NoReply, match=why):
        reply(answer)


def test_a_history_is_what_was_sent_and_the_reply() -> None:
    answer = fake_transport.reply(completion(content="Hi"))
    said: dict[str, Plain] = {"role": "assistant", "content": "Hi"}
    assert history(b'{"messages": [{"role": "user", "content": "<<A>>"}]}', answer) == [
        {"role": "user", "content": "<<A>>"},
        said,
    ]
    assert history(b'{"messages": []}', answer) == [said]


@pytest.mark.parametrize("sent", [None, b"", b"[]", b"{}", b'{"messages": {}}', b"messages"])
def test_a_request_without_messages_has_no_history(sent: bytes | None) -> None:
    with pytest.raises(NoReply, match="has no messages"):
        history(sent, fake_transport.reply(completion(content="Hi")))
