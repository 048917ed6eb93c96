from __future__ import annotations

import sys
from pathlib import Path

import pytest

from runner.checks.schema import SchemaChecker, SchemaProblem
from runner.checks.validity import problem_lines
from runner.folder import Folder
from runner.node import Plain
from tests.unit.matching import node


def check(text: str, document: Plain, root: Path = Path("/nonexistent")) -> list[SchemaProblem]:
    written = node(text)
    return SchemaChecker(Folder.of(root)).check(written, written.plain(), document)


def unusable(problems: list[SchemaProblem]) -> str:
    (problem,) = problems
    assert problem.path == ""
    return problem.message


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        ("{multipleOf: 0.01}", 19.99),
        ("{multipleOf: 0.1}", 1e22),
        ("{uniqueItems: true}", [1, True, "1"]),
        ("{const: {a: 1}}", {"a": 1.0}),
        ("{type: integer}", 1.0),
        ("{additionalProperties: false, properties: {a: true}, patternProperties: {'^x': true}}", {"a": 1, "xy": 1}),
        ("{format: date-time}", 5),
        ("{format: hostname}", "not one!"),
        ("{$defs: {t: {properties: {next: {$ref: '#/$defs/t'}}}}, $ref: '#/$defs/t'}", {"next": {"next": {}}}),
        ("{$schema: 'http://json-schema.org/draft-07/schema', items: [{type: string}]}", ["a", 1]),
        ("true", None),
    ],
)
def test_valid(schema: str, document: Plain) -> None:
    assert check(schema, document) == []


@pytest.mark.parametrize(
    ("schema", "document", "path", "message"),
    [
        ("{multipleOf: 0.01}", 19.991, "$", "19.991 is not a multiple of 0.01"),
        ("{uniqueItems: true}", [1, 2, 1.0], "$", "[0] and [2] are equal: 1.0"),
        ("{properties: {a: {type: integer}}}", {"a": "x"}, "$.a", '"x" is not a whole number'),
        ("{items: {required: [id]}}", [{"name": 1}], "$[0]", 'has no "id"; it has "name"'),
        ("{enum: [1]}", True, "$", "true is not one of 1"),
        ("{additionalProperties: false}", {"a b": 1}, "$", 'has "a b", which the schema does not allow'),
        ("{additionalProperties: {type: string}}", {"a b": 1}, "$['a b']", "1 is not text"),
        ("{patternProperties: {'^a': {type: string}}}", {"ab": 1}, "$.ab", "1 is not text"),
        ("{pattern: '^a$'}", "a\n", "$", '"a\\n" does not match "^a$"'),
        ("{patternProperties: {'^a$': true}, additionalProperties: false}", {"a\n": 1}, "$", 'has "a\\n", which'),
        (
            "{patternProperties: {'^\\d$': true}, additionalProperties: false}",
            {"\u0661": 1},
            "$",
            'has "\u0661", which',
        ),
        ("{minItems: 1}", [], "$", "has 0 elements, fewer than 1: []"),
        ("{format: date-time}", "now", "$", '"now" is not of the format date-time'),
        ("false", 1, "$", "nothing is allowed here"),
        ("{oneOf: [true, true]}", 1, "$", "fits more than one of the 2 alternatives under oneOf, and must fit one"),
        ("{$schema: 'http://json-schema.org/draft-04/schema#', maximum: 3, exclusiveMaximum: true}", 3, "$", "3 is"),
    ],
)
def test_invalid(schema: str, document: Plain, path: str, message: str) -> None:
    (problem,) = check(schema, document)
    assert problem.path == path
    assert problem.message.startswith(message)


@pytest.mark.parametrize("schema", ["{anyOf: [{type: string}, {type: integer}]}", "{oneOf: [{const: 1}, {const: 2}]}"])
def test_alternatives_that_are_equally_near(schema: str) -> None:
    assert "fits none of the 2 alternatives" in check(schema, [1])[0].message


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("{type: strng}", "is no JSON Schema"),
        ("{properties: []}", "is no JSON Schema"),
        ("{$ref: '#'}", "refers to itself without end"),
        ("{$ref: '#/$defs/x'}", "which is not there"),
        ("{$ref: 'https://example.com/x'}", "never fetched"),
        ("{$ref: '../../../../etc/passwd'}", "outside the folder"),
        ("{$ref: 'file:///etc/passwd'}", "outside the folder"),
        ("{$ref: missing.json}", "cannot be read"),
        ("missing.json", "cannot be read"),
        ("/etc/passwd", "outside the folder"),
        ("{$schema: 'https://example.com/mine'}", "is not known"),
        ("{pattern: '('}", "no regular expression"),
        ("{unevaluatedProperties: false, patternProperties: {a: true}}", "cannot be checked together"),
    ],
)
def test_a_schema_that_cannot_be_used_is_a_problem(schema: str, message: str, tmp_path: Path) -> None:
    assert message in unusable(check(schema, "x", tmp_path))


