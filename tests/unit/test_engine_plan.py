from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from runner.engine.job import Job
from runner.engine.plan import plan_job
from runner.engine.select import selector
from runner.source import Diagnostic
from tests.unit.loading import NOWHERE, collection, scope_of

H = "url: 'http://h.example/x'"


def planned(
    text: str, select: str = "", tags: str = "", folder: Path = NOWHERE, outside: Mapping[str, str] | None = None
) -> tuple[Job, list[Diagnostic]]:
    """The job of a collection whose variables come from itself and from ``outside``."""
    found = collection(text, folder)
    return plan_job(found, scope_of(found, outside), selector(select, tags))


def names(job: Job) -> list[str]:
    return [one.name for one in job.requests]


def told(problems: list[Diagnostic]) -> list[tuple[str, int]]:
    return [(one.rule, one.span.line) for one in problems if one.span]


CHAIN = f"""\
requests:
- {{name: login, {H}, capture: {{token: $.t, id: $.i}}}}
- {{name: alone, {H}, tags: [a]}}
- {{name: uses, {H}, text: <<token>>, tags: [a], capture: {{more: $.m}}}}
- {{name: last, {H}, expect: {{json: {{$.x: <<more>>}}}}}}
"""


def test_everything_in_the_order_of_the_file() -> None:
    job, problems = planned(CHAIN)
    assert problems == []
    assert names(job) == ["login", "alone", "uses", "last"]
    assert [one.position for one in job.requests] == [0, 1, 2, 3]
    assert [dict(one.sources) for one in job.requests] == [{}, {}, {"token": "login"}, {"more": "uses"}]


@pytest.mark.parametrize(
    ("text", "tags", "chosen"),
    [
        ("alone", "", ["alone"]),
        ("uses", "", ["login", "uses"]),
        ("last", "", ["login", "uses", "last"]),
        ("", "a", ["login", "alone", "uses"]),
        ("nothing", "", []),
    ],
)
def test_what_is_selected_brings_what_it_needs(text: str, tags: str, chosen: list[str]) -> None:
    job, problems = planned(CHAIN, text, tags)
    assert (names(job), problems) == (chosen, [])
    assert [one.position for one in job.requests] == [["login", "alone", "uses", "last"].index(one) for one in chosen]


def test_the_last_source_before_it_counts() -> None:
    text = f"""\
requests:
- {{name: one, {H}, capture: {{a: $.a}}}}
- {{name: two, {H}, capture: {{a: $.a}}}}
- {{name: uses, {H}, text: <<a>>}}
- {{name: three, {H}, capture: {{a: $.a}}}}
"""
    assert names(planned(text, "uses")[0]) == ["two", "uses"]


def test_a_capture_is_not_there_before_it_is_made() -> None:
    text = f"requests:\n- {{name: uses, {H}, text: <<a>>}}\n- {{name: one, {H}, capture: {{a: $.a}}}}\n"
    _, [problem] = planned(text)
    assert (problem.rule, problem.message) == ("missing-variable", "a has no value")
    assert 'It is captured by "one" (line 3), which does not run before this.' in problem.hint
    assert planned(text, outside={"a": "given"})[1] == []


def test_a_request_may_hold_its_own_capture_against_the_response_only() -> None:
    assert planned(f"requests: [{{{H}, capture: {{a: $.a}}, expect: {{text: <<a>>}}}}]")[1] == []
    assert told(planned(f"requests: [{{{H}, text: <<a>>, capture: {{a: $.a}}}}]")[1]) == [("missing-variable", 1)]


THROUGH = f"""\
variables: {{HEADER: "Bearer <<MIDDLE>>", MIDDLE: <<token>>}}
requests:
- {{name: login, {H}, capture: {{token: $.t}}}}
- {{name: uses, {H}, headers: {{a: <<HEADER>>}}, timeout: 5s}}
"""


def test_a_variable_made_from_a_capture_needs_its_source() -> None:
    job, problems = planned(THROUGH, "uses")
    assert (names(job), problems) == (["login", "uses"], [])
    assert dict(job.requests[1].sources) == {"token": "login"}


@pytest.mark.parametrize("given", ["HEADER", "MIDDLE"])
def test_unless_a_value_from_outside_stands_in_its_place(given: str) -> None:
    assert names(planned(THROUGH, "uses", outside={given: "x"})[0]) == ["uses"]


