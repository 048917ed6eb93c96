"""Faults of connections and of what comes when on them: resets, half-closed ends, answers too early, too late, unasked;
interim answers, trailers, bodies where none may be."""

from __future__ import annotations

import gzip
import socket

from tests.promises.answers import chunked, headed
from tests.promises.faults import failing, faulty, odd
from tests.servers import Client, Script, answers, ok

SECOND = """\
  - name: again
    url: <<SERVER>>/again
    delay: 100ms
    timeout: 3s
    expect: {text: {equals: own}}
"""
CUT_OFF = "without an answer"
LARGE = "    json: {text: <<LARGE>>}"
LARGE_BODY = {"LARGE": "x" * 100_000}
"""As much as the environment can carry."""


def reset_unread(client: Client) -> None:
    client.reset()


def reset_while_reading(client: Client) -> None:
    client.sock.recv(10)
    client.reset()


def half_closed(client: Client) -> None:
    client.read_request()
    client.sock.shutdown(socket.SHUT_WR)
    client.hang()


def half_closed_after(message: bytes) -> Script:
    """The server can still hear, and says no more."""

    def script(client: Client) -> None:
        client.read_request()
        client.send(message)
        client.sock.shutdown(socket.SHUT_WR)
        client.hang()

    return script


def full_queue(client: Client) -> None:
    """Leads to a port whose queue is full: connecting to it never ends."""
    client.read_request()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        client.server.opened.append(port)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        client.send(headed(f"Location: http://127.0.0.1:{port}/", "Content-Length: 0", status="302 F"))
        client.hang()
        for one in waiting:
            one.close()


def answered_unread(message: bytes) -> Script:
    """The answer comes before the request is read; then it is."""

    def script(client: Client) -> None:
        client.send(message)
        client.hang()

    return script


def unasked_later(client: Client) -> None:
    """Answers the first request twice, the second time after a moment; every other once."""
    first = True
    while client.read_request() is not None:
        client.send(ok(b"own"))
        if first:
            client.server.stopping.wait(0.03)
            client.send(ok(b"forged"))
        first = False


def closed_when_asked_again(client: Client) -> None:
    """Keeps the connection, reads the second request on it, and closes it then. On a new one it is answered: as with
    curl and browsers, nobody can know whether it was read."""
    client.read_request()
    client.send(ok(b"own"))
    client.read_request()


def drips_in_time(client: Client) -> None:
    client.read_request()
    client.drip(headed("Content-Length: 5", "Content-Type: text/plain", body=b"hello"), 0.001)


def after(pause: float, message: bytes) -> Script:
    def script(client: Client) -> None:
        while client.read_request() is not None:
            client.server.stopping.wait(pause)
            client.send(message)

    return script


def endless(begin: bytes, piece: bytes, pause: float = 0.0) -> Script:
    """Sends ``piece`` until nobody listens any more."""

    def script(client: Client) -> None:
        client.read_request()
        client.send(begin)
        while not client.server.stopping.is_set():
            client.send(piece)
            if pause:
                client.server.stopping.wait(pause)

    return script


def post(expect: str) -> str:
    """A second request, on the same connection if there is one."""
    return f"""\
  - name: again
    url: <<SERVER>>/again
    method: POST
    delay: 100ms
    timeout: 3s
    expect: {expect}
"""


HEAD = headed("Content-Length: 5")
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
OWN = "{text: {equals: own}}"

