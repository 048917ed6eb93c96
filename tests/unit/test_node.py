from __future__ import annotations

import pytest

from runner.node import scalar_type_name
from tests.unit.loading import read

TEXT = """\
a: <<A>>
<<B>>: [1, {c: "x <<C>> y"}]
plain: [1, two, null]
"""


def test_a_node_knows_whether_a_placeholder_stands_anywhere_inside() -> None:
    root = read(TEXT)
    assert root.templated
    assert [value.templated for _, value in root.items] == [True, True, False]
    assert [one.value for one in root.templated_scalars()] == ["<<A>>", "<<B>>", "x <<C>> y"]


def test_plain_data_keeps_placeholders_as_they_are_written() -> None:
    assert read(TEXT).plain() == {"a": "<<A>>", "<<B>>": [1, {"c": "x <<C>> y"}], "plain": [1, "two", None]}


def test_values_are_found_by_key() -> None:
    root = read(TEXT)
    assert root.get("plain") is root.items[2][1]
    assert root.get("none") is None
    assert root.items[0][1].get("a") is None


def test_the_first_key_stands_for_a_mapping() -> None:
    root = read("{a: 1, b: 2}")
    assert root.first_key.value == "a"
    assert read("{}").first_key.kind == "mapping"
    assert read("[1]").first_key.kind == "list"


def test_a_renamed_node_stands_at_the_same_place() -> None:
    root = read("x: {a: 1}").items[0][1]
    renamed = root.renamed("<<not looked at>>")
    assert (renamed.kind, renamed.value, renamed.templated) == ("scalar", "<<not looked at>>", False)
    assert (renamed.line, renamed.column) == (root.line, root.column)


def test_a_node_in_a_message_says_where_it_is() -> None:
    assert repr(read("a: [1]").items[0][1]) == "Node(list at c.yaml:1:4)"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{}", "a mapping"),
        ("[]", "a list"),
        ("null", "nothing (null)"),
        ("true", "true or false"),
        ("1", "a number"),
        ("1.5", "a number"),
        ("x", "text"),
    ],
)
def test_types_have_names(text: str, name: str) -> None:
    node = read(text)
    assert node.type_name == name
    assert scalar_type_name(node.plain()) == name
