"""Schemas that a collection names, as components: each file once, with what it refers to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from runner.checks.schema.files import SchemaFault, inside, read_schema
from runner.exporting.openapi.values import Values
from runner.folder import FileProblem, Folder
from runner.node import Node, Plain
from runner.schemas import builtin_schema
from runner.writing.names import unique

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
AS_IT_IS: Final = frozenset(("enum", "const", "examples", "example", "default"))
BEFORE: Final = "#/components/schemas/"


class Components:
    """The schemas of a document by name; references in them lead to one another."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self.known: dict[str, Plain] = {}
        self._names: dict[Path, str] = {}
        self._waiting: list[tuple[str, Path, Folder]] = []

    def read(self, node: Node) -> Plain:
        """What stands under ``schema``: a reference to a component, or the schema itself. None, told, if it cannot be
        read."""
        collection = self._values.known.collection
        if node.kind == "scalar" and isinstance(node.value, str):
            name = self._values.text(node)
            builtin = builtin_schema(name)
            folder = collection.folder if builtin is None else Folder.of(builtin.parent)
            try:
                found = folder.file(name) if builtin is None else builtin
            except FileProblem as error:
                self._left_out(node, error.message)
                return None
            made: Plain = {"$ref": self._reference(found, folder)}
        else:
            schema = self._values.value(node)
            made = self._referring(schema, "", collection.folder.path, collection.folder)
        while self._waiting:
            fault = self._read_next()
            if fault:
                self._left_out(node, fault)
        return made

    def _left_out(self, node: Node, why: str) -> None:
        self._values.known.note(node.location, f"a schema is left out: {why}")

    def _reference(self, path: Path, folder: Folder) -> str:
        path = path.resolve()
        if path not in self._names:
            stem = UNSAFE.sub("-", path.name.removesuffix(path.suffix).removesuffix(".schema")).strip("-.") or "Schema"
            name = self._names[path] = unique(stem, self._names.values(), "-")
            self.known[name] = {}
            self._waiting.append((name, path, folder))
        return f"{BEFORE}{self._names[path]}"

    def _read_next(self) -> str:
        name, path, folder = self._waiting.pop(0)
        try:
            schema = read_schema(path, folder)
        except SchemaFault as fault:
            return str(fault)
        self.known[name] = self._referring(schema, name, path.parent, folder)
        return ""

    def _referring(self, schema: Plain, name: str, start: Path, folder: Folder) -> Plain:
        """``schema`` of the component ``name``, whose files begin at ``start``, with references to components."""
        if isinstance(schema, list):
            return [self._referring(one, name, start, folder) for one in schema]
        if not isinstance(schema, dict):
            return schema
        made: dict[str, Plain] = {}
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                made[key] = self._led(value, name, start, folder)
            elif not (key == "$schema" and value == DRAFT):
                made[key] = value if key in AS_IT_IS else self._referring(value, name, start, folder)
        return made

    def _led(self, reference: str, name: str, start: Path, folder: Folder) -> str:
        """Where a reference leads in the document; as it is, where it leads nowhere that is known."""
        file, mark, pointer = reference.partition("#")
        if "://" in file:
            return reference
        if not file:
            return f"{BEFORE}{name}{pointer.rstrip('/')}" if name and pointer[:1] in ("", "/") else reference
        try:
            path = inside(start / unquote(file), folder)
        except SchemaFault as fault:
            self._values.known.note(self._values.known.collection.source.name, str(fault))
            return reference
        found = self._reference(path, folder)
        return f"{found}{pointer.rstrip('/')}" if mark and pointer.startswith("/") else found
