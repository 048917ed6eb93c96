"""OAuth 2.0 against oauthlib's server, and against token endpoints that do what they should not."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs

import pytest

from runner.auth.tokens import Token, Tokens, end_of_life
from tests.command import Ended, Program, RunningClock
from tests.oauth_server import CLIENT, PUBLIC_CLIENT, USER, OauthServer, serve_oauth
from tests.servers import answers, ok, serve

CLIENT_FIELDS: Final = {"client_id": CLIENT[0], "client_secret": "<<CLIENT_SECRET>>"}
USER_FIELDS: Final = {"grant": "password", "username": USER[0], "password": "<<USER_PASSWORD>>"}
ENVIRON: Final = MappingProxyType({"CLIENT_SECRET": CLIENT[1], "USER_PASSWORD": USER[1]})


@pytest.fixture
def server() -> Iterator[OauthServer]:
    with serve_oauth() as running:
        yield running


def collection(url: str, fields: dict[str, str], *requests: dict[str, object]) -> str:
    """A collection as JSON, which is YAML; each request goes to the API unless it says otherwise."""
    auth = {"oauth2": {"token_url": f"{url}/token", **fields}}
    written = [{"name": f"request {number}", "url": f"{url}/api", **one} for number, one in enumerate(requests)]
    return json.dumps({"name": "OAuth", "defaults": {"auth": auth}, "requests": written}, indent=1)


class Place:
    """A folder with a collection, and the program in it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._patch = patch

    def run(self, text: str, *options: str, command: str = "run") -> Ended:
        (self.folder / "oauth.yaml").write_text(text, encoding="utf-8")
        return Program(self._patch, self.folder, ENVIRON).run(command, *options, "oauth.yaml")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(tmp_path, monkeypatch)


def reply(body: str, kind: str = "application/json", status: str = "200 OK", *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body.encode())}", *more, "", ""]
    return "\r\n".join(lines).encode() + body.encode()


def asked(server: OauthServer) -> list[dict[str, str]]:
    return [{name: values[0] for name, values in parse_qs(form).items()} for form in server.asked]


def test_a_token_is_fetched_once_a_run(server: OauthServer, place: Place) -> None:
    ended = place.run(collection(server.url, CLIENT_FIELDS, {}, {}, {"auth": "none", "expect": {"status": 401}}), "-v")
    assert ended.code == 0, ended.text
    assert asked(server) == [{"grant_type": "client_credentials"}]
    (token,) = server.grants.access
    assert server.presented == [f"Bearer {token}", f"Bearer {token}", ""]
    for secret in (token, CLIENT[1], *server.grants.refresh):
        assert secret not in ended.text
    assert ended.out.count("Authorization: Bearer ***") == 2


def test_two_files_share_a_token_and_other_settings_do_not(server: OauthServer, place: Place) -> None:
    (place.folder / "one.yaml").write_text(collection(server.url, CLIENT_FIELDS, {}), encoding="utf-8")
    (place.folder / "two.yaml").write_text(collection(server.url, CLIENT_FIELDS, {}), encoding="utf-8")
    ended = place.run(collection(server.url, {**CLIENT_FIELDS, "scope": "read write"}, {}), "one.yaml", "two.yaml")
    assert ended.code == 0, ended.text
    assert [form.get("scope") for form in asked(server)] == [None, "read write"]


@pytest.mark.parametrize("where", ["header", "body"])
def test_the_client_says_who_it_is(where: str, server: OauthServer, place: Place) -> None:
    ended = place.run(collection(server.url, {**CLIENT_FIELDS, "client_auth": where}, {}))
    assert ended.code == 0, ended.text
    form = asked(server)[0]
    assert (form.get("client_id"), form.get("client_secret")) == (CLIENT if where == "body" else (None, None))


@pytest.mark.parametrize("client", [CLIENT_FIELDS, {"client_id": PUBLIC_CLIENT}], ids=["confidential", "public"])
def test_a_user_logs_in_with_a_password(client: dict[str, str], server: OauthServer, place: Place) -> None:
    ended = place.run(collection(server.url, {**USER_FIELDS, **client}, {}, {}))
    assert ended.code == 0, ended.text
    (form,) = asked(server)
    assert {"grant_type": "password", "username": USER[0], "password": USER[1]}.items() <= form.items()


