"""The compliance test suite of JSONPath (RFC 9535), as it is in ``jsonpath_rfc9535``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from runner.node import Plain

FILE: Final = Path(__file__).with_name("jsonpath_rfc9535") / "cts.json"


class Case(NamedTuple):
    """``selected`` are the lists of which the path may select any (the members of an object have no order); none for
    what is no path."""

    name: str
    path: str
    document: Plain
    selected: list[list[Plain]]


def cases() -> Iterator[Case]:
    for one in json.loads(FILE.read_text("utf-8"))["tests"]:
        results = [] if one.get("invalid_selector") else one.get("results") or [one["result"]]
        yield Case(one["name"], one["selector"], one.get("document"), results)
