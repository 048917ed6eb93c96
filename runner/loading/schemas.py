"""The JSON Schemas that a collection names: found, readable and shaped like schemas, without a validator."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from runner.disk import exists
from runner.folder import FileProblem, Folder
from runner.loading.document import read_document
from runner.loading.files import check_file, read_source, shown
from runner.loading.problems import Problems, suggestion
from runner.loading.schema_shape import check_schema_shape
from runner.model import Matcher
from runner.node import Node
from runner.schemas import BUILTIN_NAMES, builtin_schema
from runner.source import Source

ENDINGS: Final = (".json", ".yaml", ".yml")
"""How the names of files end that may be made."""


class SchemaFiles:
    """Looks at each schema file of one collection once."""

    def __init__(self, source: Source, folder: Folder, problems: Problems) -> None:
        self._source = source
        self._folder = folder
        self._problems = problems
        self._seen: set[object] = set()

    def check(self, node: Node, *, may_be_made: bool = False) -> None:
        """``node`` is an inline schema, the name of a well-known one, or a path relative to the collection. One that
        ``may_be_made`` need not be there in a run that makes schemas."""
        if node.kind == "mapping" or isinstance(node.value, bool):
            if not node.templated:
                check_schema_shape(node, self._problems)
            return
        if node.kind == "list":
            hint = "Write schema: schemas/name.json, or the schema itself."
            self._problems.error("kind", node, "a schema is a path or a mapping, this is a list", hint)
            return
        if isinstance(node.value, str) and builtin_schema(node.value) is not None:
            return
        if node.value in self._seen:
            return
        if isinstance(node.value, str) and not node.templated and self._is_elsewhere(node, node.value):
            return
        if may_be_made and self._is_made(node):
            return
        errors = self._problems.count
        path = check_file(node, self._folder, self._problems)
        if self._problems.count == errors:
            self._seen.add(node.value)
        if path is not None:
            self._check_file(node, path)

    def check_named(self, matcher: Matcher | None) -> None:
        """The schema files that a matcher names, however deep inside."""
        for test in matcher.tests if matcher is not None else ():
            if test.inner is None:
                if test.operator == "schema" and test.operand.kind == "scalar":
                    self.check(test.operand)
            elif isinstance(test.inner, Matcher):
                self.check_named(test.inner)
            else:
                for _, inner in test.inner:
                    self.check_named(inner)

    def _is_made(self, node: Node) -> bool:
        """Whether ``node`` names a file that is not there and that this run may write."""
        if not self._folder.makes_schemas or not isinstance(node.value, str) or node.templated:
            return False
        path = self._folder.path / node.value
        return (
            "\0" not in node.value and path.suffix.lower() in ENDINGS and self._folder.holds(path) and not exists(path)
        )

    def _is_elsewhere(self, node: Node, name: str) -> bool:
        """Whether ``name`` is an address, or nearly a well-known name; then the reason is told."""
        if "://" in name:
            hint = "Keep a copy beside this file and write its path; well-known: " + ", ".join(BUILTIN_NAMES) + "."
            self._problems.error("schema", node, "a schema is never fetched from the network", hint)
            return True
        family = name.partition("/")[0] in {known.partition("/")[0] for known in BUILTIN_NAMES}
        if family and not exists(self._folder.path / name):
            self._problems.error("schema", node, f"there is no schema {name}", suggestion(name, BUILTIN_NAMES))
            return True
        return False

    def _check_file(self, node: Node, path: Path) -> None:
        name = shown(path, self._source)
        before = self._problems.count
        try:
            root = read_document(read_source(path, name, self._folder), self._problems)
        except FileProblem as error:
            self._problems.error(error.rule, node, error.message, error.hint)
            return
        if root is not None:
            check_schema_shape(root, self._problems)
        elif self._problems.count == before:
            self._problems.error("schema", node, f"the schema {name} is empty", "Write a JSON Schema, or {} for any.")
