"""Warnings about values that look wrong where they are sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.engine.looks import advice_on_slashes, pasted
from runner.messages import Response
from runner.results import Advice
from tests.command import Ended, Program

KEY = "sk-proj-1a2B3c4D5e6F7g8H9i0J"
BEARER = "requests: [{name: one, url: 'http://127.0.0.1:1/x', auth: {bearer: <<API_KEY>>}}]\n"


def ended(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str, *options: str, **environ: str) -> Ended:
    (folder / "c.yaml").write_text(text, encoding="utf-8")
    return Program(monkeypatch, folder, environ).run(*options, "c.yaml")


@pytest.mark.parametrize(
    ("value", "before", "what"),
    [
        (KEY, "bearer ", ""),
        (KEY, "", ""),
        (f"Bearer {KEY}", "", ""),
        (f"Bearer {KEY}", "Bearer ", "begins with Bearer, as the header does already"),
        (f"bearer {KEY}", "bearer ", "begins with Bearer, as the header does already"),
        (f'"{KEY}"', "", "stands in quotes, which are sent with it"),
        (f"\u201c{KEY}\u201d", "", "stands in quotes, which are sent with it"),
        (f"{KEY} ", "", "begins or ends with a space or a line break"),
        (f"{KEY}\n", "", "begins or ends with a space or a line break"),
        (f"{KEY}\n{KEY}", "", "holds a line break"),
        (f"{KEY} {KEY}", "bearer ", "holds a space"),
        (f"API_KEY={KEY}", "", "begins with a name and ="),
        (f"export OPENAI_API_KEY={KEY}", "", "begins with a name and ="),
        ("AB_KEY==", "", ""),  # padding of base64
        ("<your key>", "", "stands in < and >, as in an example"),
        ("sk-...", "", "looks like what stands for a key in an example"),
        ("sk-xxxxxxxx", "", "looks like what stands for a key in an example"),
        ("your-api-key", "", "looks like what stands for a key in an example"),
        ("YOUR_API_KEY", "", "looks like what stands for a key in an example"),
    ],
)
def test_what_is_not_right_about_a_key(value: str, before: str, what: str) -> None:
    assert pasted("API_KEY", value, before) == what


@pytest.mark.parametrize(
    "text",
    [
        BEARER,
        "requests: [{url: 'http://127.0.0.1:1/', headers: {Authorization: Bearer <<API_KEY>>}}]\n",
        f"defaults: {{auth: {{bearer: <<API_KEY>>}}}}\n{BEARER.replace(', auth: {bearer: <<API_KEY>>}', '')}",
    ],
)
def test_a_key_with_its_scheme_is_told_without_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    for command in (["check"], ["run", "--dry-run"]):
        found = ended(monkeypatch, tmp_path, text, *command, API_KEY=f"Bearer {KEY}")
        assert "the value of API_KEY begins with Bearer, as the header does already" in found.err + found.out
        assert "It comes from the environment." in found.text
        assert KEY not in found.text


def test_a_key_that_is_right_is_not_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert ended(monkeypatch, tmp_path, BEARER, "check", API_KEY=KEY).text.count("value of") == 0
    whole = "requests: [{url: 'http://127.0.0.1:1/', headers: {Authorization: <<API_KEY>>}}]\n"
    assert ended(monkeypatch, tmp_path, whole, "check", API_KEY=f"Bearer {KEY}").text.count("value of") == 0
    assert ended(monkeypatch, tmp_path, BEARER, "check", API_KEY="sk-...").text.count("value of") == 1


def test_the_mock_server_takes_any_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = BEARER.replace("}}]", "}, examples: [{status: 200}]}]")
    assert ended(monkeypatch, tmp_path, text, "run", "--mock", "--strict", API_KEY="sk-...").code == 0


def test_a_slash_that_stands_twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "requests: [{url: <<BASE_URL>>/v1/x}, {url: <<BASE_URL>>/v1/y}]\n"
    found = ended(monkeypatch, tmp_path, text, "check", BASE_URL="http://h.example/")
    assert found.text.count("BASE_URL ends in / and another / follows, so that the URL holds //") == 1
    assert "the value comes from the environment" in found.text
    assert "BASE_URL ends" not in ended(monkeypatch, tmp_path, text, "check", BASE_URL="http://h.example").text
    joined = "defaults: {base_url: <<BASE_URL>>}\nrequests: [{url: /v1/x}]\n"
    assert "BASE_URL ends" not in ended(monkeypatch, tmp_path, joined, "check", BASE_URL="http://h.example/").text
    shown = ended(monkeypatch, tmp_path, joined, "show", BASE_URL="http://h.example/").out
    assert "http://h.example/v1/x" in shown or "GET /v1/x" in shown


def test_what_is_not_there_may_be_for_a_slash() -> None:
    other = Advice("It says so.", "Check the path.")
    found = advice_on_slashes(answer(404, "http://h.example//v1/x"), other)
    assert found is not None
    assert found.says == "It says so."
    assert "//" in found.remedy
    assert advice_on_slashes(answer(404, "http://h.example/v1/x?a=//"), other) is other
    assert advice_on_slashes(answer(500, "http://h.example//v1/x"), other) is other


def answer(status: int, url: str) -> Response:
    return Response(status=status, reason="", headers=(), body=b"", url=url)
