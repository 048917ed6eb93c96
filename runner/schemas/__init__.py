"""JSON Schemas of well-known responses, for use without a network, by their names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

KINDS: Final = ("chat.completion", "chat.completion.chunk", "embeddings", "error", "models", "responses")
BUILTIN_NAMES: Final = tuple(f"openai/{kind}{form}" for kind in KINDS for form in ("", ".strict"))
"""Without ``.strict``, a schema is lenient in what servers vary that call themselves compatible."""


def builtin_schema(name: str) -> Path | None:
    """The file of a well-known schema, None if there is none of this name."""
    return Path(__file__).parent / f"{name}.schema.json" if name in BUILTIN_NAMES else None
