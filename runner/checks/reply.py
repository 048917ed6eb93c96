"""What a model's API said in answer to a chat, as the message that the next turn sends back to it."""

from __future__ import annotations

from runner import strict_json
from runner.checks.show import clip
from runner.jsonpath import compile_path
from runner.messages import Response, is_stream
from runner.node import Plain

COMPLETION = "$.choices[0].message"


class NoReply(ValueError):
    """There is no message to carry on with; the text says why."""


def history(sent: bytes | None, response: Response) -> list[Plain]:
    """The messages that were sent, and behind them the reply. Raises ``NoReply``."""
    body = strict_json.parse(sent or b"").value
    messages = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(messages, list):
        raise NoReply("the request that was answered has no messages")
    return [*messages, reply(response)]


def reply(response: Response) -> dict[str, Plain]:
    """The message of a chat completion, of Ollama's or Anthropic's answer. Raises ``NoReply``.

    It is handed back whole, but for keys that are null or an empty list: servers write them (``tool_calls: null``)
    and refuse them in what they are sent."""
    document = response.document
    if document.error:
        if is_stream(response.headers):
            raise NoReply("the answer is a stream, which stream: false leaves unread; leave that out")
        raise NoReply(f"the body is not JSON: {document.error}")
    found, place = _message(document.value)
    kept = {key: value for key, value in found.items() if key == "content" or (value is not None and value != [])}
    if not isinstance(kept.get("role"), str):
        raise NoReply(f"nothing: {place} has no role")
    if kept.get("content") in (None, []) and kept.keys() <= {"role", "content"}:
        raise NoReply(f"nothing: {place} has no content")
    return kept


def _message(answer: Plain) -> tuple[dict[str, Plain], str]:
    """The message and where it stands."""
    if not isinstance(answer, dict):
        raise NoReply("nothing: the body is no JSON object")
    if "choices" in answer:
        selected = compile_path(COMPLETION).select(answer)
        if not selected:
            raise NoReply(compile_path(COMPLETION).explain_missing(answer))
        if not isinstance(selected[0], dict):
            raise NoReply(f"nothing: {COMPLETION} is no object")
        return selected[0], COMPLETION
    message = answer.get("message")
    if isinstance(message, dict):
        return message, "$.message"
    if "role" in answer and "content" in answer:
        return {key: answer[key] for key in ("role", "content")}, "$"
    has = clip(", ".join(f'"{key}"' for key in answer)) or "nothing"
    raise NoReply(f"nothing: no $.choices[0].message, no $.message, no $.role with $.content; the answer has {has}")
