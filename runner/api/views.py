"""What a collection file says, as far as Python code wants to know it: plain values, no nodes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is written: placeholders are not filled. ``file`` and ``line`` are where it stands, which may be
    an included file; ``phase`` is ``setup``, ``requests`` or ``teardown``."""

    name: str
    method: str
    url: str
    tags: tuple[str, ...]
    file: str
    line: int
    description: str = ""
    phase: str = "requests"


@dataclass(frozen=True, slots=True)
class Collection:
    """One file. ``requests`` are all that a run sends, in order, those of included files in their places;
    ``warnings`` are what is doubtful in the file, each as the program tells it."""

    file: str
    name: str
    description: str
    requests: tuple[Request, ...]
    warnings: tuple[str, ...] = ()
