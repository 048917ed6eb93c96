"""Servers that send the secret back: in every form, in every part of an answer, cut in two, cut short."""

from __future__ import annotations

import gzip
import json
from typing import Final
from urllib.parse import quote

from tests.promises.answers import chunked, headed
from tests.promises.faults import SECRET, Fault, failing, faulty, odd
from tests.secret_forms import secret_forms
from tests.servers import Client, Script, answers, ok
from tests.streams import chunk, sse

JSON: Final = "Content-Type: application/json"
STREAM: Final = "Content-Type: text/event-stream"
QUOTED: Final = quote(SECRET, safe="")
HALF: Final = len(SECRET) // 2


def plain(text: str, codec: str = "utf-8", charset: str = "") -> Script:
    kind = f"Content-Type: text/plain; charset={charset or codec}"
    return answers(ok(text.encode(codec), kind))


def document(value: object) -> Script:
    return answers(ok(json.dumps(value).encode(), JSON))


def header(line: str) -> Script:
    """A 401 with this header."""
    return answers(headed(line, "Content-Length: 0", status="401 Unauthorized"))


def error(message: str, **more: str) -> Script:
    """A 401 as OpenAI's API words it."""
    body = json.dumps({"error": {"message": message, "type": "invalid_request_error", **more}}).encode()
    return answers(headed(JSON, f"Content-Length: {len(body)}", status="401 Unauthorized", body=body))


def packets(*pieces: bytes) -> Script:
    """The pieces of an answer, each in a packet of its own."""

    def script(client: Client) -> None:
        client.read_request()
        for piece in pieces:
            client.send(piece)
            client.server.stopping.wait(0.02)

    return script


def echoed(client: Client) -> None:
    """The whole request is the answer, and every header of it a header."""
    request = client.read_request()
    if request is not None:
        lines = [
            line.decode("latin-1")
            for line in request.head.split(b"\r\n")[1:]
            if not line.startswith((b"Accept-En", b"Content-Le"))
        ]
        client.send(ok(request.head, *lines))


ENDS: Final = ("…", "...", "***", "****", "\u2026\u2026", "******** ")
CHECK: Final = "{text: {equals: x}}"
"""So that what came is quoted in a failure."""


def cut(at: int, mark: str) -> str:
    """The secret with its middle or its end left out."""
    return SECRET[:at] + mark


FORMS = (
    *(
        failing(f"the secret in a text, {name}", plain(f"key: {form}, and more"), "text", expect=CHECK)
        for name, form in secret_forms(SECRET).items()
    ),
    *(
        failing(f"the secret in JSON, {name}", document({"a": [form]}), "$.a", expect="{json: {$.a: x}}")
        for name, form in secret_forms(SECRET).items()
    ),
    *(
        failing(f"the secret in {codec}", plain(f"key: {SECRET}", codec), "text", expect=CHECK)
        for codec in ("utf-16-le", "utf-16-be", "utf-16", "utf-32-le", "latin-1", "cp1252")
    ),
    failing("the secret in UTF-7", plain(SECRET.encode("utf-7").decode(), "ascii", "utf-7"), "text", expect=CHECK),
    failing("the secret in an unknown charset", plain(f"key: {SECRET}", "utf-8", "klingon"), "text", expect=CHECK),
    failing(
        "the secret in a charset that is no text", plain(f"key: {SECRET}", "utf-8", "zlib_codec"), "text", expect=CHECK
    ),
    failing("the secret in punycode", plain(f"{SECRET}-", "ascii", "punycode"), "text", expect=CHECK),
    failing("the secret in idna", plain(f"{SECRET}", "ascii", "idna"), "text", expect=CHECK),
    failing(
        "the secret in UTF-16 under another name", plain(f"key: {SECRET}", "utf-16-le", "utf-8"), "text", expect=CHECK
    ),
)

