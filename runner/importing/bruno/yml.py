"""Bruno's files in YAML: the requests, folders and environments of an OpenCollection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from runner.errors import InvalidFiles
from runner.importing.bruno.bru import MODES, number
from runner.importing.bruno.items import Auth, Body, Branch, Code, Entry, Item
from runner.importing.environments import Environment
from runner.importing.json_source import Json, description_of, elements, mapping, text_of
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.node import Plain
from runner.source import Source

WHEN: Final = {"before-request": "prerequest", "after-response": "test", "tests": "test"}
OF_OAUTH2: Final = {
    "client_credentials": "client_credentials",
    "resource_owner_password": "password",
    "authorization_code": "authorization_code",
    "implicit": "implicit",
}


def read_yaml(source: Source) -> Mapping[str, Json]:
    """The document; raises ``InvalidFiles`` with the place of what is wrong."""
    problems = Problems()
    node = read_document(source, problems)
    if node is None or problems.of("error"):
        raise InvalidFiles(tuple(problems.of("error")))
    return mapping(_json(node.plain()))


def _json(value: Plain) -> Json:
    if isinstance(value, Mapping):
        return {str(key): _json(one) for key, one in value.items()}
    return [_json(one) for one in value] if isinstance(value, list | tuple) else value


def yaml_item(document: Mapping[str, Json], file: str) -> Item:
    """A request, or what a folder or the whole collection gives to its requests."""
    info = mapping(document.get("info"))
    kind = text_of(info.get("type")) or ("http" if "http" in document else "folder")
    http = mapping(document.get("http") or document.get("graphql"))
    shared = mapping(document.get("request"))
    runtime = mapping(document.get("runtime")) or shared
    body = http.get("body")
    seq = info.get("seq")
    return Item(
        file=file,
        name=text_of(info.get("name")),
        kind="graphql" if "graphql" in document else kind,
        seq=number(text_of(seq)) if seq is not None else 1e9,
        tags=tuple(text_of(one) for one in elements(info.get("tags"))),
        method=text_of(http.get("method")).upper(),
        url=text_of(http.get("url")),
        params=_entries(http.get("params")),
        headers=_entries(http.get("headers") or shared.get("headers")),
        auth=_auth(http.get("auth") or runtime.get("auth") or shared.get("auth") or ("none" if http else "")),
        body=_graphql(body) if "graphql" in document else _body(body),
        variables=_entries(runtime.get("variables")),
        kept=_kept(runtime.get("actions")),
        assertions=_assertions(runtime.get("assertions")),
        scripts=_scripts(runtime.get("scripts")),
        docs=description_of(document.get("docs")),
        settings={name: text_of(value) for name, value in mapping(document.get("settings")).items()},
        examples=tuple(_example(mapping(one)) for one in elements(document.get("examples"))),
        told=tuple(_told(runtime)),
    )


def _told(runtime: Mapping[str, Json]) -> Iterator[tuple[int, str]]:
    """What happens at times, or in ways, that there is nothing for."""
    for one in map(mapping, elements(runtime.get("actions"))):
        if not _is_kept(one) and not one.get("disabled"):
            kind, name = text_of(one.get("type")), text_of(mapping(one.get("variable")).get("name"))
            yield 0, f"the action {kind} {name}".rstrip() + f" ({text_of(one.get('phase'))}) is left out"
    for one in map(mapping, elements(runtime.get("scripts"))):
        if text_of(one.get("type")) not in WHEN and text_of(one.get("code")).strip():
            yield 0, f"a script of the kind {text_of(one.get('type'))} is left out"


def yaml_branch(document: Mapping[str, Json], file: str) -> Branch:
    """A folder or a collection whose requests stand in the same file."""
    items = [mapping(one) for one in elements(document.get("items"))]
    folders = [yaml_branch(one, file) for one in items if "items" in one]
    requests = [yaml_item(one, file) for one in items if "items" not in one]
    return Branch(yaml_item(document, file)._replace(kind="folder"), tuple(folders), tuple(requests))


def yaml_environment(document: Mapping[str, Json], name: str) -> Environment:
    """An environment with its values; those of secrets are kept elsewhere."""
    entries = [mapping(one) for one in elements(document.get("variables"))]
    on = [one for one in entries if not one.get("disabled") and text_of(one.get("name"))]
    values = {text_of(one.get("name")): _value(one.get("value")) for one in on}
    secret = frozenset(text_of(one.get("name")) for one in on if one.get("secret") or one.get("transient"))
    return Environment(text_of(document.get("name")) or name, values, secret)


def yaml_environments(document: Mapping[str, Json]) -> tuple[Environment, ...]:
    """Those that stand in the collection's own file."""
    listed = elements(mapping(document.get("config")).get("environments"))
    return tuple(yaml_environment(mapping(one), f"environment-{number}") for number, one in enumerate(listed, 1))


