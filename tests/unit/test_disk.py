from __future__ import annotations

import os
import stat
from pathlib import Path
from threading import Thread

import pytest

from runner.disk import WholeFile, exists, is_file, is_folder, read_up_to, write_whole

READ_LINK = os.readlink
ODD = ["x" * 300, "a\0b", "\ud800", "none/there", "file/below"]


@pytest.mark.parametrize("name", ODD, ids=range(len(ODD)))
def test_an_odd_name_is_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    path = tmp_path / name
    assert not exists(path)
    assert not is_file(path)
    assert not is_folder(path)


def test_a_circle_of_links_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert not exists(tmp_path / "a")
    assert not is_file(tmp_path / "a")


def test_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert (exists(path), is_file(path), is_folder(path), is_folder(tmp_path)) == (True, True, False, True)
    assert read_up_to(path, 3) == b"123"
    assert read_up_to(path, 10) == b"12345"


def test_a_device_without_end_has_a_limit() -> None:
    assert read_up_to(Path("/dev/zero"), 10) == b"\0" * 10


@pytest.mark.parametrize("told", [True, False], ids=["the system tells", "it does not"])
def test_what_is_read_is_below_a_folder(told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is put in the place of a file after it was looked at."""
    if not told:
        monkeypatch.setattr("runner.disk.os.readlink", _untold)
    folder, other = tmp_path / "folder", tmp_path / "other"
    for one in (folder / "sub", other):
        one.mkdir(parents=True)
        (one / "file").write_text("outside" if one is other else "inside")
    path = folder / "sub/file"
    assert read_up_to(path, 9, folder) == b"inside"
    path.unlink()
    path.symlink_to(other / "file")
    refused(path, folder)
    path.unlink()
    os.mkfifo(path)
    refused(path, folder)
    path.unlink()
    path.parent.rmdir()
    path.parent.symlink_to(other)
    refused(path, folder)
    if told:
        refused(other / "file", folder)


def refused(path: Path, folder: Path) -> None:
    with pytest.raises(OSError, match="something else was put in its place"):
        read_up_to(path, 9, folder)


def _untold(path: str | Path) -> str:
    if str(path).startswith("/proc/"):
        raise FileNotFoundError
    return READ_LINK(path)


def test_a_folder_by_another_name_is_the_same(tmp_path: Path) -> None:
    """As on file systems that take upper and lower case for the same; here by a link."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/file").write_text("x")
    (tmp_path / "Folder").symlink_to("folder")
    assert read_up_to(tmp_path / "Folder/file", 9, tmp_path / "Folder") == b"x"


def test_a_pipe_that_nobody_writes_to_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert read_up_to(path, 10) == b""


def test_a_pipe_is_read_to_its_end() -> None:
    reading, writing = os.pipe()
    parts = [b"one ", b"x" * 200_000, b" end"]

    def write() -> None:
        for part in parts:
            os.write(writing, part)
        os.close(writing)

    writer = Thread(target=write)
    writer.start()
    try:
        assert read_up_to(Path(f"/dev/fd/{reading}"), 1_000_000) == b"".join(parts)
    finally:
        writer.join()
        os.close(reading)


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory"):
        read_up_to(tmp_path, 1)


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    file = WholeFile(path)
    file.write(b"n" * 200_000)
    assert path.read_bytes() == b"old"
    file.write(b"!")
    file.commit()
    assert path.read_bytes() == b"n" * 200_000 + b"!"
    file.discard()
    assert names(tmp_path) == ["file"]
    given_up = WholeFile(path)
    given_up.write(b"other")
    given_up.discard()
    given_up.discard()
    assert path.read_bytes().endswith(b"!")
    assert names(tmp_path) == ["file"]


def test_permissions_are_kept_and_never_more_than_asked_for(tmp_path: Path) -> None:
    def mode(path: Path, asked: int) -> int:
        write_whole(path, b"x", asked)
        return stat.S_IMODE(path.stat().st_mode)

    private, readable = tmp_path / "private", tmp_path / "readable"
    private.write_bytes(b"")
    private.chmod(0o600)
    readable.write_bytes(b"")
    readable.chmod(0o644)
    assert (mode(private, 0o666), mode(readable, 0o666), mode(readable, 0o600)) == (0o600, 0o644, 0o600)
    assert mode(tmp_path / "new", 0o600) == 0o600


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there" / "file")
    for data in (b"one", b"two"):
        write_whole(tmp_path / "link", data)
        assert (tmp_path / "there" / "file").read_bytes() == data
    assert (tmp_path / "link").is_symlink()
    assert names(tmp_path / "there") == ["file"]


@pytest.mark.parametrize(
    "name", ["none/file", "file/below", "folder", "x" * 300, "circle", "a\0b"], ids=lambda name: repr(name)[:12]
)
def test_where_no_file_can_be_is_told_at_once(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    before = names(tmp_path)
    with pytest.raises((OSError, ValueError)):
        WholeFile(tmp_path / name)
    assert names(tmp_path) == before


def test_a_long_name_in_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / ("\u6f22" * 85)
    write_whole(path, b"x")
    assert path.read_bytes() == b"x"


def test_a_device_is_written_and_stays(tmp_path: Path) -> None:
    write_whole(Path(os.devnull), b"x" * 100_000)
    assert Path(os.devnull).is_char_device()
    file = WholeFile(Path("/dev/full"))
    with pytest.raises(OSError, match="No space left"):
        file.write(b"x")
    file.discard()
    assert Path("/dev/full").is_char_device()
    assert names(tmp_path) == []


def test_a_pipe_gets_what_is_written_at_once() -> None:
    reading, writing = os.pipe()
    try:
        file = WholeFile(Path(f"/dev/fd/{writing}"))
        file.write(b"line\n")
        assert os.read(reading, 100) == b"line\n"
        file.discard()
    finally:
        os.close(reading)
        os.close(writing)


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    left, others = tmp_path / ".file.123-0123abcd", [tmp_path / ".file.123", tmp_path / ".filed.1-0123abcd"]
    for one in (left, *others):
        one.write_bytes(b"half")
    write_whole(tmp_path / "file", b"x")
    assert names(tmp_path) == sorted(["file", *(one.name for one in others)])


def test_what_is_being_written_is_not_taken_for_what_was_left(tmp_path: Path) -> None:
    first, second = WholeFile(tmp_path / "file"), WholeFile(tmp_path / "file")
    for number, one in enumerate((first, second)):
        one.write(b"%d" % number)
    first.commit()
    second.commit()
    assert (tmp_path / "file").read_bytes() == b"1"
    assert names(tmp_path) == ["file"]


def test_a_file_is_locked_until_it_is_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run that begins to write there at this very moment must not take it for a left-over."""
    path = tmp_path / "report"
    replace = Path.replace
    others: list[WholeFile] = []

    def replaced(self: Path, target: Path) -> Path:
        if not others:
            others.append(WholeFile(path))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replaced)
    write_whole(path, b"first")
    assert path.read_bytes() == b"first"
    others[0].write(b"second")
    others[0].commit()
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"second", [path])
