"""Secrets that stand in the file, where everybody who sees it has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from runner.lint.finding import Finding, Subject, found, placeholders_in
from runner.model import SecretRules
from runner.node import Node
from runner.variables.credentials import CREDENTIALS
from runner.variables.letting_in import NO_SECRETS, SHAPE, lets_in, variable_name
from runner.variables.secrets import LEAST_COOKIE, PART, SECRET_PARTS, USER_INFO, is_login_cookie, is_secret
from runner.variables.stand_ins import REFUSED, is_stand_in

RULE: Final = "secret-in-file"
SHORTEST: Final = 4
SCHEME: Final = re.compile(r"(?:bearer|basic|token|apikey)\s+", re.IGNORECASE)
IN_QUERY: Final = re.compile(r"[?&]([\w.-]+)=([^&#<\s]+)")
BODIES: Final = ("json", "form", "multipart", "graphql")
NAMED: Final = ("headers", "query", "cookies")
URLS: Final = ("url", "base_url", "proxy")


class _Written(NamedTuple):
    """A secret as it is written: what it is called, where it stands, its value, whether it is that of a variable."""

    name: str
    node: Node
    value: str
    of_variable: bool = False


def secrets_in_file(subject: Subject) -> Iterator[Finding]:
    """What lets somebody in and is no placeholder, by its name or by its looks; in saved responses it is not looked
    for, and requests that shall be refused may have a wrong one."""
    told: set[int] = set()
    for one in _written(subject):
        if id(one.node) in told or one.node.source is not subject.source:
            continue
        told.add(id(one.node))
        hint = _hint(one)
        finding = found(RULE, one.node, f"the value of {one.name} stands in the file", hint)
        yield finding._replace(hide=(one.value,))


def _hint(one: _Written) -> str:
    name = variable_name(one.name, "API_KEY")
    name = "API_KEY" if name in ("AUTHORIZATION", "BEARER", "A_KEY", "AUTH") else name
    name = one.name if one.of_variable else name
    here = "take it out here" if one.of_variable else f"write <<{name}>> here"
    return (
        f"Put it into .env as {name}=…, and {here}. Who has had this file has it: if it was handed on or "
        "committed, have a new one made."
    )


def _written(subject: Subject) -> Iterator[_Written]:
    rules = subject.collection.secrets
    for mapping in _variables(subject):
        for key, value in mapping.items:
            name = str(key.value)
            if is_secret(name, rules) and not NO_SECRETS.fullmatch(name):
                yield from (one._replace(of_variable=True) for one in _all(name, value))
    for part in subject.parts:
        if not _is_refused(part):
            yield from _in_request(part, rules)
            for key, value in part.items:
                if key.value not in ("examples", "capture"):
                    yield from _by_looks(value, rules)
    variables = subject.root.get("variables")
    if variables is not None:
        yield from _by_looks(variables, rules)


def _variables(subject: Subject) -> Iterator[Node]:
    """Mappings of names of variables to values, or to lists of them."""
    for holder in (subject.root, *subject.parts):
        for key in ("matrix", "with", *(["variables"] if holder is subject.root else [])):
            mapping = holder.get(key)
            if mapping is not None:
                yield mapping
        rows = holder.get("data")
        if rows is not None:
            yield from rows.elements


def _all(name: str, value: Node, least: int = SHORTEST) -> Iterator[_Written]:
    """The scalars of a value, or of its list, that are secrets if their name is one."""
    for one in value.as_list:
        if one.kind == "scalar" and isinstance(one.value, str | int | float) and not isinstance(one.value, bool):
            text = SCHEME.sub("", str(one.value), count=1).strip()
            if len(text) >= least and "<<" not in text and not is_stand_in(text):
                yield _Written(name, one, text)


def _in_request(part: Node, rules: SecretRules) -> Iterator[_Written]:
    for kind, node in ((str(key.value), node) for key, node in part.items):
        if kind == "auth":
            yield from _in_auth(node)
        elif kind in BODIES:
            yield from _in_body(node)
        elif kind in NAMED:
            yield from _in_pairs(kind, node, rules)
        elif kind in URLS and isinstance(node.value, str):
            yield from _in_url(node, node.value)


def _in_pairs(kind: str, node: Node, rules: SecretRules) -> Iterator[_Written]:
    for key, value in node.items:
        name = str(key.value)
        if name in rules.excluded:
            continue
        if kind == "cookies":
            yield from _all(f"the cookie {name}", value, LEAST_COOKIE) if is_login_cookie(name, rules) else ()
        elif name.lower() in ("authorization", "proxy-authorization") or lets_in(name):
            yield from _all(name, value)


def _in_auth(auth: Node) -> Iterator[_Written]:
    for scheme, fields in auth.items:
        if scheme.value == "bearer":
            yield from _all("bearer", fields)
        for key, value in fields.items:
            if key.value in CREDENTIALS:
                yield from _all(str(key.value) if key.value != "value" else "a key", value)


def _in_body(body: Node) -> Iterator[_Written]:
    """By keys that end in what secrets are called: ``token_type`` is none."""
    for node in body.inside():
        for key, value in node.items:
            parts = PART.findall(str(key.value))
            last = parts[-1].upper() if parts else ""
            if last in SECRET_PARTS - {"KEY", "TOKEN", "AUTH"} or (len(parts) > 1 and last in ("KEY", "TOKEN")):
                yield from _all(str(key.value), value) if lets_in(str(key.value), plain_key=False) else ()


def _in_url(node: Node, url: str) -> Iterator[_Written]:
    for value in USER_INFO.findall(url):
        if not is_stand_in(value):
            yield _Written("the password in the URL", node, value)
    for name, value in IN_QUERY.findall(url):
        if lets_in(name) and len(value) >= SHORTEST and not is_stand_in(value):
            yield _Written(name, node, value)


def _by_looks(node: Node, rules: SecretRules) -> Iterator[_Written]:
    for scalar in node.scalars():
        if not isinstance(scalar.value, str):
            continue
        for one in placeholders_in(scalar):
            text = one.default or ""
            if is_secret(one.name, rules) and len(text) >= SHORTEST and not is_stand_in(text):
                yield _Written(one.name, scalar, text)
        match = SHAPE.search(scalar.value)
        if match is not None and not is_stand_in(match.group()):
            yield _Written("a key", scalar, match.group())


def _is_refused(part: Node) -> bool:
    """Whether its answer shall be a refusal, as of a request with a key that is wrong on purpose."""
    expect = part.get("expect")
    status = expect.get("status") if expect is not None else None
    return status is not None and any(str(one.value) in REFUSED for one in status.as_list)
