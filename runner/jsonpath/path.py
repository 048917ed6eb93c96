"""Paths that are plain, walked by hand; every other path is given to the library."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from runner.jsonpath.syntax import NAME, PathError, Step
from runner.node import Plain, scalar_type_name

if TYPE_CHECKING:
    from runner.jsonpath.library import Query


SEGMENT: Final = re.compile(
    rf"""\.(?P<name>{NAME.pattern})"""
    r"""|\['(?P<single>[^'\\\x00-\x1f]*)'\]|\["(?P<double>[^"\\\x00-\x1f]*)"\]"""
    r"""|\[(?P<index>0|-?[1-9][0-9]{0,14})\]"""
)
MAX_SELECTED: Final = 100_000
SHOWN_NAMES: Final = 8
SHOWN_TEXT: Final = 60


class JsonPath:
    """A compiled path. ``singular``: it can select one node at most, by names and indexes alone."""

    __slots__ = ("_query", "steps", "text")

    def __init__(self, text: str, steps: tuple[Step, ...] | None, query: Query | None = None) -> None:
        self.text = text
        self.steps = steps
        self._query = query

    @property
    def singular(self) -> bool:
        return self.steps is not None

    def select(self, document: Plain) -> list[Plain]:
        """The selected values in document order; raises ``PathError`` for more than can be looked at."""
        if self.steps is not None:
            found, taken = _walk(self.steps, document)
            return [found] if taken == len(self.steps) else []
        assert self._query is not None  # a path without steps has a query  # noqa: S101
        selected = list(islice(self._query.select(document), MAX_SELECTED + 1))
        if len(selected) > MAX_SELECTED:
            raise PathError(f"it selects more than {MAX_SELECTED} values")
        return selected

    def explain_missing(self, document: Plain) -> str:
        """Why nothing is selected: where the way ends and what is there instead."""
        if self.steps is None:
            lost = _explain(_leading_steps(self.text)[0], document)
            return lost or f"nothing: {self.text} selects nothing here"
        return _explain(self.steps, document) or "nothing"

    def missed(self, document: Plain) -> str:
        """Why an empty selection does not mean that there are none; empty where it does: the plain beginning of the
        path (``$.items`` of ``$.items[*].id``) leads to a list or object that is empty."""
        steps = _leading_steps(self.text)[0]
        lost = _explain(steps, document)
        found, _ = _walk(steps, document)
        if lost or found in ([], {}):
            return lost
        kind = "null" if found is None else scalar_type_name(found)
        what = "not empty" if isinstance(found, list | dict) else f"{kind}, not a list or an object"
        return f"nothing: {self.text} selects nothing here, and {path_text(steps)} is {what}"


def _walk(steps: Sequence[Step], document: Plain) -> tuple[Plain, int]:
    """How far the steps lead: the last value on the way, and how many could be taken."""
    value: Plain = document
    for number, step in enumerate(steps):
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return value, number
            value = value[step]
        else:
            if not isinstance(value, list) or not -len(value) <= step < len(value):
                return value, number
            value = value[step]
    return value, len(steps)


def _lack(step: Step, parent: Plain) -> str:
    """What ``parent`` is or has, said as the reason why ``step`` leads nowhere."""
    if isinstance(parent, dict):
        has = _names(parent)
        if isinstance(step, str):
            return f"has no {_quoted(step)}; {has}"
        return f"is an object, not a list: there is no [{step}]; {has}"
    if isinstance(parent, list):
        count = f"{len(parent)} element{'' if len(parent) == 1 else 's'}"
        if isinstance(step, int):
            return f"has {count}, there is no [{step}]"
        return f"is a list of {count}, not an object: there is no {_quoted(step)}"
    kind = "null" if parent is None else f"{scalar_type_name(parent)}, {_quoted(parent)}"
    wanted = _quoted(step) if isinstance(step, str) else f"[{step}]"
    return f"is {kind}: there is no {wanted} in it"


def _names(value: dict[str, Plain]) -> str:
    if not value:
        return "it is empty"
    listed = ", ".join(_quoted(name) for name in islice(value, SHOWN_NAMES))
    more = len(value) - SHOWN_NAMES
    return f"it has {listed}" + (f" and {more} more" if more > 0 else "")


def _quoted(value: object) -> str:
    if isinstance(value, str) and len(value) > SHOWN_TEXT:
        value = value[: SHOWN_TEXT - 1] + "…"
    return json.dumps(value, ensure_ascii=False)


def path_text(steps: Sequence[Step]) -> str:
    """The steps as a JSONPath: ``$.choices[0]['a b']``."""
    parts = ["$"]
    for step in steps:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif NAME.fullmatch(step):
            parts.append(f".{step}")
        else:
            quoted = json.dumps(step, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
            parts.append(f"['{quoted}']")
    return "".join(parts)


def is_path(text: str) -> bool:
    """Whether ``text`` is a JSONPath."""
    try:
        compile_path(text)
    except PathError:
        return False
    return True


@lru_cache(maxsize=5000)
def compile_path(text: str) -> JsonPath:
    """The path that ``text`` says; raises ``PathError``."""
    steps = _plain_steps(text)
    if steps is not None:
        return JsonPath(text, steps)
    from runner.jsonpath import library  # noqa: PLC0415  # takes 46 ms, and most paths are plain

    query = library.read(text)
    return JsonPath(text, query.steps, query)


def _explain(steps: Sequence[Step], document: Plain) -> str:
    parent, taken = _walk(steps, document)
    if taken == len(steps):
        return ""
    return f"nothing: {path_text(steps[:taken])} {_lack(steps[taken], parent)}"


def _plain_steps(text: str) -> tuple[Step, ...] | None:
    """The steps of a path of simple names and indexes, None for any other text."""
    if not text.startswith("$"):
        return None
    steps, end = _leading_steps(text)
    return steps if end == len(text) else None


def _leading_steps(text: str) -> tuple[tuple[Step, ...], int]:
    """The simple names and indexes that a path begins with, and where in the text they end."""
    steps: list[Step] = []
    position = 1
    while match := SEGMENT.match(text, position):
        group = match.lastgroup or ""
        steps.append(int(match[group]) if group == "index" else match[group])
        position = match.end()
    return tuple(steps), position
