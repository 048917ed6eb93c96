"""A JSON document that another tool wrote, read with a message for what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from runner.errors import InvalidFiles
from runner.source import Diagnostic, Source, Span

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


Made: TypeAlias = "Callable[[list[tuple[str, Json]]], Json]"


MAX_LEVELS: Final = 80
"""Of the 100 that YAML may have here, what is left below a request."""


def read_json(source: Source, what: str, made: Made | None = None) -> Json:
    """The document; raises ``InvalidFiles`` with the place where it stops being JSON. ``what`` names it, ``made`` makes
    its objects."""
    try:
        found: Json = json.loads(source.text, object_pairs_hook=made)
    except json.JSONDecodeError as error:
        said, place = _slip(error)
        message = f"this is no JSON, so it is no {what}: {said}"
        hint = "Mend it at this place, or export it anew: the file may have been cut or edited."
        raise InvalidFiles((Diagnostic("json", message, hint, source, place),)) from None
    except (RecursionError, ValueError):
        raise wrong(
            source, f"this cannot be read as a {what}: it is nested too deeply, or has a number without end"
        ) from None
    return found


def _slip(error: json.JSONDecodeError) -> tuple[str, Span]:
    """What is wrong, and where. A comma that is not there is missed at the end of its line, not in the next one."""
    before = error.doc[: error.pos].rstrip()
    if error.msg.startswith("Expecting ',' delimiter") and "\n" in error.doc[len(before) : error.pos]:
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return "a comma is missing behind this", Span(line, max(column - 1, 1), line, max(column, 2))
    message = f"{error.msg[:1].lower()}{error.msg[1:]}"
    return message, Span(error.lineno, error.colno, error.lineno, error.colno + 1)


def wrong(source: Source, message: str, hint: str = "") -> InvalidFiles:
    """The whole of ``source`` is not what it was taken for."""
    return InvalidFiles((Diagnostic("import", message, hint, source, Span(1, 1, 1, 1)),))


def mapping(value: object) -> Mapping[str, Json]:
    """``value`` if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def elements(value: object) -> list[Json]:
    """``value`` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: object) -> str:
    """Text as it is, other plain values as JSON writes them, nothing for nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def too_deep(value: Json) -> bool:
    """Whether a value is nested deeper than a collection can hold it."""
    level: list[Json] = [value]
    for _ in range(MAX_LEVELS):
        level = [one for each in level for one in _inside(each)]
        if not level:
            return False
    return True


def _inside(value: Json) -> Iterable[Json]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def description_of(value: object) -> str:
    """A description is text, or an object with the text inside."""
    return text_of(mapping(value).get("content")) if isinstance(value, Mapping) else text_of(value)
