"""Keywords of JSON Schema that jsonschema checks at the mercy of its input, checked within limits."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Final, TypeAlias

from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from runner.checks.formats import is_date, is_datetime, is_email, is_ipv4, is_ipv6, is_uri, is_uuid
from runner.checks.schema.ecma import search_as_ecma
from runner.checks.show import clip, listed, show
from runner.checks.values import first_twins
from runner.node import Plain, is_number

Errors: TypeAlias = Iterator[ValidationError]
Keyword: TypeAlias = Callable[[Validator, Plain, Plain, Mapping[str, Plain]], Errors]
Schema: TypeAlias = Mapping[str, Plain]

FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "date": is_date,
    "date-time": is_datetime,
    "email": is_email,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "uri": is_uri,
    "uuid": is_uuid,
}
"""Formats that are asserted; any other says nothing about what is valid."""


STACK_MARGIN: Final = 300
"""Calls that are kept free: enough for all that a schema of ``MAX_DEPTH`` levels does without a reference."""

MAX_DEPTH: Final = 100
"""How deep a schema may nest."""

MAX_STEPS: Final = 100_000
"""References that are followed in one check: a schema may double the work with each of them."""
STEPS_A_VALUE: Final = 4
"""How many there may be besides for each value of the document."""

REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")


class TooManySteps(Exception):
    """A check follows more than ``MAX_STEPS`` references."""

    def __init__(self) -> None:
        super().__init__(f"it takes more than {MAX_STEPS:,} references")


class Steps:
    """How many references one check may still follow. It goes along with a validator of jsonschema in the place of its
    checker of formats, which we do not use (``format_``)."""

    def __init__(self, document: Plain) -> None:
        self._document = document
        self._counted = False
        self._left = MAX_STEPS

    def take(self) -> None:
        self._left -= 1
        if self._left < 0 and not self._counted:
            self._counted = True
            self._left += STEPS_A_VALUE * _values_in(self._document)
        if self._left < 0:
            raise TooManySteps


def _values_in(document: Plain) -> int:
    """How many values a document has, itself among them."""
    count, rest = 0, [document]
    while rest:
        value = rest.pop()
        count += 1
        if isinstance(value, dict):
            rest.extend(value.values())
        elif isinstance(value, list):
            rest.extend(value)
    return count


def pattern(_validator: Validator, value: Plain, instance: Plain, _schema: Schema) -> Errors:
    if isinstance(instance, str) and isinstance(value, str) and search_as_ecma(value, instance) is None:
        yield ValidationError(f"{show(instance)} does not match {show(value)}")


def pattern_properties(validator: Validator, value: Plain, instance: Plain, _schema: Schema) -> Errors:
    if not isinstance(instance, dict) or not isinstance(value, dict):
        return
    for expression, subschema in value.items():
        for name, member in instance.items():
            if search_as_ecma(expression, name) is not None:
                yield from _descend(validator, member, subschema, name, expression)


def additional_properties(validator: Validator, value: Plain, instance: Plain, schema: Schema) -> Errors:
    if not isinstance(instance, dict):
        return
    extras = [name for name in instance if not _is_named(name, schema)]
    if isinstance(value, dict):
        for name in extras:
            yield from _descend(validator, instance[name], value, name, None)
    elif value is False and extras:
        yield ValidationError(f"has {listed(list(extras))}, which the schema does not allow")


def _is_named(name: str, schema: Schema) -> bool:
    properties, patterns = schema.get("properties"), schema.get("patternProperties")
    if isinstance(properties, dict) and name in properties:
        return True
    return isinstance(patterns, dict) and any(search_as_ecma(one, name) is not None for one in patterns)


def _descend(validator: Validator, instance: Plain, schema: Plain, name: str, schema_name: str | None) -> Errors:
    yield from validator.descend(  # type: ignore[attr-defined]  # public, but not in the protocol
        instance, schema, path=name, schema_path=schema_name
    )


def required(_validator: Validator, value: Plain, instance: Plain, _schema: Schema) -> Errors:
    if not isinstance(instance, dict) or not isinstance(value, list):
        return
    for name in value:
        if name not in instance:
            has = f"it has {clip(', '.join(show(key) for key in instance), 120)}" if instance else "it is empty"
            yield ValidationError(f"has no {show(name)}; {has}")


def multiple_of(_validator: Validator, value: Plain, instance: Plain, _schema: Schema) -> Errors:
    """In decimals, as it is written: 19.99 is a multiple of 0.01."""
    if not is_number(instance):
        return
    if isinstance(value, int | float) and (Fraction(repr(instance)) / Fraction(repr(value))).denominator != 1:
        yield ValidationError(f"{show(instance)} is not a multiple of {show(value)}")


def unique_items(_validator: Validator, value: Plain, instance: Plain, _schema: Schema) -> Errors:
    if value is not True or not isinstance(instance, list):
        return
    twins = first_twins(instance)
    if twins is not None:
        first, second = twins
        yield ValidationError(f"[{first}] and [{second}] are equal: {show(instance[second])}")


def format_(_validator: Validator, value: Plain, instance: Plain, _schema: Schema) -> Errors:
    known = FORMATS.get(value) if isinstance(value, str) else None
    if known is not None and isinstance(instance, str) and not known(instance):
        yield ValidationError(f"{show(instance)} is not of the format {value}")


def reference(original: Keyword) -> Keyword:
    """A reference with an eye on the stack: one to itself never ends, and where Python's own limit strikes inside
    rpds, that panics instead of raising ``RecursionError``. And with an eye on how many there were."""

    def keyword(validator: Validator, value: Plain, instance: Plain, schema: Schema) -> Errors:
        if _stack_is_deep():
            raise RecursionError
        steps: object = validator.format_checker  # type: ignore[attr-defined]  # public, but not in the protocol
        if isinstance(steps, Steps):
            steps.take()
        yield from original(validator, value, instance, schema) or ()

    return keyword


def _stack_is_deep() -> bool:
    try:
        sys._getframe(sys.getrecursionlimit() - STACK_MARGIN)  # noqa: SLF001  # the only way to ask that is cheap
    except ValueError:
        return False
    return True


OURS: Final[Mapping[str, Keyword]] = {
    "pattern": pattern,
    "patternProperties": pattern_properties,
    "additionalProperties": additional_properties,
    "required": required,
    "multipleOf": multiple_of,
    "uniqueItems": unique_items,
    "format": format_,
}
