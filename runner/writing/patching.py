"""Makes a YAML text say something else: only the lines of what changes are written anew, and no comment is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from runner.loading.document import read_document
from runner.loading.outline import Block, Item, Outline, read_outline
from runner.loading.problems import Problems
from runner.node import Plain
from runner.source import Source
from runner.writing.alike import Step, is_same, steps
from runner.writing.layout import WIDTH, flow_text, list_lines, yaml_lines
from runner.writing.scalars import scalar_text

CLOSED: Final = re.compile(r"[}\]]$")
IN_BRACES: Final = "it has comments inside of braces, which would be lost"


class Unpatchable(Exception):
    """The text cannot be changed in this way; the message says why."""


class Edit(NamedTuple):
    """Lines from ``first`` to before ``end`` that are replaced; ``first`` is ``end`` where something comes in."""

    first: int
    end: int
    lines: tuple[str, ...]


def patched(text: str, new: Plain) -> str:
    """``text``, which is YAML, with as little changed as it takes to say ``new``; raises ``Unpatchable``. Lines that
    stay end as they did, those that are new as most of them do."""
    parts = re.split(r"(\r\n|\r|\n)", text)
    ends = parts[1::2]
    plain = "\n".join(parts[::2])
    old = said(plain)
    if is_same(old, new):
        return text
    outline = read_outline(plain)
    if outline is None:
        raise Unpatchable("all of it stands in braces, or it has keys behind question marks")
    made = _Patch(outline).lines(old, new)
    if not _says("\n".join(line for line, _ in made), new):
        raise Unpatchable("it has anchors, tags or a layout that cannot be changed safely")
    usual = max(("\n", "\r\n", "\r"), key=ends.count)
    ended = [line + (ends[at] if at is not None and at < len(ends) else usual) for line, at in made[:-1]]
    return "".join([*ended, made[-1][0]])


def said(text: str) -> Plain:
    """What a YAML text says; raises ``Unpatchable``."""
    problems = Problems()
    root = read_document(Source("", text), problems)
    if root is None or problems.count:
        raise Unpatchable("it cannot be read as YAML")
    return root.plain()


def _says(text: str, value: Plain) -> bool:
    try:
        return is_same(said(text), value)
    except Unpatchable:
        return False


class _Patch:
    """The lines of one outline, changed."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._lines = outline.lines
        self._edits: list[Edit] = []

    def lines(self, old: Plain, new: Plain) -> list[tuple[str, int | None]]:
        """The lines as they are to be, each with its number if it stays."""
        if not self._block(self._outline.root, old, new):
            raise Unpatchable("it says something else altogether")
        lines = self._lines
        made: list[tuple[str, int | None]] = []
        done = 0
        for edit in sorted(self._edits, key=lambda one: one[:2]):  # several at one place stay in their order
            made += [(lines[at], at) for at in range(done, edit.first)]
            made += [(line, None) for text in edit.lines for line in text.split("\n")]
            done = edit.end
        return made + [(lines[at], at) for at in range(done, len(lines))]

    def _block(self, block: Block, old: Plain, new: Plain) -> bool:
        """Change what stands in a block; False where it has to be written anew as a whole."""
        if block.kind == "mapping" and isinstance(old, dict) and isinstance(new, dict):
            return bool(new) and self._mapping(block, old, new)
        if block.kind == "list" and isinstance(old, list) and isinstance(new, list):
            return bool(new) and self._list(block, old, new)
        return False

    def _mapping(self, block: Block, old: dict[str, Plain], new: dict[str, Plain]) -> bool:
        items = {str(item.key): item for item in block.items}
        if items.keys() != old.keys() or (_is_joined(block) and str(block.items[0].key) not in new):
            return False
        for key, item in items.items():
            if key in new:
                self._item(item, old[key], new[key])
            else:
                self._delete(item)
        before: Item | None = None
        last_known = max((at for at, key in enumerate(new) if key in items), default=-1)
        for at, (key, value) in enumerate(new.items()):
            if key in items:
                before = items[key]
                continue
            before = block.items[-1] if at > last_known else before
            if before is None and _is_joined(block):
                return False
            self._insert(block, before, tuple(yaml_lines({key: value}, block.items[0].column)))
        return True

    def _list(self, block: Block, old: list[Plain], new: list[Plain]) -> bool:
        found = list(steps(old, new))
        if len(block.items) != len(old) or (_is_joined(block) and found[0] != Step(0, 0)):
            return False
        before: Item | None = None
        for step in found:
            if step.old is None:
                assert step.new is not None  # noqa: S101  # one of them is there
                self._insert(block, before, tuple(list_lines([new[step.new]], block.items[0].column)))
                continue
            before = block.items[step.old]
            if step.new is None:
                self._delete(before)
            else:
                self._item(before, old[step.old], new[step.new])
        return True

    def _item(self, item: Item, old: Plain, new: Plain) -> None:
        """Change what an item holds: in its lines as far as that goes, else all of it."""
        if is_same(old, new):
            return
        before = len(self._edits)
        if item.child is None or not self._block(item.child, old, new):
            del self._edits[before:]
            self._replace(item, new)

    def _replace(self, item: Item, new: Plain) -> None:
        first, last = item.line, self._last(item)
        if any(line in self._outline.inner and "#" in self._lines[line] for line in range(first, item.end + 1)):
            raise Unpatchable(f"{IN_BRACES} (line {first + 1})")
        indent = item.column
        if item.block.kind == "mapping":
            lines = list(yaml_lines({str(item.key): new}, indent))
        else:
            lines = list(list_lines([new], indent))
        start = self._lines[first][:indent]
        if len(lines) > 1 and first == last and (line := self._in_braces(item, new)):
            lines = [line]
        lines[0] = start + lines[0][indent:]
        if not item.is_joined:
            lines[0] += self._behind(item)
        comments = [" " * indent + text for text in self._comments(item)]
        made = [*lines, *comments] if start.strip() else [*comments, *lines]
        self._edits.append(Edit(first, last + 1, tuple(made)))

    def _in_braces(self, item: Item, new: Plain) -> str:
        """The value of a key that stood in braces on one line, so again; empty if that would be too long to read."""
        old = self._lines[item.line]
        if item.block.kind != "mapping":
            return ""
        text = flow_text(new) if isinstance(new, dict | list) and CLOSED.search(self._without_comment(item)) else None
        if text is None:
            return ""
        line = f"{' ' * item.column}{scalar_text(str(item.key))}: {text}"
        return line if len(line) <= max(WIDTH, len(old)) else ""

    def _without_comment(self, item: Item) -> str:
        line = self._lines[item.end]
        return line.removesuffix(self._behind(item)).rstrip()

    def _delete(self, item: Item) -> None:
        """Its comments stay where it was."""
        own = "" if item.is_joined else self._behind(item).strip()
        comments = [" " * item.column + text for text in ([own] if own else []) + self._comments(item)]
        self._edits.append(Edit(item.line, self._last(item) + 1, tuple(comments)))

    def _insert(self, block: Block, before: Item | None, lines: tuple[str, ...]) -> None:
        if before is not None:
            at = self._last(before) + 1
        else:
            first = block.items[0]
            at = min([first.line, *(line for line in first.above if self._lines[line].strip())])
        self._edits.append(Edit(at, at, lines))

    def _last(self, item: Item) -> int:
        """The last line of an item, with the comments at the end of what stands in it."""
        child = item.child
        if child is None:
            return item.end
        return max([item.end, *child.below[-1:], self._last(child.items[-1])])

    def _behind(self, item: Item) -> str:
        """The comment behind an item, with the space before it: on the line of its key, or where its value ends."""
        line = item.line if item.child is not None else item.end
        end = self._outline.ends.get(line)
        if end is None or line in self._outline.fixed or line in self._outline.inner:
            return ""
        rest = self._lines[line][end:].rstrip()
        return rest if rest.lstrip().startswith("#") else ""

    def _comments(self, item: Item) -> list[str]:
        """The comments inside of what an item holds."""
        found = dict(self._inside(item.child) if item.child is not None else ())
        return [found[line] for line in sorted(found)]

    def _inside(self, block: Block) -> Iterator[tuple[int, str]]:
        lines = [line for item in block.items for line in item.above] + block.below
        yield from ((line, text) for line in lines if (text := self._lines[line].strip()))
        for item in block.items:
            if text := self._behind(item).strip():
                yield item.line, text
            if item.child is not None:
                yield from self._inside(item.child)


def _is_joined(block: Block) -> bool:
    """Whether its first item stands behind the dash of what it is in."""
    return block.parent is not None and block.parent.is_joined
