"""What lines of Hurl's asserts and captures say, as lines under ``expect`` and ``capture``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from runner.importing.assertions import Matcher, Subject, equal, put
from runner.importing.draft import FOREIGN
from runner.importing.hurl.words import Word, words_of
from runner.importing.parts import is_single
from runner.jsonpath import is_path
from runner.node import Plain
from runner.writing.layout import Value

Change = Callable[[str], str]
COMPARED: Final = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
TEXTS: Final = {"startsWith": "starts_with", "endsWith": "ends_with", "contains": "contains", "includes": "contains"}
KINDS: Final[Mapping[str, Matcher]] = {
    "exists": {"exists": True},
    "isEmpty": {"empty": True},
    "isString": {"type": "string"},
    "isInteger": {"type": "integer"},
    "isNumber": {"type": "number"},
    "isBoolean": {"type": "boolean"},
    "isList": {"type": "array"},
    "isObject": {"type": "object"},
    "isCollection": {"type": ["array", "object"]},
    "isIsoDate": {"is": "datetime"},
    "isIpv4": {"is": "ipv4"},
    "isIpv6": {"is": "ipv6"},
    "isUuid": {"is": "uuid"},
}
OF_LISTS: Final = {"first": 0, "last": -1}
CONVERTED: Final = {"toInt": "int", "toFloat": "float", "toString": "string"}


def asserted(text: str, change: Change, expect: dict[str, Value]) -> bool:
    """Put one assert into ``expect``; False if it cannot be said. ``change`` makes placeholders ours."""
    words = words_of(text)
    if not words:
        return False
    found = _subject(words, change)
    if found is None:
        return _of_certificate(words, expect)
    subject, rest = found
    negated = bool(rest) and rest[0].name == "not"
    rest = rest[1:] if negated else rest
    if rest and rest[0].name == "!=":
        negated, rest = not negated, [Word("operator", "=="), *rest[1:]]
    matcher = _matcher(rest, change, subject)
    if matcher is NOTHING:
        return False
    if negated:
        exists = isinstance(matcher, dict) and next(iter(matcher)) in ("exists", "empty")
        matcher = _opposite(matcher) if exists else {"not": matcher}
    return put(subject, matcher, expect)


NOTHING: Final = Word("", None)


def _opposite(matcher: Matcher) -> Matcher:
    return {name: not value for name, value in matcher.items()} if isinstance(matcher, dict) else matcher


def _matcher(words: Sequence[Word], change: Change, subject: Subject) -> Matcher:
    """What a predicate says; ``NOTHING`` if that cannot be said of ``subject``."""
    name = words[0].name if words else ""
    if len(words) == 1 and name in KINDS:
        fits = subject.part in ("json", "headers", "cookies", "text") and not subject.length
        return KINDS[name] if fits and (subject.part == "json" or name in ("exists", "isEmpty")) else NOTHING
    if len(words) != 2:
        return NOTHING
    value = _value(words[1], change)
    if name == "matches" and (isinstance(value, str) or words[1].kind == "pattern"):
        pattern = words[1].value if words[1].kind == "pattern" else value
        return {"matches": pattern} if isinstance(pattern, str) and _is_pattern(pattern) else NOTHING
    if value is NOTHING or words[1].kind == "pattern":
        return NOTHING
    is_text = subject.part in ("headers", "cookies", "text")
    if is_text and not isinstance(value, str):
        return NOTHING
    if name == "==":
        return {"equals": None} if value is None else equal(value)
    if name in COMPARED and (is_text is isinstance(value, str) or subject.part == "json"):
        return {COMPARED[name]: value}
    if name in TEXTS and (isinstance(value, str) or name in ("contains", "includes")):
        return {TEXTS[name]: value}
    return NOTHING


def _value(word: Word, change: Change) -> Value:
    if word.kind == "text":
        return change(str(word.value))
    if word.kind == "value":
        return word.value
    if word.kind == "hole":
        return change(str(word.value))
    return NOTHING


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return not FOREIGN.search(text)


def _subject(words: Sequence[Word], change: Change) -> tuple[Subject, list[Word]] | None:
    """What is looked at, and the words behind it."""
    name, rest = words[0].name, list(words[1:])
    argument = str(rest[0].value) if rest and rest[0].kind == "text" else ""
    if name in ("status", "duration", "body", "redirects"):
        subject = Subject("text" if name == "body" else name)
        if name == "redirects" and rest and rest[0].name == "count":
            rest = rest[1:]
        elif name == "redirects":
            return None
        return subject, rest
    if name == "bytes" and rest and rest[0].name == "count":
        return Subject("size"), rest[1:]
    if name == "header" and argument:
        return (Subject("headers", change(argument).lower()), rest[1:]) if "_" not in name else None
    if name == "cookie" and argument:
        cookie, bracket, attribute = argument.partition("[")
        return (Subject("cookies", change(cookie)), rest[1:]) if not bracket or attribute == "Value]" else None
    if name == "jsonpath" and argument and is_path(argument):
        return _filtered(argument, rest[1:])
    return None


def _filtered(path: str, words: list[Word]) -> tuple[Subject, list[Word]] | None:
    """What filters make of a path: an element of a list, or how long it is."""
    while words and words[0].name in ("first", "last", "nth", "count"):
        name = words[0].name
        if name == "count":
            return Subject("json", path, length=True), words[1:]
        index: Plain = words[1].value if name == "nth" and len(words) > 1 else OF_LISTS.get(name)
        if not isinstance(index, int) or not is_single(path):
            return None
        path, words = f"{path}[{index}]", words[2:] if name == "nth" else words[1:]
    return Subject("json", path), words


def _of_certificate(words: Sequence[Word], expect: dict[str, Value]) -> bool:
    """``certificate "Expire-Date" daysAfterNow > 14``."""
    names = [word.name or str(word.value) for word in words]
    if names[:3] != ["certificate", "Expire-Date", "daysAfterNow"] or len(words) != 5 or names[3] not in COMPARED:
        return False
    days = words[4].value
    if "certificate" in expect or not isinstance(days, int):
        return False
    expect["certificate"] = {"expires_in": {COMPARED[names[3]]: f"{days}d"}}
    return True


def captured(text: str, change: Change) -> Value:
    """What ``capture`` says for a query; None for what it cannot say."""
    words = words_of(text)
    if not words:
        return None
    secret = words[-1].name == "redact"
    words = words[:-1] if secret else words
    made = _capture(words, change)
    if not secret or made is None:
        return made
    return {**(made if isinstance(made, dict) else {"json": made}), "secret": True}


def _capture(words: Sequence[Word], change: Change) -> Value:
    if not words:
        return None
    filters = [CONVERTED[word.name] for word in words if word.name in CONVERTED]
    words = [word for word in words if word.name not in CONVERTED] if words[-1].name in CONVERTED else words
    found = _pattern(words) or _plain_capture(words, change)
    if found is None or not filters:
        return found
    return {
        **(found if isinstance(found, dict) else {"json": found}),
        "filter": filters[0] if len(filters) == 1 else filters,
    }


def _pattern(words: Sequence[Word]) -> Value:
    """``regex "…"``, also behind ``body``."""
    names = [word.name for word in words]
    at = 1 if names[:1] == ["body"] else 0
    if names[at : at + 1] != ["regex"] or len(words) != at + 2 or words[at + 1].kind not in ("text", "pattern"):
        return None
    pattern = str(words[at + 1].value)
    return {"regex": pattern} if _is_pattern(pattern) else None


def _plain_capture(words: Sequence[Word], change: Change) -> Value:
    if words[0].name == "url" and len(words) == 1:
        return {"url": True}
    found = _subject(words, change)
    if found is None or found[1]:
        return None
    subject = found[0]
    if subject.length:
        return {"json": subject.name, "filter": "length"}
    if subject.part == "cookies":
        return {"cookie": subject.name}
    return subject.capture
