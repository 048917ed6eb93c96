"""JSONPaths into what a request is answered with, as far as that is known without sending it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from runner.checks.schema.files import SchemaFault, read_schema
from runner.folder import FileProblem, Folder
from runner.language_server.entries import Entry
from runner.language_server.recorded import Recorded
from runner.node import Node, Plain
from runner.schemas import builtin_schema

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
STEP: Final = re.compile(r"""\.([A-Za-z_][\w-]*)|\[(\d+)\]|\[\*\]|\['([^']*)'\]|\["([^"]*)"\]""")
MOST: Final = 100
DEEPEST: Final = 5
LARGEST: Final = 2_000
"""Parts of an answer that are made up from a schema."""
KINDS: Final[dict[str, Plain]] = {
    "object": {},
    "array": [],
    "string": "",
    "integer": 0,
    "number": 0.5,
    "boolean": True,
    "null": None,
}


def answers(entry: Entry, folder: Folder, recorded: Recorded) -> list[Plain]:
    """What the request is answered with: as it was recorded, its examples, and what its schemas describe."""
    examples = [example.get("json") for example in entry.examples]
    found = [recorded.answers[entry.name]] if entry.name in recorded.answers else []
    found += [one.plain() for one in examples if one is not None]
    for expect in (one.get("expect") for one in (entry.node, *entry.turns)):
        schema = expect.get("schema") if expect is not None else None
        if schema is not None:
            found += _described(schema, folder)
    return found


def _described(node: Node, folder: Folder) -> Iterator[Plain]:
    """Something of the shape that a schema asks for; nothing for one that cannot be read."""
    schema: Plain = node.plain()
    if isinstance(schema, str):
        builtin = builtin_schema(schema)
        try:
            path = builtin or folder.file(schema)
            schema = read_schema(path, Folder.of(path.parent) if builtin else folder)
        except (FileProblem, SchemaFault):
            return
    if isinstance(schema, dict):
        yield _Sample(schema).of(schema, 0)


class _Sample:
    """Makes a value of a schema's shape."""

    def __init__(self, root: dict[str, Plain]) -> None:
        self._root = root
        self._left = LARGEST

    def of(self, schema: Plain, depth: int) -> Plain:
        self._left -= 1
        if not isinstance(schema, dict) or self._left < 0 or depth > 2 * DEEPEST:
            return None
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self.of(self._resolved(reference), depth + 1)
        for name in ("anyOf", "oneOf", "allOf"):
            members = schema.get(name)
            if isinstance(members, list) and "properties" not in schema:
                made = [self.of(one, depth + 1) for one in members]
                objects = {key: value for one in made if isinstance(one, dict) for key, value in one.items()}
                return objects or next((one for one in made if one), made[0] if made else None)
        properties = schema.get("properties")
        if isinstance(properties, dict):
            return {key: self.of(one, depth + 1) for key, one in properties.items()}
        if isinstance(schema.get("items"), dict):
            return [self.of(schema["items"], depth + 1)]
        kind = schema.get("type")
        return KINDS.get(str(next(iter(kind), "")) if isinstance(kind, list) else str(kind))

    def _resolved(self, reference: str) -> Plain:
        found: Plain = self._root if reference.startswith("#") else None
        for name in reference.removeprefix("#").strip("/").split("/") if reference != "#" else ():
            found = found.get(name) if isinstance(found, dict) else None
        return found


def paths(written: str, known: Sequence[Plain]) -> dict[str, str]:
    """The paths that go on from what is ``written`` in front of the cursor, each with the type of what it leads to."""
    cut = max(written.rfind("."), written.rfind("["))
    base = written[:cut] if cut > 0 else "$"
    if not base.startswith("$") or not all(_is_path(base)):
        return {}
    is_short = cut <= 0
    found: dict[str, str] = {}
    for value in known:
        reached = _reached(base, value)
        for path, one in _members(base, reached, DEEPEST if is_short else 1):
            if len(found) < MOST:
                found.setdefault(path, type_of(one))
    return found


def _is_path(base: str) -> Iterator[bool]:
    at = 1
    while at < len(base):
        step = STEP.match(base, at)
        if step is None:
            yield False
            return
        yield True
        at = step.end()


def _reached(base: str, value: Plain) -> Plain:
    """What a path leads to; of all entries, the first."""
    for step in STEP.finditer(base, 1):
        name = next((one for one in (step[1], step[3], step[4]) if one is not None), None)
        if name is not None:
            value = value.get(name) if isinstance(value, dict) else None
        else:
            number = int(step[2] or 0)
            value = value[number] if isinstance(value, list) and number < len(value) else None
    return value


def _members(base: str, value: Plain, depth: int) -> Iterator[tuple[str, Plain]]:
    """What stands in a value, the nearest first."""
    level = [(base, value)]
    for _ in range(depth):
        below: list[tuple[str, Plain]] = []
        for path, one in level:
            if isinstance(one, dict):
                below += [(path + _step(key), inner) for key, inner in one.items()]
            elif isinstance(one, list) and one:
                below += [(f"{path}[0]", one[0])]
                yield f"{path}[*]", one
        yield from below
        level = below


def _step(key: str) -> str:
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    return f".{key}" if NAME.fullmatch(key) else f"['{quoted}']"


def type_of(value: Plain) -> str:
    """The JSON type of a value."""
    if isinstance(value, bool):
        return "boolean"
    kinds = {dict: "object", list: "array", str: "string", int: "integer", float: "number"}
    return kinds.get(type(value), "null")
