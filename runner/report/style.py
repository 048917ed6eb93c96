"""What the terminal is given: colours, and text from outside made harmless."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

Role = Literal["pass", "fail", "skip", "warning", "bold", "dim"]
ColorChoice = Literal["auto", "always", "never"]

CODES: Final[Mapping[Role, str]] = {
    "pass": "32",
    "fail": "1;31",
    "skip": "33",
    "warning": "33",
    "bold": "1",
    "dim": "2",
}

PROSE_WIDTH = 100
TAB_WIDTH = 4

UNPRINTABLE = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\ufffe\uffff\U000e0000-\U000e0fff]"
)
"""Control characters, marks that turn or hide text, line separators, lone surrogates, code points that are no
characters. The joiners U+200C and U+200D stay: Persian and emoji are written with them."""
CI_COMMAND_WITHIN = r"#(?=#\w*\[)"
CI_COMMAND = rf"^(\s*)(?::(?=:)|#(?=#))|{CI_COMMAND_WITHIN}"
"""``::`` and ``##`` at the start of a line, ``##[error]`` and ``##vso[…]`` anywhere in it: CI servers obey them."""
HASH, COLON = "\\x23", "\\x3a"
PLAINER = str.maketrans({"·": "-", "…": "...", "→": "->"})


class Style(NamedTuple):
    """How to write for one stream. ``width`` is the terminal's, None where there is none: nothing is cut."""

    color: bool = False
    width: int | None = None

    def paint(self, role: Role, text: str) -> str:
        """``text`` in the colour of ``role``."""
        return f"\x1b[{CODES[role]}m{text}\x1b[0m" if self.color and text else text

    @property
    def prose_width(self) -> int:
        """Where running text is wrapped."""
        return min(self.width or PROSE_WIDTH, PROSE_WIDTH)


def use_color(choice: ColorChoice, environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """What ``--color`` asks for; with ``auto`` what NO_COLOR, else FORCE_COLOR, else the terminal says."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return environ["FORCE_COLOR"] not in ("0", "false")
    return is_terminal and environ.get("TERM") != "dumb"


def use_progress(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether a live line can be drawn."""
    return is_terminal and environ.get("TERM") != "dumb"


def printable(text: str) -> str:
    """``text`` for one line of output: what a terminal or a CI server would obey is shown as an escape."""
    if text.isascii() and text.isprintable() and "::" not in text and "##" not in text:
        return text
    return re.sub(CI_COMMAND, _disarm, re.sub(UNPRINTABLE, _visible, text))


def guarded(line: str) -> str:
    """A whole line of output that is no CI command: wrapping can bring ``::`` to its start."""
    return re.sub(CI_COMMAND, _disarm, line) if "::" in line or "##" in line else line


def printable_lines(text: str) -> list[str]:
    """The lines of ``text``, each printable, tabs as blanks."""
    lines = text.replace("\r\n", "\n").split("\n")
    return [printable(line.expandtabs(TAB_WIDTH)) for line in lines]


def encodable(text: str, encoding: str | None) -> str:
    """``text`` as a stream of this encoding can take it; what it lacks is written plainer or as an escape."""
    encoding = encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAINER).encode(encoding, "backslashreplace").decode(encoding)
    return text


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code in SHORT_ESCAPES:
        return SHORT_ESCAPES[code]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


SHORT_ESCAPES: Final[Mapping[int, str]] = {9: "\\t", 10: "\\n", 13: "\\r"}


def _disarm(match: re.Match[str]) -> str:
    mark = COLON if match[0].endswith(":") else HASH
    return f"{match[1] or ''}{mark}"
