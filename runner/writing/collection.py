"""A whole collection file as text: keys in their order, an empty line between requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from runner.loading.collection import TOP_KEYS
from runner.loading.request import DEFAULTS_KEYS, REQUEST_KEYS
from runner.writing.layout import Commented, Value, entry_lines, yaml_lines

LISTS: Final = frozenset(("setup", "requests", "teardown"))


def collection_text(collection: Mapping[str, Value], head: tuple[str, ...] = ()) -> str:
    """The text of a file that says ``collection``; ``head`` are comments above everything."""
    lines = [f"# {line}".rstrip() for line in head]
    for key in sorted(collection, key=_place(TOP_KEYS)):
        value = collection[key]
        if key in LISTS and isinstance(value, list | tuple) and value and not isinstance(value, Commented):
            lines += [f"{key}:", *_requests(value)]
        else:
            lines += yaml_lines({key: _in_order(value, DEFAULTS_KEYS) if key == "defaults" else value})
    return "\n".join(lines) + "\n"


def _requests(requests: tuple[Value, ...] | list[Value]) -> Iterator[str]:
    for number, request in enumerate(requests):
        if number:
            yield ""
        yield from entry_lines(_in_order(request, REQUEST_KEYS), 2)


def _in_order(value: Value, keys: Mapping[str, object] | tuple[str, ...]) -> Value:
    """A mapping with its keys as this page of the format has them."""
    if isinstance(value, Commented):
        return Commented(_in_order(value.value, keys), value.comment)
    if not isinstance(value, Mapping):
        return value
    place = _place(tuple(keys))
    return {key: value[key] for key in sorted(value, key=place)}


def _place(keys: tuple[str, ...]) -> Callable[[str], int]:
    return lambda key: keys.index(key) if key in keys else len(keys)
