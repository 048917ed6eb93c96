"""Bruno collections: a folder of requests in .bru or YAML, or one file of it. The formats: docs.usebruno.com."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Final, NamedTuple

from runner.disk import is_folder
from runner.importing.bruno.checks import DIALECT, Words, asserted, is_literal, subject_in
from runner.importing.bruno.folder import Kept, Reader, bundle_of, environment_of, item_of
from runner.importing.bruno.items import Branch, Entry, Item
from runner.importing.bruno.request import Given, Names, on, request_of, written_auth
from runner.importing.draft import FOREIGN, Draft
from runner.importing.environments import Environment, add_environments
from runner.importing.json_source import wrong
from runner.importing.names import Taken
from runner.importing.parts import headers_of, path_of, variable
from runner.importing.postman.examples import examples_of
from runner.importing.scripts import Script, Tested, read_scripts
from runner.importing.scrubbing import WORD, hide_expected, scrubbed
from runner.source import Source
from runner.variables.letting_in import lets_in
from runner.variables.template import literal_text
from runner.writing.layout import Commented, Value

DEEPEST: Final = 6
LONGEST_VALUE: Final = 10_000
"""Characters of a value that is put where its name stood."""
BODIES: Final = frozenset(("json", "text", "form", "multipart", "file", "graphql"))
SPOKEN: Final = frozenset(("http", "http-request", "graphql", "graphql-request"))


class Above(NamedTuple):
    """What a request takes over from the folders in which it stands: from the outside in."""

    names: tuple[str, ...] = ()
    given: Given = Given()
    variables: tuple[Entry, ...] = ()
    scripts: tuple[Script, ...] = ()


class Whole(NamedTuple):
    """What all requests share: variables that mean different things in several, and the names that are taken."""

    several: frozenset[str]
    taken: Taken


def read_bruno(source: Source, beside: Sequence[Source] = ()) -> Draft:
    """The collection in the folder, or the request in the file, with environments ``beside`` it; raises
    ``InvalidFiles``."""
    draft = Draft()
    kept = _kept(source, draft)
    draft.name = kept.name
    given = [_environment(one) for one in beside]
    root = kept.branch.item
    draft.description = scrubbed(root.docs.strip(), draft, root.file, lines=True)
    own = _variables(kept.branch, [*kept.environments, *given], draft)
    add_environments([*kept.environments, *given], draft, "the environments")
    _defaults(root, draft)
    whole = Whole(own, Taken())
    above = Above(given=Given(shared="auth" in draft.defaults), scripts=_scripts(root, root.file))
    for branch, over in _branches(kept.branch, above):
        _tell(branch.item, draft)
        for item in branch.requests:
            _add(item, over, whole, draft)
    if not draft.requests:
        raise wrong(source, "there is no request in it", "Give the folder with bruno.json or opencollection.yml.")
    draft.sort_notes(*kept.files)
    return draft


def _kept(source: Source, draft: Draft) -> Kept:
    if source.path is not None and is_folder(source.path):
        return Reader(source, source.path, draft).read()
    if source.text.lstrip()[:1] in ("{", "["):
        raise wrong(source, "this is JSON, and no file of a request", "Give the folder of the collection.")
    draft.reserve(source.text)
    bundle = bundle_of(source)
    if bundle is not None:
        return bundle
    item = item_of(source)
    if item.auth.mode == "inherit":
        draft.note(item.at(), "its authentication is that of a folder", "Give the folder of the collection.")
    name = item.name or (PurePath(source.name).stem if source.path is not None else "Imported from Bruno")
    requests = (item._replace(name=item.name or (name if source.path is not None else "")),) if item.url else ()
    return Kept(name, Branch(Item(kind="folder"), requests=requests), (), (source.name,))


def _environment(source: Source) -> Environment:
    found = environment_of(source, PurePath(source.name).stem)
    if not found.values:
        raise wrong(source, "there is no variable in it", "Environments lie in the collection's folder environments.")
    return found


def _branches(branch: Branch, above: Above) -> Iterator[tuple[Branch, Above]]:
    """Each folder with what holds in it: first those inside, then its own requests, as Bruno runs them."""
    for inner in branch.folders:
        item, given = inner.item, above.given
        written = {one.name.lower() for one in item.headers if one.on}
        headers = (*(one for one in given.headers if one.name.lower() not in written), *item.headers)
        auth = item.auth if item.auth.mode not in ("", "inherit", "none") else given.auth
        yield from _branches(
            inner,
            Above(
                (*above.names, item.name),
                Given(tuple(one for one in headers if one.on), auth, given.shared),
                (*above.variables, *item.variables),
                (*above.scripts, *_scripts(item, item.name)),
            ),
        )
    yield branch, above


def _items(branch: Branch) -> Iterator[Item]:
    for inner in branch.folders:
        yield from _items(inner)
    yield branch.item
    yield from branch.requests


def _variables(branch: Branch, environments: Iterable[Environment], draft: Draft) -> frozenset[str]:
    """What has one value everywhere is a variable of the file; gives the names that mean different things."""
    values: dict[str, set[str]] = {}
    everywhere: dict[str, tuple[str, str]] = {}
    for item in _items(branch):
        for one in item.variables:
            if one.on:
                values.setdefault(one.name, set()).add(one.value)
                if len(values[one.name]) == 1 or item is branch.item:
                    everywhere[one.name] = (one.value, item.at(one.line))
    known = {name for one in environments for name in one.values}
    shared = {one.name for one in branch.item.variables}
    several = {name for name, found in values.items() if len(found) > 1 or (name in known and name not in shared)}
    draft.reserved.update(values)
    draft.reserved.difference_update(several)
    for name, (value, place) in everywhere.items():
        if name not in several or name in shared:
            variable(name, Names().text(value), draft, place)
    return frozenset(several)


def _defaults(root: Item, draft: Draft) -> None:
    """What the collection gives to all of its requests."""
    pairs = [(one.name, Names().text(one.value)) for one in on(root.headers, "header", root, draft)]
    found = headers_of(pairs, draft, root.file)
    auth = found.auth
    if root.auth.mode not in ("", "none", "inherit"):
        auth = written_auth(root.auth, Names(), (draft, root.file))
    for key, value in (("headers", found.headers), ("auth", auth), ("cookies", found.cookies)):
        if value:
            draft.defaults[key] = value


def _tell(folder: Item, draft: Draft) -> None:
    """What a folder has that its requests cannot take over."""
    for line, message in folder.told:
        draft.note(folder.at(line), message)
    for one in folder.kept:
        hint = "Write capture: where it is meant."
        draft.note(folder.at(one.line), f"{one.name} would be kept of every answer; it is left out", hint)


def _scripts(item: Item, name: str) -> tuple[Script, ...]:
    return tuple(Script(one.when, one.text, name, item.file if one.line else "", one.line or 1) for one in item.scripts)


def _add(item: Item, above: Above, whole: Whole, draft: Draft) -> None:
    """One request with a name, its checks and what it keeps."""
    for line, message in item.told:
        draft.note(item.at(line), message)
    if item.kind not in SPOKEN or not item.url:
        why = "it has no URL" if item.kind in SPOKEN else f"this is a request of the kind {item.kind}"
        draft.note(item.at(), f"{why}; it is left out")
        return
    names = _names((*above.variables, *item.variables), whole.several, item, draft)
    keys = request_of(item, above.given, names, draft)
    method = str(keys["method"])
    if method == ("POST" if BODIES & set(keys) else "GET"):
        del keys["method"]
    place = item.at()
    tags = [literal_text(one) for one in dict.fromkeys((*above.names, *item.tags)) if one]
    made: dict[str, Value] = {
        "name": _name(item, above, keys, whole.taken),
        "description": scrubbed(item.docs.strip(), draft, place, lines=True),
        "tags": tags,
        **keys,
    }
    tested = read_scripts((*above.scripts, *_scripts(item, item.file)), DIALECT, draft)
    missed = _checks(item, names, tested, draft)
    made |= {"expect": tested.expect, "capture": tested.capture, "examples": examples_of(item.examples, draft, place)}
    body = BODIES & set(made)
    request = {key: value for key, value in made.items() if value not in ("", [], {}) or key in body}
    comment = (*tested.comment, *missed)
    draft.requests.append(Commented(request, comment) if comment else request)


def _names(variables: Iterable[Entry], several: frozenset[str], item: Item, draft: Draft) -> Names:
    """The values that only this request has, by name; a secret among them has a name of its own."""
    own: dict[str, str] = {}
    for one in variables:
        if not one.on or one.name not in several:
            continue
        own[one.name] = one.value
        if lets_in(one.name) and not FOREIGN.search(one.value):
            own[one.name] = f"{{{{{draft.keep_secret(draft.variable(one.name), one.value, item.at(one.line))[2:-2]}}}}}"
    for _ in range(DEEPEST):  # values are made of other values
        own = {name: Names({**own, name: f"{{{{{name}}}}}"}).text(value) for name, value in own.items()}
    return Names({name: value for name, value in own.items() if len(value) <= LONGEST_VALUE})


def _name(item: Item, above: Above, keys: dict[str, Value], taken: Taken) -> str:
    """Names are unique in a file: with the folder's before it where two have the same, else with a number."""
    name = literal_text(item.name.strip()) or f"{keys.get('method', 'GET')} {path_of(str(keys['url']))}"
    if name in taken and above.names:
        name = " / ".join((*map(literal_text, above.names), name))
    return taken.take(name)


