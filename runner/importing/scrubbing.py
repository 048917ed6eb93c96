"""Free text with what lets somebody in kept apart: secrets in bodies, descriptions, comments, addresses, checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from runner.importing.apart import SHORTEST_SECRET
from runner.importing.draft import Draft
from runner.importing.parts import secret
from runner.variables.letting_in import SHAPE, lets_in
from runner.writing.layout import Commented, Value

WORD: Final = re.compile(r"[A-Za-z_][\w-]*")
QUOTED: Final = re.compile(r"""(["'`])((?:\\.|(?!\1)[^\\\n])*)\1""")
NAMED: Final = re.compile(
    r"""(?P<before>["']?\b(?P<name>[A-Za-z_][\w-]*)["']?[ \t]*[:=][ \t]*(?P<quote>["']))(?P<value>[^"'\n]+)(?P=quote)"""
    r"|(?P<open><(?:[\w-]+:)?(?P<tag>[A-Za-z_][\w-]*)>)(?P<text>[^<>\n]+)(?=</)"
)
"""In any text, ``"name": "value"`` and ``<name>value</name>``."""
LINE: Final = re.compile(r"(?m)^(?P<before>[ \t]*(?P<name>[A-Za-z_][\w-]*)[ \t]*[:=][ \t]*)(?P<value>\S[^\n]*)$")
"""A header or a variable that is written on a line of its own."""


IN_ADDRESS: Final = re.compile(r"(?P<before>(?:\A|[?&;])(?P<name>[A-Za-z_][\w-]*)=)(?P<value>[^\s&;#'\"<>]++)(?!<)")
CREDENTIALS: Final = re.compile(r"(?i)\b(bearer|basic|token)[ \t]+(?=\S*\d)([A-Za-z0-9._~+/=-]{8,})")
USER: Final = re.compile(r"(?<=://)([^/?#@\s:<>]+):([^/?#@\s<>]+)@")
UNFILLED: Final = frozenset(("schema", "matches", "regex"))
"""Keys under which no placeholder is filled, or means a pattern."""


def finish(draft: Draft) -> None:
    """What is done last of all: secrets are kept apart, and what has no value is told."""
    draft.keep_credentials()
    scrub(draft)
    draft.settle()


def scrub(draft: Draft) -> None:
    """A last look at all that is to be written: keys by their looks, and addresses with a key or password in them,
    whatever the names are under which they stand."""
    for number, request in enumerate(draft.requests):
        inner = request.value if isinstance(request, Commented) else request
        place = str(inner.get("name", draft.name)) if isinstance(inner, Mapping) else draft.name
        draft.requests[number] = _scrubbed_value(request, draft, place)
    for values, place in ((draft.defaults, "defaults"), (draft.variables, "variables")):
        values.update({key: _scrubbed_value(one, draft, place) for key, one in values.items()})
    draft.description = _without_keys(draft.description, draft, "description")
    draft.head = [tuple(_without_keys(line, draft, draft.name) for line in lines) for lines in draft.head]


def _scrubbed_value(value: Value, draft: Draft, place: str) -> Value:
    if isinstance(value, Commented):
        comment = (_without_keys(one, draft, place) for one in value.comment)
        return Commented(_scrubbed_value(value.value, draft, place), tuple(comment))
    if isinstance(value, str):
        return _without_keys(value, draft, place)
    if isinstance(value, Mapping):
        return {key: one if key in UNFILLED else _scrubbed_value(one, draft, place) for key, one in value.items()}
    return [_scrubbed_value(one, draft, place) for one in value] if isinstance(value, list | tuple) else value


def _without_keys(text: str, draft: Draft, place: str) -> str:
    text = SHAPE.sub(lambda match: draft.keep_secret("API_KEY", match[0], place), text)
    return in_addresses(text, draft, place) if "://" in text else text


def in_addresses(text: str, draft: Draft, place: str) -> str:
    """Keys and passwords in the addresses of a text kept apart."""

    def value(match: re.Match[str]) -> str:
        return f"{match['before']}{draft.hidden(match['name'], match['value'], place, plain_key=True)}"

    return USER.sub(
        lambda match: f"{match[1]}:{secret(match[2], 'PASSWORD', draft, place)}@", IN_ADDRESS.sub(value, text)
    )


def scrubbed(text: str, draft: Draft, place: str, *, lines: bool = False) -> str:
    """Free text (ours already) with what lets somebody in by its name kept apart; with ``lines`` also in
    ``Name: value``."""

    def hidden(match: re.Match[str]) -> str:
        if match["name"] is None:
            return f"{match['open']}{draft.hidden(match['tag'], match['text'], place)}"
        return f"{match['before']}{draft.hidden(match['name'], match['value'], place)}{match['quote']}"

    def header(match: re.Match[str]) -> str:
        if not lets_in(match["name"]) and match["name"].lower() not in ("authorization", "cookie"):
            return match[0]
        return f"{match['before']}{draft.header_value(match['name'], match['value'], place)}"

    text = in_addresses(NAMED.sub(hidden, text), draft, place)
    text = CREDENTIALS.sub(lambda match: f"{match[1]} {secret(match[2], 'API_KEY', draft, place)}", text)
    return LINE.sub(header, text) if lines else text


def veiled(text: str) -> str:
    """A line that is kept as a comment, without texts that may be secrets where it speaks of one."""

    def veil(match: re.Match[str]) -> str:
        value = match[2]
        shown = len(value) < SHORTEST_SECRET or value.isalpha() or value.startswith(("$", "/")) or " " in value
        return match[0] if shown or "<<" in value or lets_in(value) else f"{match[1]}…{match[1]}"

    spoken = any(lets_in(one) for one in WORD.findall(text))
    return QUOTED.sub(veil, text) if spoken else text


def hide_expected(expect: Mapping[str, Value], draft: Draft, place: str) -> None:
    """Take out of what is expected the values of names that let somebody in."""
    for part in ("json", "headers", "cookies"):
        inside = expect.get(part)
        if isinstance(inside, dict):
            for key, matcher in inside.items():
                name = re.findall(r"[A-Za-z_][\w-]*", key)[-1:] or [""]
                inside[key] = _hidden_matcher(matcher, name[0], draft, place)


def _hidden_matcher(matcher: Value, name: str, draft: Draft, place: str) -> Value:
    if isinstance(matcher, str):
        looks = len(matcher) >= SHORTEST_SECRET and not matcher.isalpha()
        return draft.hidden(name, matcher, place) if looks else matcher
    if not isinstance(matcher, dict):
        return matcher
    return {
        key: _hidden_matcher(one, name, draft, place) if key in ("equals", "not", "contains", "starts_with") else one
        for key, one in matcher.items()
    }
