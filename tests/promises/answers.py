"""Faults in the bytes of an answer: status line, headers, framing, compression; and when they come."""

from __future__ import annotations

import gzip
import zlib

from runner.messages import ErrorKind
from tests.promises.faults import Fault
from tests.servers import Client, Script, answers, ok


def headed(*headers: str, body: bytes = b"", status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode("latin-1") + body


def packed(body: bytes, encoding: str = "gzip") -> bytes:
    return headed(f"Content-Encoding: {encoding}", f"Content-Length: {len(body)}", body=body)


def chunked(body: bytes) -> bytes:
    return headed("Transfer-Encoding: chunked", body=body)


ZIPPED = gzip.compress(b"hello world" * 10)
BOMB = zlib.compress(bytes(20_000_000))
RAW = zlib.compressobj(wbits=-15)
RAW_DEFLATED = RAW.compress(b"hello world") + RAW.flush()

WRONG: list[tuple[str, bytes, ErrorKind, str]] = [
    ("nothing at all", b"", "connection", "without an answer"),
    ("end in the status line", b"HTTP/1.1 20", "response", "middle of the answer's status line"),
    ("end after the status line", b"HTTP/1.1 200 OK\r\n", "response", "middle of the answer's headers"),
    ("end in a header", b"HTTP/1.1 200 OK\r\nContent-Le", "response", "middle of the answer's headers"),
    (
        "end after a header",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
        "response",
        "middle of the answer's headers",
    ),
    ("no HTTP", b"SSH-2.0-OpenSSH_9.6\r\n", "response", "not HTTP"),
    ("mail server", b"220 mail ESMTP\r\n", "response", "not HTTP"),
    ("HTTP/0.9", b"<html>hello</html>\n", "response", "not HTTP"),
    ("TLS alert", b"\x15\x03\x03\x00\x02\x02\x46\n", "response", "speaks TLS"),
    ("HTTP/2", b"HTTP/2 200 OK\r\n\r\n", "response", "not HTTP"),
    ("HTTP/11", b"HTTP/11 200 OK\r\n\r\n", "response", "not HTTP"),
    ("empty first line", b"\r\n" + ok(), "response", "not HTTP"),
    ("status of two digits", b"HTTP/1.1 20 OK\r\n\r\n", "response", "not HTTP"),
    ("status of four digits", b"HTTP/1.1 2000 OK\r\n\r\n", "response", "not HTTP"),
    ("status 000", b"HTTP/1.1 000 X\r\n\r\n", "response", "not HTTP"),
    ("negative status", b"HTTP/1.1 -20 X\r\n\r\n", "response", "not HTTP"),
    ("100 and the end", b"HTTP/1.1 100 Continue\r\n\r\n", "response", "status line"),
    ("102 and the end", b"HTTP/1.1 102 Processing\r\n\r\n", "response", "status line"),
    ("103 and the end", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", "response", "status line"),
    ("101", headed(status="101 Switching Protocols"), "response", "another protocol"),
    ("interim answers without end", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, "response", "interim"),
    (
        "bare CR in a header",
        headed("A: b\rSet-Cookie: c=d", "Content-Length: 0"),
        "response",
        "control character",
    ),
    ("bare CR in the status line", headed(status="200 O\rK"), "response", "control character"),
    ("NUL in a header", headed("A: b\0c", "Content-Length: 0"), "response", "control character"),
    ("header without colon", headed("Nonsense", "Content-Length: 0"), "response", "header line that is none"),
    ("space before the colon", headed("Content-Length : 0"), "response", "header line that is none"),
    ("header without name", headed(": value", "Content-Length: 0"), "response", "header line that is none"),
    ("first header folded", headed(" folded", "Content-Length: 0"), "response", "header line that is none"),
    ("endless header", headed("A: " + "b" * 400_000), "response", "no end to"),
    ("endless headers", headed(*["A: bbbbbbbbbbbbbbbbbb"] * 20_000), "response", "no end to"),
    ("endless status line", b"HTTP/1.1 200 " + b"x" * 400_000, "response", "no end to"),
    (
        "two lengths",
        headed("Content-Length: 2", "Content-Length: 3", body=b"abc"),
        "response",
        "two different",
    ),
    ("two lengths in one", headed("Content-Length: 2, 3", body=b"abc"), "response", "two different"),
    ("length is no number", headed("Content-Length: two", body=b"ab"), "response", "not a number"),
    ("negative length", headed("Content-Length: -1", body=b"ab"), "response", "not a number"),
    ("length with a sign", headed("Content-Length: +2", body=b"ab"), "response", "not a number"),
    ("length in other digits", headed("Content-Length: \xb2", body=b"ab"), "response", "not a number"),
    ("empty length", headed("Content-Length:", body=b"ab"), "response", "not a number"),
    ("enormous length", headed("Content-Length: " + "9" * 5000, body=b"ab"), "response", "not a number"),
    ("length above the limit", headed("Content-Length: 2000000"), "response", "larger than 1.0 MB"),
    ("body above the limit", headed(body=b"x" * 1_000_001), "response", "larger than 1.0 MB"),
    (
        "body shorter than announced",
        headed("Content-Length: 5", body=b"abc"),
        "response",
        "5 bytes were announced, 3",
    ),
    ("no body at all", headed("Content-Length: 5"), "response", "5 bytes were announced, 0"),
    (
        "transfer coding gzip",
        headed("Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
        "response",
        "chunked",
    ),
    (
        "chunked twice",
        headed("Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n"),
        "response",
        "chunked",
    ),
    ("no chunk", chunked(b""), "response", "chunked body"),
    ("end in the chunk's size", chunked(b"5"), "response", "chunked body"),
    ("end in a chunk", chunked(b"5\r\nabc"), "response", "chunk of 5 bytes was announced, 3"),
    ("end after a chunk", chunked(b"3\r\nabc\r\n"), "response", "chunked body"),
    ("end in the last chunk", chunked(b"3\r\nabc\r\n0\r\n"), "response", "headers"),
    ("chunk size is no number", chunked(b"xyz\r\nabc\r\n0\r\n\r\n"), "response", "no size of a chunk"),
    ("chunk size with 0x", chunked(b"0x3\r\nabc\r\n0\r\n\r\n"), "response", "no size of a chunk"),
    ("negative chunk size", chunked(b"-3\r\nabc\r\n0\r\n\r\n"), "response", "no size of a chunk"),
    ("chunk size with _", chunked(b"1_0\r\n0123456789abcdef\r\n0\r\n\r\n"), "response", "no size of a chunk"),
    ("enormous chunk size", chunked(b"f" * 50 + b"\r\nabc"), "response", "no size of a chunk"),
    ("empty chunk size", chunked(b"\r\nabc\r\n0\r\n\r\n"), "response", "no size of a chunk"),
    ("chunk too long", chunked(b"3\r\nabcdef\r\n0\r\n\r\n"), "response", "longer than announced"),
    ("endless chunk extension", chunked(b"3;" + b"x" * 10_000), "response", "no end to"),
    ("trailer is no header", chunked(b"0\r\nnonsense\r\n\r\n"), "response", "header line that is none"),
    (
        "chunks above the limit",
        chunked(b"ffff\r\n" * 1 + b"x" * 65535 + b"\r\n" + (b"1000\r\n" + b"x" * 4096 + b"\r\n") * 300),
        "response",
        "larger than 1.0 MB",
    ),
    ("gzip cut short", packed(ZIPPED[:-12]), "response", "stops before its end"),
    ("gzip without its trailer", packed(ZIPPED[:-8]), "response", "stops before its end"),
    ("gzip with half a trailer", packed(ZIPPED[:-4]), "response", "stops before its end"),
    ("gzip with a wrong checksum", packed(ZIPPED[:-8] + b"\0" * 8), "response", "not valid gzip"),
    ("gzip header alone", packed(ZIPPED[:10]), "response", "stops before its end"),
    ("gzip and garbage", packed(ZIPPED + b"garbage"), "response", "not valid gzip"),
    ("gzip and a second member cut short", packed(ZIPPED + ZIPPED[:-3]), "response", "stops before its end"),
    ("no gzip at all", packed(b"plain text"), "response", "not valid gzip"),
    ("empty gzip to the end", headed("Content-Encoding: gzip"), "response", "stops before its end"),
    ("gzip broken in the middle", packed(ZIPPED[:12] + b"\xff\xff" + ZIPPED[14:]), "response", "gzip"),
    ("zlib cut short", packed(zlib.compress(b"hello")[:-2], "deflate"), "response", "stops before its end"),
    (
        "zlib and garbage",
        packed(zlib.compress(b"hello") + b"x", "deflate"),
        "response",
        "goes on after its end",
    ),
    ("raw deflate cut short", packed(RAW_DEFLATED[:-2], "deflate"), "response", "stops before its end"),
    ("no deflate at all", packed(b"\xff\xff\xff\xff", "deflate"), "response", "not valid deflate"),
    ("one byte of deflate", packed(b"x", "deflate"), "response", "stops before its end"),
    ("brotli", packed(b"\x0b\x02\x80abc\x03", "br"), "response", "compressed as 'br'"),
    ("gzip twice", packed(gzip.compress(ZIPPED), "gzip, gzip"), "response", "compressed as 'gzip, gzip'"),
    ("unknown coding", packed(b"abc", "aws-chunked"), "response", "compressed as 'aws-chunked'"),
    ("bomb", packed(BOMB, "deflate"), "response", "larger than 1.0 MB"),
    ("bomb of gzip", packed(gzip.compress(bytes(20_000_000))), "response", "larger than 1.0 MB"),
    ("endless empty members", packed(gzip.compress(b"") * 60_000), "response", "larger than 1.0 MB"),
]


def reset_at_once(client: Client) -> None:
    client.read_request()
    client.reset()


def reset_in_the_body(client: Client) -> None:
    client.read_request()
    client.send(headed("Content-Length: 10", body=b"abc"))
    client.server.stopping.wait(0.05)
    client.reset()


def silent(client: Client) -> None:
    client.hang()


def dripping(message: bytes) -> Script:
    """Only what comes after the empty line drips, if there is one."""

    def script(client: Client) -> None:
        client.read_request()
        head, end, body = message.partition(b"\r\n\r\n")
        client.send(head[:10])
        client.drip(head[10:], 0.02 if not body else 0)
        client.drip(end + body, 0.02)

    return script


def stops_after(message: bytes) -> Script:
    def script(client: Client) -> None:
        client.read_request()
        client.send(message)
        client.hang()

    return script


def reads_nothing(client: Client) -> None:
    client.server.stopping.wait(5)


TIMED: list[tuple[str, Script, ErrorKind, str]] = [
    ("silence", silent, "timeout", "No answer from 127.0.0.1:"),
    ("dripping status line", dripping(b"HTTP/1.1 200 " + b"x" * 500), "timeout", "No answer from"),
    ("dripping headers", dripping(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100), "timeout", "No answer from"),
    ("dripping 100", dripping(b"HTTP/1.1 100 C\r\n\r\n" * 40), "timeout", "No answer from"),
    (
        "dripping body",
        dripping(headed("Content-Length: 500", body=b"x" * 500)),
        "timeout",
        "not complete after 300 ms",
    ),
    ("dripping body to the end", dripping(headed(body=b"x" * 500)), "timeout", "not complete after 300 ms"),
    ("dripping chunks", dripping(chunked(b"1\r\nx\r\n" * 100)), "timeout", "not complete after 300 ms"),
    (
        "dripping gzip",
        dripping(headed("Content-Encoding: gzip", body=gzip.compress(b"") * 20)),
        "timeout",
        "not complete",
    ),
    (
        "body stops",
        stops_after(headed("Content-Length: 5", body=b"abc")),
        "timeout",
        "not complete after 300 ms",
    ),
    ("end does not come", stops_after(headed(body=b"abc")), "timeout", "not complete after 300 ms"),
    ("request is not read", reads_nothing, "timeout", "No answer from"),
    (
        "redirects without end",
        answers(headed("Location: /x", "Content-Length: 0", status="302 F")),
        "response",
        "More than",
    ),
    (
        "dripping redirect",
        dripping(headed("Location: /x", "Content-Length: 0", status="302 F")),
        "timeout",
        "No answer",
    ),
    ("reset at once", reset_at_once, "connection", "reset the connection without an answer"),
    ("reset in the body", reset_in_the_body, "response", "in the middle of its answer"),
]

FAULTS = (
    *(Fault(name, answers(message, keep=False), words, kind) for name, message, kind, words in WRONG),
    *(
        Fault(name, script, words, kind, deadline=0.3 if kind == "timeout" else 10)
        for name, script, kind, words in TIMED
    ),
)
