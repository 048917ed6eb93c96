"""What one assertion of a Postman script says, as a line under ``expect``. The words are those of Chai."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from runner.importing.postman.javascript import Step, Syntax, chain_of, literal
from runner.writing.layout import Value

FILLERS: Final = frozenset("to be been is that which and has have with at of same but does still also deep".split())
TYPES: Final = {
    "string": "string",
    "number": "number",
    "boolean": "boolean",
    "array": "array",
    "object": "object",
    "null": "null",
}
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
Matcher = Value


class Subject(NamedTuple):
    """What a check looks at: a part of ``expect`` and, for values and headers, which of them. ``length`` says that it
    is about how long that is."""

    part: str
    name: str = ""
    length: bool = False

    @property
    def capture(self) -> Value:
        """The same under ``capture``; None where nothing keeps it."""
        if self.length:
            return None
        kept: Mapping[str, Value] = {
            "json": self.name,
            "headers": {"header": self.name},
            "text": {"text": True},
            "status": {"status": True},
        }
        return kept.get(self.part)


def subject_of(expression: Syntax, known: Mapping[str, Subject]) -> Subject | None:
    """The part of the response that an expression stands for."""
    chain = chain_of(expression)
    if chain is None:
        return None
    names = [step.name for step in chain]
    if names[:2] == ["JSON", "parse"] and chain[1].arguments:
        inner = subject_of(chain[1].arguments[0], known)
        return _inside("$", chain[2:]) if inner == Subject("text") else None
    if isinstance(names[0], str) and names[0] in known and chain[0].arguments is None:
        return _of(known[names[0]], chain[1:])
    if names[:2] == ["pm", "response"]:
        return _of_response(chain[2:])
    legacy = {"responseBody": Subject("text"), "responseTime": Subject("duration")}
    if len(names) == 1 and names[0] in legacy:
        return legacy[str(names[0])]
    return Subject("status") if names == ["responseCode", "code"] else None


def _of_response(steps: Sequence[Step]) -> Subject | None:
    if not steps:
        return None
    first, *rest = steps
    if first.name == "json" and first.arguments == ():
        return _inside("$", rest)
    if first.name == "headers" and len(rest) == 1 and rest[0].name == "get" and rest[0].arguments:
        name = literal(rest[0].arguments[0])
        return Subject("headers", name.lower()) if isinstance(name, str) else None
    parts = {"code": "status", "responseTime": "duration", "responseSize": "size", "text": "text"}
    return Subject(parts[str(first.name)]) if first.name in parts and not rest else None


def _of(subject: Subject, steps: Sequence[Step]) -> Subject | None:
    if subject.part == "json":
        return _inside(subject.name, steps)
    return subject if not steps else None


def _inside(path: str, steps: Sequence[Step]) -> Subject | None:
    """A JSONPath from names and indexes; ``length`` at its end is no name."""
    for number, step in enumerate(steps):
        if step.arguments is not None:
            return None
        if step.name == "length" and number == len(steps) - 1:
            return Subject("json", path, length=True)
        path += _step(step.name)
    return Subject("json", path)


def _step(name: str | int) -> str:
    if isinstance(name, int):
        return f"[{name}]"
    return f".{name}" if NAME.fullmatch(name) else "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']"


def expectation(subject: Subject, words: Sequence[str], values: Sequence[Any], expect: dict[str, Value]) -> bool:
    """Put what a chain of words with ``values`` says about ``subject`` into ``expect``; False if it is not known."""
    rest = [word for word in words if word not in FILLERS]
    negated = rest[:1] == ["not"]
    rest = [word for word in rest if word != "not"]
    if rest[-1:] == ["property"] and subject.part == "json" and values and isinstance(values[0], str):
        inner = Subject("json", subject.name + _step(values[0]))
        matcher: Matcher = {"exists": True} if len(values) == 1 else _equal(values[1])
        return _put(inner, _negated(matcher) if negated else matcher, expect)
    if len(rest) > 1 and rest[0] in ("length", "lengthOf"):
        return expectation(subject._replace(length=True), ["not"] * negated + rest[1:], values, expect)
    make = WORDS.get(" ".join(rest))
    found = make(values) if make is not None else None
    if found is None:
        return False
    return _put(subject, _negated(found) if negated else found, expect)


def _negated(matcher: Matcher) -> Matcher:
    if isinstance(matcher, dict) and matcher.keys() == {"exists"}:
        return {"exists": not matcher["exists"]}
    if isinstance(matcher, dict) and matcher.keys() == {"empty"}:
        return {"empty": not matcher["empty"]}
    return {"not": matcher}


def _equal(value: Any) -> Matcher:
    return {"equals": value} if isinstance(value, dict) else value


def _equals(values: Sequence[Any]) -> Matcher | None:
    if len(values) != 1:
        return None
    return {"equals": None} if values[0] is None else _equal(values[0])


def _operator(name: str) -> Callable[[Sequence[Any]], Matcher | None]:
    return lambda values: {name: values[0]} if len(values) == 1 else None


def _fixed(matcher: Matcher) -> Callable[[Sequence[Any]], Matcher | None]:
    return lambda values: matcher if not values else None


def _type(values: Sequence[Any]) -> Matcher | None:
    return {"type": TYPES[values[0]]} if len(values) == 1 and values[0] in TYPES else None


def _members(values: Sequence[Any]) -> Matcher | None:
    """These and no others, in any order."""
    if len(values) != 1 or not isinstance(values[0], list):
        return None
    return {"contains_all": values[0], "length": len(values[0])}


def _all(values: Sequence[Any]) -> Matcher | None:
    if not values:
        return None
    listed = values[0] if isinstance(values[0], list) else list(values)
    return {"contains_all": listed}


WORDS: Final[Mapping[str, Callable[[Sequence[Any]], Matcher | None]]] = {
    **dict.fromkeys(("equal", "eql", "equals", "eq", "eqls"), _equals),
    **dict.fromkeys(("a", "an"), _type),
    **dict.fromkeys(("include", "includes", "contain", "contains", "string", "include string"), _operator("contains")),
    **dict.fromkeys(("below", "lessThan", "lt"), _operator("lt")),
    **dict.fromkeys(("above", "greaterThan", "gt"), _operator("gt")),
    **dict.fromkeys(("least", "gte", "atLeast"), _operator("gte")),
    **dict.fromkeys(("most", "lte", "atMost"), _operator("lte")),
    **dict.fromkeys(("length", "lengthOf"), _operator("length")),
    **dict.fromkeys(("match", "matches"), _operator("matches")),
    "within": lambda values: {"between": list(values)} if len(values) == 2 else None,
    "oneOf": _operator("one_of"),
    "members": _members,
    "include members": _all,
    "exist": _fixed({"exists": True}),
    "undefined": _fixed({"exists": False}),
    "null": lambda values: {"equals": None} if not values else None,
    "true": _fixed(True),  # noqa: FBT003  # the value that must come
    "false": _fixed(False),  # noqa: FBT003  # as above
    "empty": _fixed({"empty": True}),
}
"""By the words of a chain that mean something, what it says about the value."""


def _put(subject: Subject, matcher: Matcher, expect: dict[str, Value]) -> bool:
    """Add one check to those that are there; two that cannot stand together are not understood."""
    if subject.length:
        matcher = {"length": matcher}
    if subject.part == "duration":
        matcher = _milliseconds(matcher)
    if subject.part == "headers" and isinstance(matcher, int | float) and not isinstance(matcher, bool):
        matcher = str(matcher)
    if subject.part == "status" and isinstance(matcher, dict) and matcher.keys() == {"one_of"}:
        matcher = matcher["one_of"]
    if subject.part not in ("json", "headers"):
        return _merge(expect, subject.part, matcher)
    inside = expect.setdefault(subject.part, {})
    return isinstance(inside, dict) and _merge(inside, subject.name, matcher)


def _merge(target: dict[str, Value], key: str, matcher: Matcher) -> bool:
    old = target.get(key)
    if key not in target or old == matcher:
        target[key] = matcher
        return True
    if old == {"exists": True}:
        target[key] = matcher
        return True
    if matcher == {"exists": True}:
        return True
    both = (_operators(old), _operators(matcher))
    if set(both[0]) & set(both[1]):
        return False
    target[key] = {**both[0], **both[1]}
    return True


def _operators(matcher: Matcher) -> dict[str, Value]:
    return matcher if isinstance(matcher, dict) else {"equals": matcher}


def _milliseconds(matcher: Matcher) -> Matcher:
    """Postman counts milliseconds, numbers here are seconds."""
    if isinstance(matcher, dict):
        return {name: _milliseconds(value) for name, value in matcher.items()}
    if isinstance(matcher, list):
        return [_milliseconds(one) for one in matcher]
    if isinstance(matcher, bool) or not isinstance(matcher, int | float):
        return matcher
    return f"{matcher / 1000:g}s" if matcher >= 1000 and matcher % 100 == 0 else f"{matcher:g}ms"


def response_expectation(words: Sequence[str], values: Sequence[Any], expect: dict[str, Value]) -> bool:
    """``pm.response.to.have.status(200)`` and its kind, put into ``expect``; False if it is not known."""
    rest = [word for word in words if word not in FILLERS]
    if "not" in rest:
        return False
    word = " ".join(rest)
    if word == "status" and len(values) == 1 and isinstance(values[0], int):
        return _merge(expect, "status", values[0])
    if word in STATUS and not values:
        return _merge(expect, "status", STATUS[word])
    if word == "header" and values and all(isinstance(one, str) for one in values):
        matcher: Matcher = values[1] if len(values) > 1 else {"exists": True}
        return _put(Subject("headers", str(values[0]).lower()), matcher, expect)
    if word == "json" and not values:
        return _put(Subject("json", "$"), {"exists": True}, expect)
    if word == "body" and len(values) == 1:
        return _put(Subject("text"), {"equals": values[0]}, expect)
    if word == "jsonSchema" and values and isinstance(values[0], dict) and "schema" not in expect:
        expect["schema"] = values[0]
        return True
    if word == "jsonBody":
        return _json_body(values, expect)
    return False


def _json_body(values: Sequence[Any], expect: dict[str, Value]) -> bool:
    if not values:
        return _put(Subject("json", "$"), {"exists": True}, expect)
    if isinstance(values[0], str):
        path = "$" + "".join(_step(one) for one in values[0].split("."))
        matcher: Matcher = _equal(values[1]) if len(values) > 1 else {"exists": True}
        return _put(Subject("json", path), matcher, expect)
    return len(values) == 1 and _put(Subject("json", "$"), _equal(values[0]), expect)


STATUS: Final[Mapping[str, Value]] = {
    "ok": 200,
    "success": "2xx",
    "accepted": 202,
    "badRequest": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "notFound": 404,
    "rateLimited": 429,
    "error": {"gte": 400},
    "clientError": "4xx",
    "serverError": "5xx",
    "redirection": "3xx",
    "info": "1xx",
}
