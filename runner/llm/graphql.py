"""What a GraphQL answer says went wrong: errors come with status 200, beside the data or without any."""

from __future__ import annotations

from runner.llm.fields import list_of, mapping_of, words_of
from runner.node import Plain
from runner.results import Advice

SHOWN = 3


def explain_answer(document: Plain) -> Advice | None:
    """The errors in a GraphQL answer, each with the place in the data that it is about; None if there are none."""
    errors = list_of(mapping_of(document).get("errors"))
    texts = [text for one in errors if (text := _told(mapping_of(one)))]
    if not texts:
        return None
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return Advice("; ".join(texts[:SHOWN]) + more)


def _told(error: dict[str, Plain]) -> str:
    message, where = words_of(error.get("message")), ".".join(map(str, list_of(error.get("path"))))
    return f"{message} (at {where})" if message and where else message
