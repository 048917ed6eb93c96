"""Postman collections, versions 2.0 and 2.1, with folders, variables, authentication, examples and what scripts check.
The format: schema.getpostman.com/json/collection/v2.1.0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from runner.importing.draft import Draft
from runner.importing.json_source import Json, description_of, elements, mapping, read_json, text_of, wrong
from runner.importing.postman.auth import auth_of
from runner.importing.postman.dialect import DIALECT
from runner.importing.postman.examples import examples_of
from runner.importing.postman.kinds import keep_kinds, tell_objects
from runner.importing.postman.request import request_of
from runner.importing.postman.scopes import Scopes
from runner.importing.postman.variables import add_own, add_scopes
from runner.importing.scripts import Script, read_scripts
from runner.postman_script import ANSWERS_ARE_JSON
from runner.source import Source
from runner.writing.layout import Commented, Value
from runner.writing.names import unique

WITHOUT_BODY: Final = frozenset(("GET", "HEAD", "COPY", "PURGE", "UNLOCK"))
"""Methods whose bodies Postman does not send."""
REPEATED: Final = frozenset(
    "set-cookie link www-authenticate proxy-authenticate vary via warning cache-control server-timing".split()
)
"""Headers that answers often have several of."""
OWN: Final = "\n".join(ANSWERS_ARE_JSON)
"""What we look at by ourselves."""
VERSIONS: Final = ("v2.0.0", "v2.1.0")


class Folder(NamedTuple):
    """Where a request stands: names from the outside in, and what it takes over from there."""

    scopes: Scopes
    names: tuple[str, ...] = ()
    auth: Json = None
    scripts: tuple[Script, ...] = ()


def read_postman(source: Source, environments: Sequence[Source] = ()) -> Draft:
    """The collection in ``source`` with the values of ``environments``; raises ``InvalidFiles``."""
    document = mapping(read_json(source, "Postman collection"))
    document = mapping(document.get("collection")) or document  # as Postman's API wraps it
    _check_version(document, source)
    info = mapping(document.get("info"))
    draft = Draft(text_of(info.get("name")) or "Imported from Postman")
    draft.reserve(source.text)
    draft.description = description_of(info.get("description"))
    scopes = add_scopes(document, environments, draft)
    if document.get("auth"):
        _put(draft.defaults, "auth", auth_of(document["auth"], draft, "the collection"))
    scopes.reads(draft.defaults, draft.variables)
    whole = Folder(scopes, scripts=tuple(one._replace(is_of_all=True) for one in _scripts(document, draft.name, draft)))
    _items(elements(document.get("item")), whole, draft)
    keep_kinds(draft)
    if not draft.requests:
        draft.note(draft.name, "there is no request in it")
    return draft


def _check_version(document: Mapping[str, Json], source: Source) -> None:
    schema = text_of(mapping(document.get("info")).get("schema"))
    if "item" in document and (not schema or any(version in schema for version in VERSIONS)):
        return
    if "values" in document:
        raise wrong(source, "this is an environment, no collection", "Give the collection, and this by --with.")
    if "requests" in document or "v1" in schema:
        raise wrong(source, "this is a collection of version 1", "Export it from Postman as Collection v2.1.")
    hint = "In Postman: the collection's menu, Export, Collection v2.1."
    raise wrong(source, f"this is no Postman collection of version 2{': ' + schema if schema else ''}", hint)


def _items(items: Iterable[Json], folder: Folder, draft: Draft) -> None:
    for item in map(mapping, items):
        name = text_of(item.get("name"))
        place = " / ".join((*folder.names, name or "a request without a name"))
        if "item" in item:
            auth = item.get("auth") or folder.auth
            add_own(item.get("variable"), place, folder.scopes, draft)
            scripts = (one._replace(folder=place) for one in _scripts(item, place, draft))
            inner = Folder(folder.scopes, (*folder.names, name), auth, (*folder.scripts, *scripts))
            _items(elements(item["item"]), inner, draft)
        elif "request" in item:
            _request(item, folder, place, draft)
        else:
            draft.note(place, "this is neither a folder nor a request; it is left out")


def _request(item: Mapping[str, Json], folder: Folder, place: str, draft: Draft) -> None:
    asked = item["request"]
    made: dict[str, Value] = {"name": _name(item, folder, draft)}
    request = mapping(asked) if not isinstance(asked, str) else {"url": asked, "method": "GET"}
    description = description_of(request.get("description")) or description_of(item.get("description"))
    _put(made, "description", draft.text(description, place))
    _put(made, "tags", [draft.text(one, place) for one in folder.names if one])
    behaviour = mapping(item.get("protocolProfileBehavior"))
    if _is_pruned(request, behaviour):
        draft.note(place, "its body is not sent by Postman; it is left out")
        request = {**request, "body": None}
    made.update(request_of(request, draft, place))
    _auth(made, request.get("auth") or item.get("auth") or folder.auth, draft, place)
    _behaviour(made, behaviour, draft, place)
    add_own(item.get("variable"), place, folder.scopes, draft)
    folder.scopes.reads(made)
    dialect = DIALECT._replace(hidden_by=folder.scopes.hidden_by, may_fix=folder.scopes.may_fix)
    tested = read_scripts((*folder.scripts, *_scripts(item, place, draft)), dialect, draft)
    _tell_repeated(tested.expect, draft, place)
    _put(made, "expect", tested.expect)
    _put(made, "capture", tested.capture)
    _put(made, "examples", examples_of(elements(item.get("response")), draft, place))
    tell_objects(made, draft, place)
    comment = tested.comment
    draft.requests.append(Commented(made, comment) if comment else made)


def _tell_repeated(expect: Mapping[str, Value], draft: Draft, place: str) -> None:
    """Of a header that comes several times Postman looks at the last, and we look for one that fits."""
    headers = expect.get("headers")
    for name, matcher in headers.items() if isinstance(headers, dict) else ():
        if name in REPEATED and matcher != {"exists": True}:
            message = f"where {name} comes several times, one that fits is enough here; Postman looks at the last"
            draft.note(place, message, "If that matters, ask for its value in another way.")


def _is_pruned(request: Mapping[str, Json], behaviour: Mapping[str, Json]) -> bool:
    """Whether a request has a body that Postman leaves out: its method has none, and no setting says otherwise."""
    body = mapping(request.get("body"))
    method = text_of(request.get("method")).upper() or "GET"
    is_there = bool(body.get(text_of(body.get("mode")))) and not body.get("disabled")
    return is_there and method in WITHOUT_BODY and behaviour.get("disableBodyPruning") is not True


def _name(item: Mapping[str, Json], folder: Folder, draft: Draft) -> str:
    """Names are unique in a file: with the folder's before it where two have the same, else with a number."""
    taken = {text_of(mapping(one.value if isinstance(one, Commented) else one).get("name")) for one in draft.requests}
    name = draft.text(text_of(item.get("name")).strip(), "names") or "request"
    if name in taken and folder.names:
        name = draft.text(" / ".join((*folder.names, text_of(item.get("name")))), "names")
    return unique(name, taken)


