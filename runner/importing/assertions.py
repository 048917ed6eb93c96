"""What one assertion of a script says, as a line under ``expect``. The words are those of Chai."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from runner.importing.javascript import Step
from runner.jsonpath import compile_path
from runner.loading.matchers import decode_matcher, decode_status
from runner.loading.problems import Problems
from runner.node import Node, Place, is_number
from runner.source import Source
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
INHERITED: Final = frozenset(
    "constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf __proto__".split()
)
"""Names that every object has there by itself."""
Matcher = Value
NOT_NULL: Final[Matcher] = {"not": None}
NO_OBJECT: Final[dict[str, Value]] = {"not": {"type": "object"}}
NEVER_NULL: Final = frozenset(
    "lt lte gt gte between contains contains_all length matches starts_with ends_with".split()
)


class Subject(NamedTuple):
    """What a check looks at: a part of ``expect`` and, for values and headers, which of them. ``length`` says that it
    is about how long that is, ``held`` is the place that ``?.`` looks for it in, None without one."""

    part: str
    name: str = ""
    length: bool = False
    held: str | None = None

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


def inside_of(subject: Subject, steps: Sequence[Step]) -> Subject | None:
    """What further steps select in what is known."""
    if subject.part == "json":
        return inside(subject.name, steps)
    return subject if not steps else None


def inside(path: str, steps: Sequence[Step]) -> Subject | None:
    """A JSONPath from names and indexes; ``length`` at its end is no name. Behind ``?.`` every dot has to be one: else
    what is not there is a mistake at one place, and none at another."""
    held: str | None = None
    before = ""
    for number, step in enumerate(steps):
        if step.optional and held is None:
            held = before
        if held is not None and not step.optional:
            return None
        before = path
        if step.arguments is not None:
            return None
        if step.name == "length" and number == len(steps) - 1:
            return Subject("json", path, length=True)
        path += path_step(step.name)
    return Subject("json", path, held=held)


def path_step(name: str | int) -> str:
    """One step of a JSONPath."""
    if isinstance(name, int):
        return f"[{name}]"
    return f".{name}" if NAME.fullmatch(name) else "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']"


def of_property(subject: Subject, name: str) -> Subject:
    """What stands under a name in what is known."""
    return Subject("json", subject.name + path_step(name))


def expectation(subject: Subject, words: Sequence[str], values: Sequence[Any], expect: dict[str, Value]) -> bool:
    """Put what a chain of words with ``values`` says about ``subject`` into ``expect``; False if it is not known."""
    rest = [word for word in words if word not in FILLERS]
    negated = rest[:1] == ["not"]
    rest = [word for word in rest if word != "not"]
    if rest[-1:] == ["property"] and subject.part == "json" and values and isinstance(values[0], str):
        inner = of_property(subject, values[0])
        matcher: Matcher = {"exists": True} if len(values) == 1 else equal(values[1])
        if negated and len(values) == 1:
            return absent(inner, expect)
        return put(inner, _negated(matcher) if negated else matcher, expect)
    if len(rest) > 1 and rest[0] in ("length", "lengthOf"):
        return expectation(subject._replace(length=True), ["not"] * negated + rest[1:], values, expect)
    if WORDS.get(" ".join(rest)) is _equals and not _may_equal(subject, values):
        return False
    make = WORDS.get(" ".join(rest))
    found = make(values) if make is not None else None
    if found is None:
        return False
    matcher = _negated(found) if negated else found
    if matcher == {"exists": False}:
        return absent(subject, expect)
    return put(subject, matcher, expect)


def _may_equal(subject: Subject, values: Sequence[Any]) -> bool:
    """A header is text, and is no number; a status is a number, and no text."""
    kind = {"headers": int | float, "status": str}.get(subject.part)
    return kind is None or subject.length or not any(isinstance(one, kind) and "<<" not in str(one) for one in values)


def absent(subject: Subject, expect: dict[str, Value]) -> bool:
    """``undefined`` is what is not there; what it would stand in is, or looking for it is a mistake there."""
    if subject.part != "json":
        return put(subject, {"exists": False}, expect)
    steps = compile_path(subject.name).steps
    if not steps:
        return put(subject, {"exists": False}, expect)
    if steps[-1] in INHERITED or (isinstance(steps[-1], int) and subject.held is not None):
        return False
    held = before_last(subject.name, steps[-1]) if subject.held is None else subject.held
    guard: Value = {"type": "array"} if isinstance(steps[-1], int) else {"not": None}
    return (not held or put(Subject("json", held), guard, expect)) and put(subject, {"exists": False}, expect)


def before_last(path: str, last: str | int) -> str:
    """The path without its last step."""
    if path.endswith("]"):
        return path[: path.rindex("[")] if isinstance(last, int) else path[: path.rindex("['")]
    return path[: path.rindex(".")]


def _negated(matcher: Matcher) -> Matcher:
    if isinstance(matcher, dict) and matcher.keys() == {"exists"}:
        return {"exists": not matcher["exists"]}
    if isinstance(matcher, dict) and matcher.keys() == {"empty"}:
        return {"empty": not matcher["empty"]}
    return {"not": matcher}


def equal(value: Any) -> Matcher:
    """The matcher for what equals a value."""
    return {"equals": value} if isinstance(value, dict) else value


def _equals(values: Sequence[Any]) -> Matcher | None:
    if len(values) != 1:
        return None
    return {"equals": None} if values[0] is None else equal(values[0])


def _operator(name: str) -> Callable[[Sequence[Any]], Matcher | None]:
    return lambda values: {name: values[0]} if len(values) == 1 else None


def _fixed(matcher: Matcher) -> Callable[[Sequence[Any]], Matcher | None]:
    return lambda values: matcher if not values else None


def _type(values: Sequence[Any]) -> Matcher | None:
    return {"type": TYPES[values[0]]} if len(values) == 1 and values[0] in TYPES else None


def _json(values: Sequence[Any]) -> Matcher | None:
    """What Chai with JSON calls so: no scalar."""
    return {"type": ["object", "array"]} if not values else None


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
    **dict.fromkeys(("startWith", "startsWith"), _operator("starts_with")),
    **dict.fromkeys(("endWith", "endsWith"), _operator("ends_with")),
    "json": _json,
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


def put(subject: Subject, matcher: Matcher, expect: dict[str, Value]) -> bool:
    """Add one check to those that are there; two that cannot stand together are not understood."""
    if subject.length:
        matcher = {"length": matcher}
    if subject.part == "duration":
        matcher = _milliseconds(matcher)
    if subject.part == "headers" and is_number(matcher):
        matcher = str(matcher)
    if subject.part == "status" and isinstance(matcher, dict) and matcher.keys() == {"one_of"}:
        matcher = matcher["one_of"]
    if not _is_usable(subject.part, matcher):
        return False
    if subject.part not in ("json", "headers", "cookies"):
        return merge(expect, subject.part, matcher)
    inside = expect.setdefault(subject.part, {})
    return isinstance(inside, dict) and merge(inside, subject.name, matcher)


def _is_usable(part: str, matcher: Matcher) -> bool:
    """Whether a collection may say this: no text is a status, and no number is how a text begins."""
    problems, node = Problems(), _node(matcher)
    if part == "status":
        decode_status(node, problems)
    else:
        decode_matcher(node, problems, "duration" if part == "duration" else None)
    return not problems.of("error")


def _node(value: Value) -> Node:
    start = Node(Source("", ""), Place(), Place(), None, templated=False)
    if isinstance(value, dict):
        return start.with_items([(start.renamed(str(key)), _node(one)) for key, one in value.items()])
    if isinstance(value, list):
        return start.with_elements([_node(one) for one in value])
    if isinstance(value, str):
        return start.renamed(value, templated="<<" in value)
    return start.with_value(value) if isinstance(value, bool | int | float) else start


def merge(target: dict[str, Value], key: str, matcher: Matcher) -> bool:
    """Add a matcher to what ``key`` has; False if the two cannot stand together."""
    old = target.get(key)
    if key not in target or old == matcher:
        target[key] = matcher
        return True
    if old == {"exists": True}:
        target[key] = matcher
        return True
    if matcher == {"exists": True}:
        return old != {"exists": False}
    for one, other in ((old, matcher), (matcher, old)):
        if (one == NOT_NULL and is_no_null(other)) or (one == NO_OBJECT and _is_no_object(other)):
            target[key] = other
            return True
    joined = _joined(old, matcher)
    if joined is not None:
        target[key] = joined
        return True
    both = (_operators(old), _operators(matcher))
    types = _narrowed(both[0].get("type"), both[1].get("type"))
    if set(both[0]) & set(both[1]) - {"type"} or types == []:
        return False
    whole = {**both[0], **both[1], **({} if types is None else {"type": types})}
    if whole.get("not") == NO_OBJECT["not"] and _is_no_object(whole):
        del whole["not"]
    target[key] = whole
    return True


def _is_no_object(matcher: Matcher) -> bool:
    operators = _operators(matcher)
    return "type" in operators and "object" not in _listed(operators["type"])


def is_no_null(matcher: Matcher) -> bool:
    """Whether a matcher holds for nothing that is null or not there by itself."""
    operators = _operators(matcher)
    if operators.get("equals") is not None or not NEVER_NULL.isdisjoint(operators):
        return True
    return "type" in operators and "null" not in _listed(operators["type"])


def _narrowed(old: Value, new: Value) -> Value:
    """The types that both allow; None where neither says one."""
    if old is None or new is None:
        return new if old is None else old
    both = [one for one in _listed(old) if one in _listed(new)]
    return both[0] if len(both) == 1 else both


def _listed(value: Value) -> list[Value]:
    return list(value) if isinstance(value, list) else [value]


def _joined(old: Matcher, new: Matcher) -> Matcher:
    """Both of two texts that must be there, or neither; None for other matchers."""
    unequal = [_unequal(one) for one in (old, new)]
    if unequal[0] and unequal[1]:
        return {"not": {"one_of": [*unequal[0], *unequal[1]]}}
    for path, several in (("contains", "contains_all"), ("not", "contains_any")):
        members = [_members_of(one, path, several) for one in (old, new)]
        if members[0] and members[1]:
            listed: Matcher = {several: [*members[0], *members[1]]}
            return listed if path == "contains" else {"not": listed}
    return None


def _unequal(matcher: Matcher) -> list[Value]:
    """The values that a matcher rules out, if that is all that it says."""
    inner = matcher.get("not", {}) if isinstance(matcher, dict) and len(matcher) == 1 else {}
    if not isinstance(inner, dict):
        return [inner]
    if len(inner) != 1:
        return []
    several = inner.get("one_of")
    return list(several) if isinstance(several, list) else [inner["equals"]] if "equals" in inner else []


def _members_of(matcher: Matcher, path: str, several: str) -> list[Value]:
    """The texts that a matcher looks for."""
    inner = matcher.get("not") if path == "not" and isinstance(matcher, dict) and len(matcher) == 1 else matcher
    if not isinstance(inner, dict) or len(inner) != 1:
        return []
    one, many = inner.get("contains"), inner.get(several)
    return [one] if isinstance(one, str) else list(many) if isinstance(many, list) else []


def _operators(matcher: Matcher) -> dict[str, Value]:
    return matcher if isinstance(matcher, dict) else {"equals": matcher}


def _milliseconds(matcher: Matcher) -> Matcher:
    """Scripts count milliseconds, numbers here are seconds."""
    if isinstance(matcher, dict):
        return {name: _milliseconds(value) for name, value in matcher.items()}
    if isinstance(matcher, list):
        return [_milliseconds(one) for one in matcher]
    if not is_number(matcher):
        return matcher
    return f"{matcher / 1000:g}s" if matcher >= 1000 and matcher % 100 == 0 else f"{matcher:g}ms"
