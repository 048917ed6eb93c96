"""What a rule is: its id, what it tells and why, and how that looks wrong and right."""

from __future__ import annotations

from typing import Final, NamedTuple


class Rule(NamedTuple):
    """``what`` it tells in a sentence, ``why``, and two collections, of which ``wrong`` gives this finding alone and
    ``right`` none. ``is_steady``: it depends on nothing but the file, so that a comment that silences it without need
    can be told. ``fix`` is what ``--fix`` does, empty for nothing."""

    id: str
    what: str
    why: str
    wrong: str
    right: str
    fix: str = ""
    is_steady: bool = True


URL: Final = "https://api.example.com"
