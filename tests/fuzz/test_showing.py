"""What is shown and written: masked secrets, commands, consoles and reports."""

from __future__ import annotations

import json
import shlex
from typing import Final

import pytest
from hypothesis import given, strategies as st

from runner.convert.curl import to_curl
from runner.engine.events import FileStarted, RequestFinished, RunFinished
from runner.messages import Exchange, Request, Response
from runner.node import Plain
from runner.redact import Redactor
from runner.report.console import NORMAL, QUIET, VERBOSE, WHOLE, Console
from runner.report.json_report import render_json
from runner.report.ndjson import render_ndjson
from runner.report.record import Report
from runner.report.style import Style, encodable
from tests.fuzz import curl, redaction
from tests.fuzz.bounded import bounded, few, many
from tests.fuzz.reports import VALUES, changed, good, read, size
from tests.promises.ledger import COMMAND, ODD
from tests.secret_forms import secret_forms
from tests.unit.made_reports import ANY_TEXT, HOSTILE, reports
from tests.unit.told_reports import report_of, wrong_report

AROUND: Final = st.text("ab%\\u&#;+/=.\"' \n{}:\u00e9", max_size=15) | st.sampled_from(
    ["***", "\u2026", "...", "sk-", "%2", "\\u00", "&#x", "\\", "%"]
)
SECRETS: Final = st.sampled_from(redaction.SECRETS) | st.text(min_size=4, max_size=20)
PLACES: Final = st.lists(st.floats(0, 1), max_size=6).map(sorted)
FORMS: Final = len(secret_forms("abcd"))


@many
@given(SECRETS, st.integers(0, FORMS - 1), AROUND, AROUND, PLACES)
def test_a_secret_in_any_form_and_cut_anywhere_is_masked(
    secret: str, form: int, before: str, behind: str, places: list[float]
) -> None:
    redaction.hidden(secret, form, (before, behind), places)


@bounded
@given(st.text("-_ .,;:\u2026*\n\t%&\\()<>", max_size=60), SECRETS)
def test_what_has_nothing_of_a_secret_stays(text: str, secret: str) -> None:
    letters = "".join(one for one in secret if one.isalnum())
    if len(letters) >= 4:
        redactor = Redactor()
        redactor.add(letters)
        assert redactor.text(text) is text
        assert redactor.data(text.encode()) == text.encode()


@bounded
@given(st.sampled_from(redaction.SECRETS), st.lists(AROUND, max_size=4))
def test_masking_again_changes_nothing(secret: str, texts: list[str]) -> None:
    redactor = Redactor()
    redactor.add(secret)
    once = redactor.text(secret.join(texts))
    assert redactor.text(once) == redactor.text(redactor.text(once))


TEXTS: Final = st.text("ab '\"\\$`!%@-=&?/[]{}\n\t\u00e9", max_size=20)


@bounded
@given(st.sampled_from(curl.METHODS), TEXTS, TEXTS, st.binary(max_size=20) | TEXTS.map(str.encode), TEXTS)
def test_a_command_is_read_back(method: str, path: str, value: str, body: bytes, secret: str) -> None:
    request = Request(method, curl.URL + path, (("X-Odd", value), ("Accept", "*/*"), ("User-Agent", "x")), body)
    curl.commanded(request, "")
    curl.commanded(request._replace(url=f"{request.url}{secret}", body=body + secret.encode()), secret)


@bounded
@given(TEXTS, TEXTS.filter(str.isascii))
def test_what_stands_in_a_command_starts_no_other(path: str, value: str) -> None:
    """One command, whose first word is curl, and as many words as options ask for."""
    names = ("A", "Accept", "User-Agent", "Accept-Encoding")
    words = shlex.split(
        to_curl(Request("GET", curl.URL + path, tuple((name, value if name == "A" else "") for name in names)), {})
    )
    assert words[0] == "curl"
    assert words[1].startswith(curl.URL)
    assert sum(word == "-H" for word in words) == len(names)


