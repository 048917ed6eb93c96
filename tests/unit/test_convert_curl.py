"""What ``show --as curl`` prints, run by a real shell and curl against a server that keeps every byte."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings, strategies as st

from runner.convert.curl import LONGEST_ARGUMENT, to_curl
from runner.messages import Options, Request, Timeouts, Tls
from runner.multipart import Part, encode
from runner.resolve import DEFAULT_HEADERS

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

SHELLS = [shell for shell in ("sh", "bash") if shutil.which(shell)]
USUAL = (("Accept", "*/*"), ("User-Agent", "tester/1"), ("Accept-Encoding", "gzip, deflate"))


@dataclass
class Recorder:
    """A server on loopback that answers 200 and keeps the last request as it came."""

    listener: socket.socket
    head: bytes = b""
    body: bytes = b""
    redirect: bytes = b""
    count: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    @property
    def request_line(self) -> str:
        return self.head.decode("latin-1").split("\r\n")[0]

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Names in lower case and values, sorted, without those that only frame the message."""
        lines = [line.partition(":") for line in self.head.decode().split("\r\n")[1:] if line]
        pairs = [(name.lower(), value.strip()) for name, _, value in lines]
        return sorted(pair for pair in pairs if pair[0] not in {"host", "content-length"})

    def header(self, name: str) -> str | None:
        return dict(line.split(": ", 1) for line in self.head.decode().split("\r\n")[1:] if ": " in line).get(name)

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                self.head = b"".join(iter(stream.readline, b"\r\n"))
                length = next((h for h in self.head.lower().split(b"\r\n") if h.startswith(b"content-length:")), b":0")
                self.body = stream.read(int(length.partition(b":")[2]))
                self.count += 1
                status = b"302 Found\r\nLocation: " + self.redirect if self.redirect else b"200 OK"
                connection.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Recorder(listener)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def run(command: str, variables: Mapping[str, str] | None = None, shell: str = "sh") -> int:
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "HOME": "/nonexistent",
        **(variables or {}),
    }
    script = command.encode()
    done = subprocess.run([shell], input=script, env=environment, capture_output=True, timeout=20, check=False)
    return done.returncode


def assert_sent(recorder: Recorder, request: Request, shell: str = "sh") -> None:
    """What the shell's command sends is the request, to the byte."""
    recorder.head = recorder.body = b""
    assert run(to_curl(request, {}), shell=shell) == 0
    assert recorder.body == (request.body or b"")
    expected = [(name.lower(), value.strip()) for name, value in request.headers]
    assert recorder.headers == sorted(pair for pair in expected if pair[0] not in {"host", "content-length"})
    assert recorder.request_line == f"{request.method} {request.url.removeprefix(recorder.url)} HTTP/1.1"


ODD_TEXTS = {
    "quotes": "it's \"quoted\" '' '\\''",
    "expansions": "$HOME `id` $(id) ${PATH} !! !x \\n %s %% ~ * ?",
    "file": "@/etc/hostname",
    "lines": "one\ntwo\r\nthree\n\n",
    "unicode": "Grüße, 世界 🎉",
    "json": '{"a": "b\\n", "c": [1, 2]}',
    "empty": "",
    "dashes": "--help -d x",
    "tab": "a\tb",
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", ODD_TEXTS)
def test_odd_bodies_arrive_as_they_are(recorder: Recorder, shell: str, name: str) -> None:
    headers = (*USUAL, ("Content-Type", "application/json"))
    assert_sent(recorder, Request("POST", f"{recorder.url}/v1", headers, ODD_TEXTS[name].encode()), shell)


@pytest.mark.parametrize("shell", SHELLS)
def test_every_byte_arrives(recorder: Recorder, shell: str) -> None:
    assert_sent(recorder, Request("PUT", f"{recorder.url}/v1", USUAL, bytes(range(256)) * 2), shell)


@settings(max_examples=60, deadline=None)
@given(body=st.one_of(st.binary(max_size=60), st.text("'\"\\$`!@%{}\n\r\t\0 aé🎉-0", max_size=30).map(str.encode)))
def test_any_body_arrives(recorder: Recorder, body: bytes) -> None:
    assert_sent(recorder, Request("POST", f"{recorder.url}/", USUAL, body))


@settings(max_examples=40, deadline=None)
@given(value=st.text("'\"\\$`!@%;:{}, \taZ0=#*-", max_size=25))
def test_any_header_value_arrives(recorder: Recorder, value: str) -> None:
    assert_sent(recorder, Request("GET", f"{recorder.url}/", (*USUAL, ("X-Odd", value))))


@pytest.mark.parametrize("size", [2_000, LONGEST_ARGUMENT + 1, 1_500_000])
def test_large_bodies_are_sent_at_once(recorder: Recorder, size: int) -> None:
    assert_sent(recorder, Request("POST", f"{recorder.url}/", USUAL, b"x" * size))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "M-SEARCH"])