def test_endless_references_end_at_any_depth_of_the_stack() -> None:
    def deeper(levels: int) -> list[SchemaProblem]:
        return deeper(levels - 1) if levels else check("{anyOf: [{$ref: '#'}]}", 1)

    for levels in range(0, 60, 7):
        assert "without end" in unusable(deeper(levels))
    assert sys.getrecursionlimit() >= 1000


def test_files_refer_to_each_other_inside_the_root(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "a.json").write_text('{"properties": {"x": {"$ref": "parts/b.yaml#/$defs/n"}}}')
    (tmp_path / "parts" / "b.yaml").write_text("$defs: {n: {$ref: ../c.json}}")
    (tmp_path / "c.json").write_text('{\t"type": "integer"}')
    assert check("a.json", {"x": 1}, tmp_path) == []
    assert check("a.json", {"x": "1"}, tmp_path)[0].path == "$.x"
    assert check("{$ref: parts/b.yaml#/$defs/n}", "1", tmp_path) != []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("a.json", "{'a': 1}", "is not JSON"), ("a.yaml", "a: [", "cannot be read"), ("a.json", "[]", "no JSON Schema"),
     ("a.json", "", "is not JSON"), ("a.yaml", "", "cannot be read")],
)  # fmt: skip
def test_broken_files(name: str, content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    assert message in unusable(check(name, 1, tmp_path))


def test_a_link_out_of_the_root_is_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside.json").write_text("true")
    (root / "link.json").symlink_to(tmp_path / "outside.json")
    assert "outside the folder" in unusable(check("link.json", 1, root))


def test_a_nested_draft_does_not_switch_the_guards_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.patterns.SECONDS", 0.05)
    schema = (
        "{$defs: {a: {$schema: 'http://json-schema.org/draft-07/schema#', pattern: '(a|a)*c$'}}, $ref: '#/$defs/a'}"
    )
    assert "stopped" in unusable(check(schema, "a" * 40 + "b c"))


def test_inline_schemas_are_kept_by_what_they_say() -> None:
    checker = SchemaChecker(Folder.of(Path("/nonexistent")))
    for _ in range(3):
        assert checker.check(node("{type: string}"), {"type": "string"}, "a") == []
        assert checker.check(node("{type: integer}"), {"type": "integer"}, "a") != []
        templated = node("{type: <<T>>}")
        assert checker.check(templated, {"type": "string"}, "a") == []
        assert checker.check(templated, {"type": "integer"}, "a") != []


def test_five_problems_are_shown() -> None:
    lines = problem_lines(check("{required: [a, b, c, d, e, f, g]}", {})).splitlines()
    assert lines[0] == '$: has no "a"; it is empty'
    assert lines[5:] == ["and 2 more"]


def test_a_schema_that_is_referred_to_is_read_once(tmp_path: Path) -> None:
    """However many documents are checked: the same run has the same verdict, and does not wait for the disk."""
    (tmp_path / "part.json").write_text('{"type": "integer"}', encoding="utf-8")
    checker, written = SchemaChecker(Folder(tmp_path, tmp_path)), node("{items: {$ref: part.json}}")
    assert checker.check(written, written.plain(), [1]) == []
    (tmp_path / "part.json").unlink()
    assert checker.check(written, written.plain(), [2]) == []
    assert len(checker.check(written, written.plain(), ["x"])) == 1


def test_a_schema_that_many_refer_to_is_looked_at_once() -> None:
    """A description has hundreds of schemas that all lead to the same ones."""
    asked: list[str] = []

    def read(address: str) -> tuple[Plain, str]:
        asked.append(address.rpartition("/")[2])
        return ({"items": {"$ref": "b.json"}}, "a") if asked[-1] == "a.json" else ({"type": "integer"}, "b")

    checker = SchemaChecker(Folder.of(Path("/nonexistent")), read)
    for number in range(3):
        schema: Plain = {"properties": {f"p{number}": {"$ref": "a.json"}}}
        assert checker.check_plain(schema, {f"p{number}": [1]}) == []
        assert [one.path for one in checker.check_plain(schema, {f"p{number}": ["x"]})] == [f"$.p{number}[0]"]
    assert asked == ["a.json", "b.json"]


def test_a_large_document_may_take_many_references() -> None:
    schema = "{$defs: {a: {type: integer}}, items: {allOf: [{$ref: '#/$defs/a'}, {$ref: '#/$defs/a'}]}}"
    assert check(schema, list(range(50_100))) == []


def test_a_schema_that_doubles_its_references_is_given_up() -> None:
    parts = ", ".join(
        f"a{n}: {{allOf: [{{$ref: '#/$defs/a{n + 1}'}}, {{$ref: '#/$defs/a{n + 1}'}}]}}" for n in range(17)
    )
    problems = check(f"{{$defs: {{{parts}, a17: true}}, $ref: '#/$defs/a0'}}", [1])
    assert [problem.message for problem in problems] == [
        "the schema cannot be checked: it takes more than 100,000 references"
    ]
