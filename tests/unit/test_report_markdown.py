from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import given, settings, strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from runner.report.markdown import FAILURES_MOST, REQUESTS_MOST, render_markdown
from runner.report.record import Report
from runner.results import Status
from tests.unit.told_reports import HOSTILE, UNWELL, of_statuses, rendered, report_of, wrong_report

ALIVE = {"html_inline", "html_block", "link_open", "image", "blockquote_open", "bullet_list_open", "ordered_list_open",
         "hr", "em_open", "strong_open", "s_open", "code_block", "softbreak", "hardbreak"}  # fmt: skip
"""What no report has of its own."""
STEADY = ("heading_open", "table_open", "tr_open", "td_open", "th_open", "fence", "code_inline", "paragraph_open")


def tokens(text: str) -> list[Token]:
    """The parse tree, flat, with all that GitHub reads and HTML switched on."""

    def flat(found: list[Token]) -> Iterator[Token]:
        for token in found:
            yield token
            yield from flat(token.children or [])

    return list(flat(MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(text)))


def shape(found: list[Token]) -> list[str]:
    """The kinds of parts, in order."""
    return [token.type for token in found if token.type in STEADY]


def plain_words(found: list[Token]) -> str:
    """All that stands outside of code, where GitHub looks for mentions and links."""
    return "\n".join(token.content for token in found if token.type == "text")


STEADY_TOKENS: Final = tokens(rendered("markdown", report_of()))


def test_it_says_what_there_is_to_say() -> None:
    text = rendered("markdown", report_of())
    assert text.startswith(
        "# ❌ API requests: stopped\n\n"
        '`stopped by --max-cost before "plain"`\n\n'
        "|  |  |\n| --- | ---: |\n| requests | 4 |\n| passed | 1 |\n| failed | 1 |\n| error | 1 |\n| skipped | 1 |\n"
        "| warnings | 1 |\n| files | 2 |\n| duration | 2.5 s |\n"
        "| tokens and cost | `22 tokens, $0.01, cost of other unknown` |\n\n```text\nplain\n```\n"
    )
    assert (
        "## 2 failed\n\n### `failed plain plain (1 of 2)`\n\n"
        "`collections/chat.yaml:41:7` · `POST plain` · 200 · 500 ms · 2 attempts\n\n```text\n"
        "warning: plain\ncollections/chat.yaml:41  plain\n  expected  plain\n  got       plain\n  plain\n"
    ) in text
    assert "| ✅ | `passed plain plain (1 of 2)` `collections/chat.yaml:50` | `GET plain` | 200 | 250 ms | - |" in text
    assert "| model | passed | first token | speed | tokens | cost |\n" in text


def test_it_says_what_changed() -> None:
    text = rendered("markdown", report_of())
    assert (
        "## Since the run of 2024-10-04 03:48 UTC\n\nThen 1 passed, 1 failed, 1 error, 1 skipped.\n\n"
        "| change | request | before | now | since |\n| --- | --- | --- | --- | --- |\n"
        "| newly failing | `plain plain plain` `collections/chat.yaml` | passed, 100 ms, 3 tokens, $0.10 "
        "| failed, 200 ms | 2024-10-04 04:48 UTC |\n| gone | `plain` `collections/chat.yaml` | - | - | - |\n"
    ) in text


def test_wrong_files_are_said() -> None:
    text = rendered("markdown", wrong_report())
    assert text.startswith(
        "# ❌ API requests: invalid\n\n## Wrong files\n\n```text\ncollections/chat.yaml:3:5: plain\n"
    )


@pytest.mark.parametrize("report", UNWELL)
def test_a_run_that_is_no_success_does_not_look_like_one(report: Report) -> None:
    assert rendered("markdown", report).startswith("# ❌")
    assert rendered("markdown", of_statuses(Status.PASS)).startswith("# ✅ API requests: passed")


def test_what_is_too_much_is_counted() -> None:
    text = rendered("markdown", of_statuses(*[Status.FAIL] * (REQUESTS_MOST + 7)))
    assert text.count("### ") == FAILURES_MOST
    assert f"\n… and {REQUESTS_MOST + 7 - FAILURES_MOST} more\n" in text
    assert text.endswith("\n… and 7 more\n")
    assert text.count("| ❌ |") == REQUESTS_MOST


@given(st.one_of(st.text(min_size=1), st.sampled_from([HOSTILE, "`", "``", "|", "\\|", "\\", "a\\`|", "@user", "-"])))
@settings(max_examples=40)
def test_nothing_from_outside_comes_alive(text: str) -> None:
    """Beside code the words are ours alone, and the parts are those of every such report."""
    found = tokens(rendered("markdown", report_of(text)))
    assert not {token.type for token in found} & ALIVE
    if text.split():
        assert shape(found) == shape(STEADY_TOKENS)
        assert plain_words(found) == plain_words(STEADY_TOKENS)


def test_mentions_links_and_marks_stay_in_code() -> None:
    outside = "".join(plain_words(tokens(rendered("markdown", one(HOSTILE)))) for one in (report_of, wrong_report))
    for sign in ("@", "://", "www.", "#", "<", "\u202e", "GH-"):
        assert sign not in outside
    assert not any(sign in rendered("markdown", report_of(HOSTILE)) for sign in "\u202e\u2066\ufeff\x1b\x07\ud800")


def test_sections_are_parted_by_a_blank_line() -> None:
    for section in list(render_markdown(report_of()))[1:]:
        assert section.startswith("\n")
        assert section.endswith("\n")
