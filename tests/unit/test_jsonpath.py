from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from jsonpath_rfc9535 import JSONPathEnvironment

from runner.jsonpath import PathError, compile_path, path_text
from runner.node import Plain

DOCUMENT: Plain = {
    "choices": [{"index": 0, "message": {}, "finish_reason": "stop"}],
    "id": "abc",
    "none": None,
    "이름": [{"a": 3}],
    "a b": {},
}

LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", ""])
NAMES = st.sampled_from(["a", "b", "a b", "é", "_1", '"', "'"])
DOCUMENTS: st.SearchStrategy[Plain] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=12
)
STEPS = st.sampled_from(
    [".a", ".b", "['a b']", '["a b"]', ".é", "._1", "['\"']", '["\'"]', "[0]", "[1]", "[-1]", "[-3]"]
)


@given(DOCUMENTS, st.lists(STEPS, max_size=4))
def test_the_fast_way_is_the_librarys_way(document: Plain, steps: list[str]) -> None:
    text = "$" + "".join(steps)
    theirs = JSONPathEnvironment().compile(text)
    ours = compile_path(text)
    assert ours.singular
    assert theirs.singular_query()
    assert ours.select(document) == [node.value for node in theirs.find(document)]


@given(st.lists(st.text(max_size=3) | st.integers(-5, 5), max_size=4))
def test_a_path_from_steps_is_read_back(steps: list[str | int]) -> None:
    assert compile_path(path_text(steps)).steps == tuple(steps)


@pytest.mark.parametrize(
    ("path", "singular", "selected"),
    [
        ("$", True, [DOCUMENT]),
        ("$.none", True, [None]),
        ("$ .id", True, ["abc"]),
        ("$['\\u0069d']", True, ["abc"]),
        ("$.choices[*].index", False, [0]),
        ("$..index", False, [0]),
        ("$.choices[0:1].index", False, [0]),
        ("$.choices[?@.index==0].finish_reason", False, ["stop"]),
        ("$.이름[*].a", False, [3]),
        ("$..이름[?@.a==3].a", False, [3]),
        ("$[?match(@, 'a.c')]", False, ["abc"]),
        ("$[?match(@, 'b')]", False, []),
        ("$[?search(@, 'b')]", False, ["abc"]),
        ("$[?search(@, '(')]", False, []),
        ("$.id[0]", True, []),
        ("$.choices.index", True, []),
    ],
)
def test_select(path: str, singular: bool, selected: list[Plain]) -> None:
    compiled = compile_path(path)
    assert compiled.singular is singular
    assert compiled.select(DOCUMENT) == selected


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("$.choices[0].mesage.role", '$.choices[0] has no "mesage"; it has "index", "message", "finish_reason"'),
        ("$.choices[3]", "$.choices has 1 element, there is no [3]"),
        ("$.choices.index", '$.choices is a list of 1 element, not an object: there is no "index"'),
        ("$.id.x", '$.id is text, "abc": there is no "x" in it'),
        ("$.none.x", '$.none is null: there is no "x" in it'),
        ("$['a b'].x", "$['a b'] has no \"x\"; it is empty"),
        ("$.choices[0].message[0]", "$.choices[0].message is an object, not a list: there is no [0]; it is empty"),
        ("$..nothing", "$..nothing selects nothing here"),
    ],
)
def test_explain_missing(path: str, why: str) -> None:
    assert compile_path(path).explain_missing(DOCUMENT) == f"nothing: {why}"


def test_long_lists_of_names_are_cut() -> None:
    document: Plain = {f"name{number}": 1 for number in range(100)}
    assert compile_path("$.x").explain_missing(document).endswith('"name7" and 92 more')


@pytest.mark.parametrize(
    ("path", "offset"),
    [("a", 0), ("", 0), ("$.", 1), ("$.a[", 4), ("$.a-b", 3), ("$.a[01]", 4), ("$.a ", 4), ("$.a[?foo(@)]", 5)],
)
def test_faults_have_a_place(path: str, offset: int) -> None:
    with pytest.raises(PathError) as caught:
        compile_path(path)
    assert abs(caught.value.offset - offset) <= 1


@pytest.mark.parametrize("path", ["$.a[?@.x == 1e999]", "$[?@ == " + "(" * 1500, "$" + "[0]*" * 700, "$" + "[?@" * 300])
def test_what_upsets_the_library_is_a_path_error(path: str) -> None:
    with pytest.raises(PathError):
        compile_path(path)


def test_deep_documents_are_searched_and_explosions_stopped() -> None:
    document: Plain = 1
    for _ in range(190):
        document = {"a": document, "b": [1, 2]}
    assert len(compile_path("$..a").select(document)) == 190
    with pytest.raises(PathError):
        compile_path("$..*..*..*").select(document)


def test_half_of_a_character_is_no_pattern() -> None:
    document: Plain = [{"a": "b", "p": "\ud800"}, {"a": "b", "p": "b"}]
    assert compile_path("$[?search(@.a, @.p)].p").select(document) == ["b"]
    assert compile_path("$[?match(@.a, $[0].p)]").select(document) == []
