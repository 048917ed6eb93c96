from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runner.charset import KNOWN, decode_text


@pytest.mark.parametrize("name", sorted(KNOWN - {"utf-16", "utf-32"}))
def test_a_known_charset_is_used(name: str) -> None:
    text = "plain text"
    assert decode_text(text.encode(name), f"text/plain; charset={name}") == text


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b"\xfc", "text/plain; charset=ISO-8859-1", "ü"),
        (b"\xfc", 'text/plain; charset="latin1"', "ü"),
        (b"\xfc", "text/plain; Charset = 'latin1'", "ü"),
        (b"\xfc", "text/plain", "\ufffd"),
        (b"\xc3\xbc", "text/plain", "ü"),
        (b"\xc3\xbc", "text/plain; charset=", "ü"),
        (b"\xc3\xbc", "text/plain; charset=nonsense", "ü"),
        (b"\xc3\xbc", "text/plain; charset=punycode", "ü"),
        (b"\xc3\xbc", "text/plain; charset=rot13", "ü"),
        (b"\xef\xbb\xbf\xc3\xbc", "text/plain; charset=latin1", "ü"),
        ("ü".encode("utf-16"), "text/plain; charset=utf-16", "ü"),
        ("ü".encode("utf-16"), "text/plain", "ü"),
        (b"\xfe\xff\x00\xfc", "text/plain; charset=utf-8", "ü"),
        (b"\xff\xfe\xfc\x00", "text/plain; charset=utf-16le", "ü"),
        (b"\xff\xfe\x00\x00\xfc\x00\x00\x00", "text/plain; charset=utf-32", "ü"),
        (b"\xff\xfe\xfc", "text/plain", "\ufffd"),
        (b"", "", ""),
    ],
)
def test_text_by_its_mark_its_charset_or_utf8(body: bytes, content_type: str, text: str) -> None:
    assert decode_text(body, content_type) == text


@given(st.binary(), st.text(max_size=20))
def test_every_body_is_some_text(body: bytes, name: str) -> None:
    assert isinstance(decode_text(body, f"text/plain; charset={name}"), str)
