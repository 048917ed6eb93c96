from __future__ import annotations

import pytest

from runner.checks.matchers import evaluate
from runner.loading.matchers import check_path, decode_matcher, decode_status
from runner.loading.problems import Problems
from tests.unit.matching import context, node

WRONG = [
    ("{contain: x}", 'there is no operator "contain"', 'Did you mean "contains"?'),
    ("{a: 1, b: 2}", "a mapping here holds operators, and none of these keys is one", "equals: {…}"),
    ("{}", "there is no operator here", "{equals: {}}"),
    ("{contains: x, nope: 1}", 'there is no operator "nope"', "Operators: "),
    ("{lt: true}", "this is true or false, and more or less is for numbers and text", ""),
    ("{lt: [1]}", "this is a list", ""),
    ("{lt: }", "this is nothing (null)", ""),
    ("{between: [1]}", "between takes the two ends", ""),
    ("{between: 1}", "between takes the two ends", ""),
    ("{between: [2, 1]}", "nothing is between these", ""),
    ("{between: [1, a]}", "one end is text", ""),
    ("{approx: 1}", "approx takes a value", ""),
    ("{approx: {value: 1}}", "approx takes a value", ""),
    ("{approx: {value: 1, within: -1}}", "a distance is not negative", ""),
    ("{one_of: 1}", "this takes a list of values, not a number", ""),
    ("{one_of: []}", "not an empty list", ""),
    ("{contains_all: a}", "this takes a list", ""),
    ("{matches: '('}", "this is no regular expression: ", ""),
    ("{matches: 1}", "this operator takes text, not a number", ""),
    ("{starts_with: [a]}", "this operator takes text, not a list", ""),
    ("{type: strng}", 'there is no type "strng"', '"string"'),
    ("{type: text}", 'there is no type "text"', '"string"'),
    ("{type: [string, 1]}", "a type is a name", ""),
    ("{is: uid}", '"is" does not know "uid"', '"uuid"'),
    ("{exists: 'yes'}", "this takes true or false, not text", ""),
    ("{sorted: up}", "sorted does not know this order", "asc or desc"),
    ("{ignore_case: true, lt: 1}", "ignore_case stands beside an operator on text", ""),
    ("{ignore_case: yes, contains: a}", "ignore_case is true or false", ""),
    ("{length: {lt: true}}", "this is true or false", ""),
    ("{each: {nope: 1, lt: 2}}", 'there is no operator "nope"', ""),
    ("{json: [1]}", "json takes JSONPaths", ""),
    ("{json: {name: 1}}", "a JSONPath starts with $", "Write $.name"),
    ("{schema: 5}", "a schema is a path or a mapping", ""),
    ("{schema: {type: strng}}", 'there is no type "strng"', '"string"'),
]


@pytest.mark.parametrize(("text", "message", "hint"), WRONG)
def test_wrong_matchers(text: str, message: str, hint: str) -> None:
    problems = Problems()
    assert decode_matcher(node(text), problems) is None
    found = problems.of("error")
    assert len(found) == 1
    assert message in found[0].message
    assert hint in found[0].hint


@pytest.mark.parametrize(
    "text",
    ["{lt: <<N>>}", "{one_of: <<N>>}", "{matches: '<<N>>('}", "{type: <<N>>}", "{between: <<N>>}", "{exists: <<N>>}",
     "{json: {<<N>>: 1}}", "{schema: <<N>>}", "{is: <<N>>}", "{approx: <<N>>}", r"{matches: '\p{L}+'}"],
)  # fmt: skip
def test_placeholders_are_not_judged(text: str) -> None:
    problems = Problems()
    assert decode_matcher(node(text), problems) is not None
    assert problems.count == 0


@pytest.mark.parametrize("text", ["{lt: 20}", "{lt: 20s}", "{between: [1s, 2m]}", "{not: {gt: 500ms}}"])
def test_durations(text: str) -> None:
    problems = Problems()
    assert decode_matcher(node(text), problems, "duration") is not None


@pytest.mark.parametrize(
    "text",
    ["{lt: 20x}", "{lt: fast}", "{between: [1s, 2q]}", "{not: {gt: 5y}}", "{contains: 5}", "{one_of: [1s, x]}", "soon"],
)
def test_wrong_durations(text: str) -> None:
    problems = Problems()
    assert decode_matcher(node(text), problems, "duration") is None
    assert problems.count == 1


@pytest.mark.parametrize(
    ("text", "fits", "fails"),
    [
        ("200", 200, 201),
        ("'200'", 200, 201),
        ("2xx", 299, 300),
        ("2XX", 200, 199),
        ("[200, 4xx]", 404, 201),
        ("{not: 5xx}", 404, 503),
        ("{not: [5xx, 404]}", 403, 404),
        ("{lt: 400}", 399, 400),
        ("{one_of: [200, 4xx]}", 400, 500),
        ("{equals: 2xx}", 204, 304),
        ("{between: [200, 204]}", 204, 205),
    ],
)
def test_statuses(text: str, fits: int, fails: int) -> None:
    problems = Problems()
    matcher = decode_status(node(text), problems)
    assert matcher is not None, problems.of("error")
    assert evaluate(matcher, fits, context()) is None
    assert evaluate(matcher, fails, context()) is not None


@pytest.mark.parametrize(
    "text",
    [
        "99",
        "600",
        "true",
        "6xx",
        "20x",
        "[]",
        "[200, 900]",
        "ok",
        "{not: 6xx}",
        "{lt: 4xx}",
        "{contains: 2}",
        "200.5",
        "",
    ],
)
def test_wrong_statuses(text: str) -> None:
    problems = Problems()
    assert decode_status(node(f"[{text}]" if text == "" else text), problems) is None
    assert problems.count == 1


def test_the_fault_of_a_path_has_its_own_column() -> None:
    problems = Problems()
    check_path(node("{key: '$.a[01]'}").items[0][1], problems)
    (found,) = problems.of("error")
    assert found.span is not None
    assert found.span.column == len("{key: '$.a[") + 1


@pytest.mark.parametrize(
    ("path", "hint"),
    [("choices[0]", "Write $.choices[0]"), ("'.a'", "Write $.a"), ("'[0]'", "Write $[0]"), ("5", "Write $.name.")],
)
def test_a_path_without_root(path: str, hint: str) -> None:
    problems = Problems()
    check_path(node(f"- {path}" if path != "choices[0]" else "- 'choices[0]'").elements[0], problems)
    (found,) = problems.of("error")
    assert "starts with $" in found.message
    assert found.hint == hint
