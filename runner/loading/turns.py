"""Makes of a request with ``turns`` one request for each of them, which sends all that was said before it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

from runner.loading.bodies import BODY_KINDS
from runner.loading.fields import read_fields, read_text
from runner.loading.merge import merge_request
from runner.loading.problems import Problems
from runner.model import Capture, Turn
from runner.node import Node
from runner.variables.template import OWN

ROLES: Final = ("system", "developer", "user", "assistant", "tool")
WHOLE: Final = ("message", "messages")
OWN_KEYS: Final = ("expect", "capture", "examples")
TURN_KEYS: Final = (*ROLES, *WHOLE, "name", *OWN_KEYS)
START: Final = "Start each with - user: …"


def read_turns(request: Node, name: Node, problems: Problems) -> tuple[Turn, ...]:
    """The turns of ``request`` (``defaults`` merged in), whose name is ``name``; none where they cannot be told."""
    turns = request.get("turns")
    assert turns is not None  # noqa: S101  # the caller looked
    body = _body(request, problems)
    if turns.kind != "list" or not turns.elements:
        shown = "an empty list" if turns.kind == "list" else turns.type_name
        problems.error("turns", turns, f"turns is a list, this is {shown}", START)
        return ()
    names: list[Node] = []
    found: list[Turn] = []
    before: Node | None = body.get("messages") if body is not None else None
    for number, turn in enumerate(turns.elements, 1):
        if turn.kind != "mapping":
            problems.error("turns", turn, f"a turn is a mapping, this is {turn.type_name}", START)
            continue
        fields = read_fields(turn, TURN_KEYS, "a turn", problems)
        said = _said(turn, fields, problems)
        own = fields.get("name") or turn.renamed(f"turn {number}")
        read_text(own, "the name of a turn", problems)
        names.append(own)
        full = own.renamed(f"{name.value}, {own.value}", templated=name.templated or own.templated)
        messages = turn.joined([before, said]) if before is not None else said
        kept = _kept(turn) if number < len(turns.elements) else None
        found.append(Turn(full, _request(request, turn, full, messages), fields.get("capture"), kept))
        before = turn.slot(kept.name) if kept is not None else None
    _check_names(names, problems)
    return tuple(found)


def _body(request: Node, problems: Problems) -> Node | None:
    """The JSON body, which must be one that messages can be put into."""
    key = next(key for key, _ in request.items if key.value == "turns")
    body = request.get("json")
    if body is None:
        other = next((kind for kind in BODY_KINDS if request.get(kind) is not None), "")
        has = f"this request has {other}" if other else "this request has no body"
        hint = "Write json: {model: …} beside turns; the messages come from the turns."
        problems.error("turns", key, f"turns are sent in a JSON body, and {has}", hint)
        return None
    if body.kind != "mapping":
        hint = "Write its keys one a line; the messages come from the turns."
        problems.error("turns", body, f"beside turns json is a mapping, this is {body.type_name}", hint)
        return None
    messages = body.get("messages")
    if messages is not None and messages.kind != "list" and not _is_filled(messages):
        hint = "Start each message with a dash, or leave messages out: the turns stand for them."
        problems.error("turns", messages, f"messages is a list, this is {messages.type_name}", hint)
        return None
    return body


def _said(turn: Node, fields: dict[str, Node], problems: Problems) -> Node:
    """The list of a turn's messages."""
    ways = [(key, value) for key, value in turn.items if key.value in (*ROLES, *WHOLE)]
    whole = [key for key, _ in ways if key.value in WHOLE]
    if not ways:
        if len(fields) == len(turn.items):  # else what is unknown may be the message
            hint = "Write user: and what is said, or message: and a whole message."
            problems.error("turns", turn, "this turn says nothing", hint)
        return turn.with_elements(())
    if whole and len(ways) > 1:
        names = " and as ".join(str(key.value) for key, _ in ways)
        hint = "Keep one, or write all of the messages as a list below messages."
        problems.error("turns", ways[1][0], f"what this turn says stands here as {names}", hint)
        return turn.with_elements(())
    if not whole:
        return turn.with_elements([_message(key, value, problems) for key, value in ways])
    key, value = ways[0]
    return _whole_list(value, problems) if key.value == "messages" else turn.with_elements([_whole(value, problems)])


def _message(key: Node, value: Node, problems: Problems) -> Node:
    """``user: text``, ``user: [parts]``, or a mapping of what the message has beside its role."""
    role = (key.renamed("role"), key.renamed(str(key.value)))
    if value.kind == "mapping" and value.items:
        if value.get("role") is not None:
            hint = f"Leave role out, or write message: {{role: …}} in place of {key.value}."
            problems.error("turns", value.first_key, f"the role of this message is {key.value} already", hint)
        return value.with_items([role, *value.items])
    if value.kind == "scalar":
        read_text(value, "a message", problems)
    elif not value.items and not value.elements:
        problems.error("turns", value, "this message is empty", "Write a text, or a list of content parts.")
    return value.with_items([role, (key.renamed("content"), value)])


def _whole(value: Node, problems: Problems) -> Node:
    """A message as it is sent; a placeholder may stand for it."""
    if value.kind == "mapping" and value.get("role") is None:
        problems.error("turns", value, "this message has no role", "Write {role: user, content: …}.")
    elif value.kind != "mapping" and not _is_filled(value):
        hint = "Write message: {role: user, content: …}."
        problems.error("turns", value, f"a message is a mapping, this is {value.type_name}", hint)
    return value


def _whole_list(value: Node, problems: Problems) -> Node:
    """Messages as they are sent; a placeholder may stand for each, or for all."""
    if value.kind != "list" and not _is_filled(value):
        hint = "Start each message with a dash: - {role: user, content: …}."
        problems.error("turns", value, f"messages is a list, this is {value.type_name}", hint)
    elif value.kind == "list" and not value.elements:
        problems.error("turns", value, "this turn says nothing", "Write - {role: user, content: …}.")
    for element in value.elements:
        _whole(element, problems)
    return value


def _is_filled(value: Node) -> bool:
    """Whether a placeholder stands here."""
    return value.kind == "scalar" and value.templated


def _check_names(names: Sequence[Node], problems: Problems) -> None:
    """Each turn is found by its name, so each stands once."""
    first: dict[str, Node] = {}
    for name in names:
        if first.setdefault(str(name.value), name) is not name:
            hint = f"The first is on line {first[str(name.value)].line}. Give each turn a name of its own."
            problems.error("duplicate-name", name, f'two turns are named "{name.value}"', hint)


def _request(request: Node, turn: Node, name: Node, messages: Node) -> Node:
    """A turn is to its request what a request is to ``defaults``."""
    body = turn.with_items([(turn.renamed("messages"), messages)])
    own = [pair for pair in turn.items if pair[0].value in OWN_KEYS]
    made = turn.with_items([(turn.renamed("name"), name), (turn.renamed("json"), body), *own])
    shared = request.with_items([pair for pair in request.items if pair[0].value != "turns"])
    return merge_request(shared, made)


def _kept(turn: Node) -> Capture:
    """What the next turn begins with, under a name that is made of the place: no word in it makes it a secret."""
    name = f"{OWN}{turn.line}:{turn.column}:{zlib.crc32(turn.source.name.encode())}"
    return Capture(name, "history", turn)
