"""What an entry got back: the status that is expected, and the answer as an example."""

from __future__ import annotations

import base64
import binascii
import mimetypes
from collections.abc import Mapping
from typing import Final

from runner import strict_json
from runner.importing.apart import SHORTEST_SECRET
from runner.importing.draft import Draft
from runner.importing.json_source import Json, elements, mapping, text_of, too_deep
from runner.importing.literal import literal
from runner.importing.scrubbing import in_addresses, scrubbed
from runner.variables.template import literal_text
from runner.writing.layout import Value

MOST_TEXT: Final = 10_000
"""Characters of a body from which on it stands in a file of its own."""
FOLDER: Final = "examples"
KEPT: Final = frozenset(("location", "link", "retry-after", "www-authenticate"))
"""Headers of an answer that say something to a caller."""
TEXTS: Final = ("text/", "application/xml", "application/x-ndjson", "application/problem", "application/graphql")


class Answer:
    """The response of one entry."""

    def __init__(self, entry: Mapping[str, Json], draft: Draft, place: str) -> None:
        self._response = mapping(entry.get("response"))
        self._draft = draft
        self._place = place
        status = self._response.get("status")
        self.status = status if isinstance(status, int) else 0

    @property
    def expect(self) -> dict[str, Value]:
        """What came back is expected to come again; a 304 is one only for who has the answer already."""
        return {"status": "2xx" if self.status == 304 else self.status}

    def example(self, name: str) -> dict[str, Value]:
        """The answer as an example; ``name`` is that of a file for a long one."""
        made: dict[str, Value] = {"name": "recorded"}
        if self.status not in (200, 304):
            made["status"] = self.status
        headers = self._headers()
        key, value, kind = self._body(name)
        if kind:
            headers["Content-Type"] = literal_text(kind)
        if headers:
            made["headers"] = headers
        if key:
            made[key] = value
        return made

    def _headers(self) -> dict[str, Value]:
        made: dict[str, Value] = {}
        for one in map(mapping, elements(self._response.get("headers"))):
            name, value = text_of(one.get("name")), text_of(one.get("value"))
            if name.lower() in KEPT:
                made[literal_text(name)] = in_addresses(literal_text(value), self._draft, self._place)
        return made

    def _body(self, name: str) -> tuple[str, Value, str]:
        """The key, the value, and the content type where the key does not say it."""
        content = mapping(self._response.get("content"))
        kind = text_of(content.get("mimeType"))
        media = kind.partition(";")[0].strip().lower()
        text = self._text(content)
        if isinstance(text, bytes):
            ending = mimetypes.guess_extension(media) or ".bin"
            if _is_text(media):  # in an encoding of its own, whose bytes stay
                text = scrubbed(text.decode("latin-1"), self._draft, self._place).encode("latin-1", "replace")
            return "file", self._draft.add_file(f"{FOLDER}/{name}{ending}", text), kind
        if not text:
            return "", None, ""
        parsed = strict_json.parse(text) if media.endswith("json") else None
        is_json = parsed is not None and not parsed.error
        own_kind = "" if media == "application/json" and is_json else kind
        if len(text) > MOST_TEXT:
            ending = "json" if is_json else "txt"
            if is_json and parsed:
                written = strict_json.dumps(literal(self._draft, parsed.value, self._place, SHORTEST_SECRET))
            else:
                written = scrubbed(text, self._draft, self._place)
            return (
                "file",
                self._draft.add_file(f"{FOLDER}/{name}.{ending}", f"{written}\n".encode("utf-8", "replace")),
                own_kind,
            )
        if parsed is not None and is_json and not too_deep(parsed.value):
            return "json", literal(self._draft, parsed.value, self._place, SHORTEST_SECRET), own_kind
        if _is_text(media) or not media:
            whole = f"{text.rstrip()}\n\n" if media == "text/event-stream" else text
            return "text", scrubbed(literal_text(whole), self._draft, self._place), kind
        self._draft.note(self._place, f"the body of its answer is {media}; the example has none")
        return "", None, ""

    def _text(self, content: Mapping[str, Json]) -> str | bytes:
        """The body; bytes where it is no text."""
        text = text_of(content.get("text"))
        if text_of(content.get("encoding")).lower() != "base64":
            return text
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            self._draft.note(self._place, "the body of its answer is no base64; the example has none")
            return ""
        try:
            return data.decode("utf-8")
        except ValueError:
            return data


def _is_text(media: str) -> bool:
    return media.startswith(TEXTS) or media.endswith(("json", "+xml", "javascript"))
