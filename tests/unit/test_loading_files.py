from __future__ import annotations

from pathlib import Path

import pytest

from runner.errors import InvalidFiles, NothingToRun
from runner.folder import FileProblem, Folder
from runner.loading.collection import load_collection
from runner.loading.discover import discover
from runner.loading.files import read_bytes_file, read_source, read_text_file, shown
from runner.source import Source, Span


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A collection's folder: beside it a file that it must not reach."""
    (tmp_path / "outside.json").write_text("secret")
    root = tmp_path / "collection"
    (root / "below").mkdir(parents=True)
    (root / "below/in.json").write_text("{}")
    (root / "link.json").symlink_to("below/in.json")
    (root / "out.json").symlink_to("../outside.json")
    (root / "away").symlink_to("..")
    (root / "circle").symlink_to("circle")
    return root


@pytest.mark.parametrize("name", ["below/in.json", "./below/../below/in.json", "link.json"])
def test_a_file_below_the_folder(name: str, folder: Path) -> None:
    assert Folder.of(folder).file(name) == (folder / "below/in.json").resolve()


def test_an_absolute_path_below_it(folder: Path) -> None:
    assert Folder.of(folder).file(str(folder / "below/in.json")).name == "in.json"


@pytest.mark.parametrize(
    ("name", "rule", "message"),
    [
        ("../outside.json", "outside", "leaves the collection's folder"),
        ("below/../../outside.json", "outside", "leaves the collection's folder"),
        ("out.json", "outside", "leaves the collection's folder"),
        ("away/outside.json", "outside", "leaves the collection's folder"),
        ("/etc/passwd", "outside", "leaves the collection's folder"),
        ("..", "outside", "leaves the collection's folder"),
        ("below", "path", "is a folder, a file is needed"),
        (".", "path", "is a folder, a file is needed"),
        ("none.json", "missing-file", "there is no file none.json"),
        ("below/in.json/x", "missing-file", "there is no file"),
        ("", "path", "this is not a path"),
        (" ", "path", "this is not a path"),
        ("a\0b", "path", "this is not a path"),
        ("x" * 300, "path", "cannot be used as a path: File name too long"),
        ("circle", "path", "its links go in a circle"),
        ("\ud800", "path", "it holds half a character"),
        ("~/x", "missing-file", "there is no file ~/x"),
    ],
    ids=range(17),
)
def test_what_is_no_file_below_it(name: str, rule: str, message: str, folder: Path) -> None:
    with pytest.raises(FileProblem) as caught:
        Folder.of(folder).file(name)
    assert caught.value.rule == rule
    assert message in caught.value.message


def test_a_file_has_a_largest_size(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    assert read_bytes_file(path, "x", 5) == b"12345"
    with pytest.raises(FileProblem, match="x is larger than 4 bytes"):
        read_bytes_file(path, "x", 4)


def test_a_file_that_went_away(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="x cannot be read: No such file or directory"):
        read_bytes_file(tmp_path / "x", "x", 4)


def test_a_mark_at_the_start_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\xef\xbb\xbfa: \xc3\xbc")
    assert read_text_file(path, "x") == "a: ü"
    assert read_source(path, "x").text == "a: ü"


@pytest.mark.parametrize(
    ("data", "message", "span"),
    [
        (b"abc\xff", "line 1, column 4", Span(1, 4, 1, 8)),
        ("ü: 1\nü".encode() + b"\xc3 x", "line 2, column 2", Span(2, 2, 2, 6)),
        (b"\xff\xfea\0", "it is UTF-16", Span(1, 1, 1, 1)),
        (b"\xed\xa0\x80", "line 1, column 1", Span(1, 1, 1, 5)),
    ],
    ids=range(4),
)
def test_bytes_that_are_no_utf8_have_a_place(data: bytes, message: str, span: Span, tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(data)
    with pytest.raises(InvalidFiles) as caught:
        load_collection(path, "c.yaml")
    [problem] = caught.value.diagnostics
    assert message in problem.message
    assert problem.span == span


def test_a_file_is_named_as_the_user_names_the_collection(tmp_path: Path) -> None:
    source = Source("deep/c.yaml", "", tmp_path / "c.yaml")
    assert shown(tmp_path.resolve() / "schemas/a.json", source) == "deep/schemas/a.json"
    assert shown(tmp_path.resolve().parent / "shared/a.json", source) == "shared/a.json"
    assert shown(tmp_path.resolve().parent / "a.json", Source("c.yaml", "", tmp_path / "c.yaml")) == "../a.json"
    assert shown(Path("/elsewhere/a.json"), Source("c.yaml", "")) == "/elsewhere/a.json"


@pytest.mark.parametrize("charset", ["UTF-16LE", "UTF-16BE"])
@pytest.mark.parametrize("text", ["requests: [{url: http://h/}]\n", "requests: [{url: http://h/, name: Grüße}]\n"])
def test_utf16_without_a_mark_is_told_as_such(tmp_path: Path, charset: str, text: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(text.encode(charset))
    with pytest.raises(FileProblem) as caught:
        read_text_file(path, "c.yaml")
    assert caught.value.message == f"c.yaml is not UTF-8 text: it looks like {charset}"
    assert f"iconv -f {charset} -t UTF-8" in caught.value.hint


def test_zeros_in_a_text_do_not_make_it_utf16(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    for data in (b"a\0b: c and so on\n", b"\0" * 20, b"a\0"):
        path.write_bytes(data)
        assert read_text_file(path, "c.yaml") == data.decode()


def test_a_link_that_leads_nowhere_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").symlink_to("nothing.yaml")
    (tmp_path / "circle.yaml").symlink_to("circle.yaml")
    with pytest.raises(FileProblem, match=r"gone\.yaml is a link that leads nowhere") as caught:
        Folder.of(tmp_path).file("gone.yaml")
    assert "nothing.yaml" in caught.value.hint
    for name, what in (("gone.yaml", "leads nowhere"), ("circle.yaml", "leads in a circle")):
        with pytest.raises(NothingToRun, match=what):
            discover([name], tmp_path)
        with pytest.raises(FileProblem, match=what):
            read_text_file(tmp_path / name, name)
