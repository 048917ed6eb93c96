"""What Postman sends as text, whatever a variable has: ``"{{id}}"`` in a body; and what becomes of objects there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from runner.importing.apart import changed, texts
from runner.importing.draft import AS_JSON, Draft
from runner.importing.json_source import elements, mapping
from runner.jsonpath import compile_path
from runner.writing.layout import Commented, Value, yaml_lines

ALONE: Final = re.compile(r"<<([A-Za-z_][\w.-]*)>>")
"""A placeholder that is all of a text."""
KINDS: Final[Mapping[str, type]] = {"string": str, "object": dict, "array": list}


def keep_kinds(draft: Draft) -> None:
    """What stands between quotes in a body is text there, also where the variable has a number. What a script keeps as
    JSON is the value itself where it stands without them."""
    requests = [one.value if isinstance(one, Commented) else one for one in draft.requests]
    inner = [one for one in requests if isinstance(one, dict)]
    whole = "\n".join(yaml_lines(draft.collection())) if draft.as_json else ""
    given = {*draft.variables, *draft.secrets, *draft.masked}
    valued = {name for name in draft.as_json - given if _is_value_alone(name, inner, whole)}
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
    for name, kept in mapping(made.get("capture")).items():
        for kind in _kinds(made, kept) if isinstance(kept, str) and name not in draft.as_json else ():
            if kind in (dict, list):
                what, sent = ("an object", "[object Object]") if kind is dict else ("a list", "its values with commas")
                message = f"{name} captures {what}: Postman sends {sent} where it is used, here it is JSON"
                draft.note(place, message, "JSON.stringify would keep it whole there.")


def _is_value_alone(name: str, requests: list[dict[str, Value]], whole: str) -> bool:
    """Whether a variable stands for nothing but whole values in JSON bodies, without quotes."""
    if any(isinstance(mapping(request.get("capture")).get(name), str) for request in requests):
        return False  # one of its captures is no JSON text
    alone = f"<<{name}{AS_JSON}>>"
    values = [text for request in requests for _, _, body in _bodies(request) for text in texts(body)]
    used = len(re.findall(rf"<<{re.escape(name)}(?![\w.-])", whole))
    return used > 0 and used == values.count(alone)


def _typed(requests: list[dict[str, Value]], draft: Draft) -> set[str]:
    """Names of variables that may have something else than text."""
    kinds: dict[str, set[type]] = {}
    for request in requests:
        for name, kept in mapping(request.get("capture")).items():
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


def _plainly(kept: Value) -> Value:
    """A capture of a value without its filter."""
    return kept["json"] if isinstance(kept, dict) and "json" in kept else kept


def _as_value(text: str, names: set[str]) -> str:
    name = text.removeprefix("<<").removesuffix(f"{AS_JSON}>>")
    return f"<<{name}>>" if name in names and text == f"<<{name}{AS_JSON}>>" else text


def _as_text(text: str, names: set[str]) -> str:
    found = ALONE.fullmatch(text)
    return f"<<{found[1]}|string>>" if found is not None and found[1] in names else text
