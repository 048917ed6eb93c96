"""Which bodies can have to do with a model: what has none of these marks is never read for it."""

from __future__ import annotations

from typing import Final

from runner.messages import Request

ASKING: Final = (b'"messages"', b'"input"', b'"prompt"', b'"contents"')
"""One of these stands in the body of every request that asks a model."""
TELLING: Final = (b"usage", b"eval_count")
"""One of these stands in every answer that says how many tokens it took."""


def may_ask(request: Request) -> bool:
    """Whether a request can be one to a model."""
    body = request.body
    return body is not None and request.method.upper() == "POST" and any(mark in body for mark in ASKING)


def may_tell(body: bytes) -> bool:
    """Whether an answer can say what it took."""
    return any(mark in body for mark in TELLING)
