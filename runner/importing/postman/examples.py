"""Postman's saved responses as examples, from which the mock server answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from runner.importing.draft import Draft
from runner.importing.json_source import Json, elements, mapping, text_of, too_deep
from runner.writing.layout import Value
from runner.writing.names import unique

LEAST: Final = 16
"""Characters from which a value in a saved answer is taken for a secret by its name: shorter ones are made up."""
PAIR: Final = re.compile(r"(?<=[?&#])([^=?&#<>\s]+)=([^&#<>\s;,]*)")
"""A name and its value in an address."""
OF_SENDING: Final = frozenset(
    (
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "content-encoding",
        "date",
        "server",
        "vary",
        "etag",
    )
)
"""Headers that say how an answer was sent, or when: an example is sent anew."""


def examples_of(responses: Iterable[Json], draft: Draft, place: str) -> list[Value]:
    """The examples in their order, names made different."""
    made: list[Value] = []
    names: list[str] = []
    for response in map(mapping, responses):
        example = _example(response, draft, place)
        if example is not None:
            name = unique(text_of(response.get("name")).strip() or "example", names)
            names.append(name)
            made.append({"name": draft.text(name, place), **example})
    return made


def _example(response: Mapping[str, Json], draft: Draft, place: str) -> dict[str, Value] | None:
    code = response.get("code")
    status = code if isinstance(code, int) else 200
    if not 200 <= status <= 599:
        draft.note(place, f"the saved response with status {status} is left out")
        return None
    example: dict[str, Value] = {"status": status} if status != 200 else {}
    headers = _headers(response.get("header"))
    body = text_of(response.get("body"))
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    key, value = _body(body, kind, text_of(response.get("_postman_previewlanguage")), draft, place)
    if key == "json" and kind.partition(";")[0].strip() == "application/json":
        headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    if headers:
        texts = {name: draft.text(value, place) for name, value in headers.items()}
        example["headers"] = {name: _header(name, value, draft, place) for name, value in texts.items()}
    if body:
        example[key] = value
    return example


def _header(name: str, value: str, draft: Draft, place: str) -> str:
    """Its value; of an address what lets somebody in is kept apart."""
    if name.lower() in ("location", "content-location", "link", "referer"):
        return PAIR.sub(lambda one: f"{one[1]}={draft.hidden(one[1], one[2], place, plain_key=True)}", value)
    return draft.header_value(name, value, place)


def _headers(given: Json) -> dict[str, str]:
    pairs = ((text_of(mapping(one).get("key")), text_of(mapping(one).get("value"))) for one in elements(given))
    return {name: value for name, value in pairs if name and name.lower() not in OF_SENDING}


def _body(text: str, kind: str, language: str, draft: Draft, place: str) -> tuple[str, Value]:
    if "json" in kind or language == "json":
        try:
            value: Json = json.loads(text)
        except (ValueError, RecursionError):
            return "text", draft.text(text, place)
        if not too_deep(value):
            return "json", draft.plain(value, place, LEAST)
    _look_through(text, draft, place)
    return "text", draft.text(text, place)


def _look_through(text: str, draft: Draft, place: str) -> None:
    """Keep apart what lets somebody in of JSON that is not said to be any: the text has it as a placeholder then."""
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not too_deep(value):
        draft.plain(value, place, LEAST)
