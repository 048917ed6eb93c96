"""Warnings about values from outside that can be sent and will not do: keys as they are pasted, slashes twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from runner.auth.apply import CREDENTIAL_HEADERS
from runner.engine.job import Planned
from runner.errors import RenderError
from runner.messages import Response
from runner.node import Node
from runner.results import Advice
from runner.source import Diagnostic
from runner.variables.captures import Found
from runner.variables.template import Placeholder, diagnostic_at, parts_of

KEY_SCHEMES: Final = frozenset({"bearer", "api_key"})
QUOTES: Final = (('"', '"'), ("'", "'"), ("`", "`"), ("\u201c", "\u201d"), ("\u2018", "\u2019"))
SCHEME: Final = re.compile(r"(?:bearer|basic|token)\s", re.IGNORECASE)
ASSIGNED: Final = re.compile(r"(?:export\s+)?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN)\s*=\s*[^=\s]")
STAND_IN: Final = re.compile(
    r".{0,40}(?:\.\.\.|\u2026|\*{4,}|[xX]{4,})|(?:your|insert|paste|replace)[-_ ].{0,40}|change[-_ ]?me", re.IGNORECASE
)
NOT_FOUND: Final = 404
SLASHES: Final = (
    "The path of the URL holds //, which is another path than with one /. Look for a variable such as BASE_URL whose "
    "value ends in / where the next / follows."
)


def doubtful_values(requests: Iterable[Planned]) -> Iterator[Diagnostic]:
    """A warning for each variable that looks wrong where it stands; what its value is is not told."""
    told: set[tuple[int, str]] = set()
    for planned in requests:
        for warning in (*_slashes(planned), *_keys(planned)):
            one = (id(planned.scope.variables), warning.message)
            if one not in told:
                told.add(one)
                yield warning


def advice_on_slashes(response: Response, advice: Advice | None) -> Advice | None:
    """What to do about an address that is not there, and was perhaps put together from parts that do not fit."""
    if response.status != NOT_FOUND or "//" not in urlsplit(response.url).path:
        return advice
    return Advice(advice.says if advice is not None else "", SLASHES)


def _slashes(planned: Planned) -> Iterator[Diagnostic]:
    for node in (planned.spec.url, planned.spec.base_url):
        parts = parts_of(node) if node is not None and node.templated else ()
        if node is None or len(parts) < 2 or not isinstance(parts[0], Placeholder):
            continue
        found = _value(planned, parts[0])
        if str(parts[1]).startswith("/") and found is not None and str(found.value).endswith("/"):
            name = parts[0].name
            message = f"{name} ends in / and another / follows, so that the URL holds //"
            hint = f"Take away the / at its end; the value comes from {found.origin}."
            yield _warning("double-slash", node, parts[0], message, hint)


def _keys(planned: Planned) -> Iterator[Diagnostic]:
    """Of what stands in headers and schemes that carry a key; a password may be anything."""
    if planned.scope.variables.is_for_mock:
        return
    for node, scheme in _places(planned):
        before = f"{scheme} " if scheme == "bearer" else ""
        for part in parts_of(node) if node.templated else ():
            if isinstance(part, str):
                before = part
                continue
            found = _value(planned, part)
            what = pasted(part.name, str(found.value), before) if found is not None and not part.filters else ""
            if found is not None and what:
                message = f"the value of {part.name} {what}"
                hint = f"It comes from {found.origin}. Only the key itself belongs there."
                yield _warning("pasted-key", node, part, message, hint)


def _places(planned: Planned) -> Iterator[tuple[Node, str]]:
    auth = planned.spec.auth
    if auth is not None and auth.scheme in KEY_SCHEMES:
        yield from ((node, auth.scheme) for node in auth.fields.values())
    yield from ((value, "") for key, value in planned.spec.headers if str(key.value).lower() in CREDENTIAL_HEADERS)


def pasted(name: str, value: str, before: str) -> str:
    """What is not right about a key that follows the text ``before``; empty if nothing is."""
    key = value.strip()
    if "\n" in key or "\r" in key:
        return "holds a line break"
    if value != key:
        return "begins or ends with a space or a line break"
    if any(len(key) > 1 and key.startswith(first) and key.endswith(last) for first, last in QUOTES):
        return "stands in quotes, which are sent with it"
    if key.startswith(f"{name}=") or ASSIGNED.match(key):
        return "begins with a name and ="
    if key.startswith("<") and key.endswith(">"):
        return "stands in < and >, as in an example"
    if STAND_IN.fullmatch(key):
        return "looks like what stands for a key in an example"
    if SCHEME.match(key):
        return f"begins with {before.strip().title()}, as the header does already" if SCHEME.match(before) else ""
    return "holds a space" if " " in key and before.strip() else ""


def _value(planned: Planned, placeholder: Placeholder) -> Found | None:
    """What is known before anything is sent and comes from no response."""
    name, variables = placeholder.name, planned.scope.variables
    if name.startswith("$") or name in planned.sources:
        return None
    try:
        return variables.lookup(name)
    except RenderError:  # it is told where it is looked up first
        return None


def _warning(rule: str, node: Node, part: Placeholder, message: str, hint: str) -> Diagnostic:
    return diagnostic_at(rule, node, part.text, message, hint)._replace(severity="warning")
