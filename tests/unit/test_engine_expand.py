"""Included files in their places, rows of requests, and what of it is chosen and named."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.node import Plain
from tests.unit.collection_files import load_files, plan_files, planned_names

H = "http://h.example"
PLAIN = f"requests: [{{name: ping, url: {H}/ping}}]"
WHOLE = f"""\
setup: [{{name: prepare, url: {H}/p}}]
requests:
- {{name: first, url: {H}/1}}
- {{name: second, url: {H}/2}}
teardown: [{{name: clean, url: {H}/c}}]
"""
LOGIN = f"""\
requests:
- {{name: log in, url: {H}/in, capture: {{tok: $.t}}}}
- {{name: look, url: {H}/<<tok>>}}
- {{name: about, url: {H}/about}}
"""


def including(*items: str, before: str = "", after: str = "") -> str:
    """A file with these items in ``requests``, and one of its own behind them."""
    lines = [before, "requests:", *(f"- {item}" for item in items), f"- {{name: own, url: {H}/own}}", after]
    return "\n".join(lines)


def phases(folder: Path, files: dict[str, str]) -> list[tuple[str, str]]:
    job, problems = plan_files(folder, files)
    assert problems == []
    return [(one.name, one.phase) for one in job.requests]


def test_the_requests_stand_where_the_include_does(tmp_path: Path) -> None:
    files = {"m.yaml": including("include: w.yaml"), "w.yaml": WHOLE}
    assert phases(tmp_path, files) == [
        ("prepare", "requests"),
        ("first", "requests"),
        ("second", "requests"),
        ("own", "requests"),
        ("clean", "teardown"),
    ]


def test_the_teardown_of_the_last_include_comes_first_and_behind_that_of_the_file(tmp_path: Path) -> None:
    after = f"teardown: [{{name: last, url: {H}/l}}]"
    files = {"m.yaml": including("include: w.yaml", "include: w.yaml", after=after), "w.yaml": WHOLE}
    assert planned_names(tmp_path, files) == [
        *("prepare", "first", "second", "prepare (2)", "first (2)", "second (2)", "own"),
        *("last", "clean (2)", "clean"),
    ]


def test_what_is_included_in_setup_and_teardown_is_part_of_them(tmp_path: Path) -> None:
    before, after = "setup: [{include: w.yaml}]", "teardown: [{include: w.yaml}]"
    files = {"m.yaml": including(before=before, after=after), "w.yaml": WHOLE}
    assert phases(tmp_path, files) == [
        ("prepare", "setup"),
        ("first", "setup"),
        ("second", "setup"),
        ("own", "requests"),
        ("prepare (2)", "teardown"),
        ("first (2)", "teardown"),
        ("second (2)", "teardown"),
        ("clean (2)", "teardown"),
        ("clean", "teardown"),
    ]


@pytest.mark.parametrize(
    ("only", "names"),
    [
        ("[look]", ["log in", "look", "own"]),
        ("about", ["about", "own"]),
        ("[about, log in]", ["log in", "about", "own"]),
    ],
)
def test_only_picks_and_brings_what_is_needed(only: str, names: list[str], tmp_path: Path) -> None:
    files = {"m.yaml": including(f"{{include: l.yaml, only: {only}}}"), "l.yaml": LOGIN}
    assert planned_names(tmp_path, files) == names


def test_what_only_leaves_out_is_no_source_for_others(tmp_path: Path) -> None:
    reads = f"{{name: reads, url: '{H}/<<tok>>'}}"
    files = {"m.yaml": including("{include: l.yaml, only: about}", reads), "l.yaml": LOGIN}
    assert [one.message for one in plan_files(tmp_path, files)[1]] == ["tok has no value"]


def test_what_runs_for_another_is_a_source_whatever_is_selected(tmp_path: Path) -> None:
    """The value is that of the latest capture, so it must be made however the reader is chosen."""
    reads = f"{{name: reads, url: '{H}/<<tok>>'}}"
    files = {"m.yaml": including("include: l.yaml", "{include: l.yaml, only: look}", reads), "l.yaml": LOGIN}
    job, _ = plan_files(tmp_path, files)
    assert dict(next(one.sources for one in job.requests if one.name == "reads")) == {"tok": "log in (2)"}
    assert planned_names(tmp_path, files, "reads") == ["log in (2)", "reads"]


def test_setup_of_an_included_file_comes_with_its_requests_and_its_teardown_as_well(tmp_path: Path) -> None:
    files = {"m.yaml": including("include: w.yaml", "include: p.yaml"), "w.yaml": WHOLE, "p.yaml": PLAIN}
    assert planned_names(tmp_path, files, "second") == ["prepare", "second", "clean"]
    assert planned_names(tmp_path, files, "ping") == ["ping"]
    assert planned_names(tmp_path, files, "own") == ["own"]


def test_setup_in_a_file_that_is_included_in_setup(tmp_path: Path) -> None:
    """The inner file is all of the setup of the middle one."""
    middle = f"setup: [{{include: w.yaml}}]\nrequests: [{{name: middle, url: {H}/m}}]"
    files = {"m.yaml": including("include: n.yaml"), "n.yaml": middle, "w.yaml": WHOLE}
    job, _ = plan_files(tmp_path, files, "middle")
    assert [one.name for one in job.requests] == ["prepare", "first", "second", "middle", "clean"]
    assert {one.name: one.setup for one in job.requests if one.phase == "requests"} == {
        "prepare": (),
        "first": ("prepare",),
        "second": ("prepare", "first"),
        "middle": ("prepare", "first", "second"),
    }


def test_teardown_that_needs_what_was_not_selected_brings_it(tmp_path: Path) -> None:
    login = f"{LOGIN}teardown: [{{name: out, url: '{H}/<<tok>>'}}]"
    files = {"m.yaml": including("include: l.yaml"), "l.yaml": login}
    assert planned_names(tmp_path, files, "about") == ["log in", "about", "out"]


def test_needs_means_the_same_include_first(tmp_path: Path) -> None:
    inner = f"requests: [{{name: a, url: {H}/a}}, {{name: b, url: {H}/b, needs: a}}]"
    own = f"{{name: c, url: {H}/c, needs: [a, b]}}"
    files = {"m.yaml": including("include: i.yaml", "include: i.yaml", own), "i.yaml": inner}
    job, _ = plan_files(tmp_path, files)
    assert {one.name: one.needs for one in job.requests if one.needs} == {
        "b": ("a",),
        "b (2)": ("a (2)",),
        "c": ("a", "a (2)", "b", "b (2)"),
    }


def test_needs_reaches_into_the_own_copy_of_a_nested_include(tmp_path: Path) -> None:
    middle = f"requests: [{{include: p.yaml}}, {{name: m, url: {H}/m, needs: ping}}]"
    files = {"m.yaml": including("include: n.yaml", "include: n.yaml"), "n.yaml": middle, "p.yaml": PLAIN}
    job, _ = plan_files(tmp_path, files)
    assert {one.name: one.needs for one in job.requests if one.needs} == {"m": ("ping",), "m (2)": ("ping (2)",)}


def test_captures_cross_files_in_both_directions(tmp_path: Path) -> None:
    reads = f"{{name: reads, url: '{H}/<<tok>>', capture: {{more: $.m}}}}"
    inner = f"requests: [{{name: deep, url: '{H}/<<tok>>/<<more>>'}}]"
    files = {"m.yaml": including("include: l.yaml", reads, "include: i.yaml"), "l.yaml": LOGIN, "i.yaml": inner}
    job, problems = plan_files(tmp_path, files)
    assert problems == []
    assert {one.name: dict(one.sources) for one in job.requests if one.sources} == {
        "look": {"tok": "log in"},
        "reads": {"tok": "log in"},
        "deep": {"tok": "log in", "more": "reads"},
    }


def test_the_file_s_own_names_are_its_own(tmp_path: Path) -> None:
    own = f"{{name: ping, url: {H}/x}}"
    files = {"m.yaml": including("include: p.yaml", "include: p.yaml", own), "p.yaml": PLAIN}
    assert planned_names(tmp_path, files) == ["ping (2)", "ping (3)", "ping", "own"]


def test_a_name_that_differs_needs_no_number(tmp_path: Path) -> None:
    inner = f"requests: [{{name: hello <<WHO>>, url: {H}/a}}]"
    with_who = "{{include: i.yaml, with: {{WHO: {}}}}}"
    items = [with_who.format(who) for who in ("ann", "ben", "ann")]
    files = {"m.yaml": including(*items), "i.yaml": inner}
    assert planned_names(tmp_path, files) == ["hello ann", "hello ben", "hello ann (3)", "own"]


def test_rows_of_a_file_and_of_a_request_in_it(tmp_path: Path) -> None:
    inner = (
        f"data: [{{A: 1, UNUSED: u}}, {{A: 2}}]\nrequests: [{{name: i, url: '{H}/<<A>>/<<B>>', matrix: {{B: [x, y]}}}}]"
    )
    files = {"m.yaml": including("include: i.yaml"), "i.yaml": inner}
    job, problems = plan_files(tmp_path, files)
    assert problems == []
    assert [one.name for one in job.requests[:-1]] == [
        *("i [1] A=1 B=x", "i [1] A=1 B=y"),
        *("i [2] A=2 B=x", "i [2] A=2 B=y"),
    ]
    urls = [one.scope.resolver.request(one.spec).url for one in job.requests[:-1]]
    assert urls == [f"{H}/1/x", f"{H}/1/y", f"{H}/2/x", f"{H}/2/y"]


def test_turns_follow_each_other_in_each_row(tmp_path: Path) -> None:
    turns = (
        f"{{name: t, url: {H}/t, json: {{w: <<W>>}}, data: [{{W: a}}, {{W: b}}], turns: [{{user: 1x}}, {{user: 2x}}]}}"
    )
    assert planned_names(tmp_path, {"m.yaml": including(turns)}) == [
        *("t, turn 1 [1] W=a", "t, turn 2 [1] W=a"),
        *("t, turn 1 [2] W=b", "t, turn 2 [2] W=b", "own"),
    ]


def test_two_rows_that_look_the_same_are_told_apart(tmp_path: Path) -> None:
    rows = f"{{name: r, url: '{H}/<<PASSWORD>>', matrix: {{PASSWORD: [secret-one, secret-two]}}}}"
    assert planned_names(tmp_path, {"m.yaml": including(rows)}) == ["r [1]", "r [2]", "own"]


@pytest.mark.parametrize(
    ("written", "found"),
    [("A: x", "x"), ("A: [1, <<O>>]", [1, "o"]), ("A: <<A>> and more", "main and more"), ("A: null", None)],
)
def test_with_is_filled_where_it_stands(written: str, found: Plain, tmp_path: Path) -> None:
    inner = f"variables: {{A: inner}}\nrequests: [{{name: i, url: {H}/i, json: <<A>>}}]"
    text = including(f"{{include: i.yaml, with: {{{written}}}}}", before="variables: {A: main, O: o}")
    job, problems = plan_files(tmp_path, {"m.yaml": text, "i.yaml": inner})
    assert problems == []
    lookup = job.requests[0].scope.variables.lookup("A")
    assert lookup is not None
    assert lookup.value == found


def test_what_an_include_requires_may_be_given(tmp_path: Path) -> None:
    inner = f"requires: [WHO]\nrequests: [{{name: i, url: '{H}/<<WHO>>'}}]"
    plain, given = including("include: i.yaml"), including("{include: i.yaml, with: {WHO: ann}}")
    assert plan_files(tmp_path, {"m.yaml": plain, "i.yaml": inner})[0].skipped == "needs WHO, which is not set"
    assert planned_names(tmp_path, {"m.yaml": given, "i.yaml": inner}) == ["i", "own"]
    rows = inner.replace("requires", "data: [{WHO: ann}]\nrequires", 1)
    assert planned_names(tmp_path, {"m.yaml": plain, "i.yaml": rows}) == ["i [1] WHO=ann", "own"]


def test_what_an_include_requires_may_be_made_from_a_capture(tmp_path: Path) -> None:
    inner = f"requires: [WHO]\nrequests: [{{name: i, url: '{H}/<<WHO>>'}}]"
    files = {"m.yaml": including("include: l.yaml", "{include: i.yaml, with: {WHO: <<tok>>}}"), "l.yaml": LOGIN}
    job, problems = plan_files(tmp_path, {**files, "i.yaml": inner})
    assert (job.skipped, problems) == ("", [])
    assert dict(next(one.sources for one in job.requests if one.name == "i")) == {"tok": "log in"}


def test_the_requests_of_a_collection_are_those_that_run(tmp_path: Path) -> None:
    """What lists show is what ``only`` wants, with setup and teardown."""
    files = {"m.yaml": including("{include: w.yaml, only: second}"), "w.yaml": WHOLE}
    found = load_files(tmp_path, files)
    assert [str(spec.name.value) for spec in found.requests] == ["prepare", "second", "clean", "own"]


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ("data: [{A: 1}, {A: 2}]", ["r [1]", "r [2]"]),
        ("matrix: {A: [1, 2]}", ["r [1]", "r [2]"]),
        ("matrix: {A: [1, 2], N: [3, 4]}", ["r [1] N=3", "r [2] N=4", "r [3] N=3", "r [4] N=4"]),
        ("matrix: {N: [3, 4]}", ["r N=3", "r N=4"]),
        ("matrix: {N: [3, 4], PASSWORD: [secret-one]}", ["r [1] N=3", "r [2] N=4"]),
        ("data: [{N: 1}], matrix: {PASSWORD: [secret-one, secret-two]}", ["r [1] N=1", "r [2] N=1"]),
    ],
)
def test_rows_are_told_apart_whatever_is_shown_of_them(rows: str, names: list[str], tmp_path: Path) -> None:
    text = f"variables: {{N: 0, PASSWORD: no}}\nrequests: [{{name: r, url: '{H}/<<N>>/<<PASSWORD>>', {rows}}}]"
    text = text if "PASSWORD: [" in rows else text.replace("/<<PASSWORD>>", "")
    text = text if "N:" in rows else text.replace("/<<N>>", "")
    assert planned_names(tmp_path, {"m.yaml": text}) == names
