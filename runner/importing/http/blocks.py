"""An ``.http`` file taken apart: what stands between ``###``, line by line, each with its number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from runner.source import Source

METHODS: Final = frozenset(
    """GET HEAD POST PUT DELETE CONNECT PATCH OPTIONS TRACE LOCK UNLOCK PROPFIND PROPPATCH COPY MOVE MKCOL MKCALENDAR
    ACL SEARCH REPORT PURGE LINK UNLINK QUERY GRAPHQL WEBSOCKET GRPC RSOCKET""".split()
)
SEPARATOR: Final = re.compile(r"###+(.*)")
VARIABLE: Final = re.compile(r"\s*+@([^\s=]+)\s*+=(.*)")
DIRECTIVE: Final = re.compile(r"\s*+(?:#|//)\s*+@([A-Za-z][\w-]*+)(?:[\s=](.*))?")
COMMENT: Final = re.compile(r"\s*+(?:#|//)(.*)")
REQUEST: Final = re.compile(r"\s*+(?:([A-Za-z]++)[ \t]++)?(\S.*)")
VERSION: Final = re.compile(r"[ \t]HTTP/[\d.]+$")
TARGET: Final = re.compile(r"(?:https?|wss?)://|\{\{|/|\*$|\[|[\w.-]+(?::\d+|:\{\{|[/?]|$)", re.IGNORECASE)
HEADER: Final = re.compile(r"\s*([!#$%&'*+.^_`|~\w{}-]+)[ \t]*+:(.*)")
AGAIN: Final = re.compile(r"([A-Z]{3,10})[ \t]+(?:https?://|\{\{|/)\S*(?:[ \t]+HTTP/[\d.]+)?\s*")
"""A request line where none is meant to be."""
OUTPUT: Final = re.compile(r">>!?\s*\S.*|<>\s*\S.*")
SCRIPT_FILE: Final = re.compile(r"[<>]\s+(\S+\.js)\s*")
SCRIPT: Final = re.compile(r"\s*\{\{(?:[@+]\w*)?\s*")
"""Where one of httpyac begins."""
CHECK: Final = re.compile(r"\s*\?\?\s")
BODY: Final = re.compile(r"\s*[{\[<]")
RUN: Final = re.compile(r"\s*(?:import|run)\s+\S.*")


class Line(NamedTuple):
    """One line and its number."""

    number: int
    text: str


class Block(NamedTuple):
    """One request, or what stands where one could; ``told`` are lines that mean nothing here."""

    title: Line
    comments: list[Line]
    directives: list[tuple[str, str, int]]
    variables: list[tuple[str, str, int]]
    request: list[Line]
    headers: list[Line]
    body: list[Line]
    scripts: list[tuple[str, str, int]]
    checks: list[Line]
    told: list[tuple[int, str, str]]


def blocks_of(source: Source) -> list[Block]:
    """The blocks of a file in their order; a name above an empty one is that of the next."""
    blocks: list[Block] = []
    for title, lines in _separated(source.lines):
        before = blocks[-1] if blocks else None
        if before is not None and before.title.text and not title.text and not _has_content(before):
            title = before.title  # noqa: PLW2901  # of a banner of several lines
        blocks += Reader(title, lines).read()
    return blocks


def _has_content(block: Block) -> bool:
    return bool(block.request or block.comments or block.directives or block.variables or block.scripts)


def _separated(lines: Sequence[str]) -> list[tuple[Line, list[Line]]]:
    parts: list[tuple[Line, list[Line]]] = [(Line(1, ""), [])]
    for number, text in enumerate(lines, 1):
        match = SEPARATOR.fullmatch(text)
        if match is not None:
            parts.append((Line(number, match[1].strip(" \t#")), []))
        else:
            parts[-1][1].append(Line(number, text))
    return parts


def _empty(title: Line) -> Block:
    return Block(title, [], [], [], [], [], [], [], [], [])


class Reader:
    """Reads the lines of one block from top to bottom."""

    def __init__(self, title: Line, lines: Sequence[Line]) -> None:
        self.lines = list(lines)
        self.at = 0
        self.block = _empty(title)

    def read(self) -> list[Block]:
        """The block, and those behind a request line that has no ``###`` above it."""
        blocks: list[Block] = []
        while not blocks or self.at < len(self.lines):
            if blocks:
                number = self.lines[self.at].number
                self.block = _empty(Line(number, ""))
                said = "there is no ### above this request; it is taken as one of its own"
                self.block.told.append((number, said, "Write ### above it."))
            blocks.append(self.block)
            self._before()
            if self.at < len(self.lines):
                self._request()
                self._headers()
                self._body()
        return blocks

    def _before(self) -> None:
        """Comments, variables and scripts, down to the request line."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            text = line.text.strip()
            if (text.startswith("<") and self._script("<", "prerequest")) or self._foreign_script():
                continue
            if variable := VARIABLE.fullmatch(text):
                self.block.variables.append((variable[1], variable[2].strip(), line.number))
            elif directive := DIRECTIVE.fullmatch(text):
                self.block.directives.append((directive[1].lower(), (directive[2] or "").strip(" \t="), line.number))
            elif comment := COMMENT.fullmatch(text):
                self.block.comments.append(Line(line.number, comment[1].strip()))
            elif RUN.fullmatch(text) and not text.partition(" ")[0].isupper():
                self.block.told.append((line.number, "what it runs of another file is left out", ""))
            elif text:
                return
            self.at += 1

    def _request(self) -> None:
        """The request line, and those that go on with its URL."""
        self.block.request.append(self.lines[self.at])
        self.at += 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            text = line.text.strip()
            goes_on = (text[:1] in ("?", "&") and not CHECK.match(text)) or (
                line.text[:1] in (" ", "\t") and text and not HEADER.fullmatch(text)
            )
            if not goes_on or COMMENT.fullmatch(text):
                return
            self.block.request.append(line)
            self.at += 1

    def _headers(self) -> None:
        """Down to the first empty line."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.text.strip():
                return
            if AGAIN.fullmatch(line.text) or self._begins_handler(line.text) or SCRIPT.fullmatch(line.text):
                return
            if variable := VARIABLE.fullmatch(line.text):
                self.block.variables.append((variable[1], variable[2].strip(), line.number))
            elif directive := DIRECTIVE.fullmatch(line.text):
                self.block.directives.append((directive[1].lower(), (directive[2] or "").strip(" \t="), line.number))
            elif COMMENT.fullmatch(line.text):
                self._commented(line)
            elif CHECK.match(line.text):
                self.block.checks.append(line)
            elif HEADER.fullmatch(line.text):
                self.block.headers.append(line)
            elif BODY.match(line.text):
                self.block.told.append((line.number, "there is no empty line above the body; it begins here", ""))
                return
            else:
                said = "this is neither a header nor an empty line; it is left out"
                self.block.told.append(
                    (line.number, said, "A header is Name: value, a body stands below an empty line.")
                )
            self.at += 1

    def _commented(self, line: Line) -> None:
        if HEADER.fullmatch(line.text.strip().lstrip("#/")):
            self.block.told.append((line.number, "a header that is commented out is left out", ""))
        else:
            self.block.comments.append(Line(line.number, line.text.strip().lstrip("#/").strip()))

    def _begins_handler(self, text: str) -> bool:
        return bool(re.match(r"\s*>\s*\{%", text) or OUTPUT.fullmatch(text) or SCRIPT_FILE.fullmatch(text))

    def _body(self) -> None:
        """The body, and the scripts for the response behind it."""
        foreign = any(re.search(r"(?i)content-type:\s*(?:multipart/|message/|text/|application/http)", one.text)
                      for one in self.block.headers)  # fmt: skip
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if AGAIN.fullmatch(line.text) and line.text.split()[0] in METHODS and not foreign:
                break
            if self._script(">", "test"):
                continue
            if self._foreign_script():
                continue
            if CHECK.match(line.text):
                self.block.checks.append(line)
            elif OUTPUT.fullmatch(line.text):
                self.block.told.append(
                    (line.number, "the file for the response is left out", "runner run --record keeps it.")
                )
            else:
                self.block.body.append(line)
            self.at += 1
        while self.block.body and not self.block.body[-1].text.strip():
            self.block.body.pop()
        while self.block.body and not self.block.body[0].text.strip():
            self.block.body.pop(0)

    def _foreign_script(self) -> bool:
        """Leave out what httpyac runs: it stands between lines of nothing but ``{{`` and ``}}``."""
        line = self.lines[self.at]
        if not SCRIPT.fullmatch(line.text):
            return False
        end = next((n for n in range(self.at + 1, len(self.lines)) if self.lines[n].text.strip() == "}}"), 0)
        if not end:
            return False
        self.block.told.append((line.number, "a script of httpyac is left out", "Write what it checks by hand."))
        self.at = end + 1
        return True

    def _script(self, mark: str, when: str) -> bool:
        """Take a script in, or the name of the file that has one."""
        line = self.lines[self.at]
        named = SCRIPT_FILE.fullmatch(line.text.strip()) if line.text.lstrip().startswith(mark) else None
        if named is not None:
            self.block.told.append((line.number, f"the script {named[1]} is left out", "Write what it checks by hand."))
            self.at += 1
            return True
        begin = re.match(rf"\s*{mark}\s*\{{%", line.text)
        if begin is None:
            return False
        text = line.text[begin.end() :]
        self.at += 1
        while "%}" not in text and self.at < len(self.lines):
            text += f"\n{self.lines[self.at].text}"
            self.at += 1
        if "%}" not in text:
            self.block.told.append((line.number, "this script has no end: %} is missing", ""))
        self.block.scripts.append((when, text.partition("%}")[0], line.number))
        return True
