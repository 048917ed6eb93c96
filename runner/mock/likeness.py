"""How well a value that came fits what is written for it, placeholders standing for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from runner.checks.values import equal
from runner.node import JoinedNode, Node, Plain
from runner.variables.filters import as_text
from runner.variables.template import Placeholder, Template, parts_of

Constant: TypeAlias = Callable[[Node], str | None]
"""The text of a node whose placeholders have the same values in every request, else None."""


class Likeness(NamedTuple):
    """How much of what came is written, the greater the more: the number of values that it speaks of; of as many, what
    it says of them word for word (2 for a value, 1 for some text around a placeholder)."""

    places: int = 0
    word_for_word: int = 0


ANYTHING: Final = Likeness(1, 0)
PARTLY: Final = Likeness(1, 1)
EXACTLY: Final = Likeness(1, 2)


def likeness(written: Node, value: Plain, constant: Constant) -> Likeness | None:
    """None where ``value`` is not what is written. An object may have more keys, at every depth; all else is equal."""
    if written.kind == "mapping":
        return _of_object(written, value, constant)
    if written.kind == "list":
        return _of_list(written, value, constant)
    if not written.templated:
        return EXACTLY if equal(written.value, value) else None
    return _of_placeholders(written, value, constant)


def text_likeness(written: Node, text: str, constant: Constant) -> Likeness | None:
    """The same where only text can come: a value that is written stands for its text."""
    if written.templated:
        return likeness(written, text, constant)
    return EXACTLY if as_text(written.plain()) == text else None


def total(parts: Iterable[Likeness | None]) -> Likeness | None:
    """All of them together; None where one is missing."""
    places = word_for_word = 0
    for part in parts:
        if part is None:
            return None
        places += part.places
        word_for_word += part.word_for_word
    return Likeness(places, word_for_word)


def _of_object(written: Node, value: Plain, constant: Constant) -> Likeness | None:
    if not isinstance(value, dict):
        return None
    pairs = [(str(key.value), one) for key, one in written.items if not key.templated]
    if any(name not in value for name, _ in pairs):
        return None
    return total((ANYTHING, *(likeness(one, value[name], constant) for name, one in pairs)))


def _of_list(written: Node, value: Plain, constant: Constant) -> Likeness | None:
    """Element by element; where others come between that are not known before, the ends are looked at."""
    if not isinstance(value, list):
        return None
    elements = list(_elements(written))
    known = [one for one in elements if one is not None]
    if len(known) == len(elements):
        return _each(known, value, constant) if len(known) == len(value) else None
    head = elements.index(None)
    tail = elements[::-1].index(None)
    if len(value) <= head + tail:
        return None
    first = _each(known[:head], value[:head], constant)
    last = _each(known[len(known) - tail :], value[len(value) - tail :], constant)
    return total((first, last))


def _each(written: Sequence[Node], values: Sequence[Plain], constant: Constant) -> Likeness | None:
    return total((ANYTHING, *(likeness(one, value, constant) for one, value in zip(written, values, strict=True))))


def _elements(written: Node) -> Iterator[Node | None]:
    """The elements of a list; None for any number of them."""
    for part in written.elements:
        if not isinstance(written, JoinedNode):
            yield part
        elif part.kind == "list":
            yield from _elements(part)
        else:
            yield None


def _of_placeholders(written: Node, value: Plain, constant: Constant) -> Likeness | None:
    parts = parts_of(written)
    only = len(parts) == 1 and isinstance(parts[0], Placeholder)
    if not only and not (isinstance(value, str) and _spells(parts, value)):
        return None
    dynamic = any(isinstance(part, Placeholder) and part.name.startswith("$") for part in parts)
    if not dynamic and constant(written) == as_text(value):
        return EXACTLY
    return ANYTHING if only else PARTLY


def _spells(parts: Template, text: str) -> bool:
    """Whether the words around the placeholders stand in ``text``, in this order."""
    if not any(isinstance(part, Placeholder) for part in parts):
        return text == "".join(map(str, parts))
    first, *middle, last = parts
    start = first if isinstance(first, str) else ""
    end = last if isinstance(last, str) else ""
    if len(text) < len(start) + len(end) or not (text.startswith(start) and text.endswith(end)):
        return False
    position, limit = len(start), len(text) - len(end)
    for part in middle:
        if isinstance(part, str):
            position = text.find(part, position, limit)
            if position < 0:
                return False
            position += len(part)
    return True
