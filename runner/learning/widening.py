"""A JSON Schema loosened until it takes what came: no further than that, and each change is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from runner.checks.schema.files import SchemaFault
from runner.checks.schema.problem import Fault
from runner.checks.schema.validators import Validator, inline_validator
from runner.folder import Folder
from runner.learning.lesson import Unlearnable
from runner.learning.loosening import loosen
from runner.node import Plain

MOST_ROUNDS: Final = 200
"""Each of them loosens something; what one round adds may have faults of its own."""
ELSEWHERE: Final = "the answer does not fit what it refers to in another file, or a false in it"
BELOW: Final = frozenset({"items", "additionalItems", "contains", "unevaluatedItems"})
NAMED: Final = frozenset({"$defs", "definitions"})


class Widened(NamedTuple):
    """A schema, and what is different in it from the one before."""

    schema: Plain
    notes: tuple[str, ...]


def widened(schema: Plain, documents: Sequence[Plain], folder: Folder) -> Widened:
    """``schema`` as it takes all of ``documents``; the same if it does already. ``folder`` is where its references
    start. Raises ``Unlearnable``."""
    validator = inline_validator(schema, folder)
    notes: dict[str, None] = {}
    for _ in range(MOST_ROUNDS):
        found = [fault for document in documents for fault in _faults(validator, document)]
        if not found:
            return Widened(_with_drafts(schema, validator.schema), tuple(notes)) if notes else Widened(schema, ())
        places = dict(_places(validator.schema))
        inner = [fault for fault in found if id(fault.schema) in places]
        if not inner:
            raise Unlearnable(ELSEWHERE)
        for part, text in loosen(inner):
            if id(part) not in places:
                raise Unlearnable(ELSEWHERE)
            notes[f"{places[id(part)]} {text}"] = None
    raise Unlearnable("there is no end to what would have to change in it")


def _faults(validator: Validator, document: Plain) -> list[Fault]:
    try:
        return validator.faults(document)
    except SchemaFault as error:
        raise Unlearnable(str(error)) from None


def _places(schema: Plain, place: str = "$") -> Iterator[tuple[int, str]]:
    """Each mapping in a schema with the place in a document that it speaks of, as far as that can be told."""
    if isinstance(schema, list):
        for one in schema:
            yield from _places(one, place)
    elif isinstance(schema, dict):
        yield id(schema), place
        for key, value in schema.items():
            for inner, one in _inside(key, value, place):
                yield from _places(one, inner)


def _inside(key: str, value: Plain, place: str) -> Iterator[tuple[str, Plain]]:
    """The schemas below a keyword, each with its place."""
    if isinstance(value, dict) and key in ("properties", "patternProperties", *NAMED):
        for name, one in value.items():
            yield name if key in NAMED else f"{place}.{name if key == 'properties' else '*'}", one
    elif isinstance(value, list) and key == "prefixItems":
        yield from ((f"{place}[{at}]", one) for at, one in enumerate(value))
    elif key in ("additionalProperties", "unevaluatedProperties"):
        yield f"{place}.*", value
    else:
        yield f"{place}[*]" if key in BELOW else place, value


def _with_drafts(before: Plain, after: Plain) -> Plain:
    """``after`` with the names of drafts that ``before`` has, in their places."""
    if isinstance(before, list) and isinstance(after, list):
        pairs = zip(before, after, strict=False)
        return [*(_with_drafts(one, other) for one, other in pairs), *after[len(before) :]]
    if not isinstance(before, dict) or not isinstance(after, dict):
        return after
    made: dict[str, Plain] = {}
    for key, value in before.items():
        if key == "$schema" and isinstance(value, str):
            made[key] = value
        elif key in after:
            made[key] = _with_drafts(value, after[key])
    return made | {key: value for key, value in after.items() if key not in made}
