"""Files in Bruno's own language: blocks of pairs, of text and of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from runner.importing.bruno.items import Auth, Body, Code, Entry, Item
from runner.source import Source

BLOCK: Final = re.compile(r"([a-z][\w:-]*)[ \t]*([{\[])[ \t]*([}\]])?[ \t]*")
PAIR: Final = re.compile(r'\s*+(~?)(?:"((?:[^"\\]|\\.)*+)"\s*+|([^:]*+)):(.*)')
TEXTS: Final = frozenset(
    """body body:json body:text body:xml body:sparql body:graphql body:graphql:vars script:pre-request
    script:post-response tests docs example""".split()
)
METHODS: Final = frozenset("get post put delete patch options head connect trace http".split())
MODES: Final = {
    "json": "json",
    "text": "text",
    "xml": "xml",
    "sparql": "sparql",
    "graphql": "graphql",
    "formUrlEncoded": "form-urlencoded",
    "form-urlencoded": "form-urlencoded",
    "multipartForm": "multipart-form",
    "multipart-form": "multipart-form",
    "file": "file",
}
ANNOTATION: Final = re.compile(r"\s*+@(?:description|string|number|boolean|object)(?:\(|\s*$)")
"""What the editor shows beside a pair."""
QUOTES: Final = "'''"
FILE: Final = re.compile(r"@file\((.*?)\)\s*(?:@contentType\((.*?)\))?")
KNOWN: Final = frozenset(
    """meta headers query params:query params:path auth auth:awsv4 auth:basic auth:bearer auth:digest auth:oauth2
    auth:apikey auth:wsse auth:ntlm body:form-urlencoded body:multipart-form body:file vars vars:secret vars:pre-request
    vars:post-response assert settings""".split()
)


class Block(NamedTuple):
    """A block: its pairs, or its text; ``line`` is where it begins."""

    name: str
    line: int
    pairs: tuple[Entry, ...] = ()
    text: str = ""


class Bru(NamedTuple):
    """The blocks of a file, the first of each name, and lines that are no part of one."""

    blocks: dict[str, Block]
    told: list[tuple[int, str]]

    def pairs(self, *names: str) -> tuple[Entry, ...]:
        """Those of all these blocks."""
        return tuple(pair for name in names if name in self.blocks for pair in self.blocks[name].pairs)

    def text(self, name: str) -> str:
        """That of a block, nothing if there is none."""
        return self.blocks[name].text if name in self.blocks else ""

    def line(self, name: str) -> int:
        """Where a block begins."""
        return self.blocks[name].line if name in self.blocks else 0


def blocks_of(source: Source) -> Bru:
    """The file taken apart."""
    found = Bru({}, [])
    lines, at = source.lines, 0
    while at < len(lines):
        begin = BLOCK.fullmatch(lines[at])
        if begin is None:
            if lines[at].strip():
                found.told.append((at + 1, "this is no part of a block; it is left out"))
            at += 1
            continue
        end = at
        if begin[3] is None:
            close = "}" if begin[2] == "{" else "]"
            end = next((number for number in range(at + 1, len(lines)) if lines[number].rstrip() == close), len(lines))
            if end == len(lines):
                found.told.append((at + 1, f"the block {begin[1]} is not closed: {close} is missing"))
        _add(found, begin[1], begin[2], (at, lines[at + 1 : end]))
        at = end + 1
    return found


def _add(found: Bru, name: str, bracket: str, inside: tuple[int, Sequence[str]]) -> None:
    at, lines = inside
    if name in found.blocks:
        found.told.append((at + 1, f"there is a second block {name}; it is left out"))
        return
    if name in TEXTS:
        text = "\n".join(one.removeprefix("  ") for one in lines)
        found.blocks[name] = Block(name, at + 1, text=text)
    elif bracket == "[":
        names = [one.strip().rstrip(",") for one in lines]
        listed = (Entry(one.lstrip("~"), "", not one.startswith("~"), at + 2 + n) for n, one in enumerate(names) if one)
        found.blocks[name] = Block(name, at + 1, tuple(listed))
    else:
        found.blocks[name] = Block(name, at + 1, tuple(_pairs(lines, at + 2, found)))
    if name not in TEXTS | METHODS | KNOWN:
        found.told.append((at + 1, f"the block {name} is not known here; it is left out"))
    if name == "example":
        found.told.append((at + 1, "the saved response is left out"))


def _pairs(lines: Sequence[str], first: int, found: Bru) -> list[Entry]:
    """The pairs of a block, whose first line has the number ``first``."""
    pairs: list[Entry] = []
    at = 0
    while at < len(lines):
        if ANNOTATION.match(lines[at]):
            at = _behind_annotation(lines, at)
            continue
        match = PAIR.fullmatch(lines[at])
        if match is None:
            if lines[at].strip() and not lines[at].lstrip().startswith("//"):
                found.told.append((first + at, "this is no name: value; it is left out"))
            at += 1
            continue
        name = match[2].replace('\\"', '"') if match[2] is not None else (match[3] or "").strip()
        value, end = _value(match[4].strip(), lines, at + 1)
        pairs.append(Entry(name, value, not match[1], first + at))
        at = end
    return pairs


def _value(begun: str, lines: Sequence[str], at: int) -> tuple[str, int]:
    """A value and the line below it: ``begun`` is what stands beside its name, ``at`` the line below. Values of several
    lines stand between three quotes, lists in brackets."""
    if begun == "[":
        listed: list[str] = []
        while at < len(lines) and lines[at].strip() != "]":
            listed.append(lines[at].strip().rstrip(","))
            at += 1
        return ",".join(one for one in listed if one), at + 1
    if not begun.startswith(QUOTES):
        return begun, at
    if begun.endswith(QUOTES) and len(begun) >= 2 * len(QUOTES):
        return begun[len(QUOTES) : -len(QUOTES)], at
    inner = [begun.removeprefix(QUOTES)] if begun != QUOTES else []
    while at < len(lines) and QUOTES not in lines[at]:
        inner.append(lines[at].removeprefix("    "))
        at += 1
    last, _, behind = lines[at].partition(QUOTES) if at < len(lines) else ("", "", "")
    if last.strip():
        inner.append(last.removeprefix("    "))
    value = "\n".join(inner)
    return f"{value} {behind.strip()}" if behind.strip() else value, at + 1


def _behind_annotation(lines: Sequence[str], at: int) -> int:
    """The line below ``@description(…)``, which may have several lines."""
    if "('''" in lines[at] and "''')" not in lines[at].partition("('''")[2]:
        while at + 1 < len(lines) and "''')" not in lines[at]:
            at += 1
    return at + 1


def bru_item(source: Source) -> Item:
    """The request, or what the folder gives to its requests."""
    bru = blocks_of(source)
    meta = {one.name: one.value for one in bru.pairs("meta")}
    method = next((name for name in bru.blocks if name in METHODS), "")
    http = {one.name: one.value for one in bru.pairs(method)}
    auth, body = _auth(bru, http), _body(bru, http)
    params = [*bru.pairs("query", "params:query"), *(one._replace(kind="path") for one in bru.pairs("params:path"))]
    return Item(
        file=source.name,
        name=meta.get("name", ""),
        kind=meta.get("type", "http"),
        seq=number(meta.get("seq", "")),
        tags=tuple(one.strip() for one in meta.get("tags", "").strip("[]").split(",") if one.strip()),
        method=(http.get("method", "") if method == "http" else method).upper(),
        url=http.get("url", ""),
        line=bru.line(method),
        params=tuple(params),
        headers=bru.pairs("headers"),
        auth=auth,
        body=body,
        variables=bru.pairs("vars:pre-request"),
        kept=bru.pairs("vars:post-response"),
        assertions=bru.pairs("assert"),
        scripts=_scripts(bru),
        docs=bru.text("docs"),
        settings={one.name: one.value for one in bru.pairs("settings")},
        told=(*bru.told, *_unused(bru, {f"auth:{auth.mode}", f"body:{body.mode}", "body", "body:graphql:vars"})),
    )


def _unused(bru: Bru, used: set[str]) -> Iterator[tuple[int, str]]:
    """Bodies and authentications that are kept for another day."""
    for block in bru.blocks.values():
        kind, _, mode = block.name.partition(":")
        spare = kind in ("auth", "body") and mode and block.name in TEXTS | KNOWN and block.name not in used
        if spare and (block.pairs or block.text.strip()):
            yield block.line, f"{block.name} is not the {kind} that is chosen; it is left out"


def number(text: str) -> float:
    """A place in an order; what is none comes last."""
    return float(text) if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", text) else 1e9


def _auth(bru: Bru, http: dict[str, str]) -> Auth:
    """What is chosen: a request that chooses none is sent without."""
    said = {one.name: one.value for one in bru.pairs("auth")}
    mode = http.get("auth", "") or said.get("mode", "") or ("none" if http else "")
    return Auth(mode, {one.name: one.value for one in bru.pairs(f"auth:{mode}")})


def _body(bru: Bru, http: dict[str, str]) -> Body:
    written = http.get("body", "")
    if not written and "body" in bru.blocks:
        return Body("json", bru.text("body"), line=bru.line("body"))
    mode = MODES.get(written, written or "none")
    name = f"body:{mode}"
    fields = tuple(_field(one) for one in bru.pairs(name))
    return Body(mode, bru.text(name) or bru.text("body"), bru.text("body:graphql:vars"), fields, bru.line(name))


def _field(pair: Entry) -> Entry:
    file = FILE.fullmatch(pair.value.strip())
    if file is not None:
        return pair._replace(kind="file", value=file[1], type=file[2] or "")
    value, mark, kind = pair.value.rpartition("@contentType(")
    return pair._replace(value=value.rstrip(), type=kind[:-1]) if mark and kind.endswith(")") else pair


def _scripts(bru: Bru) -> tuple[Code, ...]:
    names = {"script:pre-request": "prerequest", "script:post-response": "test", "tests": "test"}
    return tuple(
        Code(when, bru.text(name), bru.line(name) + 1) for name, when in names.items() if bru.text(name).strip()
    )
