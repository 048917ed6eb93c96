"""Every case of the suite, which the program reads, is also right by the JSON Schema that editors use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft202012Validator

from runner.loading.document import read_document
from runner.loading.files import read_source
from runner.loading.problems import Problems

ROOT: Final = Path(__file__).parent
SCHEMA: Final = json.loads(
    (Path(__file__).parents[2] / "runner/loading/collection.schema.json").read_text(encoding="utf-8")
)
CASES: Final = sorted(path for path in ROOT.rglob("*.yaml") if "requests:" in path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.relative_to(ROOT).with_suffix("")))
def test_the_editor_accepts_what_the_program_does(path: Path) -> None:
    node = read_document(read_source(path, path.name), Problems())
    assert node is not None
    errors = [
        f"{list(one.absolute_path)}: {one.message}" for one in Draft202012Validator(SCHEMA).iter_errors(node.plain())
    ]
    assert errors == []
