"""A collection as a script for any POSIX shell, with a command for curl a request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from runner.convert.curl import NOT_IN_A_NAME, Secrets, quoted
from runner.errors import RenderError
from runner.exporting.commands import Words, to_commands
from runner.exporting.exported import Exported
from runner.exporting.known import Known, requests_of
from runner.exporting.marks import Marks
from runner.exporting.sent_files import files_of
from runner.exporting.unsaid import (
    notes_of,
    tell_of_captures,
    tell_of_checks,
    tell_of_collection,
    tell_of_request,
    tell_of_variables,
)
from runner.model import Collection, RequestSpec
from runner.variables.filters import as_text
from runner.variables.template import Placeholder, parts_of

SAID: Final = frozenset(("timeout", "redirects", "tls", "proxy", "description"))
PLAIN: Final = re.compile(r"[A-Za-z0-9_./:@%+=,-]+")
"""What a shell reads as it stands."""
NONE: Final = Secrets({})


def to_shell(collection: Collection) -> Exported:
    """The script, and what it does not say."""
    known = Known(collection)
    tell_of_collection(known)
    specs = list(requests_of(known))
    marks = Marks(known)
    blocks = [block for spec in specs if (block := "\n".join(_block(spec, marks, known)))]
    tell_of_captures(specs, known, "Set it before the request that needs it.")
    tell_of_checks(specs, known)
    tell_of_variables(known, "Set them before the script is run.")
    head = ["#!/bin/sh", *_comment(f"{known.hidden(collection.name, '$%s')}".strip())]
    others = known.outside[len(known.secrets) :]
    head += _needed("Secrets, which have to be set before:", known.secrets)
    head += _needed("What has no value here, and has to be set before:", others)
    given = list(_variables(known, marks))
    whole = ["\n".join(head), *(["\n".join(given)] if given else []), *blocks]
    return Exported("\n\n".join(whole) + "\n", notes_of(known), len(blocks))


def _needed(words: str, names: Sequence[str]) -> list[str]:
    """Lines that end the script where one of these is not set."""
    return ["#", f"# {words}", *(f': "${{{_name(one)}:?}}"' for one in names)] if names else []


def _variables(known: Known, marks: Marks) -> Iterator[str]:
    """Those that the requests refer to, as far as the file gives them a value."""
    for name, node in known.referred(marks.values):
        if node.kind != "scalar" or not isinstance(node.value, str):
            yield f"{_name(name)}={_word(as_text(node.plain()))}"
            continue
        clear = Secrets({one: value for value, one in known.clear.items()})
        pieces = [
            quoted(Secrets({part.name: part.name}).split(part.name))
            if isinstance(part, Placeholder)
            else _word(part, clear)
            for part in parts_of(node)
        ]
        yield f"{_name(name)}={''.join(pieces)}"
    yield from (f"{_name(name)}={_word(value)}" for name, value in known.inside.items())


def _block(spec: RequestSpec, marks: Marks, known: Known) -> Iterator[str]:
    """One request below its name."""
    tell_of_request(spec, known, SAID)
    ready = marks.ready(spec)
    if ready is None:
        return
    try:
        words = Words(values=ready.values, files=files_of(spec, ready.request, known))
        script = to_commands(ready.request, spec.auth, ready.means, words)
    except RenderError as error:
        known.note(spec.location, f'"{spec.name.value}" is left out: {error.diagnostic.message}', error.diagnostic.hint)
        return
    yield from _comment(str(spec.name.value))
    yield from _comment(known.hidden(spec.description, "$%s"))
    yield from (f"# {note}" for note in script.notes)
    yield script.commands


def _comment(text: str) -> Iterator[str]:
    """Lines that a shell does not read."""
    yield from (f"# {line}".rstrip() for line in text.splitlines() if line.strip())


def _name(name: str) -> str:
    return NOT_IN_A_NAME.sub("_", name)


def _word(text: str, clear: Secrets = NONE) -> str:
    pieces = clear.split(text)
    return text if pieces == [text] and PLAIN.fullmatch(text) else quoted(pieces)
