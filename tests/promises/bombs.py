"""Answers that are small on their way and large where they are unpacked, or that have no end."""

from __future__ import annotations

import gzip
import zlib
from typing import Final

from tests.promises.answers import chunked, headed, packed
from tests.promises.faults import faulty, odd
from tests.servers import Client, Script, answers, ok

ZEROS: Final = bytes(1_000_000)
GZIPPED: Final = gzip.compress(bytes(20_000_000))
TWICE: Final = gzip.compress(gzip.compress(b"own"))
RAW: Final = zlib.compressobj(wbits=-15)
RAW_BOMB: Final = RAW.compress(bytes(20_000_000)) + RAW.flush()
MEMBERS: Final = gzip.compress(ZEROS) * 30


def in_chunks(body: bytes, size: int) -> bytes:
    """``body`` in chunks of ``size`` bytes."""
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def zipped_chunks(body: bytes, size: int) -> bytes:
    return headed("Content-Encoding: gzip", "Transfer-Encoding: chunked", body=in_chunks(body, size))


def cookies(count: int, attributes: str = "") -> list[str]:
    """Lines that set so many cookies."""
    return [f"Set-Cookie: c{number}=v{number}{attributes}" for number in range(count)]


def endless_zip(client: Client) -> None:
    """One member of gzip that never ends."""
    client.read_request()
    client.send(headed("Content-Encoding: gzip"))
    packer = zlib.compressobj(wbits=31)
    while not client.server.stopping.is_set():
        client.send(packer.compress(ZEROS) + packer.flush(zlib.Z_SYNC_FLUSH))


def redirect_bomb(*headers: str, body: bytes) -> bytes:
    return headed("Location: /own", *headers, status="302 F", body=body)


def first(message: bytes) -> Script:
    """Once, on a connection that is then closed; ``own`` from then on."""

    def script(client: Client) -> None:
        client.read_request()
        client.send(message if client.number == 0 else ok(b"own"))

    return script


LARGE: Final = "larger than 1.0 MB"
OWN: Final = "{text: {equals: own}}"
STREAM: Final = "Content-Type: text/event-stream"

FAULTS = tuple(
    fault._replace(group="bombs")
    for fault in (
        faulty("raw deflate that is a bomb", answers(packed(RAW_BOMB, "deflate")), LARGE),
        faulty("bomb in chunks", answers(zipped_chunks(GZIPPED, 1000)), LARGE),
        faulty("bomb in chunks of a byte", answers(zipped_chunks(GZIPPED, 1)), LARGE),
        faulty("bomb of many members", answers(packed(MEMBERS)), LARGE),
        faulty("gzip without end", endless_zip, LARGE),
        faulty(
            "bomb of gzip above 50 MB",
            answers(packed(gzip.compress(bytes(60_000_000)))),
            "larger than 50.0 MB",
            max_size="50 MB",
            deadline=60.0,
        ),
        faulty("zeros without end below 50 MB", endless_zip, "larger than 50.0 MB", max_size="50 MB", deadline=60.0),
        faulty("bomb in a stream", answers(headed(STREAM, "Content-Encoding: gzip", body=GZIPPED), keep=False), LARGE),
        faulty(
            "bomb in a stream of chunks",
            answers(
                headed(STREAM, "Content-Encoding: gzip", "Transfer-Encoding: chunked", body=in_chunks(GZIPPED, 100))
            ),
            LARGE,
        ),
        odd(
            "gzip in gzip, named once",
            answers(packed(TWICE)),
            expect="{headers: {Content-Encoding: gzip}, "
            f"size: {len(gzip.compress(b'own'))}, text: {{not: {{contains: own}}}}}}",
        ),
        faulty("gzip in gzip, named twice", answers(packed(TWICE, "gzip, gzip")), "compressed as 'gzip, gzip'"),
        faulty(
            "gzip in two headers",
            answers(
                headed("Content-Encoding: gzip", "Content-Encoding: gzip", f"Content-Length: {len(TWICE)}", body=TWICE)
            ),
            "'gzip, gzip'",
        ),
        faulty(
            "gzip named many times", answers(packed(TWICE, ", ".join(["gzip"] * 1000))), "compressed as 'gzip, gzip"
        ),
        odd(
            "bomb in the body of a redirect",
            first(redirect_bomb("Content-Encoding: gzip", f"Content-Length: {len(GZIPPED)}", body=GZIPPED)),
            expect=OWN,
        ),
        odd(
            "chunks without end in a redirect",
            first(redirect_bomb("Transfer-Encoding: chunked", body=b"ffff\r\n" + ZEROS)),
            expect=OWN,
        ),
        odd(
            "body of a redirect above the limit",
            first(redirect_bomb("Content-Length: 999999999", body=ZEROS)),
            expect=OWN,
        ),
        odd(
            "broken gzip in the body of a redirect",
            first(redirect_bomb("Content-Encoding: gzip", "Content-Length: 3", body=b"abc")),
            expect=OWN,
        ),
        odd("ten thousand headers", answers(ok(b"own", *["A: b"] * 10_000)), expect=OWN),
        odd(
            "ten thousand cookies",
            answers(ok(b"own", *cookies(10_000))),
            "2 passed",
            after="  - {name: again, url: <<SERVER>>/again}",
        ),
        odd(
            "cookies for other hosts",
            answers(ok(b"own", *cookies(50, "; Domain=example.com"))),
            "2 passed",
            after="  - {name: again, url: <<SERVER>>/again}",
        ),
        odd(
            "cookie of 100 kB",
            answers(ok(b"own", "Set-Cookie: a=" + "b" * 100_000)),
            "2 passed",
            after="  - {name: again, url: <<SERVER>>/again}",
        ),
        odd("zeros within the limit", answers(packed(gzip.compress(ZEROS))), expect="{size: 1MB}"),
        odd(
            "chunks of two bytes, half a million",
            answers(chunked(in_chunks(bytes(1_000_000), 2))),
            expect="{size: 1MB}",
        ),
        odd(
            "text of 40 MB in UTF-16",
            answers(ok(b"x\0" * 20_000_000, "Content-Type: text/plain; charset=utf-16le")),
            max_size="50 MB",
            deadline=60.0,
            expect="{text: {contains: xx}}",
        ),
        odd("text of 20 MB full of escapes", answers(ok(b'\\"%41&amp;' * 2_000_000)), max_size="50 MB", deadline=60.0),
        odd(
            "text of 40 MB full of marks for a cut",
            answers(ok(b'sk-"...' * 5_000_000)),
            max_size="50 MB",
            deadline=60.0,
        ),
        odd("text of 5 MB of line breaks", answers(ok(b"\n" * 5_000_000)), max_size="50 MB", deadline=60.0),
        odd("text of 5 MB of control characters", answers(ok(b"text \x1b" * 800_000)), max_size="50 MB", deadline=60.0),
    )
)