CONNECTIONS = (
    faulty("reset before the request is read", reset_unread, "reset the connection without an answer", "connection"),
    faulty("reset while the request is read", reset_while_reading, CUT_OFF, "connection", request=LARGE)._replace(
        environ=LARGE_BODY
    ),
    faulty("half-closed without an answer", half_closed, CUT_OFF, "connection"),
    faulty("half-closed in the body", half_closed_after(HEAD + b"abc"), "5 bytes were announced, 3"),
    odd("half-closed after the answer", half_closed_after(headed(body=b"abc")), expect="{text: abc}"),
    faulty("queue of connections is full", full_queue, "No connection to 127.0.0.1:", "timeout", deadline=0.5),
    odd("answer before the request is read", answered_unread(ok(b"own")), expect=OWN),
    odd(
        "answer before a large request is read",
        answered_unread(ok(b"own")),
        expect=OWN,
        request=LARGE,
        environ=LARGE_BODY,
    ),
    odd("second answer in the same packet", answers(ok(b"own") + ok(b"forged")), "2 passed", after=SECOND),
    odd("second answer unasked, later", unasked_later, "2 passed", after=SECOND),
    odd("garbage behind the answer", answers(ok(b"own") + b"\0\xffgarbage"), "2 passed", after=SECOND),
    odd("kept connection is closed at the second request", closed_when_asked_again, "2 passed", after=SECOND),
    odd("kept connection is closed at a second POST", closed_when_asked_again, "2 passed", after=post(OWN)),
    odd("one byte a packet, in time", drips_in_time, expect="{text: hello}"),
    odd("first byte comes late, in time", after(0.2, ok(b"own")), deadline=3, expect=OWN),
    faulty("first byte comes too late", after(2, ok()), "No answer from", "timeout", deadline=0.3),
    odd("many tiny chunks", answers(chunked(b"1\r\nx\r\n" * 100_000 + b"0\r\n\r\n")), expect="{size: 100000}"),
    faulty(
        "tiny chunks without end", endless(chunked(b""), (b"20\r\n" + b"x" * 32 + b"\r\n") * 1000), "larger than 1.0 MB"
    ),
    faulty("body without end", endless(headed(), b"x" * 10_000), "larger than 1.0 MB"),
    faulty("headers without end", endless(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 1000), "no end to"),
    faulty("trailers without end", endless(chunked(b"0\r\n"), b"A: b\r\n" * 1000), "no end to"),
    faulty(
        "trailers that drip",
        endless(chunked(b"0\r\n"), b"A: b\r\n", 0.01),
        "was not complete after 300 ms",
        "timeout",
        deadline=0.3,
    ),
    faulty(
        "chunk extension that drips", endless(chunked(b"1"), b";", 0.01), "was not complete", "timeout", deadline=0.3
    ),
    faulty("blank lines without end", endless(b"", b"\r\n" * 100), "not HTTP"),
    faulty(
        "body slower than idle allows", endless(headed(), b"x", 1), "sent nothing for 200 ms", "timeout", idle="200ms"
    ),
)

INTERIMS = (
    odd("three interim answers", answers(INTERIM + ok(b"own")), expect=OWN),
    faulty("interim answers without end, fast", endless(b"", INTERIM), "interim answers (1xx) and no final one"),
    faulty(
        "interim answers without end, slow",
        endless(b"", b"HTTP/1.1 103 E\r\n\r\n", 0.05),
        "No answer",
        "timeout",
        deadline=0.3,
    ),
    faulty("interim answer and then silence", half_closed_after(INTERIM), "middle of the answer's status line"),
    faulty(
        "interim answer with a body",
        answers(headed("Content-Length: 3", body=b"abc", status="103 E") + ok()),
        "not HTTP",
    ),
    faulty(
        "100 after the answer's head",
        answers(headed("Content-Length: 30") + b"HTTP/1.1 100 C\r\n\r\n", keep=False),
        "30 bytes were announced, 18",
    ),
)

