from __future__ import annotations

import ast
from pathlib import Path

import pytest

from runner.exporting.exported import Exported
from runner.exporting.locust import to_locust
from runner.exporting.shell import to_shell
from runner.loading.collection import decode_collection
from runner.source import Source


def exported(name: str, file: str = "shop.yaml", more: str = "") -> Exported:
    path = None if file == "<stdin>" else Path(file)
    text = f"name: {name}\n{more}requests: [{{name: a, url: http://127.0.0.1:9}}]\n"
    return to_locust(decode_collection(Source(file, text, path), Path()))


def test_a_locustfile_is_a_few_lines() -> None:
    found = exported("My shop")
    assert found.text.splitlines() == [
        '"""Runs shop.yaml with Locust: locust -f FILE"""',
        "",
        "from runner.load_testing.locustfile import collection_user",
        "",
        "MyShop = collection_user('shop.yaml')",
    ]
    assert (found.requests, found.notes) == (1, ())


@pytest.mark.parametrize("name", ['"7 sisters"', '\'""" + x\'', "'ünï'", '"import"', "'; os.remove(1)'"])
@pytest.mark.parametrize("file", ["a.yaml", "a b/c'd.yaml", 'q"""q.yaml', "back\\slash.yaml", "new\nline.yaml"])
def test_no_name_gets_out_of_its_place(name: str, file: str) -> None:
    tree = ast.parse(exported(name, file).text)
    doc, imported, given = tree.body
    assert isinstance(doc, ast.Expr)
    assert isinstance(imported, ast.ImportFrom)
    assert isinstance(given, ast.Assign)
    assert isinstance(given.value, ast.Call)
    assert ast.literal_eval(given.value.args[0]) == file


def test_what_is_not_said_is_told() -> None:
    [note] = exported("Shop", more="load: {users: 3}\n").notes
    assert note.place == "load"
    [note] = exported("Shop", "<stdin>").notes
    assert "standard input" in note.message


def test_other_tools_are_told_to_know_nothing_of_load() -> None:
    text = "load: {users: 3}\nrequests: [{name: a, weight: 2, url: http://127.0.0.1:9}]\n"
    notes = to_shell(decode_collection(Source("shop.yaml", text, Path("shop.yaml")), Path())).notes
    assert [note.message for note in notes] == [
        "load is left out: runner load runs its load test",
        'weight is left out of "a"',
    ]
