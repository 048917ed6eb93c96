"""Reads each kind of report with something that is not ours; says how many requests are in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import jsonschema
from lxml import etree
from markdown_it import MarkdownIt
from tap.parser import Parser  # type: ignore[import-untyped]

from runner.cli.commands.schema import SCHEMAS
from runner.report import record

SCHEMA: Final = json.loads(Path(record.__file__).with_name("report.schema.json").read_text("utf-8"))
LOAD: Final = json.loads(SCHEMAS["load-report"].read_text("utf-8"))

JUNIT: Final = etree.XMLSchema(etree.parse(Path(__file__).parent / "unit/files/junit-10.xsd"))
MARKDOWN: Final = {
    "inline", "text", "code_inline", "fence",
    *(f"{name}_{side}" for name in ("heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td")
      for side in ("open", "close")),
}  # fmt: skip
"""The parts that our reports have; no link, image, list, quotation or HTML."""

OBEYED: Final = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff\U000e0041]"
)
COMMAND: Final = r"(?m)^\s*::(?!(?:error|warning|notice) (?:file|title)=)|^\s*::[^:\n]*::owned|##(?:\[|vso)"
"""Control characters, marks that turn or hide text, what is no character; lines that CI servers obey, but for our
annotations."""


def read_json(text: str) -> int:
    """By the schema that ships with the package."""
    document = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(document)
    return sum(len(file["requests"]) for file in document["files"])


def read_load_json(text: str) -> dict[str, Any]:
    """The report of a load test, by its schema, without a key that stands in no schema."""
    document: dict[str, Any] = json.loads(text)
    LOAD_READER.validate(document)
    return document


def _closed(schema: Any, *, shared: bool = False) -> Any:
    """A schema that takes no other keys than those it names; ``shared`` is one whose keys others have, too."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(one, shared=key == "numbers") for key, one in schema.items()}
    is_last = not shared and (schema.get("type") == "object" or "$ref" in schema)
    return {**closed, "unevaluatedProperties": False} if is_last else closed


LOAD_READER: Final = jsonschema.Draft202012Validator(_closed(LOAD), format_checker=jsonschema.FormatChecker())


def read_ndjson(text: str) -> int:
    """Each line by the part of the schema that it is of."""
    lines = [json.loads(line) for line in text.splitlines()]
    start, *told, end = lines
    assert (start["type"], start["format"], start["version"]) == ("start", "collection-runner-report", 1)
    assert end["type"] == "end"
    request = {"$ref": "#/$defs/request", "$defs": SCHEMA["$defs"]}
    requests = [line for line in told if line["type"] == "request"]
    for one in requests:
        jsonschema.Draft202012Validator(request).validate(one)
    jsonschema.Draft202012Validator(SCHEMA).validate({**end, "files": []})
    return len(requests)


class _Page(HTMLParser):
    """The data of a page, and every element and attribute in it."""

    def __init__(self) -> None:
        super().__init__()
        self.data = ""
        self.scripts = 0
        self.handlers: list[str] = []
        self._in_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self._in_data = tag == "script" and ("type", "application/json") in attrs
        self.handlers += [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")]

    def handle_endtag(self, tag: str) -> None:
        self._in_data = self._in_data and tag != "script"

    def handle_data(self, data: str) -> None:
        self.data += data if self._in_data else ""


def read_html(text: str) -> int:
    """As a browser takes it apart: two scripts, the data and our own."""
    page = _Page()
    page.feed(text)
    page.close()
    assert page.scripts == 2
    assert page.handlers == []
    return read_json(page.data)


def read_junit(text: str) -> int:
    """By Jenkins' schema; what was not sent has no time."""
    root = etree.fromstring(text.encode("utf-8"))
    requests = len(root.findall(".//testcase[@time]"))
    for case in root.iter("testcase"):
        for name in ("file", "line"):  # what GitLab and others have beyond the schema
            case.attrib.pop(name, "")
        for properties in case.findall("properties"):
            case.remove(properties)
    JUNIT.assertValid(root)
    assert "[[ATTACHMENT" not in text
    return requests


def read_tap(text: str) -> int:
    """With the plan held against the points; a file's heading says how many requests it has."""
    lines = list(Parser().parse_text(text))
    assert not [line for line in lines if line.category == "unknown"]
    points = [line for line in lines if line.category == "test"]
    assert [line.expected_tests for line in lines if line.category == "plan"] == [len(points)]
    assert [one.number for one in points] == list(range(1, len(points) + 1))
    assert all(isinstance(one.yaml_block, dict) for one in points if not one.ok)
    assert not [one for one in points if one.todo or (one.skip and not one.ok)]
    return sum(int(number.replace(",", "")) for number in re.findall(r"(?m)^# .*, ([\d,]+) requests?$", text))


def read_markdown(text: str) -> int:
    """With all that GitHub reads and HTML switched on: what is not ours stands in code."""
    tokens = MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(text)
    inner = [child for token in tokens for child in token.children or []]
    kinds = {token.type for token in [*tokens, *inner]}
    assert kinds <= MARKDOWN, kinds - MARKDOWN
    assert not re.search(r"@|://|www\.|owned|\|", " ".join(one.content for one in inner if one.type == "text"))
    requests = re.search(r"(?m)^\| requests \| (\d+) \|$", text)
    return int(requests[1]) if requests else 0


READERS: Final[Mapping[str, Callable[[str], int]]] = {
    "html": read_html,
    "json": read_json,
    "ndjson": read_ndjson,
    "junit": read_junit,
    "tap": read_tap,
    "markdown": read_markdown,
    "github": read_markdown,
}
