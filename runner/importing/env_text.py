"""Values of secrets as lines of an env file, added to what stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

BARE: Final = re.compile(r"[A-Za-z0-9_./+=:@%^~,-]+")
"""What needs no quotes."""


def env_line(name: str, value: str) -> str:
    """One line that is read as this value; single quotes keep ``$`` and ``#`` as they are."""
    if not value or BARE.fullmatch(value):
        return f"{name}={value}"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{escaped}'"


def with_values(text: str, known: Mapping[str, str], values: Mapping[str, str]) -> str:
    """``text`` of an env file with those of ``values`` that are not among its ``known`` ones behind it."""
    new = [env_line(name, value) for name, value in values.items() if name not in known]
    before = text if not text or text.endswith("\n") else f"{text}\n"
    return before + "\n".join(new) + "\n" if new else text