def test_all_that_is_missing_or_wrong_is_told_in_the_order_of_the_file() -> None:
    text = f"""\
variables: {{N: 5, A: <<B>>, B: <<A>>}}
requests:
- {{name: one, {H}, timeout: <<T>>, headers: {{"<<H>>": 1}}, text: <<GONE>>}}
- {{name: two, {H}, redirects: <<T>>, json: <<N>>}}
- {{name: three, {H}, text: <<A>>, expect: {{status: <<S>>}}}}
- {{name: four, {H}, text: <<F|int>>}}
"""
    _, problems = planned(text, outside={"T": "soon", "H": "a b", "N": "many", "S": "9xx", "F": "x"})
    assert sorted(told(problems)) == [
        ("circle", 1),
        ("filter", 6),
        ("header", 3),
        ("missing-variable", 3),
        ("status", 5),
        ("value", 3),
        ("value", 4),
        ("variable-type", 1),
    ]
    assert [line for _, line in told(problems)] == sorted(line for _, line in told(problems))


def test_what_is_not_selected_is_not_looked_up() -> None:
    text = f"requests: [{{name: one, {H}, text: <<GONE>>}}, {{name: two, {H}}}]"
    assert planned(text, "two")[1] == []
    assert told(planned(text, "one")[1]) == [("missing-variable", 1)]


def test_a_default_on_the_spot_is_enough() -> None:
    assert planned(f"requests: [{{{H}, text: '<<GONE:->> <<GONE:-x|upper>>'}}]")[1] == []


def test_a_file_without_what_it_requires_is_skipped() -> None:
    text = f"requires: [A, B, C]\nrequests: [{{{H}, text: <<GONE>>}}]"
    job, problems = planned(text, outside={"B": "x"})
    assert (names(job), problems, job.skipped) == ([], [], "needs A and C, which are not set")
    assert planned(text, outside={"A": "", "B": "x"})[0].skipped == "needs C, which is not set"
    assert planned(text, outside={"A": "1", "B": "2", "C": "3"})[0].skipped == ""


def test_what_is_required_may_be_a_secret_that_is_empty() -> None:
    text = f"requires: API_KEY\nrequests: [{{{H}}}]"
    assert planned(text, outside={"API_KEY": ""})[0].skipped == "needs API_KEY, which is empty in --var"
    both = planned(text.replace("requires: API_KEY", "requires: [NIX, API_KEY]"), outside={"API_KEY": ""})[0].skipped
    assert both == "needs NIX, which is not set, and API_KEY, which is empty in --var"
    written = planned(f"variables: {{API_KEY: ''}}\n{text}")[0].skipped
    assert written == "needs API_KEY, which is empty in variables, c.yaml:1"


def test_what_is_required_and_does_not_fit_is_a_mistake() -> None:
    text = f"variables: {{N: 5}}\nrequires: N\nrequests: [{{{H}}}]"
    job, problems = planned(text, outside={"N": "x"})
    assert (job.skipped, told(problems)) == ("", [("variable-type", 1)])


def test_names_are_filled_and_each_stands_once() -> None:
    text = f"requests:\n- {{name: get <<A>>, {H}}}\n- {{name: get <<B>>, {H}}}\n"
    job, problems = planned(text, outside={"A": "x", "B": "y"})
    assert (names(job), problems) == (["get x", "get y"], [])
    _, [problem] = planned(text, outside={"A": "x", "B": "x"})
    assert (problem.rule, problem.span and problem.span.line) == ("duplicate-name", 3)
    assert told(planned(text, outside={"A": "x"})[1]) == [("missing-variable", 3)]


def test_selection_sees_filled_names() -> None:
    text = f"requests: [{{name: get <<A>>, {H}}}, {{name: other, {H}}}]"
    assert names(planned(text, "get x", outside={"A": "x"})[0]) == ["get x"]


def test_examples_are_the_mock_servers_affair() -> None:
    assert planned(f"requests: [{{{H}, examples: [{{json: <<GONE>>}}], description: <<GONE>>}}]")[1] == []


def test_a_body_file_that_a_variable_names_must_be_there(tmp_path: Path) -> None:
    text = f"requests: [{{{H}, file: <<F>>}}]"
    assert told(planned(text, folder=tmp_path, outside={"F": "none"})[1]) == [("missing-file", 1)]
    (tmp_path / "data").write_text("x")
    assert planned(text, folder=tmp_path, outside={"F": "data"})[1] == []
