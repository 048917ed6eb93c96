"""Masks secret values in text, in bytes and in values of all kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Final, TypeVar, cast

from runner.redact.escapes import NESTED, Span, before, mask_unescaped, may_escape, unescape
from runner.redact.forms import in_cut_text, parts
from runner.redact.known import Known
from runner.redact.marks import CUTS, MASK, SHORTEST, has_cut
from runner.redact.pieces import PIECE, pieces
from runner.redact.remains import Remains
from runner.redact.walking import Walker

LONGEST_REMEMBERED: Final = 200
MOST_REMEMBERED: Final = 5000
MOST_NESTED: Final = 4_000_000
"""In a longer text nobody looks for escapes in escapes: each time that they are undone takes its memory once more."""
MANY: Final = 100
"""From so many forms on that may be in a long text it is taken in pieces."""
MARKS: Final = (b"\\", b"%", b"&", *(cut.encode() for cut in CUTS))
"""What is in bytes that hold a secret other than as it is."""

T = TypeVar("T")


class Redactor:
    """Knows the secrets of a run. Once a secret, always a secret: values are added, never taken away.

    Any thread may add; another one masks the new ones from then on, or a moment later.
    """

    def __init__(self) -> None:
        self._adding = Lock()
        self._known = Known()
        self._remains = Remains()
        self._clean: set[str] = set()
        self.count = 0
        """How many secrets are known. What was masked when there were as many needs not be masked again, so that one
        counts once it is masked everywhere."""
        self._walker = Walker(self.text, self.data)

    def add(self, value: str) -> bool:
        """Mask ``value`` from now on; False if it is too short to be masked."""
        return self.add_all((value,))

    def add_all(self, values: Iterable[str]) -> bool:
        """The same for many at once; False if all are too short."""
        new = dict.fromkeys(part for value in values for part in parts(value))
        with self._adding:
            for part in new:
                if part not in self._known:
                    self._remains.add(in_cut_text(part))
                    self._known.add(part)
                    self._clean = set()
                    self.count += 1
        return bool(new)

    def text(self, text: str) -> str:
        """``text`` with every secret masked; the same object if it holds none."""
        if not self.count or len(text) < SHORTEST:
            return text
        clean = self._clean
        if text in clean:
            return text
        masked = self._masked(text)
        if masked is text and len(text) <= LONGEST_REMEMBERED and len(clean) < MOST_REMEMBERED:
            clean.add(text)
        return masked

    def data(self, data: bytes) -> bytes:
        """The same for bytes, whatever their encoding. Most need not be made text, which takes four times their
        memory."""
        if not self.count or len(data) < SHORTEST:
            return data
        if not any(mark in data for mark in MARKS) and not self._known.may_be_in(data):
            return data
        text = data.decode("utf-8", "surrogateescape")
        masked = self._masked(text)
        return self._without_encoded(data if masked is text else masked.encode("utf-8", "surrogateescape"))

    def is_form(self, text: str) -> bool:
        """Whether ``text`` is a secret in one of its forms, and nothing else."""
        return text in self._known.written_in(text)

    @property
    def forms(self) -> frozenset[str]:
        """Every text that is masked, as long as no secret is added."""
        return frozenset(form for one in self._known for form in one.written)

    @property
    def plain_forms(self) -> frozenset[str]:
        """The same of texts whose escapes are undone."""
        return self._remains.forms

    def redact(self, value: T) -> T:
        """``value`` with all text inside masked: dataclasses, tuples, lists, mappings and bytes are walked.

        What holds no secret is handed back as it is. Everything else (nodes, sources, enums) is left alone.
        """
        return cast("T", self._walker.walk(value)) if self.count else value

    def listener(self, listener: Callable[[T], None]) -> Callable[[T], None]:
        """A listener that hears every event masked: the one place where a run's events are masked."""
        return lambda event: listener(self.redact(event))

    def _masked(self, text: str) -> str:
        if len(text) < self._known.shortest and not has_cut(text):
            return text
        masked = self._without_written(text)
        if may_escape(masked):
            masked = self._without_escaped(masked)
        return self._remains.masked(masked) if has_cut(masked) else masked

    def _without_written(self, text: str) -> str:
        """Masks secrets as they are written. A form with a mark may become one only once a part of it is masked: then a
        text is not taken in pieces."""
        known = self._known
        forms = known.written_in(text)
        if len(forms) < MANY or len(text) < 2 * PIECE or any(MASK[0] in form for form in forms):
            return _replaced(text, forms)
        found = pieces(text, len(forms[0]), known.written_in)
        masked = "".join(_replaced(piece, known.written_in(piece)) for piece in found)
        return text if masked == text else masked

    def _without_escaped(self, text: str) -> str:
        """Masks secrets of which any characters are escaped (``%2B``, ``&#43;``), or escaped twice (``%252B``); other
        escapes stay."""
        plain = unescape(text)
        spans = self._plain_spans(plain)
        if len(text) <= MOST_NESTED and NESTED.search(text):
            within = unescape(plain)
            spans = sorted({*spans, *before(plain, self._plain_spans(within))})
        return mask_unescaped(text, spans) if spans else text

    def _plain_spans(self, plain: str) -> list[Span]:
        """Where secrets stand in a text whose escapes are undone."""
        present = self._known.plain_in(plain)
        return sorted(match.span() for form in present for match in re.finditer(re.escape(form), plain))

    def _without_encoded(self, data: bytes) -> bytes:
        """Masks secrets in other encodings than UTF-8. What a mask and what stands beside it have in common may look
        like one, too."""
        waiting = self._known.encoded_in(data)
        while waiting:
            now, *waiting = waiting
            *_, form, mask = now
            if form in data:
                rest = data.split(form)
                data = mask.join(rest)
                longest = self._known.longest_encoded
                beside = mask.join(one[:longest] + one[max(longest, len(one) - longest) :] for one in rest)
                later = [one for one in self._known.encoded_in(beside) if one > now]
                waiting = sorted({*waiting, *later})
        return data


def _replaced(text: str, forms: Sequence[str]) -> str:
    for form in forms:
        if form in text:
            text = text.replace(form, MASK)
    return text
