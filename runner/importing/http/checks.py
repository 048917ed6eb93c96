"""Assertions of httpyac, ``?? status == 200``, as lines under ``expect``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from runner.importing.assertions import Matcher, Subject, put
from runner.importing.bruno.checks import subject_in
from runner.writing.layout import Value

WORDS: Final = {
    "==": "equals",
    "===": "equals",
    "equals": "equals",
    "includes": "contains",
    "contains": "contains",
    "startsWith": "starts_with",
    "endsWith": "ends_with",
    "matches": "matches",
    ">": "gt",
    ">=": "gte",
    "<": "lt",
    "<=": "lte",
}
ALONE: Final[dict[str, Matcher]] = {
    "isArray": {"type": "array"},
    "isBoolean": {"type": "boolean"},
    "isNumber": {"type": "number"},
    "isString": {"type": "string"},
}
CHECK: Final = re.compile(
    r"\s*\?\?\s*(?:(status|duration)|(header|body|js)(?:\s+(\S+))?)\s+"
    r"(===?|equals|includes|contains|startsWith|endsWith|matches|>=?|<=?|exists|is(?:Array|Boolean|Number|String))"
    r"(?:\s+(.*?))?\s*"
)
NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?")
OF_TEXT: Final = frozenset(("contains", "starts_with", "ends_with", "matches"))
ORDER: Final = frozenset(("gt", "gte", "lt", "lte"))


def asserted(line: str, change: Callable[[str], str], expect: dict[str, Value]) -> bool:
    """Put one assertion into ``expect``; False if it cannot be said. ``change`` makes placeholders ours."""
    match = CHECK.fullmatch(line)
    if match is None:
        return False
    subject = _subject(match[1] or match[2], match[3] or "")
    matcher = _matcher(match[4], match[5] or "", subject, change) if subject is not None else None
    return subject is not None and matcher is not None and put(subject, matcher, expect)


def _subject(kind: str, name: str) -> Subject | None:
    if kind in ("status", "duration"):
        return Subject(kind)
    if kind == "header":
        return Subject("headers", name.lower()) if name else None
    if kind == "body" and not name:
        return Subject("text")
    path = f".{name}" if kind == "body" else name.removeprefix("response.parsedBody")
    return subject_in(f"res.body{path}") if kind == "body" or path != name else None


def _matcher(operator: str, text: str, subject: Subject, change: Callable[[str], str]) -> Matcher | None:
    """What httpyac converts to the type of the value that came is a number or a text here."""
    if operator in ALONE:
        return ALONE[operator] if subject.part == "json" and not text else None
    if operator == "exists":
        return {"empty": False} if subject.part in ("headers", "text") and not text else None
    word = WORDS[operator]
    if not text or (word == "matches" and "{{" in text):
        return None
    number = (float(text) if "." in text else int(text)) if NUMBER.fullmatch(text) else None
    if word in OF_TEXT:
        return {word: change(text)} if subject.part in ("headers", "text", "json") and not subject.length else None
    if subject.part in ("status", "duration") or subject.length or word in ORDER:
        known = number is not None and subject.part not in ("headers", "text")
        return (number if word == "equals" else {word: number}) if known else None
    if subject.part == "json":
        return _converted(text, number)
    return change(text)


def _converted(text: str, number: float | None) -> Matcher | None:
    """By the type of what came: a number, or the text of it."""
    if "{{" in text or text in ("true", "false", "null", "undefined") or text[0] in "{[":
        return None
    return text if number is None else {"one_of": [number, text]}
