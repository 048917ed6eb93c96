"""The schema as editors get it: described where they look first, and the same in what it allows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from runner.cli.commands.editor_schema import for_editors
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.source import Source

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
            markdown = str(schema.get("markdownDescription", "")).partition("\n\nExample:")[0]
            assert markdown == text or ("`" not in text and not markdown), path


def test_each_value_of_a_list_has_its_meaning_or_none_has() -> None:
    told = [(path, schema) for path, schema in schemas(PRINTED) if "enumDescriptions" in schema]
    assert len(told) >= 8
    for path, schema in told:
        assert len(schema["enumDescriptions"]) == len(schema["enum"]), path
        assert all(text.endswith((".", "?")) for text in schema["enumDescriptions"]), path


def test_each_pattern_is_told_in_words() -> None:
    told = [schema for _, schema in schemas(PRINTED) if isinstance(schema.get("pattern"), str)]
    assert len(told) > 80
    assert [one for one in told if len(str(one.get("patternErrorMessage", ""))) < 10] == []
    texts = {one["patternErrorMessage"] for one in told}
    assert "Here stands true or false or a placeholder, such as <<NAME>>." in texts
    assert any(text.startswith("Filters, joined by |: int, float, ") for text in texts)


def test_nothing_is_forbidden_without_a_word_for_it() -> None:
    """Editors have no message of their own for ``not``."""
    assert [path for path, schema in schemas(PRINTED) if "not" in schema and "/properties" not in path[-11:]] == []


def test_no_example_is_a_mapping_and_each_that_was_is_a_snippet_and_told() -> None:
    def is_plain(example: object) -> bool:
        return not isinstance(example, dict) and not (isinstance(example, list) and any(map(is_mapping, example)))

    def is_mapping(example: object) -> bool:
        return isinstance(example, dict)

    assert [path for path, schema in schemas(PRINTED) if not all(map(is_plain, schema.get("examples", [])))] == []
    capture = PRINTED["$defs"]["request"]["properties"]["capture"]
    assert capture["defaultSnippets"] == [
        {
            "label": "reply: $.choices[0].message",
            "body": {"reply": r"${1:\$.choices[0].message}"},
        }
    ]
    assert capture["markdownDescription"].endswith("Example:\n\n```yaml\nreply: $.choices[0].message\n```")
    limits = PRINTED["properties"]["variables"]["defaultSnippets"][0]["body"]
    assert limits == {"BASE_URL": "${1:https://api.openai.com}", "MAX_TOKENS": "^${2:200}"}


WRITTEN: Final = sorted([*(ROOT / "tests/invalid").glob("*.yaml"), *(ROOT / "tests/conformance").rglob("*.yaml")])


def test_it_allows_what_the_other_allows() -> None:
    """Of all that is written in tests, right and wrong."""
    printed, other = Draft202012Validator(PRINTED), Draft202012Validator(json.loads(TEXT))
    verdicts = {True: 0, False: 0}
    for path in WRITTEN:
        text = path.read_bytes().decode("utf-8", "replace")
        node = read_document(Source(path.name, text, path), Problems())
        if node is not None:
            valid = other.is_valid(node.plain())
            verdicts[valid] += 1
            assert printed.is_valid(node.plain()) is valid, path.name
    assert min(verdicts.values()) > 150, verdicts
