from __future__ import annotations

import json
import re
from decimal import Decimal
from xml.etree import ElementTree as ET  # our own document, in a test

import pytest

from runner.errors import ExitCode
from runner.load_plan import Threshold, read_threshold
from runner.load_testing.held_up import held_up
from runner.load_testing.ledger import Slot
from runner.load_testing.measures import Measure, Times, together
from runner.load_testing.record import Failure, LoadReport, Outcome
from runner.load_testing.reports.console import lines_of
from runner.load_testing.reports.kinds import KINDS
from runner.load_testing.thresholds import Measured, format_share, judge, with_default
from runner.report.style import Style
from runner.usage import ModelSum
from tests.report_readers import LOAD, LOAD_READER, read_load_json

HOSTILE = '<script>alert(1)</script> \x1b[31m ::error:: | `x` ]]> & "quoted"'


def measure(*seconds: float, failed: int = 0) -> Measure:
    found = Measure()
    for one in seconds:
        found.add(one, 100)
    found.failed = failed
    return found


def waits(*seconds: float) -> Times:
    found = Times()
    for one in seconds:
        found.add(one)
    return found


def measured(**requests: Measure) -> Measured:
    model = ModelSum("m", 4, 4, 4, 0, 90, Decimal("0.02"), 0, 40, 2.0, 0.4, 2)
    return Measured(requests, 10.0, (model,), {"": list(requests)})


@pytest.mark.parametrize("part", [50, 95])
@pytest.mark.parametrize("off", [0.97, 0.985, 0.995, 0.999, 1.001, 1.005, 1.015, 1.03])
def test_a_percentile_that_may_be_too_long_is_not_within_its_limit(part: int, off: float) -> None:
    for step in range(20):
        times = [0.1 * 1.001**step * (1 + number / 1000) for number in range(1, 101)]
        exact, limit = times[part - 1], times[part - 1] * off
        within = judged(f"p{part} < {limit * 1000:.6f}ms", a=measure(*times)).met
        above = judged(f"p{part} > {limit * 1000:.6f}ms", a=measure(*times)).met
        assert not (within and exact >= limit)
        assert not (above and exact <= limit)
        assert within or off < 1.021
        assert above or off > 0.979


def judged(text: str, **requests: Measure) -> Outcome:
    return judge([read_threshold(text)], measured(**requests))[0]


@pytest.mark.parametrize(
    ("text", "met", "shown"),
    [
        ("p50 < 150ms", True, "102 ms"),
        ("p95 < 150ms", False, "202 ms"),
        ("max <= 200ms", True, "200 ms"),
        ("mean < 130ms", True, "120 ms"),
        ("failures < 10%", False, "10%"),
        ("failures <= 10%", True, "10%"),
        ("failures <= 1", True, "1"),
        ("rps > 0.9", True, "1"),
        ("rps > 1", False, "1"),
        ("requests >= 10", True, "10"),
        ("cost < 0.03", True, "$0.02"),
        ("a: failures <= 0", False, "1"),
        ("b: failures <= 0", True, "0"),
    ],
)
def test_a_threshold_is_held_against_what_was_measured(text: str, met: bool, shown: str) -> None:
    found = judged(text, a=measure(*[0.1] * 7, 0.2, failed=1), b=measure(0.1, 0.2))
    assert (found.met, found.threshold.replace("<= 200", "<= 200")) == (met, read_threshold(text).text)
    assert abs(float(re.sub(r"[^0-9.]", "", found.shown)) - float(re.sub(r"[^0-9.]", "", shown))) <= 4


@pytest.mark.parametrize("text", ["p95 < 1h", "failures <= 100%", "first_content_p50 < 1h", "tokens_per_second >= 0"])
def test_where_nothing_was_measured_no_threshold_is_met(text: str) -> None:
    found = judged(text)
    assert (found.met, found.shown) == (False, "nothing was measured")
    assert not judged(f"gone: {text}", a=measure(0.1)).met


def test_times_of_requests_that_were_cut_off_may_break_a_limit_and_meet_none() -> None:
    waiting = {"a": waits(12.0, 12.0)}
    found = measured(a=measure(*[0.1] * 10), b=measure(0.1))._replace(waiting=waiting)

    def met(text: str) -> bool:
        return judge([read_threshold(text)], found)[0].met

    assert met("p50 < 200ms")
    for broken in ("p95 < 1s", "max <= 1s", "mean < 1s", "a: p95 < 11s", "a: max < 12s"):
        assert not met(broken), broken
    assert met("b: max < 1s")
    assert met("p95 < 13s")
    assert not met("max > 1s")
    assert met("requests <= 11")
    assert met("failures <= 0")
    [told] = judge([read_threshold("max < 1s")], found)
    assert told.shown.endswith(" s, with those that were cut off")


