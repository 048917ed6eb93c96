"""What is read from files: collections, placeholders, env files and data, made by a grammar of mistakes."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, strategies as st

from runner.loading.dataset import READERS
from runner.loading.problems import Problems
from runner.node import Plain
from runner.redact import Redactor
from runner.report.snippet import render_diagnostics
from runner.report.style import Style
from runner.source import Source
from tests.fuzz import env_files, loader, placeholders
from tests.fuzz.bounded import bounded, few, many
from tests.promises.ledger import COMMAND, ODD
from tests.unit.loading import wrong

SCHEMA: Final = json.loads((Path(loader.ROOT) / "runner/loading/collection.schema.json").read_text("utf-8"))
LONGEST: Final = 10.0
"""Seconds of the processor for one small file: a fault, not a slow machine."""


def keys(schema: Any) -> set[str]:
    """Every key that a collection may have."""
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    own = schema.get("properties", {}) if isinstance(schema, dict) else {}
    return {*(own if isinstance(own, dict) else ()), *(key for one in inner for key in keys(one))}


SCALARS: Final = st.sampled_from(
    [
        "x", "1", "-1", "0.5", "1e999", ".nan", "~", "true", "''", '"a\\nb"', "'it''s'", "2xx", "20s", "5 MB", "<<A>>",
        "'<<A'", r"'\<<A'", "<<A:-b|int>>", "<<$guid>>", "'<<A|nothing>>'", "$.a", "'$.a[?@.b]'", "'$['", "'('",
        "'(a+)+$'",
        "../up", "/etc/passwd", "a.json", "http://h/", "'http://[::1'", "!x y", "&a b", "*a", "*b", "|", "? a", "- a",
        "POST",
        "99999999999999999999", "2026-02-30", "'\\u0000'", '"\\ud83d"', "a: b", "# c", "@", "%", "`", "\u2028",
        "\U0001f600", "\0",
        "\t", "[", "{", "]", "}", ",", "'", '"', "<<", "=: x",
    ]
)  # fmt: skip
NAMES: Final = st.sampled_from(
    [*sorted(keys(SCHEMA)), "<<", "<<A>>", "nmae", "Content-Type", "$.a[0]", "''", "1", "&k x"]
)


def flow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(NAMES, inner).map(": ".join), max_size=4)
    return pairs.map(lambda one: f"{{{', '.join(one)}}}") | st.lists(inner, max_size=3).map(
        lambda one: f"[{', '.join(one)}]"
    )


VALUES: Final = st.recursive(SCALARS, flow, max_leaves=8)
PAIRS: Final = st.lists(st.tuples(NAMES, VALUES).map(": ".join), max_size=3)


def block(depth: int) -> st.SearchStrategy[str]:
    return PAIRS.map(lambda pairs: "".join(f"\n{'  ' * depth}{pair}" for pair in pairs))


FILES: Final = st.builds(
    (
        "name: n{}\nvariables: {{A: 1}}\ndefaults:\n  base_url: http://h{}\n"
        "requests:\n  - name: r\n    url: /{}\n    expect:\n      status: 200{}\n"
    ).format,
    block(0), block(1), block(2), block(3),
)  # fmt: skip


@bounded
@given(FILES | VALUES)
def test_a_file_of_our_own_keys(text: str) -> None:
    began = time.process_time()
    loader.loaded(text)
    assert time.process_time() - began < LONGEST


@many
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_collection_or_explained(data: bytes) -> None:
    loader.fuzz(data)


@few
@given(FILES | VALUES)
def test_what_is_wrong_can_be_shown(text: str) -> None:
    found = wrong(text)
    shown = render_diagnostics(found, Style(width=60), Redactor())
    assert not ODD.search(shown)
    assert not COMMAND.search(shown)


@pytest.mark.parametrize(
    "before",
    ["a: \u00e9", "\u00e9: \u00e9\u00e9\r  \u00e9", "a: \U0001f600\u2028", "\r\n\r\r\na: b", '"\\ud83d\\ude00": x'],
)
def test_a_control_character_is_shown_where_it_stands(before: str) -> None:
    lines = re.split("\r\n|\r|\n", before)
    for mark in "\0\x1b\x7f\x9f":
        [problem] = wrong(f"{before}{mark}x\r\n")
        assert problem.span is not None
        assert problem.span[:2] == (len(lines), len(lines[-1]) + 1)


PIECES: Final = st.sampled_from(
    ["<<", ">>", r"\<<", "<", ">", "\\", "A", "B", "N", "|", "int", "json", ":-", "$guid", " ", "-", "\n", "\ud800"]
)


@many
@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=30))
def test_any_text_is_filled_or_explained(text: str) -> None:
    placeholders.filled(text)


@bounded
@given(st.text("ab<>\\|:-$ \n\u00fc", max_size=20))
def test_literal_text_comes_back(text: str) -> None:
    """However many ``<`` there are: what is escaped is text."""
    single = re.sub("<+", "<", text)
    assert placeholders.filled(single) == (single)
    assert placeholders.filled(rf"\<<{single}") == f"<<{single}"


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert placeholders.filled("<<A>>-<<A>>") == "<<B>>-<<B>>"
    assert placeholders.filled("x<<B>>") == r"xb \<< c"


ENV: Final = st.lists(
    st.sampled_from(
        [
            "A",
            "B_1",
            "=",
            "'",
            '"',
            "#",
            " ",
            "\n",
            "\r\n",
            "\r",
            "export ",
            "${A}",
            "$A",
            "\\n",
            "\\",
            "x",
            "\u00e9",
            "\t",
            ":",
            "\0",
        ]
    ),
    max_size=20,
).map("".join)


@bounded
@given(ENV.map(str.encode) | st.binary(max_size=60))
def test_any_env_file_is_read_or_explained(data: bytes) -> None:
    env_files.fuzz(data)


@bounded
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="'\\\u2028\u2029"), max_size=30))
def test_a_quoted_value_is_itself(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    """Also with ``#``, ``$`` and ``${A}`` in it: nothing is expanded."""
    path = tmp_path_factory.getbasetemp() / "values.env"
    data = f"A='{value}'\nB=after\n".encode()
    path.write_bytes(data)
    found = env_files.read(path, data)
    assert found is not None
    assert found.values == {"A": value, "B": "after"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_lines_are_counted_whatever_ends_them(tmp_path: Path, end: str) -> None:
    data = end.join(["A=b", "c d", "", "e f", "G=h", "'i j", ""]).encode()
    (tmp_path / "x.env").write_bytes(data)
    found = env_files.read(tmp_path / "x.env", data)
    assert found is not None
    assert [warning.span and warning.span.line for warning in found.warnings] == [2, 4, 6]
    assert found.values == {"A": "b", "G": "h"}


def rows(text: str, ending: str) -> list[Any] | None:
    """The rows of a data file; None where it says what is wrong with it."""
    problems = Problems()
    found = READERS[ending](Source(f"rows{ending}", text, Path(f"rows{ending}")), problems)
    for one in problems.of("error"):
        assert one.message
        assert one.hint
        assert one.span is not None
        assert 1 <= one.span.line <= text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(isinstance(row, dict) for row in found)
    return None if problems.count else list(found)


@many
@given(st.sampled_from(sorted(READERS)), st.text('ab,;\t"\n\r {}[]:1-\u00e9\0', max_size=40) | st.text(max_size=30))
def test_any_data_file_is_read_or_explained(ending: str, text: str) -> None:
    rows(text, ending)


NAMED: Final = st.lists(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True), min_size=1, max_size=4, unique=True
)
CELLS: Final = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=10)


@bounded
@given(NAMED, st.data(), st.sampled_from(",;\t"))
def test_a_table_comes_back(names: list[str], data: st.DataObject, delimiter: str) -> None:
    table = data.draw(st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), min_size=1, max_size=4))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([names, *table])
    wanted: list[dict[str, Plain]] = [dict(zip(names, cells, strict=True)) for cells in table]
    assert rows(out.getvalue(), ".csv") == wanted
    assert rows(json.dumps(wanted), ".json") == wanted
    assert rows("\n".join(map(json.dumps, wanted)), ".jsonl") == wanted
