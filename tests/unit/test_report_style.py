from collections.abc import Mapping

import pytest

from runner.report.cells import cells, clip, clip_middle, pad, wrap
from runner.report.style import (
    ColorChoice,
    Style,
    encodable,
    printable,
    printable_lines,
    use_color,
    use_progress,
)


@pytest.mark.parametrize(
    ("choice", "environ", "is_terminal", "colored"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, True, False),
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_who_decides_about_colour(
    choice: ColorChoice, environ: Mapping[str, str], *, is_terminal: bool, colored: bool
) -> None:
    assert use_color(choice, environ, is_terminal=is_terminal) is colored


def test_a_live_line_needs_a_terminal_that_can_move_its_cursor() -> None:
    assert use_progress({}, is_terminal=True)
    assert not use_progress({}, is_terminal=False)
    assert not use_progress({"TERM": "dumb"}, is_terminal=True)


def test_paint() -> None:
    assert Style(color=True).paint("pass", "PASS") == "\x1b[32mPASS\x1b[0m"
    assert Style(color=True).paint("pass", "") == ""
    assert Style().paint("pass", "PASS") == "PASS"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain: 100 %", "plain: 100 %"),
        ("이름 é 😀 👩\u200d💻", "이름 é 😀 👩\u200d💻"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b31m\x7f\x00\x07", "\\x9b31m\\x7f\\x00\\x07"),
        ("a\tb\r\nc", "a\\tb\\r\\nc"),
        ("abc\u202edef\u2066\u200f", "abc\\u202edef\\u2066\\u200f"),
        ("\u2028\u2029\u200b\ufeff\xad", "\\u2028\\u2029\\u200b\\ufeff\\xad"),
        ("\ud800 \udfff", "\\ud800 \\udfff"),
        ("\U000e0041", "\\U000e0041"),
        ("::error file=x::boo", "\\x3a:error file=x::boo"),
        ("  ::set-output name=a::b", "  \\x3a:set-output name=a::b"),
        ("std::vector", "std::vector"),
        ("##[error]boo", "\\x23#[error]boo"),
        ('"x ##vso[task.complete]"', '"x \\x23#vso[task.complete]"'),
        ("## Heading", "\\x23# Heading"),
        ("a ## b", "a ## b"),
    ],
)
def test_nothing_that_a_terminal_or_ci_server_obeys_is_let_through(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_every_control_character_is_shown() -> None:
    for code in (*range(32), *range(0x7F, 0xA0)):
        assert printable(chr(code)).isprintable()


def test_lines() -> None:
    assert printable_lines("a\r\n\tb\n::c\rd\n") == ["a", "    b", "\\x3a:c\\rd", ""]


@pytest.mark.parametrize(
    ("text", "encoding", "written"),
    [
        ("a · b … → é", "utf-8", "a · b … → é"),
        ("a · b … → é", "ascii", "a - b ... -> \\xe9"),
        ("a · b … é", "latin-1", "a - b ... é"),
        ("a · b", None, "a · b"),
        ("\ud800", "utf-8", "\\ud800"),
        ("이", "cp437", "\\uc774"),
    ],
)
def test_a_stream_gets_what_it_can_take(text: str, encoding: str | None, written: str) -> None:
    assert encodable(text, encoding) == written


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("이름", 4), ("e\u0301", 1), ("😀", 2), ("…·é", 3), ("カナ", 4), ("", 0)]
)
def test_columns(text: str, width: int) -> None:
    assert cells(text) == width
    assert cells(pad(text, 10)) == 10


def test_cutting() -> None:
    assert clip("abcdef", 6) == "abcdef"
    assert clip("abcdef", 5) == "abcd…"
    assert clip("이름이름", 5) == "이름…"
    assert clip("이름이름", 4) == "이…"
    assert clip_middle("GET /v1/chat/completions", 13) == "GET /v…etions"
    assert clip_middle("이름이름이름", 7) == "이…이름"
    for width in range(1, 30):
        assert cells(clip("이름ab이름cd😀", width)) <= width
        assert cells(clip_middle("이름ab이름cd😀", width)) <= width


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("short", ["short"]),
        ("ten chars!", ["ten chars!"]),
        ("one two three four", ["one two", "three four"]),
        ("exactly te n", ["exactly te", "n"]),
        ("abcdefghijklmnopqrstuvwxyz", ["abcdefghij", "klmnopqrst", "uvwxyz"]),
        ("a bcdefghijklmnop", ["a bcdefghi", "jklmnop"]),
        ("이름이름이름", ["이름이름이", "름"]),
        ("  two in front of it", ["  two in", "front of", "it"]),
    ],
)
def test_wrapping(text: str, lines: list[str]) -> None:
    assert wrap(text, 10) == lines