def _auth(made: dict[str, Value], auth: Json, draft: Draft, place: str) -> None:
    written = auth_of(auth, draft, place) if auth is not None else None
    if written != draft.defaults.get("auth"):  # what folders repeat of the collection stands once
        _put(made, "auth", written)


def _behaviour(made: dict[str, Value], behaviour: Mapping[str, Json], draft: Draft, place: str) -> None:
    if behaviour.get("followRedirects") is False:
        made["redirects"] = False
    elif isinstance(behaviour.get("maxRedirects"), int):
        made["redirects"] = min(int(text_of(behaviour["maxRedirects"])), 100)
    if behaviour.get("strictSSL") is False:
        made["tls"] = {"verify": False}
    known = {"followRedirects", "maxRedirects", "strictSSL", "disableBodyPruning", "disableUrlEncoding"}
    for name in sorted(set(behaviour) - known):
        draft.note(place, f"the setting {name} has nothing here that it could become")


def _scripts(item: Mapping[str, Json], place: str, draft: Draft) -> tuple[Script, ...]:
    """The scripts of a request, a folder or the collection."""
    found = []
    for event in map(mapping, elements(item.get("event"))):
        when, script = text_of(event.get("listen")), event.get("script")
        lines = mapping(script).get("exec") if isinstance(script, Mapping) else script
        text = "\n".join(map(text_of, lines)) if isinstance(lines, list) else text_of(lines)
        if mapping(script).get("src"):
            draft.note(place, f"its {when} script is in another file, which is not read; it is left out")
        elif text.strip() and event.get("disabled"):
            draft.note(place, f"its {when} script is switched off; it is left out")
        elif text.strip() and text != OWN:
            found.append(Script(when, text, place))
    return tuple(found)


def _put(target: dict[str, Value], key: str, value: Value) -> None:
    """Nothing is not written."""
    if value not in (None, "", [], {}):
        target[key] = value
