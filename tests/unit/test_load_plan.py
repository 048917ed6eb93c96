from __future__ import annotations

from pathlib import Path

import pytest

from runner.errors import InvalidFiles
from runner.load_plan import BadThreshold, LoadPlan, Threshold, doubt_of_written, read_threshold
from runner.loading.collection import decode_collection
from runner.loading.load_tests import weight_of
from runner.model import Collection
from runner.source import Source

REQUESTS = """
requests:
  - name: list
    tags: [read, quick]
    url: http://127.0.0.1:9/a
  - name: add
    weight: 2.5
    tags: read
    url: http://127.0.0.1:9/b
  - name: drop
    url: http://127.0.0.1:9/c
"""


def collection(load: str) -> Collection:
    text = f"load:\n{load}\n{REQUESTS}" if load else REQUESTS
    return decode_collection(Source("a.yaml", text), Path())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p95 < 800ms", Threshold("p95", "lt", 0.8, "800ms")),
        ("p99.9<=2", Threshold("p99.9", "lte", 2.0, "2.0 s")),
        ("failures < 1%", Threshold("failures", "lt", 0.01, "1%", share=True)),
        ("failures <= 0", Threshold("failures", "lte", 0.0, "0")),
        ("rps gt 100", Threshold("rps", "gt", 100.0, "100")),
        ("log in: p50 >= 1s", Threshold("p50", "gte", 1.0, "1s", request="log in")),
        ("a: b: max lt 1m", Threshold("max", "lt", 60.0, "1m", request="a: b")),
        ("first_content_p95 < 2s", Threshold("first_content_p95", "lt", 2.0, "2s")),
        ("cost < 0.5", Threshold("cost", "lt", 0.5, "0.5")),
    ],
)
def test_a_threshold_is_read(text: str, expected: Threshold) -> None:
    assert read_threshold(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no threshold"),
        ("p95", "no threshold"),
        ("p95 < ", "no threshold"),
        ("p95 = 3s", "no threshold"),
        ("p100 < 1s", "no metric"),
        ("p0 < 1s", "no percentile"),
        ("rbs > 1", "no metric"),
        ("p95 < soon", "duration"),
        ("failures < 101%", "failures"),
        ("failures < -1", "failures"),
        ("rps > many", "number"),
        ("rps > 1%", "number"),
    ],
)
def test_what_is_no_threshold_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadThreshold, match=said):
        read_threshold(text)


@pytest.mark.parametrize(
    ("operator", "held"),
    [
        ("<", (True, False, False)),
        ("<=", (True, True, False)),
        (">", (False, False, True)),
        (">=", (False, True, True)),
    ],
)
def test_a_limit_is_compared_as_it_is_written(operator: str, held: tuple[bool, ...]) -> None:
    threshold = read_threshold(f"rps {operator} 10")
    assert tuple(threshold.holds(value) for value in (9.9, 10.0, 10.1)) == held


def test_a_file_says_how_it_is_tested() -> None:
    found = collection(
        "  users: 50\n  spawn_rate: 2.5\n  for: 1m\n  weights: {quick: 3}\n"
        "  thresholds: {p95: {lt: 800ms, gt: 1ms}, requests: {add: {failures: {lte: 1%}}}}"
    ).load
    assert found == LoadPlan(
        50,
        2.5,
        60.0,
        {"quick": 3},
        (
            Threshold("p95", "lt", 0.8, "800ms"),
            Threshold("p95", "gt", 0.001, "1ms"),
            Threshold("failures", "lte", 0.01, "1%", share=True, request="add"),
        ),
    )


def test_requests_may_be_a_metric_too() -> None:
    found = collection("  thresholds: {requests: {gt: 1000}}").load
    assert found is not None
    assert found.thresholds == (Threshold("requests", "gt", 1000.0, "1000"),)


def test_a_file_without_load_says_nothing() -> None:
    assert collection("").load is None


@pytest.mark.parametrize(
    ("load", "said"),
    [
        ("  users: 0", "users is a number"),
        ("  users: 1.5", "whole number"),
        ("  users: true", "users is a number"),
        ("  spawn_rate: 0", "spawn_rate is a number"),
        ("  for: 0s", "for is how long"),
        ("  for: soon", "for is how long"),
        ("  user: 3", "unknown key"),
        ("  users: <<USERS>>", "placeholders are not filled"),
        ("  weights: {slow: 1}", 'no request has the tag "slow"'),
        ("  weights: {read: -1}", "the weight of read"),
        ("  weights: 3", "weights is a mapping"),
        ("  thresholds: {}", "thresholds is a mapping"),
        ("  thresholds: {p95: 800ms}", "p95 is a mapping"),
        ("  thresholds: {p95: {below: 1s}}", "no comparison"),
        ("  thresholds: {p95: {lt: [1]}}", "duration"),
        ("  thresholds: {requests: {list them: {p95: {lt: 1s}}}}", 'no request "list them"'),
        ("  thresholds: {requests: {add: {requests: {lt: 1%}}}}", "number"),
        ('  thresholds: {rps: {gt: "100"}}', "number"),
    ],
)
def test_what_is_wrong_is_told(load: str, said: str) -> None:
    with pytest.raises(InvalidFiles) as told:
        collection(load)
    assert any(said in one.message for one in told.value.diagnostics), told.value.diagnostics


@pytest.mark.parametrize("weight", ["no", "-1", "[1]", "<<W>>", "1000001", "true"])
def test_a_weight_is_a_number(weight: str) -> None:
    text = f"requests: [{{name: a, url: http://127.0.0.1:9, weight: {weight}}}]"
    with pytest.raises(InvalidFiles) as told:
        decode_collection(Source("a.yaml", text), Path())
    assert "weight is a number" in told.value.diagnostics[0].message


def test_a_request_goes_before_its_tags_and_of_tags_the_heaviest() -> None:
    listed, add, drop = collection("").own_requests
    weights = {"read": 1.0, "quick": 4.0}
    assert [weight_of(one, weights) for one in (listed, add, drop)] == [4.0, 2.5, None]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("p95 < 800", "800 is 800 seconds: 13 min 20 s"),
        ("log in: max <= 1500.5", "1500.5 is 1500.5 seconds: 25 min 0 s"),
        ("first_content_p50 < 200", "200 is 200 seconds: 3 min 20 s"),
        ("p95 < 199", ""),
        ("p95 < 800ms", ""),
        ("p95 < 800s", ""),
        ("rps > 800", ""),
        ("failures < 800", ""),
    ],
)
def test_milliseconds_that_are_written_as_seconds_are_doubted(text: str, said: str) -> None:
    assert (doubt_of_written(text) or ("",))[0] == said


def test_they_are_doubted_in_a_file_too() -> None:
    found = collection("  thresholds: {p95: {lt: 800}, p99: {lt: 900ms}, mean: {lt: 20}, rps: {gt: 300}}")
    assert [(one.rule, one.message) for one in found.warnings] == [("duration-unit", "800 is 800 seconds: 13 min 20 s")]
    assert found.load is not None
    assert found.load.thresholds[0].limit == 800.0
