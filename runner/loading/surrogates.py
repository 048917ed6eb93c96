r"""JSON escapes a character beyond U+FFFF in two halves (``\ud83d\ude00``), which YAML's parser refuses: joins them."""

from __future__ import annotations

import re
from typing import Final

import yaml

from runner import strict_json

REFUSED: Final = "invalid Unicode character escape code"
PAIR: Final = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
ESCAPED: Final = re.compile(rf"{PAIR.pattern}|\\.", re.DOTALL)
"""In JSON, where a backslash stands in strings only: a pair, or anything else that is escaped."""
REST_OF_STRING: Final = re.compile(r'(?:[^"\\]|\\.)*', re.DOTALL)
MAX_STRINGS: Final = 1000
"""In how many strings they are joined where the file is no JSON: each costs another reading of it."""


def join_halves(text: str, error: yaml.YAMLError) -> str | None:
    """``text`` with the halves joined from the place of ``error`` to the end of the string in double quotes that it
    stands in, in JSON everywhere; None if the error is about something else."""
    mark = getattr(error, "problem_mark", None)
    if mark is None or REFUSED not in str(getattr(error, "problem", "")):
        return None
    start = text.rfind("\\", 0, mark.index + 1)
    rest = REST_OF_STRING.match(text, start)
    if rest is None or PAIR.match(text, start) is None:
        return None
    if text.lstrip()[:1] in ("{", "[") and not strict_json.parse(text).error:
        return ESCAPED.sub(lambda found: found[0] if found[1] is None else _joined(found), text)
    return text[:start] + PAIR.sub(_joined, rest.group()) + text[rest.end() :]


def _joined(pair: re.Match[str]) -> str:
    high, low = (int(half, 16) for half in pair.groups())
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"
