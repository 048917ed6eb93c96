"""Mappings and lists as lines of YAML, laid out as a person would: short ones on one line, long text as it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from runner.node import Scalar
from runner.writing.scalars import HIDDEN, scalar_text

WIDTH: Final = 100
"""Columns up to which a mapping or list stands on one line."""
MOST_IN_LINE: Final = 4
"""Pairs of a mapping that are still read at a glance."""
IN_LINES: Final = frozenset(
    "variables defaults headers query form json multipart graphql cookies expect capture".split()
)
"""Keys whose mappings grow with every edit: one pair a line from the start."""
BLOCK: Final = re.compile(r"(?:[^\s#][^\n]*)(?:\n[^\n]*)*\n?")
TRAILING: Final = re.compile(r"[ \t\r](?:\n|$)|[\x00-\x08\x0b-\x1f]|\n\n$")

NO_COMMENT: Final = re.compile(r"[\x00-\x08\x0a-\x1f]")
"""What may stand in no comment."""


class Commented(NamedTuple):
    """A value and what stands above it, a line of text each, without ``#``."""

    value: Value
    comment: tuple[str, ...]


Value: TypeAlias = "Scalar | Sequence[Value] | Mapping[str, Value] | Commented"
"""What can be written: plain data, with comments anywhere in it."""


def yaml_lines(value: Mapping[str, Value], depth: int = 0) -> Iterator[str]:
    """The pairs of a mapping, each line indented by ``depth`` spaces."""
    for key, one in value.items():
        inner, comment = _apart(one)
        yield from (_comment(line, depth) for line in comment)
        head = " " * depth + scalar_text(key) + ":"
        yield from _behind(head, inner, depth, in_lines=key in IN_LINES)


def _behind(head: str, value: Value, depth: int, *, in_lines: bool) -> Iterator[str]:
    """A value behind ``head``, which is a key or a dash: on its line where that reads well, else below."""
    short = _one_line(value)
    if short is not None and not (in_lines and isinstance(value, Mapping) and value):
        line = f"{head} {short}"
        if len(line) <= WIDTH or not isinstance(value, Mapping | list | tuple) or not value:
            yield line
            return
    if isinstance(value, str):
        yield from _block(head, value, depth)
    elif isinstance(value, Mapping):
        yield head
        yield from yaml_lines(value, depth + 2)
    elif isinstance(value, Sequence):
        yield head
        yield from list_lines(value, depth + 2)


def list_lines(elements: Sequence[Value], depth: int = 0) -> Iterator[str]:
    """The elements of a list, each line indented by ``depth`` spaces."""
    for element in elements:
        value, comment = _apart(element)
        short = _one_line(value)
        fits = short is not None and depth + 2 + len(short) <= WIDTH
        if isinstance(value, Mapping) and value and not fits:
            yield from entry_lines(element, depth)
            continue
        yield from (_comment(line, depth) for line in comment)
        dash = " " * depth + "-"
        if isinstance(value, list | tuple) and value and not fits:
            yield dash
            yield from list_lines(value, depth + 2)
        else:
            yield from _behind(dash, value, depth, in_lines=False)


def entry_lines(element: Value, depth: int) -> Iterator[str]:
    """An element of a list that is a mapping, a pair a line."""
    value, comment = _apart(element)
    yield from (_comment(line, depth) for line in comment)
    if not isinstance(value, Mapping) or not value:
        yield from _behind(" " * depth + "-", value, depth, in_lines=False)
        return
    first, *rest = yaml_lines(value, depth + 2)
    begins = not first.lstrip().startswith("#")
    yield f"{' ' * depth}- {first.lstrip()}" if begins else f"{' ' * depth}-\n{first}"
    yield from rest


def _one_line(value: Value) -> str | None:
    """``value`` on one line, None where it takes several."""
    if isinstance(value, str):
        return None if _is_block(value) else scalar_text(value)
    if isinstance(value, Mapping):
        return _braces(value)
    if isinstance(value, list | tuple) and not isinstance(value, Commented):
        return _brackets(value)
    return None if isinstance(value, Commented) else scalar_text(value)  # type: ignore[arg-type]  # nothing else is left


def flow_text(value: Value) -> str | None:
    """``value`` in braces and brackets however deep, None where a text of several lines stands in it."""
    if isinstance(value, Mapping):
        pairs = [(scalar_text(key, flow=True), flow_text(one)) for key, one in value.items()]
        return None if any(text is None for _, text in pairs) else "{" + ", ".join(f"{a}: {b}" for a, b in pairs) + "}"
    if isinstance(value, list | tuple) and not isinstance(value, Commented):
        texts = [flow_text(one) for one in value]
        return None if None in texts else "[" + ", ".join(map(str, texts)) + "]"
    return _inside(value)


def _braces(value: Mapping[str, Value]) -> str | None:
    if len(value) > MOST_IN_LINE:
        return None
    pairs = [(scalar_text(key, flow=True), _inside(one)) for key, one in value.items()]
    if any(text is None for _, text in pairs):
        return None
    return "{" + ", ".join(f"{key}: {text}" for key, text in pairs) + "}"


def _brackets(value: Sequence[Value]) -> str | None:
    if any(isinstance(one, Mapping | list | tuple) and one for one in value):
        return None
    texts = [_inside(one) for one in value]
    return None if any(text is None for text in texts) else "[" + ", ".join(map(str, texts)) + "]"


def _inside(value: Value) -> str | None:
    """A value inside braces or brackets: single values, and lists and mappings of single values."""
    if isinstance(value, Commented):
        return None
    if isinstance(value, Mapping | list | tuple):
        deep = value.values() if isinstance(value, Mapping) else value
        if any(isinstance(one, Mapping | list | tuple) and one for one in deep):
            return None
        return _braces(value) if isinstance(value, Mapping) else _brackets(value)
    return None if isinstance(value, str) and "\n" in value else scalar_text(value, flow=True)  # type: ignore[arg-type]


def _is_block(text: str) -> bool:
    """Whether text reads better as lines: it has several, and a block of YAML can hold them as they are."""
    return (
        "\n" in text.rstrip("\n")
        and bool(BLOCK.fullmatch(text))
        and not TRAILING.search(text)
        and not HIDDEN.search(text)
    )


def _block(head: str, text: str, depth: int) -> Iterator[str]:
    yield f"{head} {'|' if text.endswith(chr(10)) else '|-'}"
    for line in text.removesuffix("\n").split("\n"):
        yield " " * (depth + 2) + line if line else ""


def _comment(line: str, depth: int) -> str:
    return " " * depth + f"# {NO_COMMENT.sub('?', HIDDEN.sub('?', line))}".rstrip()


def _apart(value: Value) -> tuple[Value, tuple[str, ...]]:
    return (value.value, value.comment) if isinstance(value, Commented) else (value, ())
