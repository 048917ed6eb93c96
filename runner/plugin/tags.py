"""Tags as markers: ``-m smoke`` selects the requests with the tag ``smoke``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pytest

from runner.plugin.state import STATE

STRANGE: Final = re.compile(r"[^\w./+-]")
OURS: Final = "requests with this tag."
WORDS: Final = frozenset({"and", "or", "not", "True", "False", "None"})


def markers_of(tags: Iterable[str], config: pytest.Config) -> list[str]:
    """The name of a marker for each tag, declared. Where a name means something to pytest or a plugin of it (``skip``,
    ``xfail``), the marker is named ``tag_skip``: a tag never changes how a request is judged."""
    lines = config.getini("markers")
    own = config.stash[STATE].declared
    taken = {_name_in(line) for line in lines if line not in own and not line.endswith(OURS)}
    markers = []
    for tag in tags:
        name = STRANGE.sub("_", tag)
        if name in taken or name in WORDS or name.startswith("_"):
            name = f"tag_{name.lstrip('_')}"
        if not any(_name_in(line) == name for line in lines):
            config.addinivalue_line("markers", f"{name}: {OURS}")
        markers.append(name)
    return markers


def _name_in(line: str) -> str:
    """As pytest reads a declaration."""
    return line.partition(":")[0].partition("(")[0].strip()
