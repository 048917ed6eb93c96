from collections.abc import Sequence

import pytest

from runner.redact import Redactor
from runner.report.snippet import count_diagnostics, render_diagnostics
from runner.report.style import Style
from runner.source import Diagnostic, Severity, Source, Span

NAME = "collections/chat.yaml"
SECRET = "sk-secret-123"


def shown(line: str, columns: tuple[int, int], width: int | None = None) -> list[str]:
    """The two lines drawn for a place in line 12."""
    source = Source(NAME, "\n" * 11 + line)
    redactor = Redactor()
    redactor.add(SECRET)
    diagnostic = Diagnostic("rule", "message", "", source, Span(12, columns[0], 12, columns[1]))
    return render_diagnostics([diagnostic], Style(width=width), redactor).split("\n")[1:3]


def rendered(diagnostics: Sequence[Diagnostic], style: Style | None = None) -> str:
    return render_diagnostics(diagnostics, style or Style(), Redactor())


def test_a_mistake_is_drawn_under_the_line() -> None:
    source = Source(NAME, "\n" * 11 + "      asertions: 1\n")
    diagnostic = Diagnostic(
        "unknown-key", 'unknown key "asertions"', 'Did you mean "expect"?', source, Span(12, 7, 12, 16)
    )
    assert rendered([diagnostic]) == (
        'collections/chat.yaml:12:7: error: unknown key "asertions"\n'
        "   12 |       asertions: 1\n"
        "      |       ^^^^^^^^^\n"
        '      Did you mean "expect"?\n'
        "\n"
        "1 error in 1 file\n"
    )


def test_colours() -> None:
    source = Source("a.yaml", "key: 1")
    diagnostic = Diagnostic("rule", "message", "hint", source, Span(1, 1, 1, 4), "warning")
    assert rendered([diagnostic], Style(color=True)) == (
        "\x1b[1ma.yaml:1:1:\x1b[0m \x1b[33mwarning:\x1b[0m message\n"
        "\x1b[2m    1 |\x1b[0m key: 1\n"
        "\x1b[2m      |\x1b[0m \x1b[33m^^^\x1b[0m\n"
        "      hint\n"
        "\n"
        "1 warning in 1 file\n"
    )


def test_without_a_place() -> None:
    diagnostics = [
        Diagnostic("rule", "cannot be read: permission denied", "Check the path.", Source("x.yaml", "")),
        Diagnostic("rule", "no value for API_KEY\nsearched: .env", "first\nsecond"),
        Diagnostic("rule", "nothing there", "", Source("x.yaml", "a\n"), Span(9, 1, 9, 1)),
    ]
    assert rendered(diagnostics) == (
        "x.yaml: error: cannot be read: permission denied\n"
        "      Check the path.\n"
        "\n"
        "error: no value for API_KEY\n"
        "      searched: .env\n"
        "      first\n"
        "      second\n"
        "\n"
        "x.yaml:9:1: error: nothing there\n"
        "\n"
        "3 errors in 1 file\n"
    )


@pytest.mark.parametrize(
    ("line", "columns", "drawn"),
    [
        ("\tname: \tx", (2, 6), ["   12 |     name:     x", "      |     ^^^^"]),
        ("  이름: 名前 x", (7, 9), ["   12 |   이름: 名前 x", "      |         ^^^^"]),
        ("a: \x1b[1m x", (4, 8), ["   12 | a: \\x1b[1m x", "      |    ^^^^^^^"]),
        ("ends", (5, 5), ["   12 | ends", "      |     ^"]),
        ("::error::x", (1, 3), ["   12 | ::error::x", "      | ^^"]),
        (f"token: {SECRET} foo: 1", (22, 25), ["   12 | token: *** foo: 1", "      |            ^^^"]),
        (f"token: {SECRET} foo: 1", (8, 21), ["   12 | token: *** foo: 1", "      |        ^^^"]),
        (f"token: {SECRET} foo: 1", (10, 12), ["   12 | token: *** foo: 1", "      |        ^^^"]),
    ],
)
def test_marks_stand_below_what_is_meant(line: str, columns: tuple[int, int], drawn: list[str]) -> None:
    assert shown(line, columns) == drawn


def test_several_lines_show_the_first() -> None:
    source = Source("a.yaml", "key: {a: 1,\n  b: 2}\n")
    assert "    1 | key: {a: 1,\n      |      ^^^^^^\n" in rendered(
        [Diagnostic("rule", "message", "", source, Span(1, 6, 2, 8))]
    )


def test_long_lines_are_cut_around_the_place() -> None:
    assert shown("x" * 30 + "here" + "y" * 1_000_000, (31, 35), width=40) == [
        "   12 | …xxxxxxxxxxhereyyyyyyyyyyyyyyyy…",
        "      |            ^^^^",
    ]
    assert shown("x" * 1_000_000 + "here", (1_000_001, 1_000_005), width=40) == [
        "   12 | …xxxxxxxxxxhere",
        "      |            ^^^^",
    ]
    assert shown("here" + "y" * 99, (1, 104), width=40) == [
        "   12 | here" + "y" * 27 + "…",
        "      | " + "^" * 32,
    ]


def test_nothing_secret_is_printed() -> None:
    redactor = Redactor()
    redactor.add(SECRET)
    source = Source(f"{SECRET}.yaml", f"{SECRET}: 1")
    diagnostic = Diagnostic("rule", f"no {SECRET}", f"use {SECRET}", source, Span(1, 3, 1, 5))
    assert SECRET not in render_diagnostics([diagnostic], Style(), redactor)


@pytest.mark.parametrize(
    ("severities", "text"),
    [
        (["error"], "1 error in 1 file"),
        (["error", "error", "warning"], "2 errors, 1 warning in 1 file"),
        (["warning", "warning"], "2 warnings in 1 file"),
        ([], "no errors"),
    ],
)
def test_the_count(severities: list[Severity], text: str) -> None:
    source = Source("a.yaml", "")
    assert count_diagnostics(Diagnostic("r", "m", source=source, severity=one) for one in severities) == text


def test_files_are_counted_by_name() -> None:
    found = [Diagnostic("r", "m", source=Source(name, "")) for name in ("a.yaml", "b.yaml", "a.yaml")]
    assert count_diagnostics(found) == "3 errors in 2 files"
    assert count_diagnostics([Diagnostic("r", "m")]) == "1 error"


def test_a_line_that_a_ci_server_would_obey_is_shown_disarmed() -> None:
    source = Source("c.yaml", 'a: "##vso[task.complete]" ##[error] ## heading')
    diagnostic = Diagnostic("rule", "it is wrong", "", source, Span(1, 5, 1, 24))
    shown = render_diagnostics((diagnostic,), Style(color=False, width=None), Redactor())
    assert 'a: "\\x23#vso[task.complete]" \\x23#[error] ## heading' in shown
    assert "\n      |     ^" in shown
