"""A collection as Postman keeps it: requests in folders by their tags, variables, authentication, examples, tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, TypeAlias

from runner.exporting.exported import Exported
from runner.exporting.known import Known, requests_of
from runner.exporting.postman.auth import auth_of
from runner.exporting.postman.examples import responses_of
from runner.exporting.postman.request import request_of
from runner.exporting.postman.scripts import script_of
from runner.exporting.postman.texts import Texts
from runner.exporting.unsaid import notes_of, tell_of_collection, tell_of_request, tell_of_variables
from runner.model import AuthSpec, Collection, RequestSpec
from runner.node import Plain
from runner.postman_script import ANSWERS_ARE_JSON
from runner.settings import BadValue, redirects, tls

SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
SAID: Final = frozenset(("description", "examples", "redirects", "tls", "tags"))
WITHOUT_BODY: Final = frozenset(("GET", "HEAD", "COPY", "PURGE", "UNLOCK"))
"""Methods whose bodies Postman leaves out, unless it is told to send them."""
Item: TypeAlias = "dict[str, Plain]"


def to_postman(collection: Collection) -> Exported:
    """The collection, version 2.1, and what it does not say."""
    known = Known(collection)
    texts = Texts(known)
    tell_of_collection(known)
    specs = list(requests_of(known))
    shared = _shared_auth(specs)
    items = [_item(spec, shared, texts) for spec in specs]
    foldered = _in_folders(specs, items, known)
    info: dict[str, Plain] = {"name": texts.known.hidden(collection.name) or collection.source.name}
    if collection.description:
        info["description"] = collection.description
    document: dict[str, Plain] = {"info": {**info, "schema": SCHEMA}, "item": foldered}
    if shared is not None:
        document["auth"] = auth_of(shared, texts)
    script: list[Plain] = list(ANSWERS_ARE_JSON)
    document["event"] = [{"listen": "test", "script": {"type": "text/javascript", "exec": script}}]
    document["variable"] = _variables(texts)
    tell_of_variables(known, "Set them there, in an environment.")
    text = json.dumps(document, indent="\t", ensure_ascii=False)
    return Exported(text.encode("utf-8", "replace").decode() + "\n", notes_of(known), len(specs))


def _item(spec: RequestSpec, shared: AuthSpec | None, texts: Texts) -> Item:
    tell_of_request(spec, texts.known, SAID)
    request = request_of(spec, texts)
    item: Item = {"name": texts.text(spec.name)}
    behaviour = _behaviour(spec, texts)
    if spec.body is not None and request["method"] in WITHOUT_BODY:
        behaviour["disableBodyPruning"] = True
    if behaviour:
        item["protocolProfileBehavior"] = behaviour
    script = script_of(spec, texts.known)
    if script:
        item["event"] = [{"listen": "test", "script": {"type": "text/javascript", "exec": list(script)}}]
    if shared is not None and spec.auth is None:
        request = {"auth": {"type": "noauth"}, **request}
    elif spec.auth is not None and spec.auth != shared:
        request = {"auth": auth_of(spec.auth, texts), **request}
    item["request"] = request
    item["response"] = responses_of(spec, request, texts)
    return item


def _behaviour(spec: RequestSpec, texts: Texts) -> dict[str, Plain]:
    """What Postman calls settings; what it has none for is told."""
    made: dict[str, Plain] = {}
    if spec.redirects is not None and not spec.redirects.templated:
        most = redirects(spec.redirects.plain())
        made |= {"maxRedirects": most} if most else {"followRedirects": False}
    if spec.tls is not None:
        try:
            read = None if spec.tls.templated else tls(spec.tls.plain(), texts.known.collection.folder)
        except BadValue:
            read = None
        if read is not None and not read.verify:
            made["strictSSL"] = False
        if (read is None or read.ca or read.cert or read.key) and texts.known.is_new(spec.tls):
            texts.known.note(spec.tls.location, "certificates are left out", "Name them in Postman's settings.")
    if spec.redirects is not None and spec.redirects.templated:
        texts.known.note(spec.redirects.location, "redirects is left out: it is a variable")
    return made


def _shared_auth(specs: Sequence[RequestSpec]) -> AuthSpec | None:
    """What most of several requests prove themselves with: it stands once, for the whole collection."""
    found = [spec.auth for spec in specs if spec.auth is not None]
    counts = [sum(one == other for other in found) for one in found]
    most = max(counts, default=0)
    return found[counts.index(most)] if most > 1 else None


def _in_folders(specs: Sequence[RequestSpec], items: Sequence[Item], known: Known) -> list[Plain]:
    """Folders by tags, the first one outermost, as an import makes them tags: where the order of the requests stays."""
    paths = [spec.tags for spec in specs]
    if not _is_tree(paths):
        for spec in specs:
            if spec.tags and (node := spec.node.get("tags")) is not None and known.is_new(node):
                known.note(node.location, f'the tags of "{spec.name.value}" are left out')
        return list(items)
    found: list[Plain] = []
    for path, item in zip(paths, items, strict=True):
        inner = found
        for tag in path:
            last = inner[-1] if inner else None
            if not (isinstance(last, dict) and "item" in last and last["name"] == tag):
                last = {"name": tag, "item": []}
                inner.append(last)
            below = last["item"]
            assert isinstance(below, list)  # noqa: S101  # as made above
            inner = below
        inner.append(item)
    return found


def _is_tree(paths: Sequence[tuple[str, ...]]) -> bool:
    """Whether the requests of each folder stand one behind the other."""
    closed: set[tuple[str, ...]] = set()
    before: tuple[str, ...] = ()
    for path in paths:
        prefixes = {path[:end] for end in range(1, len(path) + 1)}
        if prefixes & closed:
            return False
        closed |= {before[:end] for end in range(1, len(before) + 1)} - prefixes
        before = path
    return True


def _variables(texts: Texts) -> list[Plain]:
    """Those of the file with their values; secrets have none."""
    known = texts.known
    found: dict[str, Plain] = {}
    for name, node in known.plain():
        is_text = node.kind == "scalar" and isinstance(node.value, str)
        found[name] = texts.text(node) if is_text else texts.json(node, None) if node.kind != "scalar" else node.value
    found |= {**known.spot, **known.derived}
    found |= dict.fromkeys(known.secrets, "")
    return [{"key": name, "value": "" if value is None else value} for name, value in found.items()]