@pytest.mark.parametrize(("text", "reported"), [("mean < 1s", 200), ("p95 < 1s", 200), ("requests > 1", 4)])
def test_times_are_reported_in_milliseconds_as_all_others(text: str, reported: float) -> None:
    assert judged(text, a=measure(*[0.2] * 4)).measured == pytest.approx(reported, rel=0.03)


@pytest.mark.parametrize(
    ("waited", "cut", "told"),
    [
        ([12.0], 1, ["cut off after 12.0 s, the longest answer took 6.0 s"]),
        ([11.9], 1, []),
        ([12.0], 11, ["cut off after 12.0 s, the longest answer took 6.0 s", "10 and 11"]),
        ([], 10, []),
        ([], 11, ["10 and 11"]),
    ],
)
def test_what_was_held_up_at_the_end_is_no_pass_and_what_was_late_is(
    waited: list[float], cut: int, told: list[str]
) -> None:
    waiting = {"a": waits(*waited)} if waited else {}
    found = held_up({"a": measure(*[0.1] * 9, 5.97)}, waiting, cut)
    assert [(one.shown, one.met) for one in found] == [(text, False) for text in told]


def test_a_request_that_was_never_answered_is_no_pass() -> None:
    [found] = held_up({"a": measure(*[0.1] * 9)}, {"b": waits(10.1)}, 1)
    assert (found.threshold, found.met) == ("b: wait <= 2 times the longest answer", False)
    assert found.shown == "cut off after 10.1 s, never answered"


def test_a_connection_that_is_refused_is_not_quick() -> None:
    refused = silent(0.001, 0.002)
    slow = measure(0.5)
    limits = [read_threshold(one) for one in ("p95 < 1s", "max < 1s", "mean < 1s", "rps > 0", "failures <= 5")]
    told = judge(limits, measured(a=refused))
    assert [(one.met, one.shown) for one in told[:4]] == [(False, "nothing was answered")] * 4
    assert told[4].met
    assert [one.met for one in judge([read_threshold("a: p95 < 1s")], measured(a=refused, b=slow))] == [False]
    [mixed] = judge([read_threshold("p50 < 1s")], measured(a=refused, b=slow))
    assert mixed.shown == "500 ms, without the 2 of 3 that nobody answered"


def silent(*seconds: float) -> Measure:
    found = Measure()
    for one in seconds:
        found.silences.add(one)
    found.failed = len(seconds)
    return found


@pytest.mark.parametrize(
    ("text", "met", "shown"),
    [
        ("p50 < 150ms", False, "200 ms, without the 6 of 10 that nobody answered"),
        ("mean < 150ms", False, "200 ms, without the 6 of 10 that nobody answered"),
        ("max <= 200ms", True, "200 ms, with the 6 of 10 that nobody answered"),
        ("p50 > 100ms", False, "1.0 ms, with the 6 of 10 that nobody answered"),
        ("rps > 0.5", False, "0.4, without the 6 of 10 that nobody answered"),
        ("rps < 0.5", False, "1, with the 6 of 10 that nobody answered"),
        ("requests >= 10", True, "10"),
        ("failures <= 60%", True, "60.0%"),
    ],
)
def test_refused_connections_make_no_threshold_easier_to_meet(text: str, met: bool, shown: str) -> None:
    found = judged(text, a=measure(*[0.2] * 4), b=silent(*[0.001] * 6))
    assert (found.met, found.shown) == (met, shown)


@pytest.mark.parametrize(
    ("text", "met", "shown"),
    [
        ("p95 < 1s", False, "30.0 s, with the 2 of 10 that nobody answered"),
        ("mean < 1s", False, "6.2 s, with the 2 of 10 that nobody answered"),
        ("max < 1s", False, "30.0 s, with the 2 of 10 that nobody answered"),
        ("p95 > 1s", False, "200 ms, without the 2 of 10 that nobody answered"),
        ("max > 1s", False, "200 ms, without the 2 of 10 that nobody answered"),
    ],
)
def test_neither_do_requests_that_were_waited_for_in_vain(text: str, met: bool, shown: str) -> None:
    found = judged(text, a=measure(*[0.2] * 8), b=silent(30.0, 30.0))
    assert (found.met, found.shown) == (met, shown)


