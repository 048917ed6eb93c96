"""Goes through values of all kinds, and masks the text in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from operator import is_
from typing import cast

ATOMS = frozenset({int, float, bool, type(None)})


class Walker:
    """Dataclasses, tuples, lists, mappings and bytes are walked. What is not changed is handed back as it is;
    everything else (nodes, sources, enums) is left alone."""

    def __init__(self, text: Callable[[str], str], data: Callable[[bytes], bytes]) -> None:
        self._text = text
        self._data = data
        self._walkers: dict[type, Callable[..., object]] = {}

    def walk(self, value: object) -> object:
        """``value`` with all text in it masked."""
        kind = type(value)
        walker = self._walkers.get(kind)
        if walker is None:
            walker = self._walkers[kind] = self._walker(kind)
        return walker(value)

    def _walker(self, kind: type) -> Callable[..., object]:
        """What masks a value of this type; chosen once, as every result of a run is walked."""
        if kind is str:  # not an enum's member: that is no text to change
            return self._text
        if issubclass(kind, bytes):
            return self._data
        if issubclass(kind, tuple | list):
            return self._elements
        if issubclass(kind, Mapping):
            return self._mapping
        if hasattr(kind, "__dataclass_fields__"):
            return partial(self._fields, kind, tuple(kind.__dataclass_fields__))
        return _left_alone

    def _elements(self, value: tuple[object, ...] | list[object]) -> object:
        walkers = self._walkers  # every value of every result comes by: calls are dear here
        elements = [one if type(one) in ATOMS else (walkers.get(type(one)) or self.walk)(one) for one in value]
        if all(map(is_, elements, value)):
            return value
        if hasattr(value, "_fields"):  # a NamedTuple takes its fields one by one
            return cast("Callable[..., object]", type(value))(*elements)
        return elements if isinstance(value, list) else tuple(elements)

    def _mapping(self, value: Mapping[object, object]) -> object:
        keys, values = list(value), list(value.values())
        new_keys, new_values = [self.walk(key) for key in keys], [self.walk(one) for one in values]
        same = all(map(is_, keys, new_keys)) and all(map(is_, values, new_values))
        return value if same else dict(zip(new_keys, new_values, strict=True))

    def _fields(self, kind: type, names: tuple[str, ...], value: object) -> object:
        """A new object is made of the fields alone: what the old one caches may hold the secret."""
        old = [getattr(value, name) for name in names]
        new = [one and self.walk(one) for one in old]
        return value if all(map(is_, old, new)) else kind(**dict(zip(names, new, strict=True)))


def _left_alone(value: object) -> object:
    return value
