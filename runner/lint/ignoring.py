"""Comments that silence a rule: ``# runner: ignore=ID``."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from runner.lint.finding import Edit, Finding, Subject, last_line
from runner.loading.problems import suggestion
from runner.model import Collection
from runner.node import Node
from runner.source import Diagnostic, Source, Span

COMMENT: Final = re.compile(r"(?:(?<=\s)|^)#\s*runner:\s*ignore\b\s*=?\s*([\w-]*(?:\s*,\s*[\w-]+)*)(.*)")
"""What stands behind the ids is the reason."""
IDS: Final = re.compile(r"[\w-]+")
MARKS: Final = ("runner:", "ignore")


class Ignore(NamedTuple):
    """One id in a comment, where it stands, and the lines that it holds for."""

    rule: str
    span: Span
    first: int
    last: int
    whole: bool = False

    def holds_for(self, diagnostic: Diagnostic, source: Source) -> bool:
        """Whether it silences this; what is of another file can only be silenced for all of this one."""
        if diagnostic.rule != self.rule:
            return False
        if self.whole:
            return True
        line = diagnostic.span.line if diagnostic.span is not None else 0
        return (
            diagnostic.source is not None
            and diagnostic.source.name == source.name
            and (self.first <= line <= self.last)
        )


def read_ignores(subject: Subject) -> list[Ignore]:
    """What the comments of a file say."""
    if not all(mark in subject.source.text for mark in MARKS):
        return []
    lines = subject.source.lines
    ends = _ends_of_texts(subject.root, lines)
    head = next((number for number, line in enumerate(lines) if line.strip() and not line.startswith(("#", "---"))), 0)
    blocks = _blocks(subject)
    return [
        Ignore(found[0], found[1], *_reach(number, lines, blocks), whole=number < head)
        for number, line in enumerate(lines)
        if "ignore" in line and (match := _comment(line, ends[number])) is not None
        for found in _ids(match, number + 1)
    ]


def _comment(line: str, start: int) -> re.Match[str] | None:
    """The comment that begins at ``start`` or behind it: before that are texts."""
    return next((match for match in COMMENT.finditer(line) if match.start() >= start), None)


def _ends_of_texts(root: Node, lines: Sequence[str]) -> Mapping[int, int]:
    """For each line that may have such a comment the column, from 0, at which its last text ends."""
    found = dict.fromkeys((number for number, line in enumerate(lines) if "ignore" in line), 0)
    for scalar in root.scalars():
        span = scalar.span
        for number in range(span.line - 1, span.end_line):
            if number not in found:
                continue
            if number == span.line - 1 and lines[number][span.column - 1 : span.column] in ("|", ">"):
                continue  # what stands behind the | is a comment
            end = span.end_column - 1 if number == span.end_line - 1 else len(lines[number]) + 1
            found[number] = max(found[number], end)
    return found


def _ids(match: re.Match[str], line: int) -> Iterator[tuple[str, Span]]:
    for one in IDS.finditer(match[1]):
        column = match.start(1) + one.start() + 1
        yield one.group(), Span(line, column, line, column + len(one.group()))
    if not match[1]:
        yield "", Span(line, match.start() + 1, line, match.end() + 1)


def _blocks(subject: Subject) -> dict[int, int]:
    """The first line of each request to its last one, from 0."""
    found = {}
    for request in subject.requests:
        first = request.line - 1
        if subject.source.line(first).strip() == "-":
            first -= 1
        found[first] = last_line(request) - 1
    return found


def _reach(number: int, lines: Sequence[str], blocks: Mapping[int, int]) -> tuple[int, int]:
    """The lines, from 1, that a comment on line ``number``, from 0, holds for: its own if something stands before it,
    else the next one, or all of the request that begins there."""
    if not lines[number].lstrip().startswith("#"):
        return number + 1, number + 1
    for below in range(number + 1, len(lines)):
        text = lines[below].strip()
        if text and not text.startswith("#"):
            return below + 1, blocks.get(below, below) + 1
    return number + 1, number + 1


def without_ignored(findings: Sequence[Finding], subject: Subject) -> tuple[list[Finding], set[Ignore]]:
    """What comments leave, and those of this file that silenced something. Of a file that is included its own comments
    count as well. Errors cannot be silenced."""
    own = read_ignores(subject)
    every = [(subject.source, own), *_of_includes(subject, {_name(one) for one in findings})]
    left: list[Finding] = []
    used: set[Ignore] = set()
    for one in findings:
        diagnostic = one.diagnostic
        matching = [ignore for source, some in every for ignore in some if ignore.holds_for(diagnostic, source)]
        if diagnostic.severity == "error" or not matching:
            left.append(one)
        else:
            used.update(matching)
    return left, used


def _name(finding: Finding) -> str:
    return finding.diagnostic.source.name if finding.diagnostic.source is not None else ""


def _of_includes(subject: Subject, names: Container[str]) -> Iterator[tuple[Source, list[Ignore]]]:
    """The comments of included files that something was found in; they say nothing of other files."""
    seen = {subject.source.name}
    waiting = [one.collection for one in subject.collection.includes]
    while waiting:
        collection = waiting.pop()
        name = collection.source.name
        waiting += [one.collection for one in collection.includes]
        if name in names and name not in seen:
            seen.add(name)
            inner = read_ignores(Subject(collection))
            last = len(collection.source.lines)
            yield (
                collection.source,
                [one._replace(whole=False, first=1, last=last) if one.whole else one for one in inner],
            )


def unsilenced(collection: Collection) -> list[Diagnostic]:
    """The warnings of a collection's loading that comments leave."""
    left, _ = without_ignored([Finding(one) for one in collection.warnings], Subject(collection))
    return [one.diagnostic for one in left]


def wrong_ignores(
    ignores: Sequence[Ignore], used: set[Ignore], known: Mapping[str, bool], subject: Subject
) -> Iterator[Finding]:
    """Ids that no rule has, and those that silence nothing; ``known`` says of a rule whether that is always so."""
    for one in ignores:
        source = subject.source
        if one.rule not in known:
            message = f'there is no rule "{one.rule}"' if one.rule else "this names no rule"
            hint = suggestion(one.rule, known, "Rules") if one.rule else "Write # runner: ignore=ID."
            yield Finding(Diagnostic("unknown-rule", message, hint, source, one.span, "warning"))
        elif one not in used and known[one.rule]:
            line = source.line(one.span.line)
            message = f"{one.rule} finds nothing here that this could silence"
            edits = _taken_out(line, one, [other for other in ignores if other.span.line == one.span.line])
            told = Diagnostic("unused-ignore", message, "Take it out.", source, one.span, "warning")
            yield Finding(told, edits)


def _taken_out(line: str, ignore: Ignore, beside: Sequence[Ignore]) -> tuple[Edit, ...]:
    """The comment away, if it says nothing else: with its line if that is all that stands there."""
    match = next((one for one in COMMENT.finditer(line) if one.start() < ignore.span.column <= one.end()), None)
    if match is None or len(beside) > 1 or match[1] != ignore.rule:
        return ()
    number = ignore.span.line
    if not line[: match.start()].strip():
        return (Edit(Span(number, 1, number + 1, 1), f"{line}\n", ""),)
    start = len(line[: match.start()].rstrip())
    return (Edit(Span(number, start + 1, number, len(line) + 1), line[start:], ""),)
