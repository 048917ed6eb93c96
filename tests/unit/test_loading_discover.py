from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.errors import InvalidFiles, NothingToRun
from runner.loading.discover import discover

COLLECTION = "requests: [{url: 'http://h/'}]\n"


def names(working: Path, *paths: str) -> list[str]:
    return [name for _, name in discover(paths, working)]


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


COLLECTIONS = {
    "a key at the start of a line": COLLECTION,
    "further down": "name: x\n\n# requests\nrequests:\n- url: x\n",
    "in quotes": "'requests': []",
    "a blank before the colon": "requests : []",
    "all in braces": '{"name": "x",\n "requests": []}',
    "braces and what may stand before them": "# a comment { x\n---\n \n{requests: [] }",
    "not yet a collection, but meant as one": "requests: }",
}
OTHERS = {
    "no such key": "name: x",
    "below another key": "resources:\n  requests: {cpu: 1}",
    "another key": "my-requests: 1\nrequestsx: 2",
    "a comment": "# requests: 1",
    "a template": "a: 1\n{{- if .x }}\n  {{- requests: }}\n",
    "a list": "- requests: 1",
    "braces without it": '{"name": "x"}',
    "empty": "",
}


@pytest.mark.parametrize("text", COLLECTIONS.values(), ids=COLLECTIONS)
def test_a_collection_is_found(text: str, tmp_path: Path) -> None:
    write(tmp_path, f__c_yaml=text)
    assert names(tmp_path, "f") == ["f/c.yaml"]


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_what_is_none_is_left_out(text: str, tmp_path: Path) -> None:
    write(tmp_path, f__c_yaml=text, f__d_yaml=COLLECTION)
    assert names(tmp_path, "f") == ["f/d.yaml"]


def test_a_long_comment_is_passed_quickly(tmp_path: Path) -> None:
    write(tmp_path, f__c_yaml="# a " * 100_000 + "\n", f__d_yaml=COLLECTION)
    assert names(tmp_path, "f") == ["f/d.yaml"]


def test_a_folder_is_searched_in_the_order_of_paths(tmp_path: Path) -> None:
    write(tmp_path, f__b_yaml=COLLECTION, f__a_yml=COLLECTION, f__sub__x_yaml=COLLECTION, f__z_json="{}", f__r_txt="x")
    assert names(tmp_path, "f") == ["f/a.yml", "f/b.yaml", "f/sub/x.yaml"]
    assert names(tmp_path / "f", ".") == ["a.yml", "b.yaml", "sub/x.yaml"]
    assert names(tmp_path / "f" / "sub", "..", "x.yaml") == ["../a.yml", "../b.yaml", "../sub/x.yaml"]


@pytest.mark.parametrize("name", [".git", "node_modules", "__pycache__", "venv", ".venv"])
def test_folders_of_tools_are_left_out(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "c.yaml").write_text(COLLECTION)
    write(tmp_path, d_yaml=COLLECTION)
    assert names(tmp_path, ".") == ["d.yaml"]
    assert names(tmp_path, f"{name}/c.yaml") == [f"{name}/c.yaml"]


def test_a_named_file_need_not_look_like_one(tmp_path: Path) -> None:
    write(tmp_path, c_txt="x")
    assert names(tmp_path, "c.txt") == ["c.txt"]


def test_each_file_stands_once_under_the_first_name(tmp_path: Path) -> None:
    write(tmp_path, f__c_yaml=COLLECTION)
    (tmp_path / "link.yaml").symlink_to("f/c.yaml")
    (tmp_path / "folder").symlink_to("f")
    assert names(tmp_path, "f/c.yaml", "f", "./f/c.yaml", "f/../f/c.yaml") == ["f/c.yaml"]
    assert names(tmp_path, "link.yaml", "f", "folder", str(tmp_path / "f")) == ["link.yaml"]
    assert names(tmp_path, "folder") == ["folder/c.yaml"]


def test_a_link_inside_a_folder_is_a_file_of_it(tmp_path: Path) -> None:
    write(tmp_path, other__c_yaml=COLLECTION)
    (tmp_path / "f").mkdir()
    (tmp_path / "f/l.yaml").symlink_to("../other/c.yaml")
    (tmp_path / "f/broken.yaml").symlink_to("none")
    (tmp_path / "f/up").symlink_to("..")
    assert [path for path, _ in discover(["f"], tmp_path)][1:] == [tmp_path / "f/l.yaml"]


def test_a_file_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_bytes(b"requests: \xff")
    assert names(tmp_path, ".") == ["c.yaml"]


def test_a_folder_that_cannot_be_read_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, f__c_yaml=COLLECTION, f__sub__d_yaml=COLLECTION)
    (tmp_path / "f/sub").chmod(0)
    if os.access(tmp_path / "f/sub", os.R_OK):  # root reads everything
        real = os.scandir

        def scandir(path: str) -> os._ScandirIterator[str]:
            if str(path).endswith("sub"):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path)

        monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(InvalidFiles) as caught:
        names(tmp_path, "f")
    (tmp_path / "f/sub").chmod(0o700)
    assert "sub cannot be read: Permission denied" in caught.value.diagnostics[0].message


@pytest.mark.parametrize("name", ["none.yaml", "x" * 300, "none/there/c.yaml", "c.yaml/d"], ids=range(4))
def test_what_is_not_there(name: str, tmp_path: Path) -> None:
    write(tmp_path, c_yaml=COLLECTION)
    with pytest.raises(NothingToRun, match="there is no file"):
        names(tmp_path, "c.yaml", name)


def test_a_folder_without_collections(tmp_path: Path) -> None:
    with pytest.raises(NothingToRun, match=r"there is no collection in \."):
        names(tmp_path, ".")


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.yaml")
    write(tmp_path, c_yaml=COLLECTION)
    assert names(tmp_path, ".") == ["c.yaml"]