def test_those_cut_off_early_make_no_threshold_easier_to_meet() -> None:
    """At Ctrl-C they have not been waited for long."""
    found = measured(a=measure(*[1.0] * 4))._replace(waiting={"a": waits(*[0.01] * 8)})
    [told] = judge([read_threshold("p50 < 500ms")], found)
    assert (told.met, told.shown) == (False, "1.0 s, without those that were cut off")


def test_a_wait_is_not_held_against_one_that_was_in_vain() -> None:
    never = silent(30.0)
    never.add(0.1, 1)
    [found] = held_up({"a": never}, {"a": waits(11.0)}, 1)
    assert (found.met, found.shown) == (False, "cut off after 11.0 s, the longest answer took 100 ms")


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_answered_is_told_and_in_no_time(kind: str) -> None:
    half = measure(*[0.2] * 3)
    half.merge(silent(*[0.001] * 7))
    given = report()._replace(
        requests={"look": half}, total=half, slots=[Slot(0, 2, 1, {"look": half})], failures=[], models=[]
    )
    text = rendered(kind, given)
    assert "unanswered" in text
    assert "unanswered" not in rendered(kind, report()) or kind == "json"
    if kind == "json":
        [found] = read_load_json(text)["requests"]
        assert (found["count"], found["unanswered"], found["min"], found["p50"]) == (10, 7, 200.0, 200.0)
        assert found["unanswered_after"]["max"] == 1.0
    else:
        assert "200 ms" in text
        assert "1.0 ms" not in text
    console = "\n".join(lines_of(given, Style()))
    assert re.search(r"^look +10 +7 +7 +5.0 +200 ms +200 ms", console, re.MULTILINE)
    assert "10 requests, 7 failed (7 unanswered), 5.0 a second" in console


def test_a_cost_that_is_not_known_meets_no_threshold() -> None:
    unpriced = measured(a=measure(0.1))._replace(models=(ModelSum("m", 2, 2, 2, 0, 9, Decimal(1), 1),))
    assert not judge([read_threshold("cost < 100")], unpriced)[0].met


def test_without_a_word_about_failures_there_may_be_none() -> None:
    assert [one.text for one in with_default([], [""])] == ["failures <= 0"]
    given = read_threshold("failures < 1%")
    assert with_default([given], [""]) == [given]
    of_one = read_threshold("a: failures < 1%")
    assert len(with_default([of_one], [""])) == 2
    of_file = given._replace(file="a.yaml")
    assert [one.file for one in with_default([of_file], ["a.yaml", "b.yaml"])] == ["a.yaml", "b.yaml"]


def test_a_threshold_of_a_file_is_about_its_requests_alone() -> None:
    both = Measured(
        {"a.yaml: x": measure(0.1, failed=1), "b.yaml: x": measure(0.1)},
        1.0,
        (),
        {"a.yaml": ["a.yaml: x"], "b.yaml": ["b.yaml: x"]},
    )
    none = Threshold("failures", "lte", 0.0, "0")
    assert [one.met for one in judge([none._replace(file="a.yaml"), none._replace(file="b.yaml")], both)] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "0%"), (0.000001, "less than 0.01%"), (0.5, "50.0%"), (0.99999, "99.99%"), (1, "100%")]
)
def test_a_share_is_not_rounded_to_none_or_all(share: float, shown: str) -> None:
    assert format_share(share) == shown


def report(name: str = "look", *, met: bool = True) -> LoadReport:
    one, two = measure(0.1, 0.2), measure(*[0.3] * 4, failed=1)
    two.waits.add(0.05)
    two.written = 40
    requests = {name: one, "talk": two}
    slots = [Slot(0, 1, 2, {name: one}), Slot(1, 1, 2, {"talk": two})]
    return LoadReport(
        started=1_728_017_290.25,
        seconds=2.0,
        users=2,
        processes=1,
        requests=requests,
        total=together(requests.values()),
        slots=slots,
        outcomes=[Outcome("p95 < 800ms", 300.0, "300 ms", met), Outcome("failures < 50%", 0.17, "16.7%", met=True)],
        failures=[Failure("talk", f"status: expected 200, got 503 {name}", 1)],
        models=[ModelSum("m", 4, 3, 4, 0, 90, Decimal("0.02"), 0, 40, 2.0, 0.05, 1)],
        clients={"geventhttpclient": 6, "requests": 0},
        exit_code=ExitCode.OK if met else ExitCode.CHECK_FAILED,
    )


def rendered(kind: str, given: LoadReport) -> str:
    return "".join(KINDS[kind](given))