def test_a_refresh_token_gets_one(server: OauthServer, place: Place) -> None:
    server.grants.refresh["the-first-refresh-token"] = ["read"]
    fields = {**CLIENT_FIELDS, "grant": "refresh_token", "refresh_token": "the-first-refresh-token"}
    ended = place.run(collection(server.url, fields, {}, {}), "-v")
    assert ended.code == 0, ended.text
    assert asked(server) == [{"grant_type": "refresh_token", "refresh_token": "the-first-refresh-token"}]
    assert "the-first-refresh-token" not in ended.text.replace(json.dumps("the-first-refresh-token"), "")


def forgetting(url: str) -> dict[str, object]:
    return {"url": f"{url}/forget", "method": "POST", "auth": "none"}


@pytest.mark.parametrize("rotates", [True, False])
def test_after_a_401_the_refresh_token_gets_the_next_one(rotates: bool, server: OauthServer, place: Place) -> None:
    server.grants.rotates = rotates
    forget = forgetting(server.url)
    ended = place.run(collection(server.url, {**USER_FIELDS, **CLIENT_FIELDS}, {}, forget, {}, forget, {}, {}), "-v")
    assert ended.code == 0, ended.text
    assert [form["grant_type"] for form in asked(server)] == ["password", "refresh_token", "refresh_token"]
    assert len(server.presented) == 6  # four requests, two of them sent again


def test_a_refresh_token_that_has_ended_is_no_end(place: Place) -> None:
    token = reply('{"access_token": "abcdefgh", "refresh_token": "ijklmnop"}')
    unauthorized = reply("", status="401 Unauthorized")
    ended_too = reply('{"error": "invalid_grant"}', status="400 Bad Request")
    with serve(answers(token, unauthorized, ended_too, token, ok())) as server:
        ended = place.run(collection(server.url, {**USER_FIELDS, **CLIENT_FIELDS}, {}))
        assert ended.code == 0, ended.text
        forms = [one.body.decode().partition("&")[0] for one in server.arrived]
        assert forms == ["grant_type=password", "", "grant_type=refresh_token", "grant_type=password", ""]


def test_a_token_is_renewed_before_it_ends(server: OauthServer, place: Place) -> None:
    """Its lifetime is 100 s, and the margin a tenth of it; time passes by ``delay`` alone."""
    server.lifetime = 100
    requests: list[dict[str, object]] = [{"delay": delay} for delay in ("0s", "89s", "2s", "1s")]
    ended = place.run(collection(server.url, CLIENT_FIELDS, *requests))
    assert ended.code == 0, ended.text
    tokens = server.presented
    assert (tokens[0] == tokens[1], tokens[1] == tokens[2], tokens[2] == tokens[3]) == (True, False, True)
    assert len(server.asked) == 2


@pytest.mark.parametrize(("lifetime", "end"), [(3600, 3570), (300, 270), (100, 90), (0, 0)])
def test_the_margin(lifetime: float, end: float) -> None:
    token = Token("a", end_of_life(1000.0, lifetime))
    assert not token.has_ended(1000 + end - 0.1)
    assert token.has_ended(1000.0 + end)
    assert not Token("a").has_ended(1e12)


def test_the_second_401_is_the_answer(place: Place) -> None:
    token = ok(b'{"access_token": "abcdefgh", "token_type": "Bearer"}')
    no = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
    with serve(answers(token, no, token, no)) as server:
        ended = place.run(collection(server.url, CLIENT_FIELDS, {"expect": {"status": 401}}))
        assert ended.code == 0, ended.text
        assert [one.line.split(" ")[1] for one in server.arrived] == ["/token", "/api", "/token", "/api"]


def test_whoever_comes_second_waits_for_the_token_of_the_first() -> None:
    slot = Tokens().slot("same")
    slot.lock.acquire()
    waited = threading.Event()

    def second() -> None:
        with slot.lock:
            assert slot.token == Token("first")
            waited.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert not waited.wait(0.02)
    slot.token = Token("first")
    slot.lock.release()
    thread.join(5)
    assert waited.is_set()


