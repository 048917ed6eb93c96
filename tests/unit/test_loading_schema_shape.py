from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.loading.problems import Problems
from runner.loading.schema_shape import check_schema_shape
from runner.schemas import BUILTIN_NAMES, builtin_schema
from tests.unit.matching import node


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("{type: strng}", 'there is no type "strng"', 8),
        ("{type: null}", "the type null is written in quotes here", 8),
        ("{required: id}", '"required" takes a list of names, not text', 12),
        ("{required: true}", '"required" takes a list of names, not true or false', 12),
        ("{required: [a, a]}", '"a" is listed twice', 16),
        ("{properties: []}", '"properties" takes a mapping', 14),
        ("{properties: {a: 1}}", '"properties" holds a schema, and this is a number', 18),
        ("{items: {type: lst}}", 'there is no type "lst"', 16),
        ("{anyOf: {}}", '"anyOf" takes a list of schemas', 9),
        ("{allOf: []}", '"allOf" takes a list of schemas, not an empty list', 9),
        ("{not: text}", '"not" holds a schema', 7),
        ("{pattern: '('}", "this is no regular expression", 11),
        ("{patternProperties: {'(': true}}", "this is no regular expression", 22),
        ("{minLength: -1}", '"minLength" takes a whole number', 13),
        ("{minLength: 1.5}", '"minLength" takes a whole number', 13),
        ("{minimum: '1'}", '"minimum" takes a number, not text', 11),
        ("{multipleOf: 0}", '"multipleOf" takes a number greater than 0', 14),
        ("{uniqueItems: 1}", '"uniqueItems" takes true or false', 15),
        ("{enum: a}", '"enum" takes a list of values', 8),
        ("{title: 1}", '"title" takes text', 9),
        ("{$ref: '#/$defs/x'}", 'there is no "#/$defs/x" in this schema', 8),
        ("{$ref: '#x'}", 'there is no anchor "x"', 8),
        ("{$ref: 'https://example.com/x.json'}", "a schema is never fetched from the network", 8),
        ("{$schema: 'http://example.com/'}", "is no known draft", 11),
        ("text", "a schema is a mapping, and this is text", 1),
    ],
)
def test_wrong_schemas(text: str, message: str, column: int) -> None:
    problems = Problems()
    check_schema_shape(node(text), problems)
    (found,) = problems.of("error")
    assert message in found.message
    assert found.span is not None
    assert found.span.column == column


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "{$ref: '#'}",
        "{$defs: {x: {type: string}}, $ref: '#/$defs/x'}",
        "{$defs: {'a/b': true}, $ref: '#/$defs/a~1b'}",
        "{$defs: {x: {$anchor: y}}, $ref: '#y'}",
        "{$ref: other.json#/x}",
        "{properties: {$ref: {type: string}, type: true}}",
        "{const: {type: strng}, default: [], x-mine: 1}",
        "{enum: [{$ref: '#/nowhere'}]}",
        "{type: [string, 'null'], items: [true], exclusiveMinimum: true}",
        "{dependencies: {a: [b], c: {type: string}}}",
    ],
)
def test_right_schemas(text: str) -> None:
    problems = Problems()
    check_schema_shape(node(text), problems)
    assert problems.of("error") == ()
    assert problems.of("warning") == ()


def test_all_faults_at_once_and_a_warning_for_a_misspelt_keyword() -> None:
    problems = Problems()
    check_schema_shape(node("{type: x, minimum: y, propertys: {}}"), problems)
    assert problems.count == 2
    (warning,) = problems.of("warning")
    assert '"properties"' in warning.hint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{$schema: 'D/draft-04/schema#', const: 1}", ['"const" checks nothing in draft-04: it came with draft-06']),
        ("{$schema: 'D/draft-06/schema#', if: {}}", ['"if" checks nothing in draft-06: it came with draft-07']),
        (
            "{$schema: 'D/draft-07/schema#', items: {unevaluatedProperties: false}}",
            ['"unevaluatedProperties" checks nothing in draft-07: it came with 2019-09'],
        ),
        ("{$schema: 'D/2019-09/schema', prefixItems: [{}]}", ['"prefixItems" checks nothing in 2019-09: it came with']),
        ("{prefixItems: [{}], const: 1, if: {}, then: {}, unevaluatedItems: false}", []),
        (
            "{$schema: 'D/draft-07/schema', $ref: '#/definitions/a', required: [b], definitions: {a: {}}, title: t}",
            ['"required" stands beside $ref and checks nothing in draft-07'],
        ),
        ("{$schema: 'D/2019-09/schema', $ref: '#/$defs/a', required: [b], $defs: {a: {}}}", []),
        ("{$schema: 'D/draft-07/schema', properties: {$ref: {}, const: {}, then: {}}, const: {then: 1}}", []),
        ("{then: {}, else: {}}", ['"then" checks nothing without "if"', '"else" checks nothing without "if"']),
    ],
)
def test_what_checks_nothing_in_its_draft_gives_a_warning(text: str, told: list[str]) -> None:
    problems = Problems()
    check_schema_shape(node(text), problems)
    warnings = problems.of("warning")
    assert problems.of("error") == ()
    assert [one.message.startswith(said) for one, said in zip(warnings, told, strict=True)] == [True] * len(told)
    assert {one.rule for one in warnings} <= {"schema-keyword"}


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_the_packages_schemas_are_schemas(name: str) -> None:
    path = builtin_schema(name)
    assert path is not None
    problems = Problems()
    check_schema_shape(node(path.read_text("utf-8")), problems)
    assert problems.of("error") == ()
    assert "$comment" not in json.dumps(json.loads(path.read_text("utf-8")))


def test_other_names_are_no_schemas_of_the_package() -> None:
    assert builtin_schema("openai/../secret") is None
    assert isinstance(builtin_schema("openai/error"), Path)
