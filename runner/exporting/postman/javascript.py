"""Values, parts of a response and regular expressions as JavaScript has them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from runner.jsonpath import PathError, compile_path
from runner.node import Plain

NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
LARGEST: Final = 2**53 - 1
"""The largest whole number that JavaScript has exactly."""
ODD: Final = re.compile("[\u2028\u2029\ud800-\udfff]")
NOT_IN_BOTH: Final = re.compile(
    r"\(\?(?![:=!])|\\[AZzGKpPhRXNQELlmMuUx<g]|[*+?}]\+|\[\[|\[\^?\]|\[[^\]]*(?:\[|&&|--|\|\||~~)|\$(?!$|\))|\{,|\\\d|\\$"
    r"|\\[DW]|\[\^[^\]]*\\[dw]"
)
"""What regular expressions of Python and of JavaScript read differently."""


AT_THE_END: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\Z\Z")
"""What ``$`` is there: behind it there is no line feed."""


def literal(value: Plain) -> str | None:
    """``value`` as it is written there; None for a number that is another one there."""
    if isinstance(value, dict):
        pairs = [(literal(key), literal(one)) for key, one in value.items()]
        if any(text is None for pair in pairs for text in pair) or "__proto__" in value:
            return None
        return "{" + ", ".join(f"{key}: {text}" for key, text in pairs) + "}"
    if isinstance(value, list):
        texts = [literal(one) for one in value]
        return None if None in texts else "[" + ", ".join(map(str, texts)) + "]"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
        return None
    return _text(value) if isinstance(value, str) else json.dumps(value)


def laid_out(value: Plain) -> str:
    """The same on several lines, for what ``literal`` can write."""
    return _escaped(json.dumps(value, ensure_ascii=False, indent=4))


def _text(value: str) -> str:
    return _escaped(json.dumps(value, ensure_ascii=False))


def _escaped(text: str) -> str:
    return ODD.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


INHERITED: Final = frozenset(
    "length constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf "
    "__proto__".split()
)
"""Names that a list, or any value, has there by itself."""


def place(path: str, whole: str, *, is_optional: bool = False) -> str | None:
    """``$.user.id`` below what ``whole`` says; None where that is no way by names and indexes from the front. On the
    way to a name that is ``optional`` nothing has to be there."""
    try:
        steps = compile_path(path).steps
    except PathError:
        return None
    if steps is None:
        return None
    return _steps(steps, whole, "?." if is_optional and steps and isinstance(steps[-1], str) else "")


def _steps(steps: Sequence[str | int], whole: str, mark: str) -> str | None:
    text = whole
    for step in steps:
        if isinstance(step, int):
            if step < 0:
                return None
            text += f"{mark}[{step}]"
        elif step in INHERITED:
            return None
        else:
            text += f"{mark or '.'}{step}" if NAME.fullmatch(step) else f"{mark}[{_text(step)}]"
    return text


def pattern(text: str) -> str | None:
    """A regular expression that means the same in both; None if it is not sure that it does."""
    flag = "i" if text.startswith("(?i)") else ""
    text = AT_THE_END.sub(r"\1$", text.removeprefix("(?i)"))
    if not text or NOT_IN_BOTH.search(text) or ODD.search(text):
        return None
    return f"/{_within_slashes(text)}/{flag}"


def pattern_of_text(text: str, *, begins: bool = False, ends: bool = False) -> str | None:
    """The regular expression of what begins or ends with this text; None for what cannot be written there."""
    escaped = re.sub(r"[\\^$.*+?()[\]{}|]", r"\\\g<0>", text)
    return None if ODD.search(text) else f"/{'^' * begins}{_within_slashes(escaped)}{'$' * ends}/"


def _within_slashes(text: str) -> str:
    return re.sub(r"\\.|/|\n|\r", _slash, text, flags=re.DOTALL)


def _slash(match: re.Match[str]) -> str:
    return {"/": r"\/", "\n": r"\n", "\r": r"\r"}.get(match[0], match[0])
