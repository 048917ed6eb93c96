"""Files for the HTTP clients of editors: VS Code's REST Client, IntelliJ's HTTP client and those who read the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Final

from runner.disk import is_folder
from runner.importing.draft import Draft
from runner.importing.http.blocks import Block, Line, blocks_of
from runner.importing.http.checks import asserted
from runner.importing.http.environments import read_environments, tell_unread
from runner.importing.http.handlers import DIALECT
from runner.importing.http.names import Names
from runner.importing.http.request import File, request_of
from runner.importing.json_source import wrong
from runner.importing.names import Taken, add
from runner.importing.parts import path_of, variable
from runner.importing.scripts import Script, Tested, read_scripts
from runner.importing.scrubbing import hide_expected, scrubbed
from runner.source import Source
from runner.variables.template import literal_text
from runner.writing.layout import Commented, Value

RULER: Final = re.compile(r"[\W_]*")


def read_http(source: Source, beside: Sequence[Source] = ()) -> Draft:
    """The requests in ``source`` with the environments ``beside`` it; raises ``InvalidFiles``."""
    if source.path is not None and is_folder(source.path):
        raise wrong(source, "this is a folder", "Give one .http file.")
    blocks = blocks_of(source)
    draft = Draft(PurePath(source.name).stem if source.path is not None else "Imported from HTTP requests")
    referred = {name for block in blocks for name in (_reference(block), block.title.text) if name}
    file = File(source, Names(draft, referred), draft)
    draft.reserve(source.text)
    draft.reserved.update(name for block in blocks for name, _, _ in block.variables)
    read_environments(beside, draft)
    tell_unread(source, beside, draft)
    _variables(blocks, file)
    made: dict[str, tuple[dict[str, Value], Tested]] = {}
    names, called = Taken(), Taken()
    for block in blocks:
        for number, message, hint in block.told:
            draft.note(file.at(number), message, hint)
        keys = request_of(block, file) if block.request else None
        if keys is not None:
            own, request, tested = _named(block, keys, names, file)
            made[called.take(own)] = (request, tested)
    if not made:
        raise wrong(source, "there is no request in it", "A request is a line such as GET https://example.com")
    _finish(blocks, made, file)
    draft.sort_notes(source.name)
    return draft


def _reference(block: Block) -> str:
    """The name by which other requests call this one."""
    return next((value for name, value, _ in block.directives if name == "name"), "")


def _variables(blocks: Iterable[Block], file: File) -> None:
    values: dict[str, str] = {}
    for block in blocks:
        for name, value, line in block.variables:
            place = file.at(line)
            if values.get(name, value) != value:
                file.draft.note(place, f"{name} has another value above; this one holds everywhere")
            values[name] = value
            if not file.names.alias(name, value) and not file.names.is_outside(name, value):
                variable(name, file.names.text(value, place), file.draft, place)


def _named(block: Block, keys: dict[str, Value], names: Taken, file: File) -> tuple[str, dict[str, Value], Tested]:
    """The name that others call it by, else its own; the request, and what its scripts say."""
    draft, place = file.draft, file.at(block.request[0].number)
    method = str(keys["method"])
    if method == ("GET" if _has_no_body(keys) else "POST"):
        del keys["method"]
    title = block.title.text or _reference(block) or f"{method} {path_of(str(keys['url']))}"
    name = names.take(scrubbed(literal_text(title) if block.title.text else title, draft, place))
    lines = [one.text for one in block.comments if not RULER.fullmatch(one.text)]
    description = scrubbed("\n".join(lines), draft, place, lines=True)
    found = [Script(when, text, place, file.source.name, line) for when, text, line in block.scripts]
    tested = read_scripts(found, DIALECT, draft)
    for line in block.checks:
        _checked(line, tested, file)
    hide_expected(tested.expect, draft, place)
    request: dict[str, Value] = {"name": name, **({"description": description} if description else {}), **keys}
    if tested.expect:
        request["expect"] = tested.expect
    if tested.capture:
        request["capture"] = tested.capture
    return _reference(block) or block.title.text or name, request, tested


def _checked(line: Line, tested: Tested, file: File) -> None:
    place, draft = file.at(line.number), file.draft
    if not asserted(line.text, lambda text: draft.text(file.names.text(text, place), place), tested.expect):
        said = scrubbed(line.text.strip(), draft, place)
        draft.note(place, f"not understood: {said}", "Write what it checks by hand.")


def _has_no_body(keys: dict[str, Value]) -> bool:
    return {"json", "text", "form", "multipart", "file", "graphql"}.isdisjoint(keys)


def _finish(blocks: Iterable[Block], made: dict[str, tuple[dict[str, Value], Tested]], file: File) -> None:
    """What others take from a request, and which ones they need."""
    for called, captures in file.names.captures.items():
        if called in made:
            request = made[called][0]
            kept = request.get("capture")
            request["capture"] = {**(kept if isinstance(kept, dict) else {}), **captures}
    for block in blocks:
        own = made.get(_reference(block) or block.title.text)
        for name, value, _ in block.directives:
            if name in ("ref", "forceref") and own is not None and value in made:
                add(own[0], "needs", str(made[value][0]["name"]))
    for request, tested in made.values():
        needs = request.get("needs")
        if isinstance(needs, str):
            request["needs"] = [needs]
        file.draft.requests.append(Commented(request, tested.comment) if tested.comment else request)
