from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from runner.disk import exists, is_file, is_folder, read_up_to

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
