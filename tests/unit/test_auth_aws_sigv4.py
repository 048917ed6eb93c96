"""Signatures against AWS's test suite and documentation, and against botocore and curl where they are installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from hypothesis import given, settings, strategies as st

from runner.auth.aws_sigv4 import Scope, canonical_path, canonical_query, signed, with_session
from runner.messages import REQUEST_HEADER, Headers, Request
from tests.command import Program
from tests.servers import ok, serve_bytes
from tests.signature_check import verified

KEY: Final = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SUITE: Final = Scope("AKIDEXAMPLE", KEY, "us-east-1", "service")
SUITE_TIME: Final = 1_440_938_160.0  # 20150830T123600Z
SUITE_HOST: Final = "https://example.amazonaws.com"
FORM: Final = "application/x-www-form-urlencoded"
WORD: Final = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SESSION: Final = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8Y"
    "UuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE"
    "8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2"
    "ICCR/oLxBA=="
)


class Vector(NamedTuple):
    """A request and its published signature."""

    name: str
    method: str
    target: str
    names: str
    signature: str
    headers: Headers = ()
    body: bytes | None = None


VECTORS: Final = [
    Vector(
        "get-vanilla", "GET", "/", "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    Vector(
        "get-vanilla-query-order-key-case", "GET", "/?Param2=value2&Param1=value1", "host;x-amz-date",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    Vector(
        "get-vanilla-query-unreserved", "GET", f"/?{WORD}={WORD}", "host;x-amz-date",
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    ),
    Vector(
        "get-vanilla-utf8-query", "GET", "/?\u1234=bar", "host;x-amz-date",
        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
    ),
    Vector(
        "get-unreserved", "GET", f"/{WORD}", "host;x-amz-date",
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    ),
    Vector(
        "get-relative", "GET", "/example/..", "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    Vector(
        "get-slashes", "GET", "//example//", "host;x-amz-date",
        "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
    ),
    Vector(
        "get-slash-pointless-dot", "GET", "/./example", "host;x-amz-date",
        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
    ),
    Vector(
        "get-header-key-duplicate", "GET", "/", "host;my-header1;x-amz-date",
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        (("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")),
    ),
    Vector(
        "get-header-value-order", "GET", "/", "host;my-header1;x-amz-date",
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
        (("My-Header1", "value4"), ("My-Header1", "value1"), ("My-Header1", "value3"), ("My-Header1", "value2")),
    ),
    Vector(
        "get-header-value-trim", "GET", "/", "host;my-header1;my-header2;x-amz-date",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        (("My-Header1", " value1"), ("My-Header2", ' "a   b   c"')),
    ),
    Vector(
        "post-vanilla", "POST", "/", "host;x-amz-date",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ),
    Vector(
        "post-vanilla-query", "POST", "/?Param1=value1", "host;x-amz-date",
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
    ),
    Vector(
        "post-header-key-sort", "POST", "/", "host;my-header1;x-amz-date",
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c", (("My-Header1", "value1"),),
    ),
    Vector(
        "post-header-value-case", "POST", "/", "host;my-header1;x-amz-date",
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d", (("My-Header1", "VALUE1"),),
    ),
    Vector(
        "post-x-www-form-urlencoded", "POST", "/", "content-type;host;x-amz-date",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        (("Content-Type", FORM),), b"Param1=value1",
    ),
    Vector(
        "post-x-www-form-urlencoded-parameters", "POST", "/", "content-type;host;x-amz-date",
        "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
        (("Content-Type", f"{FORM}; charset=utf8"),), b"Param1=value1",
    ),
    Vector(
        "post-sts-header-before", "POST", "/", "host;x-amz-date;x-amz-security-token",
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
        with_session(Request("POST", ""), SESSION).headers,
    ),
]  # fmt: skip
"""AWS's published "Signature Version 4 test suite". What it sends with raw characters in the path, which go out
percent-encoded here, is in ``test_a_path_is_written_in_one_way``."""

S3: Final = Scope("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1", "s3")
S3_TIME: Final = 1_369_353_600.0  # 20130524T000000Z
S3_HOST: Final = "https://examplebucket.s3.amazonaws.com"
S3_NAMES: Final = "host;x-amz-content-sha256;x-amz-date"
S3_VECTORS: Final = [
    Vector(
        "get-object", "GET", "/test.txt", "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", (("Range", "bytes=0-9"),),
    ),
    Vector(
        "put-object", "PUT", "/test$file.text", "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        (("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")),
        b"Welcome to Amazon S3.",
    ),
    Vector(
        "get-bucket-lifecycle", "GET", "/?lifecycle", S3_NAMES,
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ),
    Vector(
        "list-objects", "GET", "/?max-keys=2&prefix=J", S3_NAMES,
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
]  # fmt: skip
"""The examples of the Amazon S3 API reference."""


def authorization(request: Request) -> str:
    found = request.header("Authorization")
    assert found is not None
    return found


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector.name))
def test_the_test_suite_of_aws(vector: Vector) -> None:
    request = Request(vector.method, SUITE_HOST + vector.target, vector.headers, vector.body)
    sent = signed(request, SUITE, SUITE_TIME)
    scope = "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request"
    names, signature = vector.names, vector.signature
    expected = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature}"
    assert authorization(sent) == expected
    assert sent.header("X-Amz-Date") == "20150830T123600Z"
    assert sent.header("X-Amz-Content-Sha256") is None


@pytest.mark.parametrize("vector", S3_VECTORS, ids=lambda vector: str(vector.name))
def test_the_examples_of_s3(vector: Vector) -> None:
    sent = signed(Request(vector.method, S3_HOST + vector.target, vector.headers, vector.body), S3, S3_TIME)
    assert authorization(sent).endswith(f"SignedHeaders={vector.names}, Signature={vector.signature}")
    assert len(sent.header("X-Amz-Content-Sha256") or "") == 64


@pytest.mark.parametrize(
    ("path", "usual", "s3"),
    [
        ("/", "/", "/"),
        ("/\u1234", "/%E1%88%B4", "/%E1%88%B4"),
        ("/example space/", "/example%20space/", "/example%20space/"),
        ("/a%20b", "/a%2520b", "/a%20b"),
        ("/a%2fb", "/a%252fb", "/a%2Fb"),
        ("/a//b/./c/../d/", "/a/b/d/", "/a//b/./c/../d/"),
        ("/../..", "/", "/../.."),
        ("/$a(b)", "/%24a%28b%29", "/%24a%28b%29"),
    ],
)
def test_a_path_is_written_in_one_way(path: str, usual: str, s3: str) -> None:
    assert (canonical_path(path, "execute-api"), canonical_path(path, "s3")) == (usual, s3)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ""),
        ("b=2&a=1", "a=1&b=2"),
        ("a=b&a=B&a", "a=&a=B&a=b"),
        ("a=x%2fy&a%20b=c+d&&", "a=x%2Fy&a%20b=c%2Bd"),
        ("a=b=c", "a=b%3Dc"),
        ("%61=%7E", "a=~"),
    ],
)
def test_a_query_is_written_in_one_way(query: str, expected: str) -> None:
    assert canonical_query(query) == expected


def test_what_may_change_on_the_way_is_not_signed() -> None:
    headers = (("User-Agent", "x"), ("Accept", "*/*"), ("Accept-Encoding", "gzip"), ("Cookie", "a=b"))
    request = Request("GET", SUITE_HOST, (*headers, (REQUEST_HEADER, "3"), ("Authorization", "old")))
    sent = signed(request, SUITE, SUITE_TIME)
    assert "SignedHeaders=host;x-amz-date, Signature=5fa00fa3" in authorization(sent)
    assert [name for name, _ in sent.headers].count("Authorization") == 1


@pytest.mark.parametrize(
    ("url", "headers", "host"),
    [
        ("https://A.example:443/", (), "a.example"),
        ("http://a.example:80/", (), "a.example"),
        ("http://127.0.0.1:8080/", (), "127.0.0.1:8080"),
        ("http://[::1]:8080/", (), "[::1]:8080"),
        ("http://127.0.0.1:8080/", (("HOST", "real.example"),), "real.example"),
    ],
)
def test_the_host_is_signed_as_it_is_sent(url: str, headers: Headers, host: str) -> None:
    same = Request("GET", "https://other.example/", (("Host", host),))
    ours = authorization(signed(Request("GET", url, headers), SUITE, SUITE_TIME))
    assert ours == authorization(signed(same, SUITE, SUITE_TIME))


def test_a_body_hash_written_by_hand_is_signed() -> None:
    header = ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
    one = signed(Request("PUT", S3_HOST, (header,), b"one"), S3, S3_TIME)
    two = signed(Request("PUT", S3_HOST, (header,), b"two"), S3, S3_TIME)
    assert authorization(one) == authorization(two)
    assert one.header("x-amz-content-sha256") == "UNSIGNED-PAYLOAD"


PATHS: Final = st.lists(st.sampled_from(["a", "b%20c", "%E1%88%B4", "..", ".", "", "~x", "d-e_f"]), max_size=5)
QUERIES: Final = st.lists(st.tuples(st.sampled_from("abAB_~"), st.sampled_from(["", "1", "x%20y", "%2F"])), max_size=4)
NAMES: Final = st.dictionaries(st.sampled_from(["X-One", "x-amz-two", "Content-Type"]), st.text("ab \t;,", max_size=9))


@settings(max_examples=200, deadline=None)
@given(path=PATHS, query=QUERIES, headers=NAMES, body=st.binary(max_size=20), service=st.sampled_from(["s3", "es"]))
def test_botocore_signs_the_same(
    path: list[str], query: list[tuple[str, str]], headers: dict[str, str], body: bytes, service: str
) -> None:
    reason = "botocore is not installed"
    signers = pytest.importorskip("botocore.auth", reason=reason)
    requests = pytest.importorskip("botocore.awsrequest", reason=reason)
    logins = pytest.importorskip("botocore.credentials", reason=reason)
    url = f"{SUITE_HOST}/{'/'.join(path)}?{'&'.join(f'{name}={value}' for name, value in query)}"
    scope = SUITE._replace(service=service)
    ours = signed(Request("PUT", url, tuple(headers.items()), body), scope, SUITE_TIME)
    kind = signers.S3SigV4Auth if service == "s3" else signers.SigV4Auth
    signer = kind(logins.Credentials(SUITE.access_key, KEY), service, SUITE.region)
    sent = {name: value for name, value in ours.headers if name != "Authorization"}
    request = requests.AWSRequest(method="PUT", url=url, headers=sent, data=body)
    request.context["timestamp"] = "20150830T123600Z"
    theirs = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    assert authorization(ours).endswith(f"Signature={theirs}")


SECRET: Final = "wJalr/abc+def1234567"
FILE: Final = """\
name: AWS
requests:
  - name: signed
    url: {url}/key/name?a=1&b=x%20y
    {body}
    headers: {{X-Amz-Meta: "two  blanks", Accept-Language: en}}
    auth:
      aws_sigv4:
        access_key: AKIDEXAMPLE
        secret_key: <<AWS_SECRET_ACCESS_KEY>>
        session_token: {token}
        region: eu-central-1
        service: {service}
