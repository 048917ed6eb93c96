"""A Hurl file taken apart: entries with their sections and bodies, each line with its number."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from runner.source import Source

ENTRY: Final = re.compile(r"([A-Z][A-Z-]*)[ \t]+(\S.*)")
RESPONSE: Final = re.compile(r"(HTTP(?:/[\d.]+)?)[ \t]+(\*|\d{3}|\{\{.*?\}\})\s*(?:#.*)?")
SECTION: Final = re.compile(r"\[([A-Za-z]+)\]\s*(?:#.*)?")
MULTILINE: Final = re.compile(r"```([a-z]*)((?:,\s*[a-z]+)*)\s*")
FIXED: Final = re.compile(r"(base64|hex|file),(.*?);\s*(?:#.*)?", re.DOTALL)
KEY: Final = re.compile(r"((?:\\.|\{\{[^{}]*+\}\}|[^:\\])++):(?!/)(.*)")
ESCAPE: Final = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|(.))")
ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
NAMES: Final = {
    "QueryStringParams": "Query",
    "FormParams": "Form",
    "MultipartFormData": "Multipart",
}


class Line(NamedTuple):
    """One line and its number."""

    number: int
    text: str


class Body(NamedTuple):
    """A body: ``kind`` is how it is written (``json``, ``xml``, ``text``, ``line``, ``base64``, ``hex``, ``file``);
    ``language`` stands behind the quotes of several lines."""

    number: int
    kind: str
    text: str
    language: str = ""


class Part(NamedTuple):
    """A request or what is expected of the response: its first line, headers, sections by their present name."""

    first: Line
    headers: list[Line]
    sections: dict[str, list[Line]]
    body: list[Body]


class Entry(NamedTuple):
    """A request with what stands above it, and what is expected of the answer, if anything is."""

    comment: list[str]
    request: Part
    response: list[Part]


class Reader:
    """Reads a file from top to bottom. ``told`` are lines that mean nothing here."""

    def __init__(self, source: Source) -> None:
        self.lines = source.lines
        self.at = 0
        self.comment: list[str] = []
        self.told: list[tuple[int, str]] = []

    def entries(self) -> list[Entry]:
        """All of them, in order."""
        found: list[Entry] = []
        while self.at < len(self.lines):
            text = self.lines[self.at].strip()
            if RESPONSE.fullmatch(text) and found and not found[-1].response:
                found[-1].response.append(self._part())
            elif is_entry(text):
                comment, self.comment = self.comment, []
                found.append(Entry(comment, self._part(), []))
            else:
                self._beside(text)
        return found

    def _beside(self, text: str) -> None:
        """A line that is neither the first of a request nor of a response."""
        if text.startswith("#"):
            self.comment.append(text.lstrip("#").strip())
        elif not text and self.comment:
            self.comment.append("")
        elif text:
            self.told.append((self.at + 1, "this is no part of an entry; it is left out"))
        self.at += 1

    def _part(self) -> Part:
        part = Part(Line(self.at + 1, self.lines[self.at].strip()), [], {}, [])
        self.at += 1
        lines = part.headers
        while self.at < len(self.lines):
            text = self.lines[self.at].strip()
            if RESPONSE.fullmatch(text) or is_entry(text):
                break
            section = SECTION.fullmatch(text)
            if text.startswith("#"):
                self.comment.append(text.lstrip("#").strip())
            elif section is not None:
                lines = part.sections.setdefault(NAMES.get(section[1], section[1]), [])
            elif body := self._body(text, within=lines is not part.headers):
                part.body.append(body)
                self.comment = []
                continue
            elif text:
                lines.append(Line(self.at + 1, self._whole(text)))
            elif self.comment:
                self.comment.append("")
            self.at += 1
            self.comment = [] if text and not text.startswith("#") else self.comment
        return part

    def _whole(self, text: str) -> str:
        """A line of a section with the lines that its text goes on for."""
        while text.count("```") % 2 and self.at + 1 < len(self.lines):
            self.at += 1
            text += f"\n{self.lines[self.at]}"
        return text

    def _body(self, text: str, *, within: bool) -> Body | None:
        """The body that begins on this line, and go behind it; None if none does."""
        begin = self.at + 1
        if match := MULTILINE.fullmatch(text):
            return self._multiline(match)
        if (oneline := re.fullmatch(r"`((?:[^`\\]|\\.)*)`\s*(?:#.*)?", text)) is not None:
            self.at += 1
            return Body(begin, "line", unescaped(oneline[1]))
        if re.match(r"(?:base64|hex|file),", text):
            while ";" not in text and self.at + 1 < len(self.lines):
                self.at += 1
                text += self.lines[self.at].strip()
            self.at += 1
            fixed = FIXED.fullmatch(text)
            return Body(begin, fixed[1], fixed[2].strip()) if fixed else Body(begin, "wrong", text)
        if text.startswith("```"):
            self.at += 1
            return Body(begin, "text", text.strip("`"))
        if text.startswith("<"):
            return Body(begin, "xml", self._up_to_next())
        is_json = re.match(r'[{\["]|(?:true|false|null|-?\d[\d.eE+-]*)$', text) is not None and not text.startswith(
            "{{"
        )
        if is_json and (not within or text[:1] in "{["):
            return Body(begin, "json", self._json())
        return None

    def _multiline(self, match: re.Match[str]) -> Body:
        begin = self.at + 1
        self.at += 1
        lines: list[str] = []
        while self.at < len(self.lines) and not self.lines[self.at].rstrip().endswith("```"):
            lines.append(self.lines[self.at])
            self.at += 1
        if self.at < len(self.lines):
            rest = self.lines[self.at].rstrip().removesuffix("```")
            lines.append(rest)
        else:
            self.told.append((begin, "this ``` is not closed"))
        self.at += 1
        text = "\n".join(lines)
        return Body(begin, "text", unescaped(text) if "escape" in match[2] else text, match[1])

    def _json(self) -> str:
        """The lines of a JSON value: as long as a bracket or a text is open."""
        depth, quoted = 0, False
        lines: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if lines and RESPONSE.fullmatch(line.strip()):
                self.told.append((self.at + 1, "the JSON above does not end: a bracket is not closed"))
                break
            lines.append(line)
            self.at += 1
            for mark in re.findall(r'\\.|["{}\[\]]', line):
                if mark == '"':
                    quoted = not quoted
                elif not quoted and len(mark) == 1:
                    depth += 1 if mark in "{[" else -1
            if depth <= 0 and not quoted:
                break
        return "\n".join(lines)

    def _up_to_next(self) -> str:
        """The lines up to the next response, section or request."""
        lines: list[str] = []
        while self.at < len(self.lines):
            text = self.lines[self.at].strip()
            if RESPONSE.fullmatch(text) or SECTION.fullmatch(text) or is_entry(text):
                break
            lines.append(self.lines[self.at])
            self.at += 1
        while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()
        return "\n".join(lines)


def is_entry(text: str) -> bool:
    """Whether this is the first line of a request."""
    match = ENTRY.fullmatch(text)
    return match is not None and match[1] != "HTTP" and ("://" in match[2] or match[2][:2] == "{{" or ":" not in text)


def unescaped(text: str) -> str:
    """A text with what stands behind backslashes."""

    def plain(match: re.Match[str]) -> str:
        if match[1]:
            code = int(match[1], 16)
            return chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"
        return ESCAPED.get(match[2], match[2])

    return ESCAPE.sub(plain, text)


def value_text(text: str) -> str:
    """A value up to the comment behind it, unescaped."""
    match = re.match(r"(?:\\.|\{\{[^{}]*+\}\}|[^#\\])*+", text)
    return unescaped((match[0] if match else text).strip())


def key_value(line: Line) -> tuple[str, str] | None:
    """``key: value``."""
    match = KEY.fullmatch(line.text)
    return (unescaped(match[1].strip().strip('"')), value_text(match[2])) if match else None