FRAMES = (
    odd("trailers", answers(chunked(b"3\r\nown\r\n0\r\nA: b\r\nContent-Length: 1\r\n\r\n")), expect=OWN),
    failing(
        "trailer is no header of the answer",
        answers(chunked(b"0\r\nX-Ok: yes\r\n\r\n")),
        'no header "X-Ok"',
        expect="{headers: {X-Ok: {exists: true}}}",
    ),
    odd(
        "204 with a body",
        answers(headed("Content-Length: 3", status="204 N", body=b"own"), ok(b"own")),
        "2 passed",
        expect="{status: 204, size: 0}",
        after=SECOND,
    ),
    odd(
        "304 with a body",
        answers(headed("Content-Length: 3", status="304 N", body=b"own"), ok(b"own")),
        "2 passed",
        expect="{status: 304, size: 0}",
        after=SECOND,
    ),
    odd(
        "HEAD with a body",
        answers(ok(b"forged"), ok(b"own")),
        "2 passed",
        method="HEAD",
        after=SECOND,
        expect="{size: 0}",
    ),
    odd("HEAD with chunks announced", answers(chunked(b""), ok(b"own")), "2 passed", method="HEAD", after=SECOND),
    odd("204 with broken gzip announced", answers(headed("Content-Encoding: gzip", status="204 N")), method="DELETE"),
    odd("HTTP/1.0", answers(b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nown", keep=False), expect=OWN),
    odd("HTTP/1.0 to the end", answers(b"HTTP/1.0 200 OK\r\n\r\nown", keep=False), expect=OWN),
    faulty(
        "HTTP/1.0 cut short", answers(b"HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nown", keep=False), "9 bytes were"
    ),
    odd(
        "length and chunks",
        answers(headed("Content-Length: 1", "Transfer-Encoding: chunked", body=b"3\r\nown\r\n0\r\n\r\n"), ok(b"own")),
        "2 passed",
        expect=OWN,
        after=SECOND,
    ),
    odd("equal lengths twice", answers(headed("Content-Length: 3", "Content-Length: 3", body=b"own")), expect=OWN),
    odd("same header twice", answers(ok(b"own", "A: 1", "A: 2")), expect="{headers: {A: '2'}}"),
    faulty(
        "two addresses to go to",
        answers(headed("Location: /a", "Location: /b", "Content-Length: 0", status="302 F")),
        "two different addresses",
    ),
    odd("header of 200 kB", answers(ok(b"own", "A: " + "b" * 200_000)), expect="{headers: {A: {length: 200000}}}"),
    odd(
        "headers of other letters",
        answers(ok(b"own", "A: gr\u00fc\u00df dich \u4f60\u597d")),
        expect="{headers: {A: gr\u00fc\u00df dich \u4f60\u597d}}",
    ),
    odd(
        "headers in latin-1",
        answers(ok(b"own").replace(b"OK\r\n", b"OK\r\nA: gr\xfc\xdf\r\n")),
        expect="{headers: {A: gr\u00fc\u00df}}",
    ),
    odd("folded header", answers(ok(b"own", "A: one\r\n  two\r\n\tthree")), expect="{headers: {A: one two three}}"),
    failing(
        "split answer",
        answers(ok(b"", "A: x\r\n\r\nHTTP/1.1 200 OK\r\nX-Ok: yes")),
        'no header "X-Ok"',
        expect="{headers: {X-Ok: {exists: true}}}",
    ),
    odd("no reason", answers(b"HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nown"), expect=OWN),
    odd("status 599", answers(headed("Content-Length: 0", status="599 X")), expect="{status: 599}"),
    odd("status 999", answers(headed("Content-Length: 0", status="999 X")), expect="{status: {gt: 599}}"),
    odd("bare LF ends lines", answers(b"HTTP/1.1 200 OK\nContent-Length: 3\n\nown"), expect=OWN),
    odd("identity is named as compression", answers(ok(b"own", "Content-Encoding: identity")), expect=OWN),
    odd(
        "gzip in two members",
        answers(
            headed("Content-Encoding: gzip", "Connection: close", body=gzip.compress(b"o") + gzip.compress(b"wn")),
            keep=False,
        ),
        expect=OWN,
    ),
)

FAULTS = tuple(fault._replace(group="sockets") for fault in (*CONNECTIONS, *INTERIMS, *FRAMES))
