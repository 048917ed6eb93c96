"""Variables and captures that nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from runner.folder import FileProblem
from runner.lint.finding import Finding, Subject, found, last_line
from runner.loading.discover import ENDINGS
from runner.loading.files import read_text_file
from runner.loading.problems import close_to
from runner.model import Collection
from runner.node import Node
from runner.variables.uses import used_names

NAMED: Final = re.compile(r"<<\s*([A-Za-z_][\w.-]*)")
ANCHOR: Final = re.compile(r"(?:^|[\s:,{\[])&[^\s,\[\]{}]")
NEARLY: Final = 0.8
MOST_FILES: Final = 200
"""How many files are looked into for one that includes this one."""


def unused_variables(subject: Subject) -> Iterator[Finding]:
    """A variable that no placeholder names: here, in what is included, or in what ``requires`` lists."""
    variables = subject.root.get("variables")
    if variables is None:
        return
    below = _used_below(subject.collection)
    required = {str(node.value) for node in subject.collection.requires}
    for key, value in variables.items:
        name = str(key.value)
        if name not in subject.used and name not in below and name not in required and not _has_anchor(key, value):
            meant = close_to(
                name, subject.used - subject.given - {str(one.value) for one, _ in variables.items}, NEARLY
            )
            hint = f"Write <<{name}>> where it is meant, or take it out."
            hint = f"There is <<{meant}>>, which the file gives no value: is this one meant?" if meant else hint
            yield found("unused-variable", key, f"{name} is used nowhere: there is no <<{name}>>", hint)


def _has_anchor(key: Node, value: Node) -> bool:
    """Whether what stands there may be used through an alias."""
    return any(ANCHOR.search(key.source.line(line)) for line in range(key.line, last_line(value) + 1))


def unused_captures(subject: Subject) -> Iterator[Finding]:
    """A capture that nothing reads, in any file that could see it. One with ``secret: true`` masks its value."""
    waiting = [
        key
        for part in subject.parts
        for key, value in _captures(part)
        if not _is_for_masking(value) and str(key.value) not in subject.used
    ]
    if not waiting:
        return
    elsewhere = _used_below(subject.collection) | _used_above(subject)
    for key in waiting:
        name = str(key.value)
        if name not in elsewhere:
            hint = (
                f"Write <<{name}>> where it is meant, or take it out; that something is there is checked by "
                "expect: {json: {$.path: {exists: true}}}."
            )
            yield found("unused-capture", key, f"{name} is captured and used nowhere", hint)


def _captures(part: Node) -> Iterator[tuple[Node, Node]]:
    turns = part.get("turns")
    for one in (part, *(turns.elements if turns is not None else ())):
        capture = one.get("capture")
        yield from capture.items if capture is not None else ()


def _is_for_masking(capture: Node) -> bool:
    secret = capture.get("secret")
    return secret is not None and secret.value is True


def _used_below(collection: Collection) -> set[str]:
    return set[str]().union(*(used_names(include.collection) for include in collection.includes))


def _used_above(subject: Subject) -> set[str]:
    """What is used by files that include this one: by those that are read with it, and by those that could, since
    the path of an include stays below the folder that it is written in."""
    names: set[str] = set()
    for other in subject.others:
        if other.source is not subject.source and _includes(other, subject.collection):
            names |= used_names(other)
    path = subject.source.path
    for file in _above(path, subject.top) if path is not None else ():
        try:
            text = read_text_file(file, file.name)
        except FileProblem:
            continue
        if "include" in text:
            names.update(NAMED.findall(text))
    return names


def _includes(collection: Collection, wanted: Collection) -> bool:
    return any(
        one.collection.source.path == wanted.source.path or _includes(one.collection, wanted)
        for one in collection.includes
    )


def _above(path: Path, top: Path | None) -> Iterator[Path]:
    """The other YAML files in its folder and in those above it, up to ``top``."""
    count = 0
    own = path.resolve()
    folder = own.parent
    for place in (folder, *folder.parents):
        if place != folder and (top is None or not place.is_relative_to(top.resolve())):
            return
        try:
            files = sorted(one for one in place.iterdir() if one.suffix in ENDINGS and one != own and one.is_file())
        except OSError:
            return
        for file in files:
            count += 1
            if count > MOST_FILES:
                return
            yield file
