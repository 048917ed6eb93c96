"""A collection in a locustfile: the few lines by which Locust's own command runs it, beside other users."""

from __future__ import annotations

import re

from runner.exporting.exported import Exported, Note
from runner.model import Collection

LINES = '''\
"""Runs {file} with Locust: locust -f FILE"""

from runner.load_testing.locustfile import collection_user

{name} = collection_user({path!r})
'''
FROM_INPUT = "what came from standard input is in no file that Locust could read"
NOT_OURS = "Locust's own options say how many users there are and for how long, and nothing looks at thresholds"


def to_locust(collection: Collection) -> Exported:
    """The file, and what is not said in it."""
    file = collection.source.name
    words = re.findall(r"[A-Za-z0-9]+", collection.name or file.rsplit("/", 1)[-1].partition(".")[0])
    name = "".join(word[:1].upper() + word[1:] for word in words if word.isascii())
    name = name if name[:1].isalpha() else f"Collection{name}"
    notes = [Note("load", NOT_OURS, "runner load runs the test as the file has it.")] if collection.load else []
    if collection.source.path is None:
        notes.append(Note(file, FROM_INPUT, "Write the collection to a file, and its path into this one."))
    return Exported(LINES.format(file=_said(file), name=name, path=file), tuple(notes), len(collection.requests))


def _said(file: str) -> str:
    """A name in a comment, where it ends nothing."""
    return re.sub(r"[^\w./ -]", "_", file)
