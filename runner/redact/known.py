"""The secrets that are known by now, and which of their forms may be in a text."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import NamedTuple

from runner.redact.anchors import Anchors
from runner.redact.forms import Secret, as_bytes, secret


class Encoded(NamedTuple):
    """A form in bytes with its mask. The longest goes first, of those that are equally long that of the secret that
    came first."""

    shortness: int
    number: int
    place: int
    form: bytes
    mask: bytes


class Known:
    """Any thread may ask while one adds; secrets are numbered in the order in which they came."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._secrets: list[Secret] = []
        self._texts = Anchors()
        self._wide = Anchors()
        """By what has the byte 0 in it, as most text has in an encoding of two or four bytes a character."""
        self._other = Anchors()
        self.longest_encoded = 0
        self.shortest = sys.maxsize
        """A shorter text holds none, but for the rest of one that was cut."""

    def __contains__(self, value: str) -> bool:
        return value in self._numbers

    def __iter__(self) -> Iterator[Secret]:
        return iter(tuple(self._secrets))

    def add(self, value: str) -> None:
        """``value`` is one that is not known yet."""
        forms = secret(value)
        self.shortest = min(self.shortest, *map(len, (*forms.written, *forms.plain)))
        number = self._numbers[value] = len(self._secrets)
        self._secrets.append(forms)
        self.longest_encoded = max(self.longest_encoded, *(len(form) for form, _ in forms.encoded))
        self._texts.add(number, _needles(forms))
        encoded = sorted((form for form, _ in forms.encoded), key=len)
        self._wide.add(number, (form for form in encoded if b"\0" in form))
        self._other.add(number, (form for form in encoded if b"\0" not in form))

    def written_in(self, text: str) -> list[str]:
        """All forms that are in ``text``, or in what is left of it once longer ones are masked, the longest first;
        there may be others among them."""
        numbers = self._texts.owners(_searched(text))
        if not numbers:
            return []
        forms = {form for number in numbers for form in self._secrets[number].written}
        return sorted(forms, key=lambda form: (-len(form), form))

    def plain_in(self, text: str) -> set[str]:
        """All forms that are in ``text``, which is one without escapes."""
        numbers = self._texts.owners(_searched(text))
        return {form for number in numbers for form in self._secrets[number].plain if form in text}

    def encoded_in(self, data: bytes) -> list[Encoded]:
        """The forms in ``data`` in other encodings than UTF-8, in the order in which they are masked."""
        return sorted(
            Encoded(-len(form), number, place, form, mask)
            for number in self._encoded(data)
            for place, (form, mask) in enumerate(self._secrets[number].encoded)
            if form in data
        )

    def may_be_in(self, data: bytes) -> bool:
        """Whether any form is in bytes as it is."""
        written = (form for number in self._texts.owners(data) for form in self._secrets[number].written)
        return any(as_bytes(form) in data for form in written) or bool(self.encoded_in(data))

    def _encoded(self, data: bytes) -> set[int]:
        """Whose forms in other encodings may be in ``data``."""
        other = self._other.owners(data)
        return other | self._wide.owners(data) if b"\0" in data else other


def _searched(text: str) -> bytes:
    """As forms are looked for: two texts never give the same bytes, whatever is in them."""
    return text.encode("utf-8", "surrogatepass")


def _needles(forms: Secret) -> Iterator[bytes]:
    """What one of is in whatever holds the secret in UTF-8; the shorter first, as some are parts of others."""
    texts = sorted({*forms.written, *forms.plain}, key=len)
    for text in texts:
        yield _searched(text)
        if not text.isascii():
            yield as_bytes(text)