def _value(value: Json) -> str:
    """A value, which may stand beside its type."""
    return text_of(mapping(value).get("data")) if isinstance(value, Mapping) else text_of(value)


def _entries(given: Json) -> tuple[Entry, ...]:
    entries = [mapping(one) for one in elements(given)]
    return tuple(
        Entry(text_of(one.get("name")), _value(one.get("value")), not one.get("disabled"), kind=_kind(one))
        for one in entries
    )


def _kind(entry: Mapping[str, Json]) -> str:
    return "path" if entry.get("type") == "path" else ""


def _auth(auth: Json) -> Auth:
    if isinstance(auth, str):
        return Auth(auth)
    given = mapping(auth)
    mode = text_of(given.get("type"))
    inner = mapping(given.get(mode)) or given
    fields = {name: text_of(value) for name, value in inner.items() if not isinstance(value, dict | list)}
    if mode == "oauth2":
        credentials, owner = mapping(given.get("credentials")), mapping(given.get("resourceOwner"))
        fields |= {name: text_of(value) for name, value in {**credentials, **owner}.items()}
        fields["credentials_placement"] = fields.pop("placement", "")
        fields["grant_type"] = OF_OAUTH2.get(text_of(given.get("flow")), text_of(given.get("flow")))
    return Auth(mode, fields)


def _body(body: Json) -> Body:
    if isinstance(body, list):  # several, of which one is chosen
        chosen = [mapping(one) for one in body]
        body = next(
            (one.get("body") for one in chosen if one.get("selected")), chosen[0].get("body") if chosen else None
        )
    given = mapping(body)
    mode = MODES.get(text_of(given.get("type")), text_of(given.get("type")) or "none")
    data = given.get("data")
    if not isinstance(data, list):
        return Body(mode, text_of(data))
    return Body(mode, fields=tuple(_field(mapping(one)) for one in data))


def _field(entry: Mapping[str, Json]) -> Entry:
    on, kind = not entry.get("disabled"), text_of(entry.get("contentType"))
    if "filePath" in entry:
        return Entry("file", text_of(entry["filePath"]), entry.get("selected") is not False, kind="file", type=kind)
    value = entry.get("value")
    if entry.get("type") == "file":
        text = "|".join(map(text_of, value)) if isinstance(value, list) else text_of(value)
        return Entry(text_of(entry.get("name")), text, on, kind="file", type=kind)
    return Entry(text_of(entry.get("name")), _value(value), on, type=kind)


def _graphql(body: Json) -> Body:
    given = mapping(body)
    return Body("graphql", text_of(given.get("query")), text_of(given.get("variables"))) if given else Body()


def _kept(actions: Json) -> tuple[Entry, ...]:
    found: list[Entry] = []
    for one in map(mapping, elements(actions)):
        name = text_of(mapping(one.get("variable")).get("name"))
        if _is_kept(one):
            found.append(Entry(name, text_of(mapping(one.get("selector")).get("expression")), not one.get("disabled")))
    return tuple(found)


def _is_kept(action: Mapping[str, Json]) -> bool:
    return action.get("type") == "set-variable" and action.get("phase") == "after-response"


def _assertions(given: Json) -> tuple[Entry, ...]:
    entries = [mapping(one) for one in elements(given)]
    return tuple(
        Entry(
            text_of(one.get("expression")),
            f"{text_of(one.get('operator'))} {text_of(one.get('value'))}".strip(),
            not one.get("disabled"),
        )
        for one in entries
    )


def _scripts(given: Json) -> tuple[Code, ...]:
    entries = [mapping(one) for one in elements(given)]
    return tuple(
        Code(WHEN[text_of(one.get("type"))], text_of(one.get("code")))
        for one in entries
        if text_of(one.get("type")) in WHEN and text_of(one.get("code")).strip()
    )


def _example(example: Mapping[str, Json]) -> Json:
    """A saved response as Postman has it."""
    response = mapping(example.get("response"))
    body = mapping(response.get("body"))
    headers: list[Json] = [
        {"key": text_of(mapping(one).get("name")), "value": text_of(mapping(one).get("value"))}
        for one in elements(response.get("headers"))
    ]
    return {
        "name": text_of(example.get("name")),
        "code": response.get("status", 200),
        "header": headers,
        "body": text_of(body.get("data")),
        "_postman_previewlanguage": text_of(body.get("type")),
    }
