"""Bodies of parts, read back by the parser of Python's email package, which knows the same format."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP

import pytest
from hypothesis import given, settings, strategies as st

from runner.multipart import BOUNDARY, Part, boundary_for, encode


def parsed(parts: list[Part]) -> list[tuple[str, str | None, str, bytes]]:
    """Name, file name, content type and data of each part, as another program reads them."""
    boundary = boundary_for(parts)
    head = f"Content-Type: multipart/form-data; boundary={boundary}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + encode(parts, boundary))
    assert message.defects == []
    return [described(part) for part in message.iter_parts()] if parts else []


def described(part: Message) -> tuple[str, str | None, str, bytes]:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    kind = part.get_content_type() if "content-type" in part else ""
    return str(part.get_param("name", header="content-disposition")), part.get_filename(), kind, data


def test_fields_and_files_arrive() -> None:
    parts = [Part("a", b"1"), Part("a", "ü".encode()), Part("f", b"\x00\r\n\xff", "x.png", "image/png"), Part("e", b"")]
    assert parsed(parts) == [
        ("a", None, "", b"1"),
        ("a", None, "", "ü".encode()),
        ("f", "x.png", "image/png", b"\x00\r\n\xff"),
        ("e", None, "", b""),
    ]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=30) | st.text("-\r\ncollection-runner-boundary12", max_size=60).map(str.encode)))
def test_no_data_is_taken_for_the_end_of_a_part(datas: list[bytes]) -> None:
    parts = [Part(f"n{number}", data, "f", "application/octet-stream") for number, data in enumerate(datas)]
    boundary = boundary_for(parts)
    body = encode(parts, boundary)
    assert body.count(boundary.encode()) == len(parts) + 1
    pieces = body.split(b"--" + boundary.encode())
    assert pieces[-1] == b"--\r\n"
    assert [piece.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for piece in pieces[1:-1]] == datas


def test_the_boundary_is_the_same_until_it_stands_in_a_part() -> None:
    assert boundary_for([Part("a", b"b")]) == boundary_for([]) == BOUNDARY
    assert boundary_for([Part("a", BOUNDARY.encode())]) == f"{BOUNDARY}-1"
    assert boundary_for([Part(BOUNDARY, f"{BOUNDARY}-1".encode())]) == f"{BOUNDARY}-2"
    assert boundary_for([Part("a", b"", f"x{BOUNDARY}-1")]) == f"{BOUNDARY}-2"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ('a"b', 'name="a%22b"'),
        ("a\r\nX: y", 'name="a%0D%0AX: y"'),
        ("a\\b", 'name="a\\b"'),
        ("a%22b", 'name="a%22b"'),
        ("größe 世界", 'name="größe 世界"'),
    ],
)
def test_names_are_escaped_as_browsers_do(name: str, written: str) -> None:
    head = encode([Part(name, b"", name)], BOUNDARY).decode()
    assert f"Content-Disposition: form-data; {written}; file{written}\r\n\r\n" in head