def test_the_error_of_the_server_is_told_at_what_it_is_about(server: OauthServer, place: Place) -> None:
    wrong = [
        ({"client_id": "me", "client_secret": "wrong one"}, "client_id", "invalid_client (401)"),
        ({**CLIENT_FIELDS, "scope": "everything"}, "scope", "invalid_scope (400)"),
        ({**CLIENT_FIELDS, **USER_FIELDS, "password": "wrong one"}, "password", "invalid_grant (400)"),
        (
            {**CLIENT_FIELDS, "grant": "refresh_token", "refresh_token": "wrong one"},
            "refresh_token",
            "invalid_grant (400)",
        ),
    ]
    for fields, key, said in wrong:
        text = collection(server.url, fields, {})
        line = next(number for number, one in enumerate(text.split("\n"), 1) if f'"{key}":' in one)
        ended = place.run(text, "-vv")
        assert ended.code == 4, ended.text
        assert re.search(rf"oauth\.yaml:{line}\n\s+{server.url[7:]} gave no token: {re.escape(said)}\n\s+\S", ended.out)
        assert "wrong one" not in ended.text
    assert server.presented == []


LEAK: Final = "Leaked4711"
ANSWERS: Final = {
    "a page": (reply(f"<p>{LEAK}</p>", "text/html"), "answered 200 with text/html, not JSON"),
    "a page that says JSON": (reply(f"<p>{LEAK}</p>"), "answered 200 with what is no JSON"),
    "a page with an error": (reply(LEAK, "text/html", "503 Busy"), "answered 503 with text/html, not JSON"),
    "nothing": (reply("", "text/plain"), "answered 200 with an empty body"),
    "a list": (reply(f'["{LEAK}"]'), "answered 200 with JSON that is no object"),
    "no token": (reply(f'{{"x": "{LEAK}"}}'), "its JSON has no access_token"),
    "an empty token": (reply('{"access_token": ""}'), "its JSON has no access_token"),
    "a number": (reply('{"access_token": 4711}'), "its JSON has no access_token"),
    "another type": (
        reply(f'{{"access_token": "{LEAK}", "token_type": "mac"}}'),
        'a token of another type "mac": only bearer',
    ),
    "a strange type": (reply(f'{{"access_token": "x", "token_type": "{LEAK}"}}'), "of another type: only bearer"),
    "two lines": (reply(f'{{"access_token": "{LEAK}\\nX: y"}}'), "characters that no header can carry"),
    "a code": (reply(f'{{"error": "slow_down", "error_description": "{LEAK}"}}'), "slow_down (200)"),
    "a secret as the code": (reply(f'{{"error": "{LEAK}"}}', status="400 Bad Request"), "answered 400"),
    "an object as the code": (reply(f'{{"error": {{"a": "{LEAK}"}}}}'), "answered 200"),
    "a redirect": (reply(LEAK, "text/plain", "307 Moved", "Location: /elsewhere"), "it redirects (307)"),
    "half an answer": (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "no access token: "),
    "no HTTP": (b"220 smtp\r\n\r\n", "no access token: "),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_without_a_token_is_an_error_and_is_not_shown(name: str, place: Place) -> None:
    answer, said = ANSWERS[name]
    with serve(answers(answer, keep=False)) as server:
        ended = place.run(collection(server.url, CLIENT_FIELDS, {"expect": {"error": "any"}}), "-vv")
        assert ended.code == 4, ended.text
        line = ended.out.split("\n")
        assert line[2].strip() == "oauth.yaml:6"
        assert said in " ".join(ended.out.split())
        assert len(line[4].strip()) > 20, "there is a remedy"
        assert LEAK not in ended.text
        assert [one.line for one in server.arrived if "/token" not in one.line] == []


def test_a_server_that_is_not_there(place: Place) -> None:
    ended = place.run(collection("http://127.0.0.1:9", CLIENT_FIELDS, {}))
    assert ended.code == 4
    assert "no access token: 127.0.0.1:9 refused the connection." in ended.out


def test_the_limits_of_the_request_hold_for_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(lambda client: client.hang()) as server:
        (tmp_path / "oauth.yaml").write_text(collection(server.url, CLIENT_FIELDS, {"timeout": "100ms"}))
        ended = Program(monkeypatch, tmp_path, ENVIRON, RunningClock()).run("run", "oauth.yaml")
        assert ended.code == 4
        assert "100 ms" in ended.out


@pytest.mark.parametrize("lifetime", ['"3600"', "1e300", "-5", '"soon"', "null", "true", "[]"])
def test_a_strange_lifetime_is_no_error(lifetime: str, place: Place) -> None:
    token = reply(f'{{"access_token": "abcdefgh", "token_type": "bEARER", "expires_in": {lifetime}}}')
    with serve(answers(token, ok(), token)) as server:
        assert place.run(collection(server.url, CLIENT_FIELDS, {})).code == 0
        assert server.arrived[1].values("authorization") == ["Bearer abcdefgh"]


def test_a_token_stays_secret_when_the_api_gives_it_back(place: Place) -> None:
    token = reply('{"access_token": "Abcd/efgh+1", "id_token": "Idtoken11", "refresh_token": "Refresh11"}')
    back = reply('{"a": "Abcd/efgh+1", "b": "Abcd%2Fefgh%2B1", "c": "Idtoken11", "d": "Refresh11"}')
    with serve(answers(token, back)) as server:
        ended = place.run(collection(server.url, CLIENT_FIELDS, {}), "-vv")
        assert ended.code == 0
        assert not re.search("Abcd|efgh|Idtoken11|Refresh11", ended.text)


def test_under_mock_no_token_is_fetched(server: OauthServer, place: Place) -> None:
    example = {"status": 200, "json": {"a": 1}, "when": {"headers": {"authorization": {"starts_with": "Bearer "}}}}
    ended = place.run(collection(server.url, CLIENT_FIELDS, {"examples": [example]}), "--mock")
    assert ended.code == 0, ended.text
    assert server.asked == []


def test_show_fetches_nothing(server: OauthServer, place: Place) -> None:
    ended = place.run(collection(server.url, CLIENT_FIELDS, {}), command="show")
    assert "request 0  (an access token is fetched first)" in ended.out
    assert "Authorization: Bearer ***" in ended.out
    assert server.asked == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("where", ["header", "body"])
def test_the_commands_for_curl_do_the_same(where: str, server: OauthServer, place: Place) -> None:
    fields = {**CLIENT_FIELDS, "client_auth": where, "scope": "read write"}
    ended = place.run(collection(server.url, fields, {"json": {"a": 1}}), "--as", "curl", command="show")
    assert ended.code == 0
    assert CLIENT[1] not in ended.out
    environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **ENVIRON}
    said = subprocess.run(["sh"], input=ended.out.encode(), env=environ, capture_output=True, check=True, timeout=20)
    (token,) = server.grants.access
    assert json.loads(said.stdout) == {"seen": f"Bearer {token}"}


