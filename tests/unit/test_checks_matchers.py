from __future__ import annotations

import pytest

from runner.checks.matchers import OPERATORS, Missing, evaluate
from runner.loading import matchers as loaded
from runner.loading.matchers import decode_matcher
from runner.loading.problems import Problems
from runner.node import Plain
from tests.unit.matching import context, match, node

HOLDS: list[tuple[str, Plain]] = [
    ("1", 1.0),
    ("1.0", 1),
    ("null", None),
    ("[1, {a: 2}]", [1.0, {"a": 2.0}]),
    ("{equals: {}}", {}),
    ("{not: 1}", True),
    ("{not: '1'}", 1),
    ("{lt: 2}", 1.9),
    ("{lte: 2}", 2),
    ("{gt: '2024-01-01'}", "2024-01-02"),
    ("{gt: '10'}", "11"),
    ("{lt: '10.5'}", "10.25"),
    ("{lt: v10}", "a9"),
    ("{gte: 2}", 2.0),
    ("{between: [1, 2]}", 1),
    ("{between: [1, 2]}", 2),
    ("{approx: {value: 0.3, within: 0.1}}", 0.4),
    ("{approx: {value: 0.3, within: 0.1}}", 0.2),
    ("{one_of: [a, 1]}", 1.0),
    ("{contains: oh}", "John"),
    ("{contains: 1}", [1.0]),
    ("{contains: {a: 1}}", [{"a": 1, "b": 2}]),
    ("{contains: {a: {b: 1}}}", {"a": {"b": 1, "c": 2}, "d": 3}),
    ("{contains: OH, ignore_case: true}", "John"),
    ("{contains: ''}", "x"),
    ("{starts_with: Jo}", "John"),
    ("{ends_with: HN, ignore_case: true}", "John"),
    ("{matches: '^J.*n$'}", "John"),
    ("{matches: '^j', ignore_case: true}", "John"),
    ("{matches: 'J[[o]h'}", "John"),
    ("{matches: 'J[x&&o]h'}", "John"),
    ("{type: integer}", 1.0),
    ("{type: number}", 1),
    ("{type: null}", None),
    ("{type: [string, null]}", None),
    ("{type: array}", []),
    ("{length: 4}", "John"),
    ("{length: {gt: 1}}", [1, 2]),
    ("{length: 1}", {"a": 1}),
    ("{exists: true}", None),
    ("{empty: true}", ""),
    ("{empty: true}", {}),
    ("{empty: false}", [0]),
    ("{each: {type: integer}}", [1, 2]),
    ("{any: 2}", [1, 2]),
    ("{unique: true}", [1, True, "1", [1], {"a": 1}]),
    ("{unique: false}", [1, 1.0]),
    ("{sorted: true}", [1, 1, 2]),
    ("{sorted: desc}", ["b", "a"]),
    ("{sorted: false}", [2, 1]),
    ("{contains_all: [1, 2]}", [2, 3, 1]),
    ("{contains_any: [x, oh]}", "John"),
    ("{equals: JOHN, ignore_case: true}", "john"),
    ("{one_of: [A], ignore_case: true}", "a"),
    ("{is: uuid}", "123e4567-e89b-12d3-a456-426614174000"),
    ("{is: url}", "https://example.com:8080/x?y"),
    ("{is: email}", "a.b+c@example.com"),
    ("{is: date}", "2024-02-29"),
    ("{is: datetime}", "2024-02-29T23:59:60.5Z"),
    ("{is: datetime}", "2024-02-29T12:00:00+09:00"),
    ("{is: ipv4}", "127.0.0.1"),
    ("{is: ipv6}", "::1"),
    ("{is: json}", "[1]"),
    ("{is: base64}", "aGk="),
    ("{json: {$.a: {gt: 1}}}", '{"a": 2}'),
    ("{json: {$.b: {exists: false}}}", '{"a": 2}'),
    ("{schema: {type: object}}", {}),
    ("{not: {schema: {type: object}}}", []),
    ("{gte: 1, lte: 2}", 1.5),
]