def test_json_has_percentiles_of_each_request_and_over_time() -> None:
    found = read_load_json(rendered("json", report()))
    assert found["verdict"] == "passed"
    talk = found["requests"][1]
    assert (talk["name"], talk["count"], talk["failed"], talk["rps"]) == ("talk", 4, 1, 2.0)
    assert talk["p95"] == pytest.approx(300, rel=0.02)
    assert talk["tokens_per_second"] == 20.0
    assert talk["first_content"]["p50"] == pytest.approx(50, rel=0.02)
    assert [(one["from"], one["count"], one["users"]) for one in found["timeline"]] == [(0, 2, 2), (1, 4, 2)]
    assert found["timeline"][1]["requests"][0]["p99"] == pytest.approx(300, rel=0.02)
    assert found["models"][0]["cost"] == 0.02
    assert found["thresholds"][0] == {"threshold": "p95 < 800ms", "met": True, "measured": 300.0, "shown": "300 ms"}


def test_a_test_of_which_nothing_came_fits_the_schema() -> None:
    nothing = report()._replace(
        requests={}, total=Measure(), slots=[Slot(0, 1, 0, {})], outcomes=[Outcome("p95 < 1s", None, "-", met=False)],
        models=[ModelSum("m", 1, 0, 0, 1)], failures=[], seconds=0.0, exit_code=ExitCode.INTERRUPTED,
    )  # fmt: skip
    assert read_load_json(rendered("json", nothing))["verdict"] == "interrupted"


@pytest.mark.parametrize("code", ExitCode)
def test_every_verdict_is_in_the_schema(code: ExitCode) -> None:
    assert read_load_json(rendered("json", report()._replace(exit_code=code)))["exit_code"] == code


def test_the_schema_takes_no_other_document() -> None:
    good = read_load_json(rendered("json", report()))
    assert set(good) == set(LOAD["properties"])
    for key in LOAD["required"]:
        assert not LOAD_READER.is_valid({name: value for name, value in good.items() if name != key}), key
    for place in (good, good["total"], good["requests"][0], good["timeline"][1], good["timeline"][0]["requests"][0]):
        place["more"] = 1
        assert not LOAD_READER.is_valid(good)
        del place["more"]
    assert LOAD_READER.is_valid(good)


@pytest.mark.parametrize("met", [True, False])
def test_every_kind_says_whether_thresholds_are_met(met: bool) -> None:
    given = report(met=met)
    document = json.loads(rendered("json", given))
    assert (document["exit_code"], document["thresholds"][0]["met"]) == (0 if met else 1, met)
    suite = ET.fromstring(rendered("junit", given)).find("testsuite")  # noqa: S314  # our own
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "0" if met else "1")
    markdown, html = rendered("markdown", given), rendered("html", given)
    assert markdown.startswith("# ✅ Load test: passed" if met else "# ❌ Load test: failed")
    assert f"| {'✅' if met else '❌'} | `p95 < 800ms` | `300 ms` |" in markdown
    assert f'<td class="{"good" if met else "bad"}">{"met" if met else "not met"}</td>' in html
    text = "\n".join(lines_of(given, Style()))
    assert f"{'met    ' if met else 'not met'}  p95 < 800ms" in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_percentiles_by_request_and_over_time(kind: str) -> None:
    text = rendered(kind, report())
    for word in ("look", "talk", "p50", "p95", "p99"):
        assert word in text
    assert "tokens" in text
    assert "0.02" in text or kind == "junit"


@pytest.mark.parametrize("kind", KINDS)
def test_names_from_outside_do_nothing_in_a_report(kind: str) -> None:
    text = rendered(kind, report(HOSTILE))
    assert "\x1b" not in text
    if kind == "json":
        assert json.loads(text)["requests"][0]["name"] == HOSTILE
        return
    assert "<script>" not in text or kind == "markdown"
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    if kind == "junit":
        ET.fromstring(text)  # noqa: S314  # our own


def test_a_page_runs_and_loads_nothing() -> None:
    page = rendered("html", report())
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_test_that_was_stopped_is_an_error_in_junit() -> None:
    given = report()._replace(exit_code=ExitCode.NO_RESPONSE, stopped="nobody answers")
    suite = ET.fromstring(rendered("junit", given)).find("testsuite")  # noqa: S314  # our own
    assert suite is not None
    assert (suite.get("errors"), suite.get("tests")) == ("1", "3")
    error = suite.find("testcase/error")
    assert error is not None
    assert error.get("message") == "nobody answers"
