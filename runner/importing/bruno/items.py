"""What Bruno keeps in one file, however it is written: a request, or what a folder gives to those in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from runner.importing.json_source import Json


class Entry(NamedTuple):
    """A name with its value: a header, a parameter, a field, a variable, an assertion; ``kind`` is ``path`` for a part
    of the path, and ``file`` for a file in a form, whose content type is ``type``. Line 0 is one that is not known."""

    name: str
    value: str
    on: bool = True
    line: int = 0
    kind: str = ""
    type: str = ""


class Code(NamedTuple):
    """A script and the line on which it begins: ``when`` is ``prerequest`` or ``test``."""

    when: str
    text: str
    line: int = 0


class Auth(NamedTuple):
    """``mode`` is its name, ``none`` or ``inherit``; nothing where nothing is said."""

    mode: str = ""
    fields: Mapping[str, str] = {}


class Body(NamedTuple):
    """``mode`` as Bruno names it (``json``, ``formUrlEncoded`` …), with what belongs to it."""

    mode: str = "none"
    text: str = ""
    variables: str = ""
    fields: tuple[Entry, ...] = ()
    line: int = 0


class Item(NamedTuple):
    """One file. ``kind`` is ``http``, ``graphql``, ``folder`` …; ``told`` are lines that mean nothing here."""

    file: str = ""
    name: str = ""
    kind: str = "http"
    seq: float = 0
    tags: tuple[str, ...] = ()
    method: str = ""
    url: str = ""
    line: int = 0
    params: tuple[Entry, ...] = ()
    headers: tuple[Entry, ...] = ()
    auth: Auth = Auth()
    body: Body = Body()
    variables: tuple[Entry, ...] = ()
    kept: tuple[Entry, ...] = ()
    assertions: tuple[Entry, ...] = ()
    scripts: tuple[Code, ...] = ()
    docs: str = ""
    settings: Mapping[str, str] = {}
    examples: tuple[Json, ...] = ()
    told: tuple[tuple[int, str], ...] = ()

    def at(self, line: int = 0) -> str:
        """How a note calls one of its lines; that of the request where it is not known."""
        known = line or self.line
        return f"{self.file}:{known}" if known else self.file


class Branch(NamedTuple):
    """A folder: what it gives to its requests, those, and the folders in it."""

    item: Item
    folders: tuple[Branch, ...] = ()
    requests: tuple[Item, ...] = ()
