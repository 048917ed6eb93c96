"""The schema as editors get it: described where they look first, and the same in what it allows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from runner.cli.editor_schema import for_editors

ROOT: Final = Path(__file__).parents[2]
TEXT: Final = (ROOT / "runner/loading/collection.schema.json").read_text(encoding="utf-8")
CONDITION: Final = re.compile(r"/(?:if|then|else)(?:/|$)")
PRINTED: Final[dict[str, Any]] = json.loads(for_editors(TEXT))


def schemas(value: object, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for key, one in value.items():
            if key not in {"examples", "default", "enum", "const", "defaultSnippets"}:
                yield from schemas(one, f"{path}/{key}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from schemas(one, f"{path}/{number}")


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(PRINTED)


def test_the_description_of_a_key_is_not_hidden_by_that_of_an_alternative() -> None:
    """Of what a key may be, in place or by reference, none is described beside the key itself."""
    hidden = []
    for path, schema in schemas(PRINTED):
        if "description" in schema:
            alternatives = [one for name in ("anyOf", "oneOf", "allOf") for one in schema.get(name, ())]
            targets = [
                PRINTED["$defs"][one["$ref"].rsplit("/", 1)[1]] for one in alternatives if one.keys() == {"$ref"}
            ]
            hidden += [path for one in (*alternatives, *targets) if "description" in one]
    assert set(hidden) <= {"#/$defs/cookies", "#/$defs/jsonBody"} or hidden == []


def test_every_key_is_described_still() -> None:
    without = [
        f"{path}/{key}"
        for path, schema in schemas(PRINTED)
        for key, one in schema.get("properties", {}).items()
        if isinstance(one, dict) and "description" not in one and not CONDITION.search(path)
    ]
    assert without == []
    assert PRINTED["properties"]["requests"]["items"]["description"].startswith("A request, or an include")


def test_markdown_is_said_to_be_markdown() -> None:
    for path, schema in schemas(PRINTED):
        text = schema.get("description")
        if isinstance(text, str):
            assert schema.get("markdownDescription") == (text if "`" in text else None), path


def test_each_value_of_a_list_has_its_meaning_or_none_has() -> None:
    told = [(path, schema) for path, schema in schemas(PRINTED) if "enumDescriptions" in schema]
    assert len(told) >= 8
    for path, schema in told:
        assert len(schema["enumDescriptions"]) == len(schema["enum"]), path
        assert all(text.endswith((".", "?")) for text in schema["enumDescriptions"]), path


@pytest.mark.parametrize("valid", [True, False])
def test_it_allows_what_the_other_allows(valid: bool) -> None:
    collection: dict[str, Any] = {"requests": [{"name": "a", "url": "http://x", "timeout": "3s" if valid else "3x"}]}
    assert Draft202012Validator(PRINTED).is_valid(collection) is valid
    assert Draft202012Validator(json.loads(TEXT)).is_valid(collection) is valid
