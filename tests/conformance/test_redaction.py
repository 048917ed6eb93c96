"""No secret is ever printed, in whatever form a server gives it back; with ``-vv``, in failures, in names of files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Ended, Program
from tests.echo_server import EchoServer, serve_echo
from tests.secret_forms import forms_in, secret_forms

SECRET = 'sk-"/+ü\\Zq0!7 x&<b>'
OTHERS = {"HOST_KEY": "host-of-a-secret", "NAME_KEY": "name_of_a_secret"}
HALF_ESCAPE = r"(?:\\+(?:u[0-9a-f]*)?|&[#0-9a-z]*|%[0-9A-Fa-f]?)$"
PLAIN = "plain-token_0123456789"

COLLECTION = """\
name: Tells
requests:
  - name: tell <<API_KEY>>
    url: <<SERVER>>/tell
    auth: {bearer: <<API_KEY>>}
    expect:
      headers: {x-plain: {equals: nothing}, x-base64: a, x-percent: b, set-cookie: c}
      json:
        $.plain: {equals: nothing}
        $.base64: {contains: nothing}
        $.percent: nothing
        $.json: nothing
        $.none: <<API_KEY>>
        $.<<NAME_KEY>>: 2
        $: {contains: {plain: x}}
      text: {matches: "^<<API_KEY>>$"}
      schema: {required: [<<API_KEY>>], properties: {plain: {const: 1}}}
    capture:
      kept: $.plain
      lost: {regex: "<<API_KEY>>(.)nowhere"}
      filtered: {json: $.plain, filter: int}
  - {name: in the path, url: "<<SERVER>>/status/404/<<API_KEY|urlencode>>?q=<<API_KEY>>&b=<<API_KEY|base64>>"}
  - name: in a body
    url: <<SERVER>>/reply
    text: "<<API_KEY|base64>> <<API_KEY|sha256>> <<API_KEY|upper>>"
    expect: {text: a}
  - {name: in a form, url: "<<SERVER>>/echo", form: {<<API_KEY>>: <<API_KEY>>}, expect: {status: 500}}
  - {name: no server, url: "http://127.0.0.1:1/<<API_KEY|urlencode>>"}
  - {name: no host, url: "http://<<HOST_KEY>>.invalid/"}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    with serve_echo() as running:
        yield running


def hits(ended: Ended, secret: str) -> list[str]:
    return forms_in(ended.text, secret)


