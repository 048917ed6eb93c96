"""A single value as YAML: without quotes where it is read as the same value then, also by readers of YAML 1.1."""

from __future__ import annotations

import json
import re
from typing import Final

from runner.loading.scalars import resolve_plain
from runner.node import Scalar

PLAIN: Final = re.compile(
    r"[A-Za-z0-9_./$(+~^;=\\\u00a1-\u1fff\u3000-\ud7ff<][^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]*"
)
"""What may stand without quotes, as far as its characters go; ``-``, ``?`` and others begin something else."""
ENDS: Final = re.compile(r": | #|:$|\s$|^<<(?:$|\s*:)|^\.\.\.(?:$|\s)")
"""What ends a value without quotes, or the document, or makes another value of it."""
FLOW: Final = re.compile(r"[,?\[\]{}]")
HIDDEN: Final = re.compile(r"[\x7f-\xa0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]")
"""What nobody sees, or what is no character: written as an escape."""
HALF: Final = re.compile(r"[\ud800-\udfff]")
ELSEWHERE: Final = re.compile(
    r"yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|="  # true and false, and what a mapping itself is worth
    r"|[-+]?0[0-7_]+|[-+]?0b[01_]+|[-+]?0x[0-9a-fA-F_]+"  # a leading zero is base 8
    r"|[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"  # 12:30 is 750
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\s].*)?"
)
"""Text to those who read YAML 1.2, but a number, a truth or a date to the many programs that read 1.1."""
STANDS_IN_SINGLE: Final = re.compile(r"[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]*")


def scalar_text(value: Scalar, *, flow: bool = False) -> str:
    """``value`` on one line; ``flow`` says that it stands inside of braces or brackets."""
    if isinstance(value, str):
        return value if _stands_plain(value, flow=flow) else _quoted(value)
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    number = repr(value)
    return number.replace("e", ".0e") if "e" in number and "." not in number else number  # YAML 1.1 wants the point


def _stands_plain(text: str, *, flow: bool) -> bool:
    if not PLAIN.fullmatch(text) or ENDS.search(text) or HIDDEN.search(text) or ELSEWHERE.fullmatch(text):
        return False
    if flow and FLOW.search(text):
        return False
    try:
        return resolve_plain(text) is text
    except ValueError:
        return False


def _quoted(text: str) -> str:
    """Double quotes, as most people write them; single ones where there would be backslashes otherwise. YAML cannot say
    half of a character."""
    text = HALF.sub("\ufffd", text)
    if (
        ('"' in text or "\\" in text)
        and "'" not in text
        and STANDS_IN_SINGLE.fullmatch(text)
        and not HIDDEN.search(text)
    ):
        return f"'{text}'"
    return HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))
