"""Regular expressions that cannot run away: the only module that imports regex."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import regex

SECONDS = 2.0
"""How long one search may take."""

ALL_SECONDS = 4.0
"""How long all searches in one answer may take: it may have thousands of texts that are each slow to search."""

MAX_LENGTH = 10_000
"""Characters of a pattern: compiling takes memory and time too."""


DOUBTFUL_SET: Final = re.compile(r"\[\^?\[|--|&&|~~|\|\|")
"""What the standard library writes a warning about to the standard error, where it stands in a set."""


class PatternError(ValueError):
    """The text is no regular expression; ``offset`` is where the fault is, None if that is not known."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class PatternTimeout(Exception):
    """The search took too long: whether the pattern fits is not known."""

    def __init__(self, seconds: float = SECONDS) -> None:
        super().__init__(f"the regular expression was still searching after {seconds:g} s and was stopped")


class Patience:
    """The seconds that are left for searches, on a clock that never goes back."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.monotonic = monotonic
        self.left = ALL_SECONDS


PATIENCE: Final[ContextVar[Patience | None]] = ContextVar("patience", default=None)


@contextmanager
def patient(monotonic: Callable[[], float]) -> Iterator[None]:
    """All searches within it take no longer than ``ALL_SECONDS`` together."""
    before = PATIENCE.set(Patience(monotonic))
    try:
        yield
    finally:
        PATIENCE.reset(before)


class Found(NamedTuple):
    """Where a pattern fits: the text of the whole, and of each group (None for one that took no part)."""

    whole: str
    groups: tuple[str | None, ...]


def check_pattern(text: str) -> None:
    """Raise ``PatternError`` if ``text`` is no regular expression; cheap for what the standard library reads."""
    if len(text) > MAX_LENGTH:
        raise PatternError(f"it is longer than {MAX_LENGTH} characters")
    try:
        if not DOUBTFUL_SET.search(text):
            re.compile(text)
            return
    except (re.error, RecursionError, OverflowError):
        pass
    _compile(text, ignore_case=False)


def search(pattern: str, text: str, *, ignore_case: bool = False) -> Found | None:
    """The first place where ``pattern`` fits; raises ``PatternError`` or ``PatternTimeout``."""
    compiled = _compile(pattern, ignore_case)
    patience = PATIENCE.get()
    if patience is None:
        return _searched(compiled, text, SECONDS)
    if patience.left <= 0:
        raise PatternTimeout(ALL_SECONDS)
    started = patience.monotonic()
    try:
        return _searched(compiled, text, min(SECONDS, patience.left))
    finally:
        patience.left -= patience.monotonic() - started


def _searched(compiled: regex.Pattern[str], text: str, seconds: float) -> Found | None:
    try:
        match = compiled.search(text, timeout=seconds)
    except TimeoutError:
        raise PatternTimeout(SECONDS if seconds == SECONDS else ALL_SECONDS) from None
    except (RecursionError, MemoryError):
        raise PatternError("it needs too much memory for this text") from None
    return Found(match.group(), match.groups()) if match is not None else None


@lru_cache(maxsize=500)
def _compile(pattern: str, ignore_case: bool) -> regex.Pattern[str]:  # noqa: FBT001  # the cache wants it hashed by place
    import regex  # noqa: PLC0415  # takes 20 ms, and most runs search nothing

    if len(pattern) > MAX_LENGTH:
        raise PatternError(f"it is longer than {MAX_LENGTH} characters")
    try:
        return regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)
    except regex.error as error:
        raise PatternError(getattr(error, "msg", str(error)), getattr(error, "pos", None)) from None
    except (RecursionError, MemoryError, OverflowError, ValueError, IndexError, KeyError) as error:
        raise PatternError(f"it cannot be read ({type(error).__name__})") from None
