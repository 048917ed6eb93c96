"""The files that a collection names: included files, data, schemas, bodies, certificates."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from runner.disk import exists
from runner.errors import RenderError
from runner.folder import FileProblem, Folder
from runner.loading.document import read_document
from runner.loading.files import read_source, read_text_file
from runner.loading.problems import Problems
from runner.node import Node

PATH_KEYS: Final = frozenset({"include", "data", "file", "schema", "ca", "cert", "key", "$ref"})
ENDING: Final = re.compile(r"[^\n\0<>]{1,200}\.[A-Za-z0-9]{1,10}")
"""What looks like the name of a file, there or not."""
REFERENCE: Final = re.compile(r"""\$(?:dynamicR|r)ef["']?\s*:\s*["']?([^"'#\s,}]+)""")


def path_nodes(node: Node) -> Iterator[tuple[str, Node]]:
    """Every text in ``node`` that stands where a path may stand, with its key."""
    for key, value in node.items:
        if value.kind == "scalar":
            if key.value in PATH_KEYS and isinstance(value.value, str):
                yield str(key.value), value
        else:
            yield from path_nodes(value)
    for element in node.elements:
        yield from path_nodes(element)


def named_files(node: Node, folder: Folder, render: Callable[[Node], str]) -> Iterator[tuple[str, str]]:
    """The path of every file that ``node`` names, with the key at which it stands; those that a schema refers to are
    among them, those that only a response will name are not."""
    for key, value in path_nodes(node):
        try:
            path = file_named(render(value), folder)
        except RenderError:
            continue
        if path is not None:
            yield from ((key, one) for one in (files_of_schema(path, folder) if key == "schema" else (path,)))


def file_named(text: str, folder: Folder) -> str | None:
    """The path that ``text`` names; None for what is no path, since the same keys may stand in a body, and for what is
    outside and will not be read."""
    path = os.path.join(folder.path, text)  # noqa: PTH118  # a text that is no path is none of our business
    if "\0" in text or not folder.holds(Path(path)):
        return None
    return path if ENDING.fullmatch(text) or exists(Path(path)) else None


def files_of_schema(path: str, folder: Folder) -> set[str]:
    """A schema with all that it refers to, as far as ``folder`` may name it."""
    found: set[str] = set()
    waiting = [path]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        try:
            text = read_text_file(Path(one), one, folder)
        except FileProblem:
            continue
        here = folder._replace(path=Path(one).parent)
        names = (name for name in REFERENCE.findall(text) if "://" not in name)
        waiting.extend(named for name in names if (named := file_named(name, here)))
    return found


def files_of_collection(path: str, root: Path | None = None) -> set[str] | None:
    """What a collection and the files that it includes name, as far as that can be read; None if it cannot."""
    found: set[str] = set()
    top = _top(path)
    if top is None:
        return None
    waiting = [(Folder.of(Path(path).parent, root), top)]
    while waiting:
        folder, top = waiting.pop()
        for key, node in path_nodes(top):
            text = str(node.value).partition("#")[0] if key == "$ref" else str(node.value)
            one = file_named(text, folder) if not node.templated else None
            if one is None or one in found:
                continue
            found |= files_of_schema(one, folder) if key in ("schema", "$ref") else {one}
            included = _top(one, folder) if key == "include" else None
            if included is not None:
                waiting.append((folder.beside(Path(os.path.realpath(one))), included))
    return found


def _top(path: str, folder: Folder | None = None) -> Node | None:
    try:
        return read_document(read_source(Path(path), path, folder), Problems())
    except FileProblem:
        return None
