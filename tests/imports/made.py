"""What an import made: held against what it made before, and read again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from runner.importing.draft import Draft
from runner.importing.scrubbing import finish
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.source import Source
from runner.writing.collection import collection_text

ACCEPT: Final = bool(os.environ.get("IMPORTS_ACCEPT"))


def expected(path: Path, text: str) -> str:
    """The file beside the source, written first where that is wanted."""
    if ACCEPT:
        path.write_text(text, encoding="utf-8")
    return path.read_text("utf-8")


def read_again(draft: Draft) -> None:
    """What comes out is a YAML file without a mistake in its syntax."""
    finish(draft)
    text = collection_text(draft.collection())
    problems = Problems()
    node = read_document(Source("c.yaml", text), problems)
    assert node is not None, (text, problems.of("error"))
