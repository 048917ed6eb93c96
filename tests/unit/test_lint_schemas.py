from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.linting import in_files, lines, told

WHOLE = "requests:\n- url: https://h.example\n  expect:\n    schema: %s\n"


@pytest.mark.parametrize(
    ("schema", "count"),
    [
        ("{$defs: {a: {type: string}}}", 1),
        ("{$defs: {a: {type: string}}, items: {$ref: '#/$defs/a'}}", 0),
        ("{$defs: {a: {properties: {b: {}}}}, items: {$ref: '#/$defs/a/properties/b'}}", 0),
        ("{$defs: {a: {$ref: '#/$defs/b'}, b: {}}, items: {$ref: '#/$defs/a'}}", 0),
        ("{$defs: {a: {}, ab: {}}, items: {$ref: '#/$defs/ab'}}", 1),
        ("{$defs: {a/b: {}}, items: {$ref: '#/$defs/a~1b'}}", 0),
        ("{$defs: {a: {$anchor: here}}, items: {$ref: '#here'}}", 0),
        ("{properties: {$defs: {type: string}}}", 0),
    ],
)
def test_definitions_that_nothing_refers_to(schema: str, count: int) -> None:
    assert len(told(WHOLE % schema, "unused-schema")) == count


NAMING = WHOLE % "schemas/item.json"


def test_files_that_no_collection_names(tmp_path: Path) -> None:
    (tmp_path / "schemas/deep").mkdir(parents=True)
    for name in ("item.json", "left.json", "deep/over.yaml"):
        (tmp_path / "schemas" / name).write_text('{"$ref": "part.json"}\n' if name == "item.json" else "{}\n")
    (tmp_path / "schemas/part.json").write_text("{}\n")
    other = "requests: [{url: 'https://h.example', expect: {status: 200}}]\n"
    assert in_files(tmp_path, a=other, b=NAMING) == {"a": ["unused-schema"] * 2, "b": []}
    ignoring = f"# runner: ignore=unused-schema (those are for somebody else)\n{other}"
    assert in_files(tmp_path, a=ignoring, b=NAMING) == {"a": [], "b": []}


def test_files_are_left_alone_where_not_all_collections_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    for name in ("item.json", "left.json"):
        (tmp_path / "schemas" / name).write_text("{}\n")
    (tmp_path / "b.yaml").write_text(NAMING, encoding="utf-8")
    assert in_files(tmp_path, a=NAMING) == {"a": []}
    assert in_files(tmp_path, a=NAMING, b=NAMING) == {"a": ["unused-schema"], "b": []}


@pytest.mark.parametrize(
    ("schema", "count"),
    [
        ("{definitions: {a: {}}, items: {$ref: '#/definitions/a'}}", 1),
        ("{dependencies: {a: [b]}}", 1),
        ("{properties: {a: {additionalItems: false}}}", 1),
        ("{id: 'https://h.example/s'}", 1),
        ("{properties: {id: {type: string}, definitions: {type: object}}}", 0),
        ("{const: {definitions: 1}}", 0),
        ("{$schema: 'http://json-schema.org/draft-07/schema#', dependencies: {a: [b]}}", 0),
        ("{$schema: 'https://json-schema.org/draft/2020-12/schema', dependencies: {a: [b]}}", 1),
    ],
)
def test_words_of_older_drafts(schema: str, count: int) -> None:
    assert len(told(WHOLE % schema, "deprecated-spelling")) == count


def test_words_in_a_schema_file_are_told_in_it_and_silenced_by_the_collection(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/item.json").write_text('{"dependencies": {"a": ["b"]}, "format": "datetime"}\n')
    assert in_files(tmp_path, a=NAMING) == {"a": ["deprecated-spelling", "schema-format"]}
    head = "# runner: ignore=deprecated-spelling, schema-format: a copy of theirs\n"
    assert in_files(tmp_path, a=head + NAMING) == {"a": []}


@pytest.mark.parametrize(("name", "count"), [("datetime", 1), ("url", 1), ("date-time", 0), ("int64", 0), ("color", 0)])
def test_misspelt_formats(name: str, count: int) -> None:
    matcher = f"requests:\n- url: https://h.example\n  expect: {{json: {{$.a: {{schema: {{format: {name}}}}}}}}}\n"
    assert lines(matcher, "schema-format") == [3] * count