STYLES: Final = st.builds(Style, st.booleans(), st.sampled_from([None, 20, 40, 80]))


def shown(report: Report, style: Style, verbosity: int) -> str:
    """What a console says of a report's requests."""
    lines: list[str] = []
    console = Console(lines.append, style, verbosity)
    for file in report.files:
        names = frozenset(one.result.name for one in file.requests)
        console(FileStarted(file.file, file.name, file.skipped, names, names, file.row, file.round))
        for one in file.requests:
            text = one.result.name
            request = Request(text, text, ((text, text),), text.encode("utf-8", "surrogatepass"))
            response = Response(
                200, ((text, text),), json.dumps([text]).encode() if one.number % 2 else request.body or b"", text
            )
            exchange = Exchange(request, response, None, 0.0, 1.0)
            console(RequestFinished(one.number, one.result._replace(exchange=exchange)))
    console(RunFinished(report.result))
    return encodable("".join(lines), "utf-8")


COLORS: Final = tuple(f"\x1b[{code}m" for code in ("0", "1", "2", "31", "32", "33", "1;31"))


def harmless(text: str) -> None:
    """No character that a terminal obeys but for our own colours, no line that is a command."""
    for color in COLORS:
        text = text.replace(color, "")
    assert not ODD.search(text), ODD.search(text)
    assert not COMMAND.search(text), COMMAND.search(text)
    assert "##[" not in text
    assert "##vso[" not in text


@few
@given(reports(ANY_TEXT), STYLES, st.sampled_from([QUIET, NORMAL, VERBOSE, WHOLE]))
def test_a_console_shows_nothing_that_is_obeyed(report: Report, style: Style, verbosity: int) -> None:
    harmless(shown(report, style, verbosity))


@pytest.mark.parametrize("verbosity", [NORMAL, VERBOSE, WHOLE])
@pytest.mark.parametrize("width", [None, 20, 80])
def test_a_console_shows_nothing_of_what_is_hostile(width: int | None, verbosity: int) -> None:
    for text in (*HOSTILE, *(f"{'x' * 90} {one}" for one in HOSTILE)):
        harmless(shown(report_of(text), Style(width=width), verbosity))


@bounded
@given(st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(VALUES)), min_size=1, max_size=3))
def test_a_changed_report_is_one_or_is_refused(changes: list[tuple[int, Plain]]) -> None:
    document = good()
    for place, value in changes:
        document = changed(document, place, value)
    read(json.dumps(document).encode())


@bounded
@given(
    st.lists(
        st.tuples(
            st.floats(0, 1), st.sampled_from([b"", b"\0", b"\n", b"{", b"}", b'"', b"1", b"\xff", b"null", b'"a":'])
        ),
        min_size=1,
        max_size=3,
    ),
    st.booleans(),
)
def test_a_report_with_other_bytes_is_one_or_is_refused(changes: list[tuple[float, bytes]], lines: bool) -> None:
    data = "".join((render_ndjson if lines else render_json)(report_of())).encode()
    for place, put in changes:
        at = int(place * len(data))
        data = data[:at] + put + data[at + 1 :]
    read(data)


def test_every_place_of_a_report_with_every_value() -> None:
    """Also where two values that are right by themselves contradict each other."""
    document = good()
    for place in range(1, size(document)):
        read(json.dumps(changed(document, place, VALUES[place % len(VALUES)])).encode())


@pytest.mark.parametrize("render", [render_json, render_ndjson])
def test_a_report_cut_off_is_no_pass(render: type[object]) -> None:
    """A JSON report is whole or nothing; of lines a run that was cut off is known for one."""
    for report in (report_of(), wrong_report()):
        data = "".join(render(report)).encode()  # type: ignore[call-arg, arg-type]
        for end in range(0, len(data) - 2, 37):
            found = read(data[:end])
            assert found is None or not found.result.passed
            assert found is None or render is render_ndjson
