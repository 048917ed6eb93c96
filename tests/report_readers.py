"""Reads each kind of report with something that is not ours; says how many requests are in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import jsonschema

from runner.report import record

SCHEMA: Final = json.loads(Path(record.__file__).with_name("report.schema.json").read_text("utf-8"))

OBEYED: Final = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff\U000e0041]"
)
COMMAND: Final = r"(?m)^\s*::(?!(?:error|warning|notice) file=)|^\s*::.*::owned|##(?:\[|vso)"
"""Control characters, marks that turn or hide text, what is no character; lines that CI servers obey, but for our
annotations."""


def read_json(text: str) -> int:
    """By the schema that ships with the package."""
    document = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(document)
    return sum(len(file["requests"]) for file in document["files"])


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


READERS: Final[Mapping[str, Callable[[str], int]]] = {"json": read_json, "ndjson": read_ndjson}
