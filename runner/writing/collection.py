"""A whole collection file as text: keys in their order, an empty line between requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from runner.loading.collection import PHASES
from runner.writing.layout import Commented, Value, entry_lines, yaml_lines
from runner.writing.order import DEFAULTS, EXPECT, REQUEST, TOP, Order, place_in


def collection_text(collection: Mapping[str, Value], head: tuple[str, ...] = ()) -> str:
    """The text of a file that says ``collection``; ``head`` are comments above everything."""
    lines = [f"# {line}".rstrip() for line in head]
    for key in sorted(collection, key=place_in(TOP)):
        value = collection[key]
        if key in PHASES and isinstance(value, list | tuple) and value and not isinstance(value, Commented):
            lines += [f"{key}:", *_requests(value)]
        else:
            lines += yaml_lines({key: _in_order(value, DEFAULTS) if key == "defaults" else value})
    return "\n".join(lines) + "\n"


def _requests(requests: Sequence[Value]) -> Iterator[str]:
    for number, request in enumerate(requests):
        if number:
            yield ""
        yield from entry_lines(_in_order(request, REQUEST), 2)


def _in_order(value: Value, order: Order) -> Value:
    """A mapping with its keys as this page of the format has them, and what is expected in it."""
    if isinstance(value, Commented):
        return Commented(_in_order(value.value, order), value.comment)
    if not isinstance(value, Mapping):
        return value
    return {
        key: _in_order(value[key], EXPECT) if key == "expect" else value[key]
        for key in sorted(value, key=place_in(order))
    }
