"""JSON Schemas that nobody uses, and words in them that say nothing or are those of older drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from runner.disk import is_folder
from runner.folder import FileProblem
from runner.lint.finding import NOWHERE, Edit, Finding, Subject, found, written
from runner.loading.discover import REQUESTS_KEY, look_through
from runner.loading.document import read_document
from runner.loading.files import read_source, read_text_file, shown
from runner.loading.problems import Problems
from runner.loading.schema_shape import schemas_inside
from runner.node import Node
from runner.source import Diagnostic, Source

FOLDER: Final = "schemas"
ENDINGS: Final = (".json", ".yaml", ".yml")
MOST_FILES: Final = 1000
DRAFT: Final = "2020-12"
OLD: Final[Mapping[str, str]] = {
    "definitions": "It is called $defs since 2019-09.",
    "dependencies": "Write dependentRequired for lists of names, dependentSchemas for schemas.",
    "additionalItems": "Write prefixItems for the first elements, and items for those behind them.",
    "id": "It is called $id since draft 6.",
    "$recursiveRef": "Write $dynamicRef.",
    "$recursiveAnchor": "Write $dynamicAnchor.",
}
"""Keywords of older drafts, which 2020-12 does not have."""
STILL_READ: Final = "definitions"
FORMATS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("datetime", "date_time", "dateTime", "timestamp", "iso8601", "iso-8601"), "date-time"),
    **dict.fromkeys(("url", "URI", "URL", "href", "link"), "uri"),
    **dict.fromkeys(("guid", "UUID", "uuid4", "uuidv4"), "uuid"),
    **dict.fromkeys(("ip", "ip-address", "IPv4", "ipaddress"), "ipv4"),
    **dict.fromkeys(("e-mail", "mail", "Email"), "email"),
    **dict.fromkeys(("IPv6", "ip6"), "ipv6"),
}
"""What is written for a format that is checked; a format of any other name may be one of somebody's own."""


def unused_schemas(subject: Subject) -> Iterator[Finding]:
    """Files in ``schemas/`` beside the collection that no file around it names, and definitions that no ``$ref`` of
    their schema leads to."""
    for root in _inline(subject):
        references = {str(node.get("$ref").value) for node in schemas_inside(root) if node.get("$ref")}  # type: ignore[union-attr]
        for holder in ("$defs", "definitions"):
            defined = root.get(holder)
            for key, _ in defined.items if defined is not None else ():
                name = str(key.value).replace("~", "~0").replace("/", "~1")
                wanted = f"#/{holder}/{name}/"
                if not any(f"{one}/".startswith(wanted) for one in references) and not _is_anchored(root):
                    message = f"no $ref leads to {key.value}"
                    yield found("unused-schema", key, message, f"Refer to it as #/{holder}/{name}, or take it out.")
    yield from _unused_files(subject)


