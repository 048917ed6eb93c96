"""Quotes that are none to YAML: ``content": "Hello"`` is a key that ends in a quote, and curly ones are characters."""

from __future__ import annotations

import re
from typing import Final

from runner.loading.foreign import NEVER_SENT
from runner.loading.problems import Problems
from runner.node import Node
from runner.source import Source

QUOTE: Final = '"'
OPENING: Final = re.compile("[\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u2039]")
CURLY: Final = re.compile(f"{OPENING.pattern}.*[\u201c\u201d\u2018\u2019\u00bb\u203a]")
"""What a word processor or a page makes of quotes."""


def may_have_stray_quotes(source: Source) -> bool:
    """Whether the text of a file can have any at all."""
    return any(line.count(QUOTE) % 2 for line in source.lines) or OPENING.search(source.text) is not None


def warn_of_stray_quotes(request: Node, problems: Problems) -> None:
    """A warning for each text of what is sent that ends in the only double quote it has, ``19"`` is inches, or that
    stands in curly ones as a whole."""
    for key, value in request.items:
        if key.value not in NEVER_SENT:
            for scalar in filter(_is_stray, value.scalars()):
                if str(scalar.value).endswith(QUOTE):
                    message = f"{scalar.value} ends in a quote that is not opened, and is sent so"
                    hint = "Put a quote before it, or take this one away."
                else:
                    message = "curly quotes are none to YAML, and are sent with the text"
                    hint = "Write plain ones in their place, or around it if they are meant."
                problems.warning("stray-quote", scalar, message, hint)


def _is_stray(scalar: Node) -> bool:
    text = scalar.value
    if not isinstance(text, str):
        return False
    is_unopened = text.endswith(QUOTE) and text.count(QUOTE) == 1 and not text[-2:-1].isdigit()
    if not is_unopened and not CURLY.fullmatch(text):
        return False
    return scalar.source.line(scalar.line)[scalar.column - 1 :].startswith(text)