FAILS: list[tuple[str, Plain]] = [
    ("1", True),
    ("true", 1),
    ("0", False),
    ("200", "200"),
    ("'200'", 200),
    ("null", 0),
    ("null", ""),
    ("[1]", [True]),
    ("[1, 2]", [1]),
    ("{equals: {a: 1}}", {"a": 1, "b": 2}),
    ("{equals: {a: 1}}", {"a": True}),
    ("{not: 1}", 1.0),
    ("{not: {lt: 5}}", "text"),
    ("{not: {contains: x}}", 5),
    ("{not: {length: 3}}", 5),
    ("{not: {empty: true}}", 5),
    ("{not: {each: {lt: 2}}}", ["a"]),
    ("{not: {any: {lt: 2}}}", ["a"]),
    ("{not: {json: {$.a: 1}}}", "no json"),
    ("{not: {json: {$.a: 1}}}", "{}"),
    ("{not: {not: {lt: 5}}}", "text"),
    ("{not: {schema: nowhere.json}}", 1),
    ("{not: {sorted: true}}", [1, "a"]),
    ("{lt: 2}", 2),
    ("{lt: 2}", "1"),
    ("{lt: 2}", True),
    ("{lt: 2}", None),
    ("{gt: 2}", [3]),
    ("{gt: '10'}", "9"),
    ("{gt: '9'}", "10"),
    ("{not: {lt: '10'}}", "9"),
    ("{lt: '9.5'}", "10"),
    ("{lte: '-10'}", "-9"),
    ("{between: ['10', '20']}", "9"),
    ("{between: ['10', '20']}", "100"),
    ("{sorted: true}", ["10", "9"]),
    ("{sorted: false}", ["9", "10"]),
    ("{between: [1, 2]}", 2.01),
    ("{approx: {value: 0.3, within: 0.1}}", 0.41),
    ("{approx: {value: 1, within: 1}}", True),
    ("{one_of: [1, 2]}", "1"),
    ("{one_of: [true]}", 1),
    ("{contains: oh}", "JOHN"),
    ("{contains: 1}", "1"),
    ("{contains: 1}", [True]),
    ("{contains: [1, 2]}", [1, 2]),
    ("{contains: {a: {b: 1}}}", {"a": {"b": 2}}),
    ("{contains: {a: oh}}", {"a": "John"}),
    ("{contains: {a: [1]}}", {"a": [1, 2]}),
    ("{contains: {}}", "text"),
    ("{starts_with: hn}", "John"),
    ("{starts_with: '1'}", 1),
    ("{matches: '^a'}", 1),
    ("{matches: '^a$'}", "b\na"),
    ("{type: integer}", 1.5),
    ("{type: integer}", True),
    ("{type: number}", "1"),
    ("{type: null}", "null"),
    ("{length: 1}", 1),
    ("{length: {gt: 1}}", "a"),
    ("{exists: false}", None),
    ("{empty: true}", None),
    ("{empty: true}", 0),
    ("{empty: true}", False),
    ("{each: {type: integer}}", [1, "2"]),
    ("{each: {type: integer}}", {"a": 1}),
    ("{any: 2}", []),
    ("{any: 2}", ["2"]),
    ("{unique: true}", [{"a": 1, "b": 2}, {"b": 2.0, "a": 1}]),
    ("{unique: true}", "text"),
    ("{unique: false}", [1, 2]),
    ("{sorted: true}", [2, 1]),
    ("{sorted: true}", [1, "2"]),
    ("{sorted: true}", [{"a": 1}]),
    ("{sorted: desc}", [1, 2]),
    ("{sorted: false}", [1, 2]),
    ("{sorted: false}", [2, 1, "a"]),
    ("{contains_all: [1, 4]}", [2, 3, 1]),
    ("{contains_any: [x, y]}", "John"),
    ("{is: uuid}", "123e4567-e89b-12d3-a456-42661417400"),
    ("{is: url}", "/path"),
    ("{is: url}", "https://"),
    ("{is: url}", "https://a b"),
    ("{is: url}", "https://a:99999/"),
    ("{is: url}", "mailto:a@b.c"),
    ("{is: email}", "a@b"),
    ("{is: email}", "a b@c.de"),
    ("{is: email}", "a@c.de\n"),
    ("{is: date}", "2023-02-29"),
    ("{is: date}", "20240229"),
    ("{is: datetime}", "2024-02-29T12:00:00"),
    ("{is: datetime}", "2024-02-29T25:00:00Z"),
    ("{is: ipv4}", "127.0.0.256"),
    ("{is: ipv4}", "127.0.0.01"),
    ("{is: ipv6}", "fe80::1%eth0"),
    ("{is: json}", "{'a': 1}"),
    ("{is: json}", "NaN"),
    ("{is: base64}", "aGk"),
    ("{is: base64}", ""),
    ("{is: uuid}", 5),
    ("{json: {$.a: 1}}", '{"a": "1"}'),
    ("{json: {$.a: 1}}", '```json\n{"a": 1}\n```'),
    ("{json: {'$[*]': {each: 1}}}", "[]"),
    ("{json: {$.a: 1}}", {"a": 1}),
    ("{schema: {type: object}}", []),
    ("{gte: 1, lte: 2}", 2.5),
]


@pytest.mark.parametrize(
    ("text", "filled", "actual", "holds"),
    [
        ("{contains: <<X>>}", "", "abc", False),
        ("{not: {contains: <<X>>}}", "", "abc", False),
        ("{contains: <<X>>}", "b", "abc", True),
        ("{contains: <<X>>}", "", ["", "a"], True),
        ("{contains: <<X>>}", {}, {"a": 1}, False),
        ("{contains: <<X>>}", {}, [{"a": 1}], False),
        ("{contains: <<X>>}", {"a": 1}, [{"a": 1}], True),
        ("{starts_with: <<X>>}", "", "abc", False),
        ("{starts_with: <<X>>}", "a", "abc", True),
        ("{ends_with: <<X>>, ignore_case: true}", "", "abc", False),
        ("{matches: <<X>>}", "", "abc", False),
        ("{matches: <<X>>}", "^$", "", True),
        ("{contains_any: <<X>>}", ["", "z"], "abc", False),
        ("{contains_all: <<X>>}", ["", "a"], "abc", False),
        ("{contains_all: <<X>>}", ["b", "a"], "abc", True),
    ],
)
def test_what_fills_a_placeholder_with_nothing_holds_of_nothing(
    text: str, filled: Plain, actual: Plain, holds: bool
) -> None:
    matcher = decode_matcher(node(text), Problems())
    assert matcher is not None
    assert (evaluate(matcher, actual, context()._replace(render=lambda _: filled)) is None) is holds


