"""What a GraphQL answer says went wrong: errors come with status 200, beside the data or without any."""

from __future__ import annotations

from runner.node import Plain
from runner.results import Advice

SHOWN = 3


def explain_answer(document: Plain) -> Advice | None:
    """The errors in a GraphQL answer, each with the place in the data that it is about; None if there are none."""
    errors = document.get("errors") if isinstance(document, dict) else None
    told = [_told(one) for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    texts = [text for text in told if text]
    if not texts:
        return None
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return Advice("; ".join(texts[:SHOWN]) + more)


def _told(error: dict[str, Plain]) -> str:
    message, path = error.get("message"), error.get("path")
    if not isinstance(message, str) or not message.strip():
        return ""
    where = ".".join(map(str, path)) if isinstance(path, list) else ""
    return f"{message.strip()} (at {where})" if where else message.strip()
