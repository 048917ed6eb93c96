"""Keys that are sent without encryption."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from runner.lint.finding import Finding, Subject, found, placeholders_in
from runner.model import Collection, RequestSpec, SecretRules
from runner.node import Node
from runner.settings import is_loopback
from runner.variables.letting_in import lets_in
from runner.variables.secrets import is_login_cookie, is_secret
from runner.variables.template import Placeholder, TemplateError, parse_template

THIS_MACHINE: Final = ("0.0.0.0", "host.docker.internal")  # noqa: S104  # nothing listens here
RULE: Final = "key-over-http"
MAX_DEPTH: Final = 20


class _Text(NamedTuple):
    """The text of a URL as far as the file says it, and where its scheme is written."""

    text: str
    place: Node


def keys_over_http(subject: Subject) -> Iterator[Finding]:
    """A request with what lets somebody in, to an address that begins with http:// and is not this machine."""
    collection = subject.collection
    for spec in collection.own_requests:
        what = _key_of(spec, collection.secrets)
        for url in _addresses(spec) if what else ():
            told = _text(url, collection, MAX_DEPTH)
            host = _host(told.text) if told is not None else ""
            if told is not None and told.place.source is subject.source and host and not _is_here(host):
                hint = "Write https://, or the address of this machine if that is meant."
                yield found(RULE, told.place, f"{what} goes to {host} over http://, where others can read it", hint)


def _addresses(spec: RequestSpec) -> Iterator[Node]:
    absolute = "://" in str(spec.url.value).partition("?")[0] or str(spec.url.value).startswith("<<")
    if absolute or spec.base_url is None:
        yield spec.url
    else:
        yield spec.base_url
    token = spec.auth.fields.get("token_url") if spec.auth is not None else None
    if token is not None:
        yield token


def _key_of(spec: RequestSpec, rules: SecretRules) -> str:
    """What lets somebody in, as a message names it; empty for nothing."""
    if spec.auth is not None:
        return f"what auth says ({spec.auth.scheme})"
    for what, pairs in (("the header", spec.headers), ("the parameter", spec.query)):
        for key, value in pairs:
            name = str(key.value)
            is_key = name.lower() in ("authorization", "proxy-authorization") or lets_in(name)
            if is_key and name not in rules.excluded and value.value not in (None, ""):
                return f"{what} {name}"
    return _other_key(spec, rules)


def _other_key(spec: RequestSpec, rules: SecretRules) -> str:
    for key, value in spec.cookies.items if spec.cookies is not None else ():
        if is_login_cookie(str(key.value), rules) and value.value is not None:
            return f"the cookie {key.value}"
    scalars = (one for node in spec.nodes(response=False) for one in node.templated_scalars())
    names = (one.name for scalar in scalars for one in placeholders_in(scalar))
    return next((name for name in names if is_secret(name, rules)), "")


def _text(url: Node, collection: Collection, depth: int) -> _Text | None:
    """What stands in ``url`` up to its host, from the variables of the file; None where only others know."""
    if not isinstance(url.value, str) or not depth:
        return None
    try:
        parts = parse_template(url.value)
    except TemplateError:
        return None
    text, place = "", url
    for number, part in enumerate(parts):
        if isinstance(part, str):
            text += part
        else:
            inner = _value(part, url, collection.variables, collection, depth)
            if inner is None:
                break
            if not number:
                place = inner.place
            text += inner.text
        if "/" in text.partition("://")[2]:
            return _Text(text, place)
    else:
        return _Text(text, place)
    return None


def _value(
    part: Placeholder, url: Node, variables: Mapping[str, Node], collection: Collection, depth: int
) -> _Text | None:
    node = variables.get(part.name)
    if part.filters:
        return None
    if node is not None:
        return _text(node, collection, depth - 1)
    return _Text(part.default, url) if part.default is not None else None


def _host(text: str) -> str:
    try:
        found = urlsplit(text)
        return (found.hostname or "") if found.scheme.lower() == "http" else ""
    except ValueError:
        return ""


def _is_here(host: str) -> bool:
    return is_loopback(host) or host.lower().rstrip(".") in THIS_MACHINE
