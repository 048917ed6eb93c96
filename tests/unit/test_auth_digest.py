"""Digest against the values of RFC 7616, against requests, and against a server that curl and requests log in to."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import requests
from requests.auth import HTTPDigestAuth

from runner.auth.challenge import Challenge, read_challenges
from runner.auth.digest import Login, authorization
from tests.command import Ended, Program
from tests.digest_check import ALGORITHMS, PASSWORD, USERNAME, accepts, challenge
from tests.servers import Client, Server, answers, ok, serve

RFC = {
    "realm": "http-auth@example.org",
    "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    "qop": "auth, auth-int",
    "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
}
MUFASA = Login("Mufasa", "Circle of Life", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")


def field(header: str, name: str) -> str:
    found = re.search(rf'\b{name}="?([^",]*)', header)
    assert found, header
    return found.group(1)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616(algorithm: str, response: str) -> None:
    header = authorization(Challenge("digest", {**RFC, "algorithm": algorithm}), "GET", "/dir/index.html", MUFASA)
    assert header == (
        'Digest username="Mufasa", realm="http-auth@example.org", '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        f'uri="/dir/index.html", response="{response}", algorithm={algorithm}, '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", qop=auth, nc=00000001, '
        'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"'
    )


def test_the_example_of_rfc_2617() -> None:
    parameters = {"realm": "testrealm@host.com", "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093", "qop": "auth"}
    login = Login("Mufasa", "Circle Of Life", "0a4f113b")
    header = authorization(Challenge("digest", parameters), "GET", "/dir/index.html", login)
    assert field(header, "response") == "6629fae49393a05397450978507c4ef1"
    assert "algorithm" not in header


@pytest.mark.parametrize("algorithm", [None, "MD5", "md5", "MD5-sess", "SHA-256"])
@pytest.mark.parametrize("qop", [None, "auth", "auth,auth-int"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_requests_answers_the_same(algorithm: str | None, qop: str | None, method: str) -> None:
    parameters = {"realm": "a realm", "nonce": "n/1=", "algorithm": algorithm, "qop": qop}
    present = {name: value for name, value in parameters.items() if value is not None}
    other = HTTPDigestAuth("ann", "p:w d")
    other.init_per_thread_state()
    vars(other)["_thread_local"].chal = present  # what requests itself sets when a challenge comes
    theirs = str(other.build_digest_header(method, "http://127.0.0.1/a/b%20c?x=1&y=/z"))  # type: ignore[no-untyped-call]
    client_nonce = field(theirs, "cnonce") if qop else "unused"
    if algorithm == "MD5-sess" and not qop:
        return  # requests does not say which client nonce it hashed
    ours = authorization(Challenge("digest", present), method, "/a/b%20c?x=1&y=/z", Login("ann", "p:w d", client_nonce))
    assert field(ours, "response") == field(theirs, "response")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Basic"], [("basic", {})]),
        (['Digest realm="a b", nonce=c'], [("digest", {"realm": "a b", "nonce": "c"})]),
        (
            ['Basic realm="x", Digest realm="a, Digest \\"b\\"" , NONCE="c=="', "Negotiate"],
            [("basic", {"realm": "x"}), ("digest", {"realm": 'a, Digest "b"', "nonce": "c=="}), ("negotiate", {})],
        ),
        (["Digest realm = \"a\",,\tnonce=''"], [("digest", {"realm": "a", "nonce": "''"})]),
        (['Digest realm="never closed, nonce=b'], [("digest", {"realm": "never closed, nonce=b"})]),
        (["=,;\x00", ""], []),
        (['realm="no scheme"'], []),
    ],
)
def test_challenges_are_read(lines: list[str], expected: list[tuple[str, dict[str, str]]]) -> None:
    assert read_challenges(lines) == expected


def test_a_hostile_challenge_takes_no_time() -> None:
    assert len(read_challenges(['Digest a="' + "\\" * 200_000, "x=" * 100_000, "a " * 100_000])) > 1000


def test_quotes_in_a_realm_are_hashed_plain_and_sent_escaped() -> None:
    (read,) = read_challenges(['Digest realm="the \\"inner\\" one", nonce="n", algorithm=SHA-256'])
    header = authorization(read, "GET", "/", Login("ann", "pw", "c"))
    first, second = sha256(b'ann:the "inner" one:pw').hexdigest(), sha256(b"GET:/").hexdigest()
    assert field(header, "response") == sha256(f"{first}:n:{second}".encode()).hexdigest()
    assert 'realm="the \\"inner\\" one"' in header


def test_a_name_with_other_letters_has_the_form_of_its_own() -> None:
    header = authorization(Challenge("digest", RFC), "GET", "/", Login("J\u00e4s\u00f8n Doe", "x", "c"))
    assert header.startswith("Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, realm=")


def digest_server(algorithm: str, *nonces: str) -> Iterator[Server]:
    """Takes each of the nonces once; all others, also one that was taken, are too old."""
    left = list(nonces)

    def script(client: Client) -> None:
        while (request := client.read_request()) is not None:
            given = (request.values("authorization") or [""])[0]
            method, target, _ = request.line.split(" ")
            if given and left and accepts(given, method, target, left[0], algorithm):
                left.pop(0)
                client.send(ok(b'{"in": true}'))
                continue
            known = bool(given) and any(accepts(given, method, target, nonce, algorithm) for nonce in ("old", *nonces))
            stale = ["stale=true"] if known else []
            nonce = "old" if not given and len(nonces) > 1 else left[0] if left else "none"
            lines = [
                "HTTP/1.1 401 Unauthorized",
                'WWW-Authenticate: Basic realm="x"',
                f"WWW-Authenticate: {challenge(nonce, algorithm, *stale)}",
                "Content-Length: 0",
            ]
            client.send("\r\n".join([*lines, "", ""]).encode())

    with serve(script) as server:
        yield server


@pytest.fixture(params=ALGORITHMS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    yield from digest_server(request.param, "n0nce/1==")


COLLECTION = """\
name: Digest
requests:
  - name: log in
    method: {method}
    url: {url}
    auth: {{digest: {{username: {user}, password: "{password}"}}}}
    {more}
