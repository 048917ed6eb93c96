"""An OpenAPI description as nodes with places, and where references in it lead: into itself and into files beside it,
never into a network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

from runner.disk import is_folder
from runner.errors import InvalidFiles
from runner.folder import FileProblem, Folder
from runner.importing.draft import Draft
from runner.importing.json_source import wrong
from runner.loading.document import read_document
from runner.loading.files import read_source
from runner.loading.problems import Problems
from runner.node import Node
from runner.source import Source

MOST_FILES: Final = 200
MOST_STEPS: Final = 50
"""References that lead to one another."""
SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
VERSION: Final = re.compile(r"3\.([0-9]+)(?:\..*)?")
ESCAPES: Final = (("~1", "/"), ("~0", "~"))


class Target(NamedTuple):
    """What a reference leads to: ``file`` and ``pointer`` are the same for the same thing."""

    node: Node
    file: str
    pointer: str


class Document:
    """The description in ``source``, and the files that it refers to, each read once."""

    def __init__(self, source: Source, draft: Draft) -> None:
        self.draft = draft
        self.source = source
        self.root = _root(source)
        self.minor = _minor(self.root, source, draft)
        self._files: dict[str, Node | None] = {source.name: self.root}

    def note(self, node: Node, message: str, hint: str = "") -> None:
        """Tell that something at ``node`` did not come over as it was."""
        self.draft.note(node.location, message, hint)

    def followed(self, node: Node | None) -> Node | None:
        """``node``, or what it refers to; None, told once, where that leads nowhere."""
        for _ in range(MOST_STEPS):
            reference = node.get("$ref") if node is not None else None
            if node is None or reference is None:
                return node
            target = self.target(reference)
            node = None if target is None else target.node
        return None

    def target(self, reference: Node) -> Target | None:
        """What stands where ``reference`` leads; None, told, if there is nothing or it leads out of the folder."""
        text = reference.value if isinstance(reference.value, str) else ""
        file, _, pointer = text.partition("#")
        if not text or SCHEME.match(file):
            hint = "Nothing is fetched: keep a copy beside the file, and refer to that by its relative path."
            self.note(reference, f'the reference "{text}" leads to another place; it is left out', hint)
            return None
        name = reference.source.name if not file else self._name(reference, unquote(file))
        node = self._files.get(name)
        found = None if node is None else _at(node, unquote(pointer))
        if found is None:
            if not file or node is not None:
                self.note(reference, f'the reference "{text}" leads nowhere; it is left out')
            return None
        return Target(found, name, unquote(pointer).rstrip("/"))

    def _name(self, reference: Node, file: str) -> str:
        """The name of a file beside the one that refers to it, read if it was not yet."""
        whole = self.source.path
        path = reference.source.path
        if whole is None or path is None:
            self.note(reference, f"{file} is not read: what comes from standard input lies in no folder")
            return file
        top = Folder.of(whole.parent)
        try:
            found = Folder(path.parent, top.root).file(file)
            name = str(Path(self.source.name).parent / found.relative_to(top.root))
            if name not in self._files and len(self._files) >= MOST_FILES:
                self.note(reference, f"{file} is left out: {MOST_FILES} files were read already")
                return file
            if name not in self._files:
                self._files[name] = _root(read_source(found, name, top))
        except FileProblem as error:
            self.note(reference, error.message, "" if error.rule == "outside" else error.hint)
            return file
        except InvalidFiles as error:
            first = error.diagnostics[0]
            self.note(reference, f"{file} cannot be read: {first.message}", str(first.location or ""))
            return file
        return name


def _root(source: Source) -> Node:
    """What ``source`` holds, JSON or YAML; raises ``InvalidFiles``."""
    if source.path is not None and is_folder(source.path):
        raise wrong(source, "this is a folder", "Give the file with the description in it.")
    problems = Problems()
    node = read_document(source, problems)
    if problems.count:
        raise InvalidFiles(problems.of("error"))
    if node is None:
        raise wrong(source, "it is empty", "Give an OpenAPI description, JSON or YAML.")
    return node


def _minor(root: Node, source: Source, draft: Draft) -> int:
    """The second number of the version: 0, or 1 for all that are later; raises ``InvalidFiles``."""
    version = root.get("openapi")
    found = VERSION.fullmatch(str(version.value)) if version is not None else None
    if found is None:
        if root.get("swagger") is not None:
            hint = "Convert it first: in editor.swagger.io Edit, Convert to OpenAPI 3; or npx swagger2openapi."
            raise wrong(source, "this is Swagger 2.0; OpenAPI 3.0 and 3.1 are read", hint)
        said = "" if version is None else f": it says openapi: {version.value}"
        hint = "A description begins with openapi: 3.1.0, or 3.0.…"
        raise wrong(source, f"this is no OpenAPI description of version 3{said}", hint)
    if int(found[1]) > 1:
        draft.note(root.first_key.location, f"OpenAPI 3.{found[1]} is read as 3.1: what is new in it is left out")
    return min(int(found[1]), 1)


def _at(node: Node, pointer: str) -> Node | None:
    """RFC 6901."""
    if pointer in ("", "/"):
        return node
    found: Node | None = node
    for part in pointer.removeprefix("/").split("/") if pointer.startswith("/") else [None]:
        if found is None or part is None:
            return None
        name = part
        for escaped, character in ESCAPES:
            name = name.replace(escaped, character)
        if found.kind == "list":
            found = found.elements[int(name)] if name.isdecimal() and int(name) < len(found.elements) else None
        else:
            found = found.get(name)
    return found


def text_at(node: Node | None, key: str) -> str:
    """The text under ``key``, empty if there is none."""
    found = node.get(key) if node is not None else None
    value = found.value if found is not None else None
    return value if isinstance(value, str) else "" if value is None else str(value)


def pairs_at(node: Node | None, key: str) -> list[tuple[str, Node]]:
    """The pairs of the mapping under ``key``."""
    found = node.get(key) if node is not None else None
    return [(str(name.value), value) for name, value in found.items] if found is not None else []


def elements_at(node: Node | None, key: str) -> list[Node]:
    """The elements of the list under ``key``."""
    found = node.get(key) if node is not None else None
    return list(found.elements) if found is not None else []


def is_true(node: Node | None, key: str) -> bool:
    """Whether ``key`` says true."""
    found = node.get(key) if node is not None else None
    return found is not None and found.value is True
