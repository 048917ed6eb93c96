"""Other files that a collection is made of: their requests (``include``), their defaults."""

from __future__ import annotations

from typing import Final, NamedTuple

from runner.errors import InvalidFiles
from runner.folder import FileProblem
from runner.loading.collection import TOP_KEYS, Opened, decode_opened
from runner.loading.document import read_document
from runner.loading.fields import check_name, check_templates, read_fields, read_texts
from runner.loading.files import read_source, shown
from runner.loading.merge import merge_request
from runner.loading.problems import Problems, suggestion
from runner.model import Collection, Include, Phase
from runner.node import Node
from runner.source import Source
from runner.variables.uses import used_names

INCLUDE_KEYS: Final = ("include", "only", "with")
MAX_REQUESTS: Final = 100_000
MAX_DEPTH: Final = 20
MAX_FILES: Final = 1000
"""Files that include each other several times grow fast: two in each of seventeen are more than a hundred thousand."""
NAME_HINT: Final = "A name is letters, digits, _, - and ., starting with a letter or _."


class _File(NamedTuple):
    source: Source
    opened: Opened


def read_include(node: Node, phase: Phase, here: Opened, problems: Problems) -> Include | None:
    """The requests of another file, as they stand at ``node`` in the list ``phase``."""
    fields = read_fields(node, INCLUDE_KEYS, "an include", problems)
    file = _open(fields["include"], here, problems)
    if file is None:
        return None
    try:
        collection = decode_opened(file.source, file.opened)
    except InvalidFiles as error:
        for diagnostic in error.diagnostics:
            problems.add(diagnostic)
        return None
    for warning in collection.warnings:
        problems.add(warning)
    if _size(collection) > MAX_REQUESTS:
        message = f"this includes more than {MAX_REQUESTS} requests"
        problems.error("too-many", fields["include"], message, "Include fewer files, or with fewer rows.")
        return None
    only = _only(fields.get("only"), collection, problems)
    return Include(node, collection, only, _given(fields.get("with"), collection, problems), phase)


def read_defaults(defaults: Node, here: Opened, problems: Problems) -> Node:
    """``defaults`` with those of the file that it includes below its own."""
    found = defaults.get("include")
    own = defaults.with_items([(key, value) for key, value in defaults.items if key.value != "include"])
    file = _open(found, here, problems) if found is not None else None
    root = read_document(file.source, problems) if file is not None else None
    if file is None or root is None:
        return own
    theirs = read_fields(root, TOP_KEYS, "a collection", problems).get("defaults")
    if theirs is None or theirs.kind != "mapping":
        assert found is not None  # noqa: S101  # the file was named by it
        hint = "Only the defaults of a file are taken: write defaults: and a mapping at its top."
        problems.error("include", found, f"there are no defaults in {file.source.name}", hint)
        return own
    if theirs.get("include") is not None:
        theirs = read_defaults(theirs, file.opened, problems)
    return merge_request(theirs, own)


def _open(node: Node, here: Opened, problems: Problems) -> _File | None:
    """The file that ``node`` names, read; None where it cannot be."""
    if node.templated:
        hint = "Write the path as it is: the file is read before variables have values."
        problems.error("include", node, "the path of an include holds no placeholders", hint)
        return None
    if node.kind != "scalar" or not isinstance(node.value, str):
        hint = "Write include: login.yaml."
        problems.error("kind", node, f"include is the path of a file, this is {node.type_name}", hint)
        return None
    here.opened.append(node.value)
    if len(here.opened) > MAX_FILES:
        problems.error("too-many", node, f"more than {MAX_FILES} files are included", "Include fewer.")
        return None
    try:
        path = here.folder.file(node.value)
        if path in here.path:
            names = " → ".join(one.name for one in (*here.path[here.path.index(path) :], path))
            problems.error("include-circle", node, f"files include each other in a circle: {names}", "Take one out.")
            return None
        if len(here.path) > MAX_DEPTH:
            message = f"more than {MAX_DEPTH} files include each other in a row"
            problems.error("too-many", node, message, "Include this one further up.")
            return None
        source = read_source(path, shown(path, node.source), here.folder)
    except FileProblem as error:
        problems.error(error.rule, node, error.message, error.hint)
        return None
    return _File(source, Opened(here.folder.beside(path), (*here.path, path), here.opened))


def _size(collection: Collection) -> int:
    """How many requests one run of the file sends."""
    own = sum(len(spec.rows) for spec in collection.own_requests)
    return sum((_size(one.collection) for one in collection.includes), own) * len(collection.rows)


def _only(node: Node | None, collection: Collection, problems: Problems) -> tuple[str, ...]:
    """The names of the wanted requests; that of a conversation stands for its turns."""
    if node is None:
        return ()
    if node.kind == "mapping" or (node.kind == "list" and not node.elements):
        shown_as = "an empty list" if node.kind == "list" else node.type_name
        hint = "Write only: [name, name], or leave it out for all."
        problems.error("kind", node, f"only is a list of names of requests, this is {shown_as}", hint)
        return ()
    names: dict[str, list[str]] = {}
    for spec in collection.requests:
        names.setdefault(str(spec.name.value), []).append(str(spec.name.value))
        if spec.conversation is not None:
            names.setdefault(str(spec.conversation.value), []).append(str(spec.name.value))
    for element in node.as_list:
        name = element.value
        if isinstance(name, str) and name.strip() and name not in names:
            message = f'there is no request named "{name}" in {collection.source.name}'
            problems.error("only", element, message, suggestion(name, names, "Requests there"))
    return tuple(one for text in read_texts(node, "the name of a request", problems) for one in names.get(text, ()))


def _given(node: Node | None, collection: Collection, problems: Problems) -> dict[str, Node]:
    """The values of ``with``; a name that the file does not use is likely misspelt."""
    if node is None:
        return {}
    if node.kind != "mapping":
        problems.error("kind", node, f"with is a mapping of variables, this is {node.type_name}", "Write NAME: value.")
        return {}
    check_templates(node, problems)
    used = used_names(collection)
    for key, _ in node.items:
        name = str(key.value)
        if check_name(key, problems) and name not in used:
            message = f"{name} changes nothing: {collection.source.name} has no <<{name}>>"
            problems.warning("unused-variable", key, message, suggestion(name, used, "Used there") if used else "")
    return {str(key.value): value for key, value in node.items}
