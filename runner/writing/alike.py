"""Plain values side by side: whether two say the same, and which elements of two lists belong together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from runner import strict_json
from runner.node import Plain


class Step(NamedTuple):
    """An element of the old list that is one of the new list; None on one side is one that goes or comes."""

    old: int | None
    new: int | None


def is_same(one: Plain, other: Plain) -> bool:
    """Whether two values are the same, type by type: ``1``, ``1.0`` and ``true`` are three. Mappings have no order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return type(one) is type(other) and one == other


def steps(old: Sequence[Plain], new: Sequence[Plain]) -> Iterator[Step]:
    """How ``old`` becomes ``new``, in its order: as many elements as can be are kept."""
    from difflib import SequenceMatcher  # noqa: PLC0415  # few lists are changed

    matcher = SequenceMatcher(None, [_key(one) for one in old], [_key(one) for one in new], autojunk=False)
    for _, first, end, start, stop in matcher.get_opcodes():
        common = min(end - first, stop - start)
        for at in range(common):
            yield Step(first + at, start + at)
        for at in range(first + common, end):
            yield Step(at, None)
        for at in range(start + common, stop):
            yield Step(None, at)


def _key(value: Plain) -> str:
    try:
        return strict_json.dumps(value)
    except ValueError:  # YAML knows numbers that JSON does not
        return repr(value)