def _checks(item: Item, names: Names, tested: Tested, draft: Draft) -> list[str]:
    """Assertions and variables that are kept; gives the lines that cannot be said."""
    missed: list[str] = []
    for one in on(item.assertions, "assertion", item, draft):
        if not asserted(one.name, one.value, _words(names, draft, item.at(one.line)), tested.expect):
            missed += _missed(one, "assertion", item, draft)
    for one in on(item.kept, "variable", item, draft):
        subject = subject_in(one.value)
        kept = subject.capture if subject is not None else None
        if kept is None:
            missed += _missed(one, "variable", item, draft)
        else:
            tested.capture[draft.variable(one.name.removeprefix("@"))] = kept
    hide_expected(tested.expect, draft, item.at())
    return missed


def _words(names: Names, draft: Draft, place: str) -> Words:
    def text(written: str) -> str:
        return draft.text(names.text(written), place)

    def value(written: str) -> str:
        made, alone = text(written), FOREIGN.fullmatch(written)
        known = draft.variables.get(made[2:-2]) if alone is not None else None
        return f"{made[:-2]}|json>>" if isinstance(known, str) and is_literal(known) else made

    return Words(text, value)


def _missed(entry: Entry, what: str, item: Item, draft: Draft) -> list[str]:
    spoken = any(lets_in(one) for one in WORD.findall(entry.name)) and not entry.value.isalpha()
    value = f"{entry.value.partition(' ')[0]} …" if spoken and " " in entry.value else entry.value
    shown = scrubbed(f"{entry.name}: {value}", draft, item.at(), lines=True).splitlines()
    draft.note(item.at(entry.line), f"not understood: {shown[0][:80]}", "It stands above the request as a comment.")
    where = f", line {entry.line}" if entry.line else ""
    return [f"not imported ({what}{where}):", *(f"  {one}" for one in shown)]
