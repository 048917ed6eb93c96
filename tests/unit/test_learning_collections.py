"""An example for each request of every collection that there is in the repository."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Final

from runner.errors import InvalidFiles
from runner.learning.in_collection import CollectionChanges
from runner.loading.collection import decode_collection, load_collection
from runner.model import Collection
from runner.node import Plain
from runner.source import Source

ROOT: Final = Path(__file__).parents[2]
EXAMPLE: Final[dict[str, Plain]] = {"status": 418, "json": {"a": [1, {"b": None}]}}
LEAST: Final = 300


def readable() -> list[tuple[Path, Collection]]:
    found: list[tuple[Path, Collection]] = []
    for path in sorted([*ROOT.glob("tests/**/*.y*ml"), *ROOT.glob("collections/*.yaml")]):
        try:
            found.append((path, load_collection(path, path.name)))
        except InvalidFiles:
            continue
    return found


def test_each_says_what_it_said_with_its_comments_and_the_examples() -> None:
    collections = [(path, one) for path, one in readable() if one.own_requests]
    assert len(collections) > LEAST
    for path, before in collections:
        changes = CollectionChanges(before.source, path)
        for spec in before.own_requests:
            changes.add_example(spec.node, "x", deepcopy(EXAMPLE), before.folder)
        change = changes.change()
        assert change is not None, path
        text = change.data.decode("utf-8-sig")
        for line in before.source.text.splitlines():
            assert not line.lstrip().startswith("#") or line.strip() in text, (path, line)
        after = decode_collection(Source(path.name, text, path), path.parent)
        assert [one.name.value for one in after.requests] == [one.name.value for one in before.requests]
        for old, new in zip(before.own_requests, after.own_requests, strict=True):
            assert _without(new.node.plain()) == _without(old.node.plain()), path
            assert any(one.status == 418 and one.when is None for one in new.examples), path


def _without(request: Plain) -> Plain:
    return {key: one for key, one in request.items() if key != "examples"} if isinstance(request, dict) else request
