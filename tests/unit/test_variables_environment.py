from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.variables.environment import EnvFileError, find_env_files, read_env_file

LINES = {
    "A=b": {"A": "b"},
    "A = b ": {"A": "b"},
    "export A=b": {"A": "b"},
    "A='b c # d'": {"A": "b c # d"},
    'A="b\\nc"': {"A": "b\nc"},
    "A='b\\nc'": {"A": "b\\nc"},
    "A=b # comment": {"A": "b"},
    "A=b#no-comment": {"A": "b#no-comment"},
    "A=": {"A": ""},
    "# A=b": {},
    "\n\nA=b\r\nB=c\r\n": {"A": "b", "B": "c"},
    "A=1\nA=2": {"A": "2"},
    "A=sk-${HOME}def$X": {"A": "sk-${HOME}def$X"},
    'A="x\ny"\nB=1': {"A": "x\ny", "B": "1"},
    "\ufeffA=b": {"A": "b"},
    "A=ü😀": {"A": "ü😀"},
    "A=a=b": {"A": "a=b"},
}


@pytest.mark.parametrize(("text", "values"), LINES.items(), ids=range(len(LINES)))
def test_an_env_file_is_read_as_it_is_written(text: str, values: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(text.encode())
    file = read_env_file(path, ".env")
    assert (dict(file.values), file.warnings) == (values, ())


def test_lines_that_are_left_out_are_told_without_what_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "x.env"
    path.write_text("A=1\nonly-a-key\n\nB='not closed-secret\nC=3\n", encoding="utf-8")
    file = read_env_file(path, "x.env")
    assert file.values["A"] == "1"
    told = [one.message for one in file.warnings]
    assert told[:2] == [
        "line 2 of x.env is left out: it is not NAME=value",
        "line 4 of x.env is left out: it is not NAME=value",
    ]
    assert not any("secret" in str(one) or one.source for one in file.warnings)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.env").write_bytes(b"A=1\nB=\xfc\n")
    (tmp_path / "large.env").write_bytes(b"#" * 10_000_001)
    for name, message in {
        "none.env": "none.env cannot be read: No such file or directory",
        "latin.env": "latin.env is not UTF-8 text: line 2 cannot be read",
        "large.env": "large.env is larger than 1 MB",
        ".": ". cannot be read: Is a directory",
    }.items():
        with pytest.raises(EnvFileError) as caught:
            read_env_file(tmp_path / name, name)
        assert caught.value.diagnostic.message == message


def test_a_pipe_that_nobody_writes_to_holds_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read_env_file(tmp_path / "pipe", "pipe").values == {}


def test_of_each_name_the_nearest_file_is_read(tmp_path: Path) -> None:
    folder, working = tmp_path / "a/b", tmp_path / "w"
    folder.mkdir(parents=True)
    working.mkdir()
    (tmp_path / ".env").write_text("A=top")
    (tmp_path / "a/.env").write_text("A=a")
    (tmp_path / "a/.env.ci").mkdir()
    (working / ".env.ci").write_text("A=w")
    files, searched = find_env_files([".env.ci", ".env", ".env.none"], working, folder)
    assert [(file.name, file.values["A"]) for file in files] == [(".env.ci", "w"), (str(tmp_path / "a/.env"), "a")]
    assert len(searched) == 1
    assert searched[0].startswith(f".env.none (there is none in {working}, {folder}")


def test_a_name_that_no_file_can_have_is_not_found(tmp_path: Path) -> None:
    assert find_env_files([f".env.{'x' * 300}"], tmp_path, tmp_path)[0] == ()
