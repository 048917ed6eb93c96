"""Bodies made of files as arguments for curl, which reads those files itself."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from runner.content import guessed_type
from runner.convert.curl import NOT_TYPED, Files, Piece, Secrets, quoted
from runner.exporting.known import Known
from runner.exporting.parts import Part, parts_of_body
from runner.messages import Request
from runner.model import RequestSpec
from runner.node import Node

BY_ENDING: Final = {
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".htm": "text/html",
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".xml": "application/xml",
}
"""The content types that curl knows."""
OF_ANY_FILE: Final = "application/octet-stream"
OF_CURL: Final = re.compile(r"""\A[@<"(=\s]|;|\s\Z""")
"""What ``-F`` reads in a way of its own."""
IN_QUOTES: Final = frozenset('",;\\ ')


def files_of(spec: RequestSpec, request: Request, known: Known) -> Files | None:
    """How curl makes the body of a request; None where it has to be written as it is."""
    if spec.body is None or request.body is None:
        return None
    if spec.body.kind == "file":
        path = _path(spec.body.node, known)
        return None if path is None else Files(lambda _found: [f"--data-binary {quoted(['@', path])}"], is_form=False)
    if spec.body.kind != "multipart":
        return None
    parts = [(part, None if part.path is None else _path(part.path, known)) for part in parts_of_body(spec, request)]
    if not parts or not all(_is_said(part, path) for part, path in parts):
        return None
    return Files(lambda found: [_field(part, path, found) for part, path in parts], is_form=True)


def _path(node: Node, known: Known) -> str | None:
    """A file as it is seen from the folder of the collection."""
    written = known.rendered(node) if node.templated else node.value
    if not isinstance(written, str):
        return None
    path = str(PurePosixPath(written))
    return None if NOT_TYPED.search(path) else f"./{path}" if path == "-" else path


def _is_said(part: Part, path: str | None) -> bool:
    if "=" in part.name or not part.name or NOT_TYPED.search(part.name):
        return False
    if part.path is not None:
        return path is not None
    try:
        return not NOT_TYPED.search(part.data.decode())
    except UnicodeDecodeError:
        return False


def _field(part: Part, path: str | None, found: Secrets) -> str:
    """One part: what a variable holds is never read as a file or an option."""
    if path is None:
        pieces = found.split(part.data.decode())
        text = pieces[0] if len(pieces) == 1 else ""
        is_plain = isinstance(text, str) and not OF_CURL.search(text) and (text or not pieces)
        return f"{'-F' if is_plain else '--form-string'} {quoted([*found.split(part.name), '=', *pieces])}"
    about: list[Piece] = ["@", _in_quotes(path)]
    kind, shown = part.content_type, part.filename or ""
    if kind != _type_of_curl(shown, path) or kind != guessed_type(shown):
        about += [";type=", *found.split(kind)]
    if shown != PurePosixPath(path).name:
        about += [";filename=", _in_quotes(shown)]
    return f"-F {quoted([*found.split(part.name), '=', *about])}"


def _type_of_curl(*names: str) -> str:
    known = (kind for name in names for ending, kind in BY_ENDING.items() if name.lower().endswith(ending))
    return next(known, OF_ANY_FILE)


def _in_quotes(text: str) -> str:
    """A name for ``-F``, which ends one at a comma or a semicolon."""
    if IN_QUOTES.isdisjoint(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
