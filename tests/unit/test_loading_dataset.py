"""Rows of data files: every character of a cell is part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.loading.dataset import read_data_file
from runner.loading.problems import Problems
from runner.node import Plain


def rows(folder: Path, text: str) -> list[dict[str, Plain]]:
    path = folder / "rows.csv"
    path.write_bytes(text.encode())
    problems = Problems()
    found = [dict(row.values) for row in read_data_file(path, "rows.csv", problems)]
    assert problems.of("error") == ()
    return found


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_only_line_breaks_end_a_row(character: str, tmp_path: Path) -> None:
    assert rows(tmp_path, f"A\na{character}b\nc\n") == [{"A": f"a{character}b"}, {"A": "c"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_of_the_three_line_breaks_does(end: str, tmp_path: Path) -> None:
    text = f'A,B{end}1,2{end}"in{end}two",3{end}'
    assert rows(tmp_path, text) == [{"A": "1", "B": "2"}, {"A": f"in{end}two", "B": "3"}]


def test_a_cell_may_be_long(tmp_path: Path) -> None:
    assert rows(tmp_path, f"A\n{'x' * 500_000}\n") == [{"A": "x" * 500_000}]


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    problems = Problems()
    assert read_data_file(tmp_path / ("n" * 300), "n.csv", problems) == []
    assert [one.message for one in problems.of("error")] == ["there is no such file"]
