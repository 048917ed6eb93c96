"""The secrets that are known by now, and which of their forms may be in a text."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from runner.redact.anchors import Anchors
from runner.redact.forms import Secret, as_bytes, secret

Encoded: TypeAlias = tuple[int, int, int, bytes, bytes]
"""A form in bytes with its mask at the end. Sorted the longest goes first, of those that are equally long that of the
secret that came first."""

FEW: Final = 5
"""As long as there are no more secrets than that each form is looked for by itself, which is quicker."""


class Known:
    """Any thread may ask while one adds; secrets are numbered in the order in which they came."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._secrets: list[Secret] = []
        self._first: tuple[str, ...] = ()
        """What text can hold of the secrets, as long as they are few."""
        self._is_anchored = False
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
        self.longest_encoded = max(self.longest_encoded, *(len(form) for form, _ in forms.encoded))
        self.shortest = min(self.shortest, *map(len, (*forms.written, *forms.plain)))
        number = self._numbers[value] = len(self._secrets)
        self._secrets.append(forms)
        if number < FEW:
            self._first = _sorted((*self._first, *forms.written))
            return
        for one in range(number + 1) if number == FEW else (number,):
            self._anchor(one)
        self._is_anchored = True

    def written_in(self, text: str) -> Sequence[str]:
        """All forms that are in ``text``, or in what is left of it once longer ones are masked, the longest first;
        there may be others among them."""
        if not self._is_anchored:
            return self._first
        numbers = self._texts.owners(_searched(text))
        return _sorted(form for number in numbers for form in self._secrets[number].written) if numbers else ()

    def plain_in(self, text: str) -> set[str]:
        """All forms that are in ``text``, which is one without escapes."""
        numbers = self._texts.owners(_searched(text)) if self._is_anchored else range(len(self._secrets))
        return {form for number in numbers for form in self._secrets[number].plain if form in text}

    def encoded_in(self, data: bytes) -> list[Encoded]:
        """The forms in ``data`` in other encodings than UTF-8, in the order in which they are masked."""
        return sorted(
            (-len(form), number, place, form, mask)
            for number in self._of_encoded(data)
            for place, (form, mask) in enumerate(self._secrets[number].encoded)
            if form in data
        )

    def may_be_in(self, data: bytes) -> bool:
        """Whether any form is in bytes as it is."""
        numbers = self._texts.owners(data) if self._is_anchored else range(len(self._secrets))
        written = (form for number in numbers for form in self._secrets[number].written)
        return any(as_bytes(form) in data for form in written) or bool(self.encoded_in(data))

    def _of_encoded(self, data: bytes) -> Iterable[int]:
        """Whose forms in other encodings may be in ``data``."""
        if not self._is_anchored:
            return range(len(self._secrets))
        other = self._other.owners(data)
        return other | self._wide.owners(data) if b"\0" in data else other

    def _anchor(self, number: int) -> None:
        forms = self._secrets[number]
        encoded = sorted((form for form, _ in forms.encoded), key=len)
        self._texts.add(number, _needles(forms))
        self._wide.add(number, (form for form in encoded if b"\0" in form))
        self._other.add(number, (form for form in encoded if b"\0" not in form))


def _sorted(forms: Iterable[str]) -> tuple[str, ...]:
    """Each once, the longest first."""
    return tuple(sorted(set(forms), key=lambda form: (-len(form), form)))


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
