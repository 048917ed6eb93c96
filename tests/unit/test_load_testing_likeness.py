from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner import __version__
from runner.load_testing.files import LoadFile
from runner.load_testing.likeness import Likeness, likeness, unlike
from runner.loading.collection import decode_collection
from runner.source import Source

TEXT = "requests: [{name: a, url: http://127.0.0.1/a}]\n"


def files(*paths: Path) -> list[LoadFile]:
    found = []
    for path in paths:
        source = Source(str(path), path.read_bytes().decode(), path)
        found.append(LoadFile(decode_collection(source, path.parent), [], path.name if len(paths) > 1 else ""))
    return found


def differ(mine: Likeness, other: Likeness) -> str:
    return unlike(mine, json.loads(json.dumps(other.told("key"))))


def made(path: Path, text: str = TEXT) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return path


def test_the_folder_and_the_ends_of_lines_make_no_difference(tmp_path: Path) -> None:
    one = likeness(files(made(tmp_path / "x/a.yaml")))
    assert differ(one, likeness(files(made(tmp_path / "y/a.yaml", TEXT.replace("\n", "\r\n"))))) == ""


def test_another_text_name_or_order_does(tmp_path: Path) -> None:
    here, there = made(tmp_path / "x/a.yaml"), made(tmp_path / "y/a.yaml", TEXT.replace("name: a", "name: b"))
    other = made(tmp_path / "x/b.yaml")
    mine = likeness(files(here))
    assert differ(mine, likeness(files(there))) == "a.yaml, or a file that it includes, is not the same on both."
    assert differ(mine, likeness(files(other))) == "it runs b.yaml, the master a.yaml."
    both, swapped = likeness(files(here, other)), likeness(files(other, here))
    assert differ(both, swapped)
    assert differ(both, mine)


def test_so_does_an_included_file(tmp_path: Path) -> None:
    found = []
    for name, text in (("x", TEXT), ("y", TEXT.replace("/a}", "/b}"))):
        made(tmp_path / name / "inner.yaml", text)
        found.append(likeness(files(made(tmp_path / name / "a.yaml", "requests: [{include: inner.yaml}]\n"))))
    assert differ(*found)


@pytest.mark.parametrize(
    "told", [None, [], {}, {"version": "0"}, {"version": __version__}, {"version": __version__, "files": [1]}]
)
def test_what_tells_nothing_is_not_alike(tmp_path: Path, told: object) -> None:
    assert unlike(likeness(files(made(tmp_path / "a.yaml"))), told)
