"""Schemas by what they are written as, each made ready once, and what a document has against one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from runner import strict_json
from runner.checks.schema.problem import SchemaProblem
from runner.folder import Folder
from runner.node import Node, Plain
from runner.schemas import builtin_schema

if TYPE_CHECKING:
    from runner.checks.schema.validators import Read, Referred, Validator

Key: TypeAlias = "str | int"


class SchemaChecker:
    """Checks documents against schemas that stand in a collection or in files of ``folder``."""

    def __init__(self, folder: Folder, read: Read | None = None) -> None:
        self._folder = folder
        self._read = read
        """What schemas refer to, where that is not files of ``folder``."""
        self._referred: Referred | None = None
        self._ready: dict[Key, Validator] = {}
        self._kept: list[Node] = []

    def check(self, node: Node, schema: Plain, document: Plain) -> list[SchemaProblem]:
        """What ``document`` has against ``schema``, most telling first; nothing means that it is valid.

        ``schema`` is ``node`` with its placeholders filled: a path relative to the root, the name of a
        schema in the package, or a schema itself (relative to the root as well).
        """
        if not isinstance(schema, str | dict | bool):
            return [SchemaProblem("", "a schema is a path, a mapping, true or false")]
        key: Key = schema if isinstance(schema, str) else self._key(node, schema)
        if key not in self._ready:
            self._ready[key] = self._make(schema)
        return self._ready[key].problems(document)

    def check_plain(self, schema: Plain, document: Plain) -> list[SchemaProblem]:
        """The same for a schema that stands in no file: a request has it."""
        if not isinstance(schema, dict | bool):
            return [SchemaProblem("", "a schema is a mapping, true or false")]
        key = "=" + strict_json.dumps(schema)
        if key not in self._ready:
            self._ready[key] = self._make(schema)
        return self._ready[key].problems(document)

    def _key(self, node: Node, schema: Plain) -> Key:
        """An inline schema without placeholders is the same each time: its node stands for it."""
        if node.templated:
            return "=" + strict_json.dumps(schema)
        if id(node) not in self._ready:
            self._kept.append(node)  # so that no other node gets its id
        return id(node)

    def _make(self, schema: str | dict[str, Plain] | bool) -> Validator:  # noqa: FBT001  # a schema may be true or false
        from runner.checks.schema.validators import (  # noqa: PLC0415  # jsonschema takes 95 ms
            Referred,
            file_validator,
            inline_validator,
            referred_files,
        )

        if self._referred is None:
            self._referred = referred_files(self._folder) if self._read is None else Referred(self._read)
        if not isinstance(schema, str):
            return inline_validator(schema, self._folder, self._referred)
        builtin = builtin_schema(schema)
        if builtin is not None:
            return file_validator(builtin, Folder.of(builtin.parent))
        return file_validator(self._folder.path / schema, self._folder, self._referred)
