"""What only stands in for a secret: ``your-key``, ``wrong-key``, ``***``."""

from __future__ import annotations

import re
from typing import Final

from runner.variables.letting_in import HOLE

REFUSED: Final = ("401", "403")
"""The statuses of an answer to one who is not let in."""
LONGEST_NUMBER: Final = 3
SAID: Final = frozenset(
    """a an and any api bad basic bearer change changeme default demo dummy empty example expired fake false foo here
    invalid is key local localhost me missing mock my nil no none not null ollama pass password placeholder put sample
    secret sk some stand in stub test testing the this todo token true unused user value wrong x xxx your for needed
    """.split()
)
"""Words of what only stands in for a secret, or is meant to be refused."""


def is_stand_in(text: str) -> bool:
    """Whether ``text`` is made of words that nobody has as a key, or is a hole to be filled."""
    if HOLE.fullmatch(text) or "example" in text.lower() or len(set(text)) < 3:
        return True
    words = re.findall(r"[A-Za-z]+|[0-9]+", text.lower())
    return bool(words) and all(word in SAID or (word.isdecimal() and len(word) <= LONGEST_NUMBER) for word in words)
