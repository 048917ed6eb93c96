"""Examples as Postman's saved responses."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from runner.exporting.known import Known
from runner.exporting.postman.texts import Texts
from runner.folder import FileProblem
from runner.loading.files import MAX_TEXT, read_bytes_file
from runner.model import Example, RequestSpec
from runner.node import Node, Plain

JSON_TYPE: Final = "application/json"


def responses_of(spec: RequestSpec, request: dict[str, Plain], texts: Texts) -> list[Plain]:
    """The saved responses of a request, each with what was asked."""
    found: list[Plain] = []
    for example in spec.examples:
        made = _response(example, texts)
        if made is not None:
            found.append({"name": texts.written(example.name, example.node), "originalRequest": request, **made})
    return found


def _response(example: Example, texts: Texts) -> dict[str, Plain] | None:
    known, place = texts.known, example.node
    body = _body(example, texts)
    if body is None:
        known.note(place.location, f'the example "{example.name}" is left out: its body cannot be written there')
        return None
    if example.delay or example.event_delay or example.when is not None:
        word = "when" if example.when is not None else "delay"
        known.note(place.location, f'{word} of the example "{example.name}" is left out')
    headers = texts.pairs(example.headers)
    is_json = example.body_kind == "json"
    if is_json and not any(name.lower() == "content-type" for name, _ in headers):
        headers.insert(0, ("Content-Type", JSON_TYPE))
    try:
        reason = HTTPStatus(example.status).phrase
    except ValueError:
        reason = ""
    return {
        "status": reason,
        "code": example.status,
        "_postman_previewlanguage": "json" if is_json else "text",
        "header": [{"key": name, "value": value} for name, value in headers],
        "cookie": [],
        "body": body,
    }


def _body(example: Example, texts: Texts) -> str | None:
    if example.body is None:
        return ""
    if example.body_kind == "json":
        return texts.json(example.body)
    if example.body_kind == "text":
        return texts.text(example.body)
    return _file(example.body, texts.known) if example.body_kind == "file" else None


def _file(node: Node, known: Known) -> str | None:
    if node.templated:
        return None
    name, folder = str(node.value), known.collection.folder
    try:
        data = read_bytes_file(folder.file(name), name, MAX_TEXT, folder)
        return data.decode("utf-8")
    except (FileProblem, UnicodeDecodeError):
        return None
