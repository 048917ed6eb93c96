"""Masks secrets over a load test of any length: those that are known before it starts are kept, and no other."""

from __future__ import annotations

from runner.redact import Redactor

MOST_KNOWN = 100_000


class Lasting(Redactor):
    """Stands for another redactor, which it tells every secret until the test begins. What becomes secret later (a
    token of each user's own, a cookie) is not kept, for there is no end of it: no text is shown that such a one may be
    in."""

    def __init__(self, inner: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._told: dict[str, bool] = {}
        self._begun = False

    def begin(self) -> None:
        """Secrets are no longer kept from now on."""
        self._begun = True

    def add(self, value: str) -> bool:
        known = self._told.get(value)
        if known is not None:
            return known
        if self._begun:
            return True
        known = self._inner.add(value)
        if len(self._told) < MOST_KNOWN:
            self._told[value] = known
        return known

    def text(self, text: str) -> str:
        return self._inner.text(text)

    def data(self, data: bytes) -> bytes:
        return self._inner.data(data)