@pytest.mark.parametrize("secret", [PLAIN, SECRET], ids=["plain", "odd"])
@pytest.mark.parametrize("options", [(), ("-v",), ("-vv",), ("-vv", "--color", "always"), ("--dry-run", "-v")], ids=str)
def test_no_secret_is_printed(
    secret: str, options: tuple[str, ...], server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"{'x' if '/' in secret else secret}.yaml"
    path.write_text(COLLECTION, encoding="utf-8")
    environ = {"API_KEY": secret, **OTHERS}
    program = Program(monkeypatch, tmp_path, environ)
    ended = program.run("run", *options, "--var", f"SERVER={server.url}", path.name)
    assert hits(ended, secret) == [], ended.text
    assert not any(one in ended.text for one in OTHERS.values())
    assert "***" in ended.text


@pytest.mark.parametrize("command", [("show",), ("show", "--as", "curl"), ("env",), ("list",), ("check",)], ids=str)
def test_no_other_command_prints_one(
    command: tuple[str, ...], server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    program = Program(monkeypatch, tmp_path, {"API_KEY": SECRET, "SERVER": server.url, **OTHERS})
    ended = program.run(*command, "c.yaml")
    assert hits(ended, SECRET) == [], ended.text
    assert not any(one in ended.text for one in OTHERS.values())


def test_what_a_response_gave_as_a_secret_is_one(
    server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """\
requests:
  - {name: get, url: <<SERVER>>/reply, json: {a: [first-value-1, {b: second-value-2}], c: header-value-3},
     capture: {list: {json: $.a, secret: true}, login_token: $.c}, expect: {json: {$.a: 1, $.c: 2}}}
  - {name: again, url: <<SERVER>>/reply, text: first-value-1 second-value-2 header-value-3, expect: {text: x}}
"""
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("run", "-vv", "--var", f"SERVER={server.url}", "c.yaml")
    received = [str(one["body"]) for one in server.received[-2:]]
    assert "first-value-1" in received[0]
    after = ended.out.partition("FAIL  again")[2]
    assert not any(value in after for value in ("first-value-1", "second-value-2", "header-value-3")), after


def test_a_file_that_cannot_be_read_does_not_show_its_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "variables: {API_KEY: written-in-the-file, oops}}\nrequests: []\n"
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("run", "c.yaml")
    assert ended.code == 3
    assert "written-in-the-file" not in ended.text


@pytest.mark.parametrize("secret", [PLAIN, SECRET], ids=["plain", "odd"])
def test_a_text_that_is_cut_inside_a_secret_shows_no_part_of_it(
    secret: str, server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long values are cut where they are shown: here at each character of the secret, in each form."""
    given = {
        name: form for name, form in secret_forms(secret).items() if not name.startswith(("repr", "lower", "upper"))
    }
    lines = ["requests:", "  - {name: first, url: <<SERVER>>/<<API_KEY|urlencode>>}"]
    expect = json.dumps({f"$['{name}']": 1 for name in given})
    for filler in range(160, 200, 3):
        document = {name: {"a": "-" * filler + form} for name, form in given.items()}
        (tmp_path / f"{filler}.json").write_text(json.dumps(document), encoding="utf-8")
        request = f"name: n{filler}, url: <<SERVER>>/reply, file: {filler}.json, expect: {{json: {expect}}}"
        lines.append(f"  - {{{request}}}")
    (tmp_path / "c.yaml").write_text("\n".join(lines), encoding="utf-8")
    ended = Program(monkeypatch, tmp_path, {"API_KEY": secret}).run("run", "--var", f"SERVER={server.url}", "c.yaml")
    shown = re.findall(r"got +\{\"a\": \"-+(.*)$", ended.out, re.MULTILINE)
    assert len(shown) == len(given) * 14 + 14  # the first of each request once more at the end
    # Three characters, and the beginning of an escape, are not masked.
    rests = [re.sub(HALF_ESCAPE, "", one.replace("***", "").rstrip('…"}=')) for one in shown]
    leaks = [one for one in rests if len(one) > 3]
    assert not leaks, "\n".join(leaks)


def test_how_to_send_again_does_not_show_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line repeats the options: not the values that the file says are secret."""
    text = "secrets: [LISTED]\nrequests: [{name: one, url: 'http://127.0.0.1:1/<<LISTED>><<OTHER>>'}]\n"
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    options = ("--var", "LISTED=it's a-listed-value", "--var", "OTHER=seen", "--var", "UNUSED_KEY=an-unused-value")
    ended = Program(monkeypatch, tmp_path).run("run", *options, "c.yaml")
    assert "--var OTHER=seen" in ended.out
    assert "a-listed-value" not in ended.text
    assert "an-unused-value" not in ended.text


@pytest.mark.parametrize(
    "command", [("run", "-vv"), ("run", "--dry-run", "-v"), ("show",), ("show", "--as", "curl")], ids=str
)
def test_sessions_and_proxies_show_no_secret(
    command: tuple[str, ...], server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing says that these are secrets but what they are."""
    text = """\
requests:
  - name: log in
    url: <<SERVER>>/status/302
    query: {header: ["<<LINE>>", "Location: /echo"]}
    expect: {cookies: {JSESSIONID: x}, json: {$.header.cookie: x}}
  - {name: again, url: <<SERVER>>/reply, text: <<VALUE>>, capture: {n: {regex: "(session.*)", filter: int}}}
  - name: in the file
    url: <<SERVER>>/tell
    cookies: {user_token: literal-secret-1, sid: literal%2Fsecret-2}
    headers: {Cookie: remember=literal-secret-3}
    proxy: "http://ann:literal%2Fsecret-4@127.0.0.1:1"
    expect: {text: x}
  - {name: option, url: <<SERVER>>/echo}
"""
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    value = "session-of-somebody-0"
    environ = {"SERVER": server.url, "LINE": f"Set-Cookie: JSESSIONID={value}; Path=/", "VALUE": value}
    ended = Program(monkeypatch, tmp_path, environ).run(*command, "c.yaml")
    again = Program(monkeypatch, tmp_path, environ).run(
        *command, "--proxy", "http://b:literal-secret-5@127.0.0.1:1", "c.yaml"
    )
    for text in (ended.text, again.text):
        assert "literal" not in text, text
        assert "/secret-" not in text
    assert "***" in again.text
    if command[0] == "run" and "--dry-run" not in command:
        assert value not in ended.text
        assert "JSESSIONID=***" in ended.text
        assert any(f"JSESSIONID={value}" in str(one["header"]) for one in server.received)
