"""What Postman sends as text, whatever a variable has: ``"{{id}}"`` in a body; and what becomes of objects there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from runner.importing.apart import changed, texts
from runner.importing.draft import AS_JSON, Draft
from runner.importing.json_source import elements, mapping
from runner.jsonpath import compile_path
from runner.writing.layout import Commented, Value, yaml_lines

ALONE: Final = re.compile(r"<<([A-Za-z_][\w.-]*)>>")
"""A placeholder that is all of a text."""
NAMED: Final = re.compile(r"<<([A-Za-z_][\w.-]*)")
KINDS: Final[Mapping[str, type]] = {"string": str, "object": dict, "array": list}


OBJECTS: Final = ((dict, "an object", "[object Object]"), (list, "a list", "its values with commas"))
"""What Postman sends of what is no text, number and the like."""


def keep_kinds(draft: Draft) -> None:
    """What stands between quotes in a body is text there, also where the variable has a number. What a script keeps as
    JSON is the value itself where it stands without them."""
    requests = [one.value if isinstance(one, Commented) else one for one in draft.requests]
    inner = [one for one in requests if isinstance(one, dict)]
    valued = _values_alone(inner, draft) if draft.as_json else set()
    for request in inner:
        captures = request.get("capture")
        if isinstance(captures, dict):
            captures.update({name: _plainly(kept) for name, kept in captures.items() if name in valued})
        _change(request, lambda text: _as_value(text, valued))
    typed = _typed(inner, draft) - valued
    for request in inner:
        _change(request, lambda text: _as_text(text, typed))


def tell_objects(made: Mapping[str, Value], draft: Draft, place: str) -> None:
    """An object or a list that is kept for later is something else in Postman, as far as this request knows of it."""
    for name, kept in _captures(made):
        kinds = _kinds(made, kept) if isinstance(kept, str) and name not in draft.as_json else ()
        for kind, what, sent in OBJECTS:
            if kind in kinds:
                message = f"{name} captures {what}: Postman sends {sent} where it is used, here it is JSON"
                draft.note(place, message, "JSON.stringify would keep it whole there.")


def _values_alone(requests: list[dict[str, Value]], draft: Draft) -> set[str]:
    """Variables that are kept as JSON alone, and stand for nothing but whole values in bodies, without quotes."""
    values = Counter(text for request in requests for _, _, body in _bodies(request) for text in texts(body))
    used = Counter(NAMED.findall("\n".join(yaml_lines(draft.collection()))))
    plain = {name for request in requests for name, kept in _captures(request) if isinstance(kept, str)}
    free = draft.as_json - plain - {*draft.variables, *draft.secrets, *draft.masked}
    return {name for name in free if 0 < used[name] == values[f"<<{name}{AS_JSON}>>"]}


def _typed(requests: list[dict[str, Value]], draft: Draft) -> set[str]:
    """Names of variables that may have something else than text."""
    kinds: dict[str, set[type]] = {}
    for request in requests:
        for name, kept in _captures(request):
            if isinstance(kept, str):
                kinds.setdefault(name, set()).update(_kinds(request, kept) or {object})
            elif mapping(kept).get("status"):
                kinds.setdefault(name, set()).add(int)
    typed = {name for name, value in draft.variables.items() if isinstance(value, bool | int | float)}
    return typed | {name for name, found in kinds.items() if found != {str}}


def _kinds(request: Mapping[str, Value], path: str) -> set[type]:
    """What the saved answers, and the checks, say that there is at a path."""
    way = compile_path(path)
    answers = [mapping(one) for one in elements(request.get("examples"))]
    found = {type(value) for one in answers if "json" in one for value in way.select(one["json"])}
    said = mapping(mapping(request.get("expect")).get("json")).get(path)
    if isinstance(said, str):
        return {*found, str}
    kind = mapping(said).get("type")
    return {*found, KINDS[kind]} if isinstance(kind, str) and kind in KINDS else found


def _bodies(request: dict[str, Value]) -> Iterator[tuple[dict[str, Value], str, Value]]:
    """Where JSON with variables stands: in what, under which key."""
    graphql = request.get("graphql")
    if "json" in request:
        yield request, "json", request["json"]
    if isinstance(graphql, dict) and "variables" in graphql:
        yield graphql, "variables", graphql["variables"]


def _change(request: dict[str, Value], change: Callable[[str], str]) -> None:
    for holder, key, body in list(_bodies(request)):
        holder[key] = changed(body, change)


def _captures(request: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    captures = request.get("capture")
    yield from captures.items() if isinstance(captures, Mapping) else ()


def _plainly(kept: Value) -> Value:
    """A capture of a value without its filter."""
    return kept["json"] if isinstance(kept, dict) and "json" in kept else kept


def _as_value(text: str, names: set[str]) -> str:
    name = text.removeprefix("<<").removesuffix(f"{AS_JSON}>>")
    return f"<<{name}>>" if name in names and text == f"<<{name}{AS_JSON}>>" else text


def _as_text(text: str, names: set[str]) -> str:
    found = ALONE.fullmatch(text)
    return f"<<{found[1]}|string>>" if found is not None and found[1] in names else text
