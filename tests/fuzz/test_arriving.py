"""What servers send: answers, event streams, redirects and cookies, made by their grammars and cut anywhere."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from hypothesis import given, strategies as st

from runner.cookies import sent_cookies, with_cookies, without_cookies
from runner.messages import Headers, Request
from runner.strict_json import dumps
from runner.transport.address import Address, parse_url
from runner.transport.failures import Failure
from runner.transport.jar import CookieJar, read_cookie
from runner.transport.redirects import HARMLESS, follow
from tests.command import MOMENT, StillClock
from tests.fuzz import events, wire
from tests.fuzz.bounded import bounded, many
from tests.fuzz.choices import cut_bytes

PARTS: Final = st.lists(st.floats(0, 1), max_size=6).map(sorted)

STATUSES: Final = st.sampled_from(["200 OK", "200", "204 No Content", "304 X", "404 ", "299 \xe9", "599 y"])
FIELDS: Final = st.sampled_from(
    [
        "A: b",
        "a:",
        "X-Y:  c  ",
        "Connection: close",
        "Content-Type: text/plain; charset=utf-16",
        "B: \xe9",
        "Set-Cookie: a=b",
    ]
)
BODIES: Final = st.binary(max_size=60)


@st.composite
def valid_answers(draw: st.DrawFn) -> bytes:
    """Answers of which HTTP says where they end."""
    body = draw(BODIES)
    fields = draw(st.lists(FIELDS, max_size=3))
    match draw(st.integers(0, 2)):
        case 1:
            body = gzip.compress(body)
            fields.append("Content-Encoding: gzip")
        case 2:
            body = zlib.compress(body)
            fields.append("Content-Encoding: deflate")
    if draw(st.booleans()):
        fields.insert(draw(st.integers(0, len(fields))), f"Content-Length: {len(body)}")
    else:
        fields.append("Transfer-Encoding: chunked")
        pieces = cut_bytes(body, draw(PARTS))
        chunks = b"".join(
            b"%x%s\r\n%s\r\n" % (len(one), draw(st.sampled_from([b"", b";x", b" "])), one) for one in pieces
        )
        body = chunks + b"0\r\n" + draw(st.sampled_from([b"", b"T: x\r\n"])) + b"\r\n"
    before = draw(st.sampled_from([b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n"]))
    head = "\r\n".join([f"HTTP/1.1 {draw(STATUSES)}", *fields, "", ""]).encode("latin-1")
    return before + head + body


@bounded
@given(valid_answers(), PARTS, st.sampled_from(wire.METHODS), st.floats(0, 1))
def test_an_answer_is_whole_at_its_end_and_never_before(
    answer: bytes, places: list[float], method: str, end: float
) -> None:
    whole = wire.answered(answer, method, places)
    assert whole is not None
    if method == "GET" and whole.head.status not in (204, 304):
        assert whole.taken == len(answer)
    wire.not_whole_before_its_end(answer, whole, method, min(int(end * whole.taken), whole.taken - 1))


LINES: Final = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"HTTP/1.1 100 C", b"Content-Length: 3", b"Content-Length: 03",
    b"Content-Length: 3, 3",
     b"Transfer-Encoding: chunked", b"Transfer-Encoding: Chunked", b"Transfer-Encoding:", b"Content-Encoding: gzip",
     b"Content-Encoding: identity",
     b" folded", b"3", b"0", b"abc", b"", b"", b"A: b\0", b"A: b\rC: d", b"\xff: x", b"A : b", b":"]
)  # fmt: skip


@many
@given(
    st.lists(st.tuples(LINES, st.sampled_from([b"\r\n", b"\n", b"\r\n", b"\r"])).map(b"".join), max_size=10).map(
        b"".join
    ),
    PARTS,
    st.sampled_from(wire.METHODS),
)
def test_any_lines_are_an_answer_or_a_failure(lines: bytes, places: list[float], method: str) -> None:
    for answer in (lines, b"HTTP/1.1 200 OK\r\n" + lines):
        whole = wire.answered(answer, method, places)
        if whole is not None and whole.taken > 1:
            wire.not_whole_before_its_end(answer, whole, method, whole.taken - 1)


@bounded
@given(st.binary(max_size=200), PARTS)
def test_any_bytes_are_an_answer_or_a_failure(data: bytes, places: list[float]) -> None:
    wire.answered(data, "GET", places)


STREAM: Final = st.lists(
    st.sampled_from(
        [b"data", b"event", b"id", b"retry", b":", b": ", b"\n", b"\r", b"\r\n", b"\n\n", b"\xef\xbb\xbf", b"\0",
        b"\xe2\x82", b"\xac",
         "\u20ac\u2028".encode(), b"[DONE]", b'{"choices": [{"index": 0, "delta": {"content": "a"}}]}',
         b'{"error": {"message": "x"}}',
         b'{"type": "message_start", "message": {}}',
         b'{"type": "content_block_delta", "index": 0, "delta": {"text": "x"}}',
         b'{"type": "response.completed", "response": {}}', b'{"candidates": [{"content": null}]}', b'{"choices": 5}',
         b'{"choices": [1, null, {}]}',
         b'{"message": {"content": 5}, "done": true}', b"{", b"null", b"1e999"]
    ),
    max_size=14,
).map(b"".join)  # fmt: skip


@many
@given(STREAM | st.binary(max_size=80), PARTS, st.sampled_from(events.KINDS))
def test_a_stream_is_the_same_however_it_comes(body: bytes, places: list[float], kind: str) -> None:
    events.read(body, places)
    events.assembled(body, kind, places)


CHUNKS: Final = st.recursive(
    st.sampled_from([None, 0, 1, -1, "", "x", "stop", True, 10**30, 1.5]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                "choices index delta content finish_reason tool_calls function name arguments id role type message "
                "error usage content_block text partial_json response output item_id output_index content_index part "
                "parts candidates finishReason functionCall args prompt_tokens completion_tokens done"
                " stop_reason model".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)
TYPES: Final = st.sampled_from(
    "message_start message_delta message_stop content_block_start content_block_delta content_block_stop ping error "
    "response.created response.completed response.output_text.delta response.output_item.added response.failed "
    "response.function_call_arguments.delta response.content_part.added text_delta input_json_delta".split()
)


@bounded
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "candidates",
                    "message",
                    "response",
                    "delta",
                    "index",
                    "item",
                    "part",
                    "error",
                    "usage",
                    "content_block",
                    "output_index",
                    "done",
                ]
            ),
            CHUNKS,
            max_size=4,
        ).flatmap(lambda one: TYPES.map(lambda kind: {**one, "type": kind}) | st.just(one)),
        max_size=4,
    ),
    st.sampled_from(events.KINDS),
)
def test_chunks_of_any_shape_make_a_message_or_a_fault(chunks: list[dict[str, object]], kind: str) -> None:
    texts = [dumps(one) for one in chunks]
    body = "".join(f"data: {one}\n\n" for one in texts) if kind == events.KINDS[0] else "\n".join(texts)
    stream = events.assembled(body.encode(), kind, (0.5,))
    assert isinstance(stream.fault, str)


HOSTS: Final = st.sampled_from(
    [
        "h.example",
        "H.EXAMPLE",
        "h.example.",
        "sub.h.example",
        "h.example.evil.test",
        "127.0.0.1",
        "[::1]",
        "localhost",
        "h\u00e9.example",
        "xn--h-bga.example",
    ]
)
PORTS: Final = st.sampled_from(["", ":80", ":443", ":8080", ":0080", ":"])
SCHEMES: Final = st.sampled_from(["http", "https", "HTTP"])
USERS: Final = st.sampled_from(["", "user@", "h.example@", "user:secret@", "@"])
URLS: Final = st.builds(
    "{}://{}{}{}/{}".format, SCHEMES, USERS, HOSTS, PORTS, st.sampled_from(["", "a?b=c", "..", "\\", "%2e", "a#b", "?"])
)
LOCATIONS: Final = URLS | st.text("/\\:.@?#[] \t%ahtp0h.example", max_size=16) | st.sampled_from(
    ["//other.test/", "///other.test", "/\\other.test", "\\\\other.test", "http:other", "http:///x", "https:/x", "?x",
    "#x", "", " ", "javascript:1",
     "http://h.example\\@other.test/", "http://h.example#@other.test", "http://h.example?@other.test",
     "http://h.example:80@other.test", "//[", "http://[::1", "http://h.example:99999"]
)  # fmt: skip
SECRET: Final = "s3cr3t-4711"
SECRETS: Final[Headers] = (
    ("Authorization", SECRET), ("authorization", SECRET), ("Cookie", f"a={SECRET}"), ("X-API-Key", SECRET),
    ("Proxy-Authorization", SECRET),
    ("Host", SECRET), ("Referer", SECRET), ("Content-Type", SECRET), ("X", SECRET), ("Accept", "*/*"), ("User-Agent",
    "x"),
)  # fmt: skip


@many
@given(
    URLS,
    LOCATIONS,
    st.sampled_from([301, 302, 303, 307, 308]),
    st.sampled_from(["GET", "POST", "HEAD", "PUT"]),
    st.booleans(),
)
def test_nothing_secret_goes_to_another_origin(
    url: str, location: str, status: int, method: str, has_body: bool
) -> None:
    try:
        address = parse_url(url)
    except Failure:
        return
    body = SECRET.encode() if has_body else None
    try:
        request, target = follow(Request(method, url, SECRETS, body), address, status, location)
    except Failure as failure:
        assert failure.error.message
        assert failure.error.kind == "response"
        return
    assert not (address.scheme == "https" and target.scheme == "http")
    assert request.url == target.url
    if origin(target) != origin(address):
        assert SECRET not in repr(request)
        assert {name.lower() for name, _ in request.headers} <= HARMLESS.keys()
        assert request.body is None


def origin(address: Address) -> tuple[str, str | None, int]:
    """As Python reads it from the URL that is asked for."""
    parts = urlsplit(address.url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme]


@many
@given(URLS | LOCATIONS | st.text(max_size=20).map("http://{}".format))
def test_any_url_is_an_address_or_a_failure(url: str) -> None:
    try:
        address = parse_url(url)
    except Failure as failure:
        assert failure.error.hint
        return
    address.url.encode("ascii")
    assert not {*address.url} & {*" \t\r\n\0\\"} or "\\" not in address.host
    assert parse_url(address.url) == address


PAIRS: Final = st.tuples(st.sampled_from(["a", "b", "__Host-c", "A"]), st.sampled_from(["", "1", "x=y", '"q"']))


@bounded
@given(st.lists(PAIRS, max_size=4), st.lists(PAIRS, max_size=3), st.sets(st.sampled_from(["a", "b"])))
def test_cookies_are_put_together_and_taken_apart(
    own: list[tuple[str, str]], kept: list[tuple[str, str]], gone: set[str]
) -> None:
    written: Headers = (("Cookie", "; ".join(f"{name}={value}" for name, value in own)), ("X", "y"))
    assert sent_cookies(written) == own
    names = {name for name, _ in own}
    dressed = with_cookies(written, kept)
    assert sent_cookies(dressed) == [*own, *((name, value) for name, value in kept if name not in names)]
    assert sent_cookies(without_cookies(dressed, gone)) == [one for one in sent_cookies(dressed) if one[0] not in gone]
    assert ("X", "y") in without_cookies(dressed, gone)


COOKIES: Final = st.lists(
    st.sampled_from(
        ["a=b", "a", "=b", "a=", ";", "; ", "Domain=h.example", "Domain=.example", "Domain=evil.test", "Domain=",
        "Domain=127.0.0.1", "Path=/", "Path=/x",
         "Path=x", "Secure", "HttpOnly", "Max-Age=0", "Max-Age=99", "Max-Age=" + "9" * 30, "Max-Age=-1",
         "Expires=Thu, 01 Jan 1970 00:00:00 GMT",
         "Expires=Fri, 31 Dec 9999 23:59:59 GMT", "Expires=x", "SameSite=None", "\0", "\u00e9", "=", " "]
    ),
    max_size=7,
).map("; ".join)  # fmt: skip


@many
@given(st.lists(COOKIES | st.text(max_size=20), max_size=3), URLS, URLS)
def test_a_cookie_goes_where_it_came_from(lines: list[str], setting: str, asking: str) -> None:
    with suppress(Failure):
        first, second = parse_url(setting), parse_url(asking)
        jar = CookieJar(StillClock())
        for line in lines:
            read_cookie(line, urlsplit(first.url), MOMENT)
        jar.keep(tuple(("Set-Cookie", line) for line in lines), first.url)
        for cookie in jar.cookies_for(second.url):
            assert not cookie.host_only or second.host.lower() == first.host.lower()
            assert second.host.lower() == cookie.domain or second.host.lower().endswith(f".{cookie.domain}")
            assert first.host.lower() == cookie.domain or first.host.lower().endswith(f".{cookie.domain}")
            assert not cookie.secure or second.scheme == "https" or second.host in ("127.0.0.1", "::1", "localhost")
            assert "\r" not in cookie.value
            assert "\n" not in cookie.value
