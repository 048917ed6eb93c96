"""The text of a stream on a terminal, as it comes."""

from __future__ import annotations

import io

from runner.engine.events import Event, RequestEnded, RequestStarted, TextArrived
from runner.redact import Redactor
from runner.report.live_text import LiveText
from runner.report.screen import Screen


def shown(*events: Event) -> str:
    out: list[str] = []
    redactor = Redactor()
    redactor.add("secret-value")
    live = LiveText(out.append, redactor)
    for event in events:
        live(event)
    return "".join(out)


def test_text_is_indented_and_its_lines_are_kept() -> None:
    text = shown(TextArrived("Hel"), TextArrived("lo\n\nJo"), TextArrived("hn\n"), RequestEnded(1))
    assert text == "        Hello\n\n        John\n"


def test_what_does_not_end_its_line_is_ended() -> None:
    assert shown(TextArrived("Hello"), RequestEnded(1), RequestEnded(1)) == "        Hello\n"
    assert shown(RequestStarted(1, "a"), RequestEnded(1)) == ""


def test_control_characters_are_shown_not_obeyed() -> None:
    text = shown(TextArrived("\x1b"), TextArrived("[31mred\r\x07\u202e\tx"), RequestEnded(1))
    assert text == "        \\x1b[31mred\\r\\x07\\u202e    x\n"


def test_a_secret_in_two_pieces_is_masked() -> None:
    assert shown(TextArrived("a secret-"), TextArrived("value"), RequestEnded(1)) == "        a ***\n"


def test_what_waits_is_shown_at_the_end() -> None:
    assert shown(TextArrived("a secr"), RequestEnded(1)) == "        a secr\n"


def test_the_live_line_stays_away_from_a_line_that_is_not_ended() -> None:
    out = io.StringIO()
    screen = Screen(out, out)
    screen.show("waiting")
    screen.write_part("Hel")
    screen.show("waiting")
    screen.clear()
    screen.write_part("lo")
    screen.write("whole\n")
    screen.show("waiting")
    text = out.getvalue()
    assert "Hello\nwhole\n" in text
    assert text.index("waiting") < text.index("Hello") < text.rindex("waiting")
