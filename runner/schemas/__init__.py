"""JSON Schemas of well-known responses, for use without a network, by their names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

BUILTIN_NAMES: Final = (
    "openai/chat.completion",
    "openai/chat.completion.chunk",
    "openai/embeddings",
    "openai/error",
    "openai/models",
)


def builtin_schema(name: str) -> Path | None:
    """The file of a well-known schema, None if there is none of this name."""
    return Path(__file__).parent / f"{name}.schema.json" if name in BUILTIN_NAMES else None
