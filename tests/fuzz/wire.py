"""HTTP as bytes: a response or a failure, the same however they come, and never whole before their end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from runner.messages import Response
from runner.transport.body import Limits, read_body
from runner.transport.failures import Failure
from runner.transport.wire import Head, Reader, read_head, read_pieces
from tests.fuzz.choices import Choices, cut_bytes
from tests.promises.answers import BOMB, RAW_DEFLATED, WRONG, ZIPPED, chunked, headed, packed

METHODS = ("GET", "HEAD")
LARGEST = 100_000


class Whole(NamedTuple):
    """A response that was read to its end, and how many bytes that took."""

    head: Head
    body: bytes
    taken: int


def seeds() -> Iterator[bytes]:
    """An answer, then where it is cut and the method that it answers."""
    right = [
        headed("Content-Length: 5", "A: b", body=b"hello"),
        headed("Transfer-Encoding: chunked", body=b"5;x=y\r\nhello\r\n0\r\nTrailer: x\r\n\r\n"),
        headed("Connection: close", body=b"to the end"),
        headed(status="204 No Content"),
        b"HTTP/1.1 100 Continue\r\n\r\n" + headed("Content-Length: 0"),
        packed(ZIPPED),
        packed(RAW_DEFLATED, "deflate"),
        chunked(b"%x\r\n%s\r\n0\r\n\r\n" % (len(ZIPPED), ZIPPED)).replace(
            b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n", 1
        ),
        headed("Content-Type: application/json; charset=utf-16", "Content-Length: 6", body=b"{\0}\0\n\0"),
    ]
    wrong = (answer for _, answer, _, _ in WRONG if len(answer) < 2000)
    return (answer + b"\x33\x33\x99\x99\x02\x77\x77\0" for answer in (*right, *wrong, packed(BOMB, "deflate")[:2000]))


def fuzz(data: bytes) -> None:
    choices = Choices(data)
    method, end, places = choices.pick(METHODS), choices.number(65535), choices.cuts()
    answer = choices.rest()
    whole = answered(answer, method, places)
    if whole is not None and whole.taken:
        not_whole_before_its_end(answer, whole, method, end % whole.taken)


def answered(answer: bytes, method: str, places: Sequence[float]) -> Whole | None:
    """The response; None where there is none. It is the same in pieces."""
    said, whole = read(answer, method, [answer])
    assert read(answer, method, cut_bytes(answer, places)) == (said, whole)
    if whole is not None:
        response = Response(whole.head.status, whole.head.headers, whole.body, "http://h/")
        assert isinstance(response.text, str)
        assert isinstance(response.document.error, str)
    return whole


def read(answer: bytes, method: str, pieces: Sequence[bytes]) -> tuple[str, Whole | None]:
    """What is said of the answer if it is broken, and the response if it is not."""
    coming = deque(pieces)
    came = 0

    def receive() -> bytes:
        nonlocal came
        piece = coming.popleft() if coming else b""
        came += len(piece)
        return piece

    reader = Reader(receive)
    try:
        head = read_head(reader, method)
        framed = head.chunked or head.length is not None
        body = read_body(read_pieces(reader, head), head.values("content-encoding"), Limits(LARGEST, framed))
    except Failure as failure:
        assert failure.error.message
        assert failure.error.hint
        return failure.error.kind, None
    left = len(reader.peek()) if reader.pending else 0
    assert came - left <= len(answer)
    return "", Whole(head, body, came - left)


def not_whole_before_its_end(answer: bytes, whole: Whole, method: str, end: int) -> None:
    """The first ``end`` bytes are no response, if HTTP says where it ends."""
    if whole.head.chunked or whole.head.length is not None:
        said, begun = read(answer[:end], method, [answer[:end]])
        assert begun is None, (answer, end)
        assert said
