"""Secrets taken out of what is to be written, wherever they stand in it: in text, in values, in bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from runner.variables.letting_in import SHAPE
from runner.writing.layout import Commented, Value

PLACEHOLDER: Final = re.compile(r"(<<[^<>]*>>)")
SHORTEST_SECRET: Final = 8
"""Characters from which a secret is looked for in all other text: shorter ones are words, too."""
ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")
MARKS: Final = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
"""What a text in UTF-16 begins with."""


def in_clear(secrets: Mapping[str, str], text: str) -> list[tuple[str, str]]:
    """The secrets, by their names, that stand in a text. A word alone is none: a password of letters may well be one
    that is meant elsewhere."""
    return [(name, value) for name, value in secrets.items() if _is_sought(value) and value in text]


def _is_sought(value: str) -> bool:
    return len(value) >= SHORTEST_SECRET and not value.isalpha()


def finished(value: Value, clear: Sequence[tuple[str, str]]) -> Value:
    """``value`` with these secrets in it as placeholders, wherever they stood."""
    if isinstance(value, Commented):
        return Commented(finished(value.value, clear), tuple(without(one, clear) for one in value.comment))
    if isinstance(value, str):
        return without(value, clear)
    if isinstance(value, Mapping):
        return {key: finished(one, clear) for key, one in value.items()}
    return [finished(one, clear) for one in value] if isinstance(value, list | tuple) else value


def without(text: str, secrets: Sequence[tuple[str, str]]) -> str:
    for name, secret in secrets:
        if secret in text:
            parts = PLACEHOLDER.split(text)
            parts[::2] = [part.replace(secret, f"<<{name}>>") for part in parts[::2]]
            text = "".join(parts)
    return text


def cleaned(data: bytes, secrets: Mapping[str, str], keep: Callable[[str], str]) -> bytes:
    """The bytes of a file without these secrets, and with what ``keep`` gives in the place of what looks like a key.
    What is no UTF-8 is read so that every byte stays what it is."""
    encoding = next(one for one in ENCODINGS if _is_written(data, one))
    text = SHAPE.sub(lambda match: keep(match[0]), data.decode(encoding))
    clear = in_clear(secrets, text)
    if encoding == "latin-1":
        there = {name: value.encode("utf-8", "replace").decode(encoding) for name, value in secrets.items()}
        clear += in_clear(there, text)
    return without(text, clear).encode(encoding)


def _is_written(data: bytes, encoding: str) -> bool:
    if not data.startswith(MARKS.get(encoding, b"")):
        return False
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def texts(value: Value) -> Iterator[str]:
    """All text in a value."""
    if isinstance(value, Commented):
        yield from value.comment
        yield from texts(value.value)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)


def changed(value: Value, change: Callable[[str], str]) -> Value:
    """``value`` with all of its text changed; lists and mappings are changed where they are."""
    if isinstance(value, Commented):
        return Commented(changed(value.value, change), value.comment)
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        value.update({key: changed(one, change) for key, one in value.items()})
    elif isinstance(value, list):
        value[:] = [changed(one, change) for one in value]
    return value