"""


@pytest.mark.parametrize("service", ["execute-api", "s3"])
@pytest.mark.parametrize("body", ["", "json: {a: <<AWS_SECRET_ACCESS_KEY>>}", 'text: "\u00fc"'])
@pytest.mark.parametrize("token", ["<<AWS_SESSION_TOKEN:->>", "session/token+1"])
def test_a_service_takes_what_the_program_sends(
    service: str, body: str, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_bytes(ok()) as server:
        text = FILE.format(url=server.url, body=body, token=token, service=service)
        (tmp_path / "aws.yaml").write_text(text, encoding="utf-8")
        program = Program(monkeypatch, tmp_path, {"AWS_SECRET_ACCESS_KEY": SECRET})
        ended = program.run("run", "-v", "aws.yaml")
        assert ended.code == 0, ended.text
        (request,) = server.arrived
        assert verified(request, "AKIDEXAMPLE", SECRET)
        assert not verified(request, "AKIDEXAMPLE", "another")
        assert request.values("x-amz-date") == ["20241004T044810Z"]
        assert request.values("x-amz-security-token") == ([] if "AWS" in token else [token])
        assert bool(request.values("x-amz-content-sha256")) == (service == "s3")
        signature = request.values("authorization")[0][-64:]
        assert not any(secret in ended.text for secret in (SECRET, signature, "session/token"))


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("service", ["execute-api", "s3"])
@pytest.mark.parametrize("body", ["", "json: {a: <<AWS_SECRET_ACCESS_KEY>>}"])
def test_a_service_takes_what_the_command_for_curl_sends(
    service: str, body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = {"AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": "session/token+1"}
    with serve_bytes(ok()) as server:
        text = FILE.format(url=server.url, body=body, token="<<AWS_SESSION_TOKEN>>", service=service)
        (tmp_path / "aws.yaml").write_text(text, encoding="utf-8")
        ended = Program(monkeypatch, tmp_path, environ).run("show", "--as", "curl", "aws.yaml")
        assert ended.code == 0
        assert SECRET not in ended.out
        shell = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environ}
        subprocess.run(["sh"], input=ended.out.encode(), env=shell, capture_output=True, check=True, timeout=20)
        assert verified(server.arrived[0], "AKIDEXAMPLE", SECRET)


def test_settings_that_only_a_response_gives_are_looked_at_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {"region": "eu central", "service": "", "access_key": "", "secret_key": "two words"}
    for key, value in wrong.items():
        fields = {"access_key": "AKIDEXAMPLE", "secret_key": SECRET, "region": "eu", "service": "s3", key: "<<value>>"}
        with serve_bytes(ok(json.dumps({"value": value}).encode())) as server:
            first = {"name": "first", "url": server.url, "capture": {"value": "$.value"}}
            second = {"name": "second", "url": server.url, "auth": {"aws_sigv4": fields}}
            (tmp_path / "aws.yaml").write_text(json.dumps({"name": "AWS", "requests": [first, second]}))
            ended = Program(monkeypatch, tmp_path).run("run", "aws.yaml")
            assert ended.code == 4, ended.text
            assert key in ended.out
            assert len(server.arrived) == 1


def test_the_signature_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = FILE.format(url="http://127.0.0.1:9", body="", token="<<AWS_SESSION_TOKEN:->>", service="s3")
    (tmp_path / "aws.yaml").write_text(text, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path, {"AWS_SECRET_ACCESS_KEY": SECRET}).run("show", "aws.yaml")
    assert "x-amz-date;x-amz-meta, Signature=***\n" in ended.out


@pytest.mark.parametrize("place", ["headers: {X-A: <<V|json>>}", "query: {a: b<<V|json>>}"])
def test_half_a_character_cannot_be_signed(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {"access_key": "AKIDEXAMPLE", "secret_key": SECRET, "region": "eu", "service": "s3"}
    text = f"requests: [{{name: a, url: 'http://127.0.0.1:9/', auth: {{aws_sigv4: {json.dumps(fields)}}}, {place}}}]"
    (tmp_path / "aws.yaml").write_text(text, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("run", "--var", 'V="\\ud800"', "aws.yaml")
    assert ended.code in (3, 4), ended.text
    assert "half a character" in ended.text


def test_each_sending_has_a_signature_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signature of a request that waited would be too old."""
    busy = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 7\r\n\r\n"
    with serve_bytes(busy, ok()) as server:
        text = FILE.format(url=server.url, body="retry: {attempts: 2}", token="<<TOKEN:->>", service="s3")
        (tmp_path / "aws.yaml").write_text(text, encoding="utf-8")
        ended = Program(monkeypatch, tmp_path, {"AWS_SECRET_ACCESS_KEY": SECRET}).run("run", "aws.yaml")
        assert ended.code == 0, ended.text
        assert [one.values("x-amz-date")[0] for one in server.arrived] == ["20241004T044810Z", "20241004T044817Z"]
        assert all(verified(one, "AKIDEXAMPLE", SECRET) for one in server.arrived)