@pytest.mark.parametrize("body", [None, b"{}"], ids=["no body", "body"])
def test_the_method_is_kept(recorder: Recorder, method: str, body: bytes | None) -> None:
    assert_sent(recorder, Request(method, f"{recorder.url}/a", USUAL, body))


def test_a_head_request_does_not_wait_for_a_body(recorder: Recorder) -> None:
    assert_sent(recorder, Request("HEAD", f"{recorder.url}/a", USUAL))


def test_no_header_is_added(recorder: Recorder) -> None:
    assert_sent(recorder, Request("POST", f"{recorder.url}/", (), b"a=1"))
    assert_sent(recorder, Request("GET", f"{recorder.url}/", ()))


def test_headers_repeat_are_empty_and_start_oddly(recorder: Recorder) -> None:
    odd = (("X-Two", "1"), ("X-Two", "2"), ("X-Empty", ""), ("X-Blank", "  "), ("X-At", "@/etc/hostname"))
    assert_sent(recorder, Request("GET", f"{recorder.url}/", (*USUAL, *odd)))


def test_a_host_of_ones_own_is_sent(recorder: Recorder) -> None:
    assert run(to_curl(Request("GET", f"{recorder.url}/", (("Host", "api.example"),)), {})) == 0
    assert recorder.header("Host") == "api.example"


def test_a_length_that_the_request_names_is_sent_once(recorder: Recorder) -> None:
    assert run(to_curl(Request("POST", f"{recorder.url}/", (("Content-Length", "2"),), b"{}"), {})) == 0
    assert recorder.head.lower().count(b"content-length") == 1
    assert recorder.body == b"{}"


@pytest.mark.parametrize("path", ["/a[1]/b", "/a/../b/./c", "/q?x=[1-3]&y=2", "/it's?a=$b&c=d", "/a//b", "/?q=%20+%2F"])
def test_curl_leaves_the_url_alone(recorder: Recorder, path: str) -> None:
    assert_sent(recorder, Request("GET", recorder.url + path, USUAL))


def test_the_url_is_encoded_as_it_is_sent(recorder: Recorder) -> None:
    odd = f'{recorder.url.replace("//", "//ann:pw@")}/a b/{{ü}}?q="<x>|`y`\\#part'
    assert run(to_curl(Request("GET", odd), {})) == 0
    assert recorder.request_line == "GET /a%20b/%7B%C3%BC%7D?q=%22%3Cx%3E%7C%60y%60%5C HTTP/1.1"
    assert recorder.header("Authorization") is None


def test_headers_carry_latin_letters(recorder: Recorder) -> None:
    command = to_curl(Request("GET", recorder.url, (("X-Name", "J\u00fcrgen's 100% \\ \u00e9"),)), {})
    assert run(command) == 0
    assert b"X-Name: J\xfcrgen's 100% \\ \xe9\r\n" in recorder.head


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_missing_body_has_a_length_of_zero(recorder: Recorder, method: str) -> None:
    assert run(to_curl(Request(method, recorder.url), {})) == 0
    assert recorder.header("Content-Length") == "0"
    assert recorder.header("Content-Type") is None


