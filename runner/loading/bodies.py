"""Decodes how a request is made: URL pairs, headers, body."""

from __future__ import annotations

import re
from typing import Final, get_args

from runner.folder import Folder
from runner.loading.files import check_file
from runner.loading.parts import check_content_type, check_graphql, check_multipart
from runner.loading.problems import Problems
from runner.model import Body, BodyKind, Pairs
from runner.node import Node

BODY_KINDS: Final[tuple[BodyKind, ...]] = get_args(BodyKind)
JSON_TEXT = re.compile(r"\s*[{\[][\s\S]*[}\]]\s*")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def decode_pairs(node: Node | None, what: str, problems: Problems) -> Pairs:
    """A mapping of names to a value or a list of values; a null is kept: it takes a name out when it is sent."""
    if node is None:
        return ()
    if node.kind != "mapping":
        problems.error("kind", node, f"{what} is a mapping, this is {node.type_name}", "Write name: value, one a line.")
        return ()
    pairs = []
    for key, value in node.items:
        if any(one.kind != "scalar" for one in value.as_list):
            problems.error(
                "kind",
                value,
                f"a value in {what} is text, a number or a list of these",
                "Put a text in quotes.",
            )
        pairs.append((key, value))
    return tuple(pairs)


def decode_headers(node: Node | None, problems: Problems) -> Pairs:
    """Header names must be names; values must not break the line."""
    pairs = decode_pairs(node, "headers", problems)
    names: dict[str, Node] = {}
    for key, value in pairs:
        name = str(key.value)
        if not key.templated and not HEADER_NAME.fullmatch(name):
            problems.error(
                "header", key, f'"{name}" cannot be the name of a header', "Letters, digits and - are usual."
            )
        first = names.setdefault(name.lower(), key)
        if first is not key and first.value != key.value:  # the same name is told of any mapping
            hint = "Header names compare without case. Write a list to send it more than once."
            problems.error("duplicate-key", key, f'the header "{name}" stands here twice', hint)
        for one in value.as_list:
            if isinstance(one.value, str) and any(char in one.value for char in "\r\n\0"):
                problems.error(
                    "header",
                    one,
                    "a header's value is one line",
                    "Write it on one line, or fold it with >- in place of |.",
                )
    return pairs


def decode_body(fields: dict[str, Node], folder: Folder, problems: Problems) -> Body | None:
    """The one body of a request."""
    kinds = [kind for kind in BODY_KINDS if kind in fields]
    if not kinds:
        return None
    if len(kinds) > 1:
        names = " and ".join(kinds)
        problems.error("two-bodies", fields[kinds[1]], f"a request has one body, this one has {names}", "Keep one.")
        return None
    kind = kinds[0]
    node = fields[kind]
    if kind == "text" and (node.kind != "scalar" or not isinstance(node.value, str)):
        problems.error("kind", node, f"text is text, this is {node.type_name}", "Put it in quotes, or use json.")
    elif kind == "json" and isinstance(node.value, str) and JSON_TEXT.fullmatch(node.value):
        hint = "Take the quotes away to send the object; json: needs none around it."
        if node.source.line(node.line)[node.column - 1 :].startswith(("|", ">")):
            hint = "Take the sign behind json: away to send the object; the lines below stay as they are."
        problems.warning("json-text", node, "this is sent as a JSON string, not as the object that it spells", hint)
    elif kind == "form":
        decode_pairs(node, "form", problems)
    elif kind == "file":
        check_file(node, folder, problems)
    elif kind == "multipart":
        check_multipart(node, folder, problems)
        check_content_type(fields.get("headers"), problems)
    elif kind == "graphql":
        check_graphql(node, problems)
    return Body(kind, node)