"""


def program(folder: Path, patch: pytest.MonkeyPatch, url: str, **values: str) -> Ended:
    filled = {"method": "GET", "user": USERNAME, "password": PASSWORD, "more": "", **values, "url": url}
    (folder / "digest.yaml").write_text(COLLECTION.format(**filled), encoding="utf-8")
    return Program(patch, folder).run("run", "-v", "digest.yaml")


@pytest.mark.parametrize("target", ["/", "/a%20b/c;d?x=1&y=%2F", "/a b?q=\u00fc"])
def test_the_program_logs_in(server: Server, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = program(tmp_path, monkeypatch, server.url + target, method="PUT", more='text: "a body"')
    assert ended.code == 0, ended.text
    first, second = server.arrived
    assert (first.values("authorization"), first.body, second.body) == ([], b"a body", b"a body")
    proof = field(second.values("authorization")[0], "response")
    assert proof not in ended.text
    assert 'response="***"' in ended.out


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_logs_in_to_the_same_server(server: Server) -> None:
    command = ["curl", "-sf", "--digest", "-u", f"{USERNAME}:{PASSWORD}", f"{server.url}/a%20b?x=1"]
    assert subprocess.run(command, capture_output=True, check=True, env={"PATH": os.environ["PATH"]}).stdout


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_requests_logs_in_to_the_same_server(algorithm: str) -> None:
    for server in digest_server(algorithm, "n0nce/1=="):
        login = HTTPDigestAuth(USERNAME, PASSWORD)
        with requests.Session() as session:
            session.trust_env = False
            assert session.get(f"{server.url}/a%20b?x=1", auth=login, timeout=5).status_code == 200


def test_the_second_401_is_the_answer(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = program(tmp_path, monkeypatch, server.url, password="wrong one")
    assert ended.code == 1, ended.text
    assert len(server.arrived) == 2
    assert "wrong one" not in ended.text


def test_a_nonce_that_is_too_old_is_replaced_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for server in digest_server("SHA-256", "n1", "n2"):
        assert program(tmp_path, monkeypatch, server.url).code == 0
        nonces = [field(one.values("authorization")[0], "nonce") for one in server.arrived[1:]]
        assert nonces == ["old", "n1"]


def refusing(*fields: str) -> bytes:
    lines = ["HTTP/1.1 401 Unauthorized", *(f"WWW-Authenticate: {one}" for one in fields), "Content-Length: 0", "", ""]
    return "\r\n".join(lines).encode()


def test_a_server_that_always_says_stale_is_answered_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = refusing('Digest realm="r", nonce="n", qop="auth", stale=true')
    with serve(answers(stale)) as server:
        ended = program(tmp_path, monkeypatch, server.url)
        assert (ended.code, len(server.arrived)) == (1, 3)


@pytest.mark.parametrize("fields", [(), ('Basic realm="x"',), ("Bearer",)])
def test_what_is_no_digest_challenge_is_the_answer(
    fields: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(answers(refusing(*fields))) as server:
        ended = program(tmp_path, monkeypatch, server.url, more="expect: {status: 401}")
        assert (ended.code, len(server.arrived)) == (0, 1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ('realm="r", nonce="n", algorithm=SHA-512-256', "asks for 'SHA-512-256'"),
        ('realm="r", nonce="n", qop="auth-int"', "asks for qop='auth-int'"),
        ('realm="r", qop="auth"', "has no realm or no nonce"),
    ],
)
def test_a_challenge_that_cannot_be_answered_is_an_error(
    fields: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(answers(refusing(f"Digest {fields}"))) as server:
        ended = program(tmp_path, monkeypatch, server.url)
        assert ended.code == 4
        assert "digest.yaml:6" in ended.out
        assert f"the server's Digest challenge {said}" in ended.out
        assert len(server.arrived) == 1


def test_the_first_challenge_that_can_be_answered_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = refusing('Digest realm="r", nonce="n", algorithm=NEW', 'Digest realm="r", nonce="n", algorithm=SHA-256')
    with serve(answers(both, ok())) as server:
        assert program(tmp_path, monkeypatch, server.url).code == 0
        assert field(server.arrived[1].values("authorization")[0], "algorithm") == "SHA-256"


def moved(url: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n".encode()


def test_a_challenge_behind_a_redirect_is_answered_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asks = refusing('Digest realm="r", nonce="n", qop="auth"')
    with serve(answers(moved("/there?a=1"), asks, ok())) as server:
        ended = program(tmp_path, monkeypatch, f"{server.url}/here", more="expect: {redirects: 1}")
        assert ended.code == 0, ended.text
        assert server.arrived[2].line == "GET /there?a=1 HTTP/1.1"
        assert field(server.arrived[2].values("authorization")[0], "uri") == "/there?a=1"


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_redirect_that_may_change_the_method_is_not_answered(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = refusing('Digest realm="r", nonce="n", qop="auth"')
    with serve(answers(moved("/there", 303), asks, ok())) as server:
        assert program(tmp_path, monkeypatch, server.url, method=method).code == 1
        assert len(server.arrived) == 2


def test_another_origin_gets_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asks = refusing('Digest realm="r", nonce="n", qop="auth"')
    with serve(answers(asks, ok())) as other, serve(answers(moved(f"{other.url}/there"))) as server:
        assert program(tmp_path, monkeypatch, server.url).code == 1
        assert (len(server.arrived), len(other.arrived)) == (1, 1)
        assert other.arrived[0].values("authorization") == []