def test_a_value_that_only_a_response_gives_is_looked_at_then(place: Place) -> None:
    wrong = {"token_url": "ftp://x/", "grant": "implicit"}
    for key, value in wrong.items():
        with serve(answers(reply(json.dumps({"value": value})), ok())) as server:
            fields = {"token_url": f"{server.url}/token", "client_id": "a", "client_secret": "bcde", key: "<<value>>"}
            first: dict[str, object] = {"auth": "none", "capture": {"value": "$.value"}}
            ended = place.run(collection(server.url, fields, first, {}))
            assert ended.code == 4, ended.text
            assert len(server.arrived) == 1


def test_a_request_that_is_sent_again_keeps_its_token(place: Place) -> None:
    token = reply('{"access_token": "abcdefgh"}')
    busy = reply("", "text/plain", "503 Busy")
    with serve(answers(token, busy, ok())) as server:
        ended = place.run(collection(server.url, CLIENT_FIELDS, {"retry": {"attempts": 2}}))
        assert ended.code == 0, ended.text
        assert [one.line.split(" ")[1] for one in server.arrived] == ["/token", "/api", "/api"]


def test_the_token_endpoint_gets_no_cookies(place: Place) -> None:
    cookie = reply("{}", "application/json", "200 OK", "Set-Cookie: session=abcdefghijk; Path=/")
    token = reply('{"access_token": "abcdefgh"}')
    with serve(answers(cookie, token, ok())) as server:
        ended = place.run(collection(server.url, CLIENT_FIELDS, {"auth": "none"}, {"cookies": {"mine": "x"}}))
        assert ended.code == 0, ended.text
        assert [bool(one.values("cookie")) for one in server.arrived] == [False, False, True]
