"""Tells collections from the YAML files of other programs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from runner.folder import FileProblem
from runner.loading.discover import IN_BRACES, REQUESTS_KEY
from runner.loading.document import read_document
from runner.loading.files import read_source
from runner.loading.problems import Problems
from runner.node import Node

KEYS: Final = ("url", "base_url", "include", "turns", "expect", "capture", "examples")
"""What is in a list of nothing else."""
ENTRY: Final = re.compile(rf"^[ \t-]*(?:\{{.*)?\b(?:{'|'.join(KEYS)})[ \t]*:", re.MULTILINE)
NEXT_DOCUMENT: Final = re.compile(r"^---", re.MULTILINE)


def is_collection(path: Path) -> bool:
    """Whether there is a list of requests at the top of the file. One that is no YAML counts if its lines look like
    that all the same: then it is a collection with a mistake."""
    try:
        source = read_source(path, path.name)
    except FileProblem:
        return False
    found = REQUESTS_KEY.search(source.text) or IN_BRACES.match(source.text)
    if found is None:
        return False
    problems = Problems()
    root = read_document(source, problems)
    if root is None or problems.of("error"):
        after = source.text[found.start() :]
        return ENTRY.search(after) is not None and NEXT_DOCUMENT.search(after) is None
    requests = root.get("requests")
    if requests is None or requests.kind != "list" or any(one.kind != "mapping" for one in requests.elements):
        return False
    return any(map(_tells, (root.get("defaults"), *requests.elements)))


def _tells(node: Node | None) -> bool:
    return node is not None and node.kind == "mapping" and any(node.get(key) is not None for key in KEYS)
