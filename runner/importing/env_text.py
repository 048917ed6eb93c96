"""Values of secrets as lines of an env file, added to what stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

BARE: Final = re.compile(r"[A-Za-z0-9_./+=:@%^~,-]+")
"""What needs no quotes."""


def env_line(name: str, value: str) -> str:
    """One line that every reader of env files reads as this value; single quotes keep ``$`` and ``#`` as they are."""
    if not value or BARE.fullmatch(value):
        return f"{name}={value}"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{escaped}'"


def with_values(text: str, known: Mapping[str, str], values: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """``text`` of an env file with those of ``values`` that are not among its ``known`` ones behind it, and the names
    of those that are there with another value, which stay."""
    new = [env_line(name, value) for name, value in values.items() if name not in known]
    other = tuple(name for name, value in values.items() if value and known.get(name, value) != value)
    if not new:
        return text, other
    before = text if not text or text.endswith("\n") else f"{text}\n"
    return before + "\n".join(new) + "\n", other
