from __future__ import annotations

from collections.abc import Iterator

import pytest

from runner.errors import InvalidFiles
from runner.folder import FileProblem
from runner.lint.findings import findings
from runner.lint.mending import mended
from runner.lint.rules import RULES
from runner.loading.collection import decode_collection, load_collection
from runner.model import Collection
from runner.source import Source
from runner.writing.formatting import formatted
from tests.pages import ROOT

FOLDERS = ("conformance", "golden", "invalid", "layouts", "exchanges")


def collections(folder: str) -> Iterator[Collection]:
    """Every file of the tests that loads."""
    for path in sorted((ROOT / "tests" / folder).rglob("*.yaml")):
        try:
            yield load_collection(path, path.name)
        except (InvalidFiles, FileProblem):
            continue


@pytest.mark.parametrize("folder", [one for one in FOLDERS if (ROOT / "tests" / one).is_dir()])
def test_any_collection_can_be_looked_at_and_mended(folder: str) -> None:
    known = {rule.id for rule in RULES}
    for collection in collections(folder):
        source = collection.source
        found = findings(collection)
        assert {one.diagnostic.rule for one in found} <= known, source
        assert all(one.diagnostic.severity == "warning" and one.diagnostic.source for one in found), source
        text, done = mended(source.text, found)
        assert bool(done) == (text != source.text)
        assert source.path is not None
        again = decode_collection(Source(source.name, text, source.path), source.path.parent)
        assert len(findings(again)) <= len(found), source


def test_the_layout_of_a_file_changes_nothing_that_is_found() -> None:
    for collection in collections("conformance"):
        text = formatted(collection.source.text)
        path = collection.source.path
        assert path is not None
        again = decode_collection(Source("c.yaml", text, path), path.parent)
        told = [
            sorted((one.diagnostic.rule, one.diagnostic.message) for one in findings(c)) for c in (collection, again)
        ]
        assert told[0] == told[1], path