@pytest.mark.parametrize(("text", "actual"), HOLDS, ids=lambda value: repr(value)[:60])
def test_holds_and_its_negation_does_not(text: str, actual: Plain) -> None:
    assert match(text, actual) is None
    assert match(f"{{not: {text}}}", actual) is not None


@pytest.mark.parametrize(("text", "actual"), FAILS, ids=lambda value: repr(value)[:60])
def test_does_not_hold(text: str, actual: Plain) -> None:
    mismatch = match(text, actual)
    assert mismatch is not None
    assert mismatch.expected
    assert mismatch.got


@pytest.mark.parametrize("operator", sorted(loaded.OPERATORS - {"exists"}))
def test_nothing_is_a_mismatch_for_every_operator(operator: str) -> None:
    operand = {
        "not": "1", "lt": "1", "lte": "1", "gt": "1", "gte": "1", "between": "[1, 2]", "equals": "null",
        "approx": "{value: 1, within: 1}", "one_of": "[1]", "type": "null", "length": "0", "is": "json",
        "each": "1", "any": "1", "json": "{$.a: 1}", "contains_all": "[a]", "contains_any": "[a]",
        "schema": "true", "matches": "a", "sorted": "true", "unique": "true", "empty": "true",
    }  # fmt: skip
    text = f"{{{operator}: {operand.get(operator, 'a')}}}"
    assert match(text, Missing("nothing: because")) is not None
    assert match(f"{{not: {text}}}", Missing()) is not None


def test_what_is_missing_is_exists_false_alone() -> None:
    assert match("{exists: false}", Missing()) is None
    assert match("{exists: true}", Missing()) is not None
    assert match("{not: {exists: true}}", Missing()) is not None
    assert match("{exists: false, type: string}", Missing()) is not None


def test_null_against_missing_says_the_difference() -> None:
    mismatch = match("null", Missing('nothing: $ has no "a"; it is empty'))
    assert mismatch is not None
    assert "exists: false" in mismatch.note
    assert mismatch.got.startswith("nothing: $ has no")


def test_operators_of_loader_and_evaluator_agree() -> None:
    assert set(OPERATORS) - {"status"} == loaded.OPERATORS


def test_text_and_number_that_look_alike_are_told_apart() -> None:
    mismatch = match("200", "200")
    assert mismatch is not None
    assert (mismatch.expected, mismatch.got) == ("200", '"200"')
    assert mismatch.note == '200 is a number, "200" is text'


@pytest.mark.parametrize(
    ("text", "actual", "expected", "got"),
    [
        ("assistant", "user", '"assistant"', '"user"'),
        ("{contains: json}", "text/html", 'contains "json"', '"text/html"'),
        ("{length: {lte: 5}}", [1] * 6, "length at most 5", "length 6: [1, 1, 1, 1, 1, 1]"),
        ("{each: {type: string}}", ["a", 1], "each element text", "[1] is 1"),
        ("{not: {one_of: [1, 2]}}", 1, "not one of 1, 2", "1"),
        ("{sorted: true}", [2, 1], "a list in ascending order", "[1] is 1, after 2"),
        ("{unique: true}", [5, 6, 5], "a list without twins", "[0] and [2] are both 5"),
        ("{json: {$.a: 1}}", "{}", "$.a 1", '$.a is nothing: $ has no "a"; it is empty'),
    ],
)
def test_words(text: str, actual: Plain, expected: str, got: str) -> None:
    mismatch = match(text, actual)
    assert mismatch is not None
    assert (mismatch.expected, mismatch.got) == (expected, got)


def test_units() -> None:
    assert match("{lt: 20s}", 19.99, "duration") is None
    assert match("{between: [500ms, 1m]}", 60, "duration") is None
    assert match("{lte: 1kB}", 1000, "size") is None
    mismatch = match("{lt: 20s}", 20.0001, "duration")
    assert mismatch is not None
    assert (mismatch.expected, mismatch.got, mismatch.note) == ("less than 20 s", "20 s", "exactly 20.0001 s")


def test_long_texts_show_where_they_differ() -> None:
    mismatch = match("x" * 500 + "A" + "y" * 500, "x" * 500 + "B" + "y" * 500)
    assert mismatch is not None
    assert "xA" in mismatch.expected
    assert "xB" in mismatch.got
    assert len(mismatch.got) < 250


def test_a_run_away_pattern_is_no_pass_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.patterns.SECONDS", 0.05)
    text = "a" * 40 + "b c"
    for matcher in ("{matches: '(a|a)*c$'}", "{not: {matches: '(a|a)*c$'}}"):
        mismatch = match(matcher, text)
        assert mismatch is not None
        assert "stopped" in mismatch.note