SECRETS = ["sk-plain-123456", "p'a\"s$s`w\\ord", "with space/+&=é", "-n %s"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("shell", SHELLS)
def test_a_secret_comes_from_the_shells_variable(recorder: Recorder, secret: str, shell: str) -> None:
    stand_in = "SECRET-STAND-IN-1"
    request = Request(
        "POST",
        f"{recorder.url}/{stand_in}",
        (("Authorization", f"Bearer {stand_in}"),),
        f"'{stand_in}'\0".encode(),
    )
    plain_url = request._replace(url=f"{recorder.url}/")
    command = to_curl(plain_url, {"API_KEY": stand_in})
    assert stand_in not in command
    assert run(command, {"API_KEY": secret}, shell) == 0
    assert recorder.body == f"'{secret}'\0".encode()
    assert ("authorization", f"Bearer {secret}") in recorder.headers
    assert f'{recorder.url}/\'"$API_KEY"' in to_curl(request, {"API_KEY": stand_in})


@pytest.mark.parametrize("secret", SECRETS)
def test_a_real_secret_is_found_in_every_encoding(recorder: Recorder, secret: str) -> None:
    basic = base64.b64encode(f"ann:{secret}".encode()).decode()
    body = dumps({"key": secret}, ensure_ascii=False).encode()
    request = Request(
        "POST", f"{recorder.url}/?key={quote(secret, safe='')}", (("Authorization", f"Basic {basic}"),), body
    )
    command = to_curl(request, {"my.key-1": secret})
    for form in (secret, quote(secret, safe=""), dumps(secret)[1:-1], basic):
        assert form not in command
    assert run(command, {"my_key_1": secret}) == 0
    assert recorder.body == body
    assert recorder.headers == [("authorization", f"Basic {basic}")]
    assert unquote(recorder.request_line) == f"POST /?key={secret} HTTP/1.1"


def test_the_longest_secret_wins() -> None:
    request = Request("GET", "http://127.0.0.1/", (("X-Key", "abcdef"),))
    assert "-H 'X-Key: '\"$LONG\"" in to_curl(request, {"SHORT": "abc", "LONG": "abcdef", "NONE": ""})


def test_redirects_are_followed_as_often_as_the_request_says(recorder: Recorder) -> None:
    request = Request("GET", f"{recorder.url}/", USUAL)
    recorder.redirect, recorder.count = b"/again", 0
    try:
        assert run(to_curl(request._replace(options=Options(redirects=2)), {})) == 47  # too many redirects
        assert recorder.count == 3
        assert run(to_curl(request._replace(options=Options(redirects=0)), {})) == 0
        assert recorder.count == 4
    finally:
        recorder.redirect = b""


def test_limits_of_time_hold() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = Options(timeouts=Timeouts(connect=5, total=0.2))
        request = Request("GET", f"http://127.0.0.1:{silent.getsockname()[1]}/", options=options)
        assert run(to_curl(request, {})) == 28  # timed out


def test_options_become_flags(tmp_path: Path) -> None:
    tls = Tls(verify=False, ca=str(tmp_path / "it's.pem"), cert="/c.pem", key="/k.pem")
    options = Options(Timeouts(connect=1.5, total=1_000_000), tls=tls)
    lines = to_curl(Request("GET", "https://127.0.0.1/", options=options), {}).split(" \\\n  ")
    quoted_path = f"'{tmp_path}/it'\\''s.pem'"
    for flag in ("--insecure", f"--cacert {quoted_path}", "--cert '/c.pem'", "--key '/k.pem'", "--http1.1"):
        assert flag in lines
    assert {"--connect-timeout 1.5", "--max-time 1000000", "--location --max-redirs 10"} <= set(lines)


def test_cookies_become_an_option_and_many_stay_a_header(recorder: Recorder) -> None:
    assert "-b 'a=1; b='\"$API_KEY\"" in to_curl(
        Request("GET", "http://h/", (("Cookie", "a=1; b=K"),)), {"API_KEY": "K"}
    )
    for line in ("a=1; b=2", "a=", "no-pair", f"a={'x' * 9000}"):
        assert_sent(recorder, Request("GET", f"{recorder.url}/", (*USUAL, ("Cookie", line))))


def test_a_proxy_is_used_whatever_the_environment_says(recorder: Recorder) -> None:
    asked = Request("GET", "http://api.test/x", USUAL, options=Options(proxy=recorder.url.replace("//", "//ann:K@")))
    environment = {"no_proxy": "*", "http_proxy": "http://127.0.0.1:1", "API_KEY": "s'e cret".replace(" ", "%20")}
    assert run(to_curl(asked, {"API_KEY": "K"}), environment) == 0
    assert recorder.request_line == "GET http://api.test/x HTTP/1.1"
    assert (
        recorder.header("Proxy-Authorization")
        == f"Basic {base64.b64encode(b'ann:' + b's' + bytes([39]) + b'e cret').decode()}"
    )
    straight = Request("GET", f"{recorder.url}/y", USUAL, options=Options(proxy=""))
    assert run(to_curl(straight, {}), environment) == 0
    assert recorder.request_line == "GET /y HTTP/1.1"


def test_an_answer_is_decompressed() -> None:
    assert "--compressed" in to_curl(Request("GET", "http://127.0.0.1/", USUAL), {})
    assert "--compressed" not in to_curl(Request("GET", "http://127.0.0.1/"), {})


def test_the_command_is_pleasant_to_read() -> None:
    request = Request(
        "POST",
        "https://api.example/v1/chat/completions",
        (*USUAL, ("Content-Type", "application/json"), ("Authorization", "Bearer KEY1")),
        b'{"model": "m"}',
    )
    assert to_curl(request, {"API_KEY": "KEY1"}) == (
        "curl 'https://api.example/v1/chat/completions' \\\n"
        "  -H 'User-Agent: tester/1' \\\n"
        "  -H 'Accept: */*' \\\n"
        "  -H 'Accept-Encoding: gzip, deflate' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        "  -H 'Authorization: Bearer '\"$API_KEY\" \\\n"
        "  --compressed \\\n"
        "  --http1.1 \\\n"
        "  --location --max-redirs 10 \\\n"
        "  --max-time 60 \\\n"
        '  --data-raw \'{"model": "m"}\''
    )


COLLECTION = r"""
secrets: [API_KEY]
variables: {BASE_URL: %s}
defaults:
  base_url: <<BASE_URL>>
  headers: {Authorization: Bearer <<API_KEY>>, X-Odd: "it's $HOME `id` \\ %% !"}
requests:
  - name: json
    url: /v1?x=1
    query: {q: "a b&c=ü", r: [1, 2]}
    json: {text: "it's \"x\" 🎉 $(id)\n\t\0", key: <<API_KEY>>}
  - {name: text, url: /v1, text: "@/etc/hostname\r\nline $PATH", headers: {X-Empty: "", X-Two: [1, 2]}}
  - {name: form, url: "/a/../b[1]", method: PUT, form: {a: "1 2", b: "ü&="}}
  - name: basic
    url: /v1
    headers: {Authorization: null}
    auth: {basic: {username: ann, password: <<API_KEY>>}}
  - {name: key, url: /v1, auth: {api_key: {name: key, value: <<API_KEY>>, in: query}}}
  - {name: parts, url: /v1, multipart: {a: "it's ü\r\n", key: <<API_KEY>>, f: {file: data.bin, filename: '"x"'}}}
  - {name: graphql, url: /v1, graphql: {query: "{ me(a: \"$x\") }", variables: {key: <<API_KEY>>}}}
  - {name: cookies, url: /v1, cookies: {a: "it's $x \\", key: <<API_KEY>>, e: ""}, headers: {Cookie: flag}}
  - {name: one cookie, url: /v1, headers: {Cookie: no-pair}}
  - {name: nothing, url: /v1, method: POST}
  - {name: delete, url: /v1, method: DELETE}
  - {name: head, url: /v1, method: HEAD}
"""
NAMES = ["json", "text", "form", "basic", "key", "parts", "graphql", "cookies", "one", "nothing", "delete", "head"]


def runner(folder: Path, *arguments: str) -> str:
    """What ``runner`` prints, with the secret set."""
    environment = {**os.environ, "API_KEY": "sk-plain-123456", "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "runner", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_what_show_prints_sends_what_run_sends(recorder: Recorder, tmp_path: Path, name: str) -> None:
    (tmp_path / "c.yaml").write_text(COLLECTION % recorder.url, encoding="utf-8")
    (tmp_path / "data.bin").write_bytes(bytes(range(256)))
    runner(tmp_path, "run", "c.yaml", "-k", name)
    sent = (recorder.request_line, recorder.headers, recorder.body)
    shown = runner(tmp_path, "show", "c.yaml", "-k", name, "--as", "curl")
    assert "sk-plain-123456" not in shown
    assert run(shown, {"API_KEY": "sk-plain-123456"}) == 0
    assert (recorder.request_line, recorder.headers, recorder.body) == sent


@pytest.mark.parametrize("secret", ["HUNTER2%ZX9-PASSW", "P\u00c4SSWORT-GEHEIM", "sk-row'x\\n-99"])
def test_what_no_variable_holds_is_hidden_before_the_shell_changes_it(secret: str) -> None:
    request = Request("POST", "http://127.0.0.1/", (("X-Key", secret),), f"a\r\n{secret}\x00".encode())
    command = to_curl(request, {}, mask=lambda text: text.replace(secret, "***"))
    shown = command.replace("%%", "%").replace("\\303\\204", "\u00c4")
    assert secret not in shown
    assert secret[:5] not in shown
    assert command.count("***") == 2


@pytest.mark.parametrize("secret", ['my "own" ü.bin', '"', "100% %22.txt", 'a\\"b', "plain", 'two words & more="x"'])
def test_a_secret_file_name_arrives_as_it_is(recorder: Recorder, secret: str) -> None:
    body = encode([Part("f", b"data", secret, "application/octet-stream")], "mark")
    command = to_curl(Request("POST", f"{recorder.url}/", USUAL, body), {"FILE_NAME": secret})
    assert "$FILE_NAME" in command
    assert run(command, {"FILE_NAME": secret}) == 0
    assert recorder.body == body


def test_half_of_a_character_is_no_fault() -> None:
    """It is never sent, and may be captured from JSON: the command of what was not sent stands in reports."""
    for secrets in ({}, {"API_KEY": "key\ud800"}):
        command = to_curl(
            Request("GET", "http://h.example/\ud800?a=\udfff#\ud800", (*USUAL, ("X-Key", "key\ud800"))), secrets
        )
        assert "/%ED%A0%80?a=%ED%BF%BF" in command
        assert ('"$API_KEY"' in command) == bool(secrets)


def test_a_short_secret_is_not_taken_out_of_our_own_headers() -> None:
    request = Request("GET", "http://h.example/?key=0", (*DEFAULT_HEADERS, ("X-Number", "0")))
    command = to_curl(request, {"API_KEY": "0"})
    assert "".join(f"{name}: {value}\n" for name, value in DEFAULT_HEADERS[:1]).strip() in command
    assert """-H 'X-Number: '"$API_KEY\"""" in command
