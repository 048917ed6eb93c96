"""What jsonschema finds, said in words that name the value and what it should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast

from jsonschema.exceptions import ValidationError, best_match

from runner.checks.describe import describe_operand
from runner.checks.schema.keywords import OURS
from runner.checks.show import clip, listed, show
from runner.jsonpath import path_text
from runner.node import Plain


def say(error: ValidationError) -> str:
    """What is wrong, for a line that begins with the place."""
    if error.validator in OURS:
        return error.message
    words = WORDS.get(str(error.validator))
    return words(error) if words is not None else clip(error.message)


def place(error: ValidationError) -> str:
    """Where in the document, as a JSONPath."""
    return path_text(list(error.absolute_path))


def _limit(words: str) -> Callable[[ValidationError], str]:
    return lambda error: f"{show(_instance(error))} is {words} {show(_value(error))}"


def _count(words: str, things: str) -> Callable[[ValidationError], str]:
    def say_it(error: ValidationError) -> str:
        instance = _instance(error)
        size = len(instance) if isinstance(instance, str | list | dict) else 0
        return f"has {size} {things}, {words} {show(_value(error))}: {show(instance)}"

    return say_it


def _instance(error: ValidationError) -> Plain:
    return cast(Plain, error.instance)


def _value(error: ValidationError) -> Plain:
    return cast(Plain, error.validator_value)


def _type(error: ValidationError) -> str:
    return f"{show(_instance(error))} is not {describe_operand('type', _value(error))}"


def _enum(error: ValidationError) -> str:
    value = _value(error)
    return f"{show(_instance(error))} is not one of {listed(value) if isinstance(value, list) else show(value)}"


def _const(error: ValidationError) -> str:
    return f"{show(_instance(error))} is not {show(_value(error))}"


def _alternatives(error: ValidationError) -> str:
    value = _value(error)
    number = len(value) if isinstance(value, list) else 0
    if not error.context:
        return f"fits more than one of the {number} alternatives under {error.validator}, and must fit one"
    said = f"fits none of the {number} alternatives under {error.validator}"
    closest = best_match([error])
    if closest is not None and closest is not error:
        where = path_text(list(closest.absolute_path))
        return f"{said}; the closest: {where} {say(closest)}"
    plain = [say(one) for one in error.context if not one.context and not one.path]
    return f"{said}: {clip('; '.join(dict.fromkeys(plain)))}" if plain else said


def _not(error: ValidationError) -> str:
    return f"fits what it must not be: {show(_value(error))}"


def _contains(error: ValidationError) -> str:
    return f"has not the elements that it must contain: {show(_value(error))}"


def _nothing_allowed(_error: ValidationError) -> str:
    return "nothing is allowed here"


WORDS: Final[Mapping[str, Callable[[ValidationError], str]]] = {
    "None": _nothing_allowed,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _limit("less than the minimum"),
    "maximum": _limit("more than the maximum"),
    "exclusiveMinimum": _limit("not more than"),
    "exclusiveMaximum": _limit("not less than"),
    "minLength": _count("fewer than", "characters"),
    "maxLength": _count("more than", "characters"),
    "minItems": _count("fewer than", "elements"),
    "maxItems": _count("more than", "elements"),
    "minProperties": _count("fewer than", "members"),
    "maxProperties": _count("more than", "members"),
    "anyOf": _alternatives,
    "oneOf": _alternatives,
    "not": _not,
    "contains": _contains,
}