def _is_anchored(root: Node) -> bool:
    names = ("$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "id")
    return any(node.get(name) is not None for node in schemas_inside(root) for name in names)


def _inline(subject: Subject) -> list[Node]:
    """Schemas that stand in the file."""
    return [one for one in _schemas(subject) if one.kind == "mapping" and one.source is subject.source]


def _schemas(subject: Subject) -> Iterator[Node]:
    """What stands behind ``schema`` below ``expect``, of those inside of each other the outermost."""
    waiting = [one for part in subject.parts for one in _expects(part)]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        waiting += node.elements
        for key, value in node.items:
            if key.value == "schema":
                yield value
            else:
                waiting.append(value)


def _expects(part: Node) -> Iterator[Node]:
    turns = part.get("turns")
    for one in (part, *(turns.elements if turns is not None else ())):
        expect = one.get("expect")
        if expect is not None:
            yield expect


def _unused_files(subject: Subject) -> Iterator[Finding]:
    """Only where all collections of the folder are looked at, and told for the first of them."""
    path = subject.source.path
    folder = path.parent if path is not None else None
    if path is None or folder is None or not is_folder(folder / FOLDER):
        return
    files = list(islice(_files(folder), MOST_FILES + 1))
    texts = {file: text for file in files if (text := _text(file)) is not None} if len(files) <= MOST_FILES else {}
    if len(texts) < len(files):
        return  # what is not read may name them
    here = sorted(file for file in files if file.parent == folder and REQUESTS_KEY.search(texts[file]))
    known = {one.source.path.resolve() for one in (subject.collection, *subject.others) if one.source.path is not None}
    if not here or here[0].resolve() != path.resolve() or not all(one.resolve() in known for one in here):
        return
    for file in files:
        if file.is_relative_to(folder / FOLDER) and not _is_named(file, texts):
            source = Source(shown(file.resolve(), subject.source), texts[file], file)
            hint = f"Name it behind schema: {file.relative_to(folder).as_posix()}, or take the file away."
            told = Diagnostic("unused-schema", f"no collection beside it names {file.name}", hint, source, NOWHERE)
            yield Finding(told._replace(severity="warning"))


def _files(folder: Path) -> Iterator[Path]:
    """Collections and schemas in the folder and below it."""
    for place, names in look_through(folder):
        yield from (Path(place, name) for name in names)
    for file in sorted((folder / FOLDER).rglob("*.json")):
        if file.is_file():
            yield file


def _text(file: Path) -> str | None:
    try:
        return read_text_file(file, file.name)
    except FileProblem:
        return None


def _is_named(file: Path, texts: Mapping[Path, str]) -> bool:
    return any(file.name in text for other, text in texts.items() if other != file)


def old_words(subject: Subject) -> Iterator[Finding]:
    """Keywords of older drafts in a schema of draft 2020-12, as all are that do not say another one."""
    for root in _own_schemas(subject):
        draft = root.get("$schema")
        if draft is not None and DRAFT not in str(draft.value):
            continue
        for node in schemas_inside(root):
            for key, value in node.items:
                name = str(key.value)
                if name in OLD and not (name == "id" and not isinstance(value.value, str)):
                    says = "is the word of an older draft" if name == STILL_READ else "says nothing any more"
                    edits = _renamed(key, root) if name == STILL_READ and root.source is subject.source else []
                    yield found("deprecated-spelling", key, f'"{name}" {says}', OLD[name], edits)


def _renamed(key: Node, root: Node) -> list[Edit]:
    """``$defs`` for ``definitions`` at the top of a schema, with all that refers to it."""
    if root.get("definitions") is None or root.get("$defs") is not None:
        return []
    if not any(one is key for one, _ in root.items) or _is_anchored(root):
        return []
    edits = [Edit(key.span, written(key), written(key).replace("definitions", "$defs"))]
    for scalar in root.scalars():
        if isinstance(scalar.value, str) and scalar.value.startswith("#/definitions/"):
            text = written(scalar)
            if not text:
                return []
            edits.append(Edit(scalar.span, text, text.replace("#/definitions/", "#/$defs/", 1)))
    return edits


def unknown_formats(subject: Subject) -> Iterator[Finding]:
    """A ``format`` that is misspelt: an unknown one is not checked, which nobody notices."""
    for root in _own_schemas(subject):
        for node in schemas_inside(root):
            told = node.get("format")
            if told is not None and told.value in FORMATS:
                message = f'there is no format "{told.value}", so it is not checked'
                yield found("schema-format", told, message, f"Write format: {FORMATS[str(told.value)]}.")


def _own_schemas(subject: Subject) -> Iterable[Node]:
    """Those that stand in the file, and those in files that it names."""
    yield from _inline(subject)
    for name in dict.fromkeys(one.value for one in _schemas(subject) if isinstance(one.value, str)):
        try:
            path = subject.collection.folder.file(name)
            root = read_document(read_source(path, shown(path, subject.source)), Problems())
        except FileProblem:
            continue  # one that comes with the program, or has placeholders in its name
        if root is not None:
            yield root