PARTS: list[tuple[str, Script, str]] = [
    ("in the reason", answers(headed("Content-Length: 0", status=f"401 {SECRET}")), "401"),
    ("in a header", header(f"X-Echo: key {SECRET}!"), "X-Echo"),
    ("in a header, percent", header(f"X-Echo: {QUOTED}"), "X-Echo"),
    ("in a header's name", header(f"X-{SECRET.encode().hex()}: 1"), "401"),
    (
        "in two headers",
        answers(
            headed(f"A: {SECRET[:HALF]}", f"A: {SECRET[HALF:]}", f"B: {SECRET}", "Content-Length: 0", status="401 U")
        ),
        "401",
    ),
    ("in a folded header", header(f"X-Echo: key\r\n {SECRET}\r\n\tend"), "X-Echo"),
    ("in Set-Cookie", header(f"Set-Cookie: echo={QUOTED}; HttpOnly"), "401"),
    ("as a cookie's name", header(f"Set-Cookie: {QUOTED}=1"), "401"),
    ("in WWW-Authenticate", header(f'WWW-Authenticate: Bearer realm="x", error="{SECRET}"'), "401"),
    ("in Retry-After", header(f"Retry-After: {SECRET}"), "401"),
    ("in a trailer", answers(chunked(f"0\r\nX-Echo: {SECRET}\r\n\r\n".encode())), "PASS"),
    (
        "in an error of OpenAI",
        error(f"Incorrect API key provided: {SECRET}. You can find it at …"),
        "Incorrect API key",
    ),
    ("in an error's code", error("No", code=SECRET, param=SECRET), "401"),
    (
        "in an error, cut in the middle",
        error(f"Incorrect API key provided: {SECRET[:5]}****{SECRET[-4:]}."),
        "Incorrect API key",
    ),
    ("in an error, cut by dots", error(f"Incorrect API key provided: {SECRET[:9]}..."), "Incorrect API key"),
    ("as a key of JSON", document({SECRET: {"a": SECRET}}), "PASS"),
    ("as keys of JSON that meet", document({f"{SECRET}": 1, SECRET.upper(): 2}), "PASS"),
    ("in JSON that is none", answers(ok(f'{{"a": "{SECRET}'.encode(), JSON)), "is not JSON"),
    (
        "in a key that stands twice",
        answers(ok(b'{"%b": 1, "%b": 2}' % ((SECRET.replace("\\", "").replace('"', "").encode(),) * 2), JSON)),
        "twice",
    ),
    ("in what is not HTTP", answers(f"SSH {SECRET}\r\n".encode(), keep=False), "not HTTP"),
    ("in what is not HTTP, cut", answers(f"SSH {'x' * 28}{SECRET}\r\n".encode(), keep=False), "not HTTP"),
    ("in a line that is no header", answers(headed(f"nonsense {SECRET}"), keep=False), "header line that is none"),
    ("in the size of a chunk", answers(chunked(f"{SECRET}\r\n".encode())), "no size of a chunk"),
    (
        "in Content-Encoding",
        answers(headed(f"Content-Encoding: {SECRET}", "Content-Length: 1", body=b"x")),
        "compressed as",
    ),
    ("in Location", answers(headed(f"Location: foo{SECRET}:bar", "Content-Length: 0", status="302 F")), "More than 10"),
    (
        "in a host of Location",
        answers(headed(f"Location: http://{QUOTED}.test/", "Content-Length: 0", status="302 F")),
        "no http URL",
    ),
    (
        "in a host of Location, hexadecimal",
        answers(headed(f"Location: http://{SECRET.encode().hex()}.invalid/", "Content-Length: 0", status="302 F")),
        "There is no host",
    ),
    (
        "in a path of Location",
        answers(headed(f"Location: /{QUOTED}", "Content-Length: 0", status="302 F"), ok()),
        "redirected from",
    ),
    ("in all of it", echoed, "PASS"),
    (
        "in two chunks",
        answers(
            chunked(
                b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in (SECRET[:HALF].encode(), SECRET[HALF:].encode()))
                + b"0\r\n\r\n"
            )
        ),
        "PASS",
    ),
    (
        "in two packets",
        packets(headed(f"Content-Length: {len(SECRET)}"), SECRET[:HALF].encode(), SECRET[HALF:].encode()),
        "PASS",
    ),
    ("in gzip", answers(headed("Content-Encoding: gzip", body=gzip.compress(SECRET.encode())), keep=False), "PASS"),
    (
        "in two members of gzip",
        answers(
            headed(
                "Content-Encoding: gzip",
                body=gzip.compress(SECRET[:HALF].encode()) + gzip.compress(SECRET[HALF:].encode()),
            ),
            keep=False,
        ),
        "PASS",
    ),
    (
        "in two events",
        answers(
            ok(sse(chunk({"content": SECRET[:HALF]}), chunk({"content": SECRET[HALF:]}, "stop"), "[DONE]"), STREAM)
        ),
        "not shown",
    ),
    (
        "a character an event",
        answers(ok(sse(*(chunk({"content": one}) for one in SECRET), chunk({}, "stop"), "[DONE]"), STREAM)),
        "not shown",
    ),
    ("in the name of an event", answers(ok(f"event: {SECRET}\ndata: {{}}\n\n".encode(), STREAM)), "PASS"),
    (
        "in two lines of an event",
        answers(ok(f"data: {SECRET[:HALF]}\ndata: {SECRET[HALF:]}\n\n".encode(), STREAM)),
        "PASS",
    ),
    (
        "in arguments of a tool call",
        answers(
            ok(
                sse(
                    chunk(
                        {
                            "tool_calls": [
                                {
                                    "index": 0,
                                    "id": "a",
                                    "type": "function",
                                    "function": {"name": "f", "arguments": SECRET[:HALF]},
                                }
                            ]
                        }
                    ),
                    chunk({"tool_calls": [{"index": 0, "function": {"arguments": SECRET[HALF:]}}]}, "tool_calls"),
                    "[DONE]",
                ),
                STREAM,
            )
        ),
        "PASS",
    ),
    (
        "in the model's name",
        document({"model": SECRET, "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}}),
        "PASS",
    ),
    (
        "in a stream that breaks off",
        answers(headed(STREAM, "Content-Length: 999", body=sse({"a": SECRET})), keep=False),
        "1 event of the stream",
    ),
    ("in an event that is no JSON", answers(ok(sse(chunk({}), SECRET), STREAM)), "event 2 is not JSON"),
    (
        "in an error of a stream",
        answers(ok(sse(chunk({}), {"error": {"message": SECRET}}), STREAM)),
        "event 2 is an error",
    ),
    ("in binary data", answers(ok(bytes(100) + SECRET.encode() + bytes(100))), "binary data"),
    ("in HTML", answers(ok(f"<a href='/?k={QUOTED}'>{SECRET}</a>".encode(), "Content-Type: text/html")), "PASS"),
]

JUDGED_BAD: Final = ("is not JSON", "twice", "event 2 is")
NO_ANSWER: Final = (
    "not HTTP",
    "header line",
    "no size of",
    "compressed as",
    "no http URL",
    "event of the stream",
    "More than 10",
)


def in_a_part(name: str, script: Script, says: str) -> Fault:
    """The secret in one place of an answer: how it ends does not depend on it."""
    name = f"the secret {name}"
    if says == "There is no host":
        return faulty(name, script, says, "dns")
    if any(says.startswith(one) or one in says for one in NO_ANSWER):
        return faulty(name, script, says)
    return failing(name, script, says) if any(one in says for one in JUDGED_BAD) else odd(name, script, says)


CUTS = (
    *(
        failing(f"the secret cut after {at}, {mark!r}", plain(f"key: {cut(at, mark)} is wrong"), "text", expect=CHECK)
        for at in (4, 8, len(SECRET) - 2)
        for mark in ENDS
    ),
    *(
        failing(
            f"the end of the secret after {mark!r}", plain(f"key: {mark}{SECRET[-6:]} is wrong"), "text", expect=CHECK
        )
        for mark in ENDS
    ),
    *(
        failing(
            f"the secret where a long text is cut, {length}",
            plain("x" * length + SECRET + "y" * 300),
            "text",
            expect=CHECK,
        )
        for length in (150, 180, 185, 190, 195, 198)
    ),
    *(
        failing(
            f"the secret where a long text begins, {length}",
            plain("x" * 300 + SECRET + "y" * length),
            "text",
            expect=f"{{text: {{equals: {'x' * 330}}}}}",
        )
        for length in (0, 50, 300)
    ),
    *(
        odd(f"the secret where a body is cut, {back}", plain("x" * (64_000 - back) + SECRET + "y" * 300))
        for back in (1, 4, 5, 9, len(SECRET) - 1)
    ),
    *(
        failing(
            f"the secret escaped where it is cut, {length}",
            document({"a": "x" * length + "\u00e9" + SECRET + "y" * 300}),
            "$.a",
            expect="{json: {$.a: x}}",
        )
        for length in (180, 190, 196)
    ),
)

FAULTS = tuple(
    fault._replace(group="secrets sent back") for fault in (*FORMS, *(in_a_part(*one) for one in PARTS), *CUTS)
)
