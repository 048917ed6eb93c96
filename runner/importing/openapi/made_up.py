"""Values that fit a schema: its own examples first, else small ones made up, the same ones each time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from runner.importing.openapi.patterns import text_for
from runner.node import Plain, is_number
from runner.patterns import PatternError, PatternTimeout, search
from runner.variables.letting_in import lets_in

FORMATS: Final[Mapping[str, str]] = {
    "date": "2024-01-31",
    "date-time": "2024-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "ann@example.com",
    "idn-email": "ann@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com",
    "url": "https://example.com",
    "iri": "https://example.com",
    "uri-reference": "/path",
    "uuid": "8c3b1f0e-6a53-4a0f-9d2c-0f3f7f6f1a11",
    "byte": "aGVsbG8=",
    "json-pointer": "/a",
    "regex": ".*",
}
OF_WHOLE: Final = ("examples", "default")
"""What a part of a schema says of itself alone."""
MOST_VALUES: Final = 2000
MOST_LEVELS: Final = 24
MOST_ELEMENTS: Final = 20
MOST_TEXT: Final = 4000
Side = Literal["readOnly", "writeOnly"]
"""What is left out: ``readOnly`` of what is sent, ``writeOnly`` of what is received."""
TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


class MadeUp:
    """Makes values of schemas that refer to those of ``known`` by name."""

    def __init__(self, known: Mapping[str, Plain], left_out: Side, choice: int = 0, *, own: bool = True) -> None:
        self._known = known
        self._own = own
        """Whether examples and defaults in the schemas are taken; they may not fit them."""
        self._choice = choice
        """Which of several alternatives is taken, from 0."""
        self._left_out = left_out
        self._open: list[str] = []
        self._passed: list[str] = []
        """Names that were followed where schemas are put together."""
        self._values = 0

    def value(self, schema: Plain, name: str = "") -> Plain:
        """A value for ``schema``, which has this name as a property."""
        self._values += 1
        if not isinstance(schema, dict) or self._values > MOST_VALUES or len(self._open) > MOST_LEVELS:
            return None
        given = _given(schema, own=self._own)
        if given is not None:
            return given
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self._referred(reference.removesuffix(".json"), schema, name)
        for key in ("allOf", "oneOf", "anyOf"):
            if isinstance(schema.get(key), list) and schema[key]:
                return None if self._ends_with_null(schema, key) else self._put_together(schema, key, name)
        kind = _kind(schema)
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            return self._array(schema, name)
        return _scalar(kind, schema, name if self._left_out == "readOnly" else "")

    def properties(self, schema: Plain) -> Mapping[str, Plain]:
        """The properties of an object, those of what it is made of among them."""
        found = self._whole(schema).get("properties")
        return found if isinstance(found, dict) else {}

    def required(self, schema: Plain) -> Sequence[Plain]:
        """The names of those that must be there."""
        return _listed(self._whole(schema), "required")

    def _whole(self, schema: Plain) -> dict[str, Plain]:
        plain = self._plain(schema)
        key = next((one for one in ("allOf", "oneOf", "anyOf") if one in plain), "")
        return self._merged(plain, key) if key else plain

    def is_circular(self, schema: Plain) -> bool:
        """Whether a schema leads to one that is being made up."""
        if not isinstance(schema, dict):
            return False
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference.removesuffix(".json") in self._open:
            return True
        inner = [
            schema.get("items"),
            *_listed(schema, "allOf"),
            *_listed(schema, "oneOf")[:1],
            *_listed(schema, "anyOf")[:1],
        ]
        return any(self.is_circular(one) for one in inner)

    def _referred(self, name: str, schema: Mapping[str, Plain], property_name: str) -> Plain:
        target = self._known.get(name)
        if name in self._open or not isinstance(target, dict):
            return None
        self._open.append(name)
        try:
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            return self.value(_joined(target, beside) if beside else target, property_name)
        finally:
            self._open.pop()

    def _ends_with_null(self, schema: Mapping[str, Plain], key: str) -> bool:
        """Whether it leads back to what is being made up, and may be null."""
        nulls = [one for one in _listed(schema, key) if isinstance(one, dict) and one.get("type") == "null"]
        return key != "allOf" and bool(nulls) and self.is_circular(dict(schema))

    def _put_together(self, schema: Mapping[str, Plain], key: str, name: str) -> Plain:
        before = len(self._passed)
        merged = self._merged(schema, key)
        opened = self._passed[before:]
        self._open += opened
        try:
            return self.value(merged, name)
        finally:
            del self._open[len(self._open) - len(opened) :]

    def _merged(self, schema: Mapping[str, Plain], key: str) -> dict[str, Plain]:
        """``schema`` and what it is made of as one: all of them, or the first of several that is not null."""
        written = _listed(schema, key)
        if key != "allOf":
            written = [one for one in written if not (isinstance(one, dict) and one.get("type") == "null")]
            written = written[self._choice % len(written) :][:1] if written else []
        parts = [self._plain(one) for one in written]
        made: dict[str, Plain] = {name: value for name, value in schema.items() if name != key}
        alone = len(parts) == 1 and "properties" not in made
        for part in parts:
            made = _joined(made, part if alone else {name: part[name] for name in part if name not in OF_WHOLE})
        return made

    def _plain(self, schema: Plain) -> dict[str, Plain]:
        """A part of a schema, or what it refers to."""
        seen: set[str] = set()
        while isinstance(schema, dict) and isinstance(reference := schema.get("$ref"), str):
            name = reference.removesuffix(".json")
            if name in seen or name in self._open:
                return {}
            seen.add(name)
            self._passed.append(name)
            schema = self._known.get(name)
        if isinstance(schema, dict) and isinstance(schema.get("allOf"), list) and seen:
            self._values += 1
            return self._merged(schema, "allOf") if self._values < MOST_VALUES else {}
        return schema if isinstance(schema, dict) else {}

    def _object(self, schema: Mapping[str, Plain]) -> Plain:
        properties = schema.get("properties")
        known = properties if isinstance(properties, dict) else {}
        required = [one for one in _listed(schema, "required") if isinstance(one, str)]
        made: dict[str, Plain] = {}
        for name, inner in known.items():
            if self._is_left_out(inner):
                continue
            if name in required or (not self.is_circular(inner) and (not required or _is_told(inner))):
                made[name] = self.value(inner, name)
        more = schema.get("additionalProperties")
        for name in required:
            if name not in known:
                made[name] = self.value(more, name) if isinstance(more, dict) else "string"
        least = schema.get("minProperties")
        for number in range(len(made), least if isinstance(least, int) and least <= MOST_ELEMENTS else 0):
            made.setdefault(f"key{number + 1}", self.value(more) if isinstance(more, dict) else "string")
        return made

    def _is_left_out(self, schema: Plain) -> bool:
        if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
            schema = {**self._plain(schema), **schema}
        return isinstance(schema, dict) and schema.get(self._left_out) is True

    def _array(self, schema: Mapping[str, Plain], name: str) -> Plain:
        first = [self.value(one) for one in _listed(schema, "prefixItems")]
        items = schema.get("items", True)
        least, most = (schema.get(key) for key in ("minItems", "maxItems"))
        wanted = least if isinstance(least, int) else 0 if first or self.is_circular(items) else 1
        wanted = min(wanted, most if isinstance(most, int) else wanted, MOST_ELEMENTS)
        if not isinstance(items, dict):
            return [*first, *["string"] * (wanted - len(first))] if items is not False else first
        made = [self.value(items, name) for _ in range(wanted - len(first))]
        enum = items.get("enum")
        if schema.get("uniqueItems") is True and len(made) > 1:
            made = enum[: len(made)] if isinstance(enum, list) else [_varied(one, at) for at, one in enumerate(made)]
        return [*first, *made]


def _given(schema: Mapping[str, Plain], *, own: bool) -> Plain:
    """What the schema itself gives as a value; None if it gives none of its type."""
    first = [one for key in ("examples", "enum") for one in _listed(schema, key)[:1]]
    told = (*first[:1], schema.get("default")) if own else ()
    for value in (schema.get("const"), *told, *_listed(schema, "enum")[:1]):
        if value is not None and fits_type(value, schema):
            return value
    return None


def _is_told(schema: Plain) -> bool:
    """Whether a property that may be left out has a value of its own."""
    return isinstance(schema, dict) and any(key in schema for key in ("examples", "default", "const"))


def fits_type(value: Plain, schema: Mapping[str, Plain]) -> bool:
    """Whether ``value`` is of the type that a schema wants, as far as that goes."""
    wanted = schema.get("type")
    names = [wanted] if isinstance(wanted, str) else _listed(schema, "type")
    if not names:
        return True
    return any(
        isinstance(value, TYPES.get(str(name), ())) and (name == "boolean") == isinstance(value, bool) for name in names
    )


def _kind(schema: Mapping[str, Plain]) -> str:
    wanted = schema.get("type")
    names = [one for one in _listed(schema, "type") if one != "null"]
    kind = wanted if isinstance(wanted, str) else str(names[0]) if names else ""
    if not kind:
        kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
    return kind


def _scalar(kind: str, schema: Mapping[str, Plain], name: str) -> Plain:
    if kind in ("integer", "number"):
        return _number(schema, whole=kind == "integer")
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    if name and lets_in(name, plain_key=False):
        return f"<{name}>"
    return _text(schema)


def _number(schema: Mapping[str, Plain], *, whole: bool) -> Plain:
    """One if that fits, else what lies nearest to it."""
    limits = [schema.get(key) for key in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf")]
    low, above, high, below, step = (one if is_number(one) else None for one in limits)
    if isinstance(step, int | float) and step > 0:
        least = low if low is not None else above if above is not None else step
        value: float = step * math.ceil(least / step)
        value = value + step if above is not None and value <= above else value
        return int(value) if value == int(value) else value
    unit: float = 1 if whole or below is None or above is None else (below - above) / 2
    value = 1
    if low is not None and value < low:
        value = math.ceil(low) if whole else low
    if above is not None and value <= above:
        value = math.floor(above) + 1 if whole else above + unit
    if high is not None and value > high:
        value = math.floor(high) if whole else high
    if below is not None and value >= below:
        value = math.ceil(below) - 1 if whole else below - unit
    return int(value) if value == int(value) else value


def _text(schema: Mapping[str, Plain]) -> str:
    least, most = (schema.get(key) for key in ("minLength", "maxLength"))
    shortest = least if isinstance(least, int) else 0
    longest = most if isinstance(most, int) else max(MOST_TEXT, shortest)
    pattern = schema.get("pattern")
    known = FORMATS.get(str(schema.get("format")), "string")

    def fits(text: str) -> bool:
        try:
            return shortest <= len(text) <= longest and search(str(pattern), text) is not None
        except (PatternError, PatternTimeout):
            return False

    if isinstance(pattern, str) and not fits(known):
        found = text_for(pattern, fits)
        if found is not None:
            return found
    if shortest > len(known):
        known = (known * (min(shortest, MOST_TEXT) // len(known) + 1))[: min(shortest, MOST_TEXT)]
    return known[: max(longest, 0)]


def _varied(value: Plain, at: int) -> Plain:
    if at == 0 or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value + at
    return f"{value}{at + 1}" if isinstance(value, str) else value


def _joined(one: Mapping[str, Plain], other: Mapping[str, Plain]) -> dict[str, Plain]:
    """Two schemas that must both hold, as far as making a value goes."""
    made = dict(one)
    for key, value in other.items():
        known = made.get(key)
        if key == "properties" and isinstance(known, dict) and isinstance(value, dict):
            made[key] = {**known, **value}
        elif key in ("required", "allOf") and isinstance(known, list) and isinstance(value, list):
            made[key] = [*known, *value]
        elif key not in ("examples", "default") or known is None:
            made[key] = value
    return made


def _listed(schema: Mapping[str, Plain], key: str) -> Sequence[Plain]:
    value = schema.get(key)
    return value if isinstance(value, list) else []
