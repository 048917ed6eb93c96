"""What an exporter makes of a collection: a text for another tool, and what that tool cannot say."""

from __future__ import annotations

from typing import NamedTuple


class Note(NamedTuple):
    """Something that the export does not say, or not as the collection does: ``place`` is where that has it."""

    place: str
    message: str
    hint: str = ""


class Exported(NamedTuple):
    """The whole text of the file, and the notes in the order of the collection; ``requests`` is how many it has."""

    text: str
    notes: tuple[Note, ...] = ()
    requests: int = 0
