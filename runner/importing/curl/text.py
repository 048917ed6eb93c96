"""Texts of a command as ours: variables become placeholders, secrets in the clear go to ``.env``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TypeAlias
from urllib.parse import quote, unquote, unquote_to_bytes

from runner.importing.draft import NUMBER, Draft
from runner.importing.names import add
from runner.importing.shells.shell import Reference, Script
from runner.variables.letting_in import HOLE, RULES, lets_in, variable_name
from runner.variables.secrets import is_login_cookie
from runner.variables.template import NAME, literal_text
from runner.writing.layout import Value

Pairs: TypeAlias = "list[tuple[str, str]]"
STANDS: Final = re.compile("[\ud800-\udbff]")
DEFAULT: Final = re.compile(r"[^|<>\ud800-\udfff]*")


class Texts:
    """Turns texts of one script into what stands in the file."""

    def __init__(self, script: Script, draft: Draft) -> None:
        self.script = script
        self.draft = draft

    def note(self, at: int, message: str, hint: str = "") -> None:
        """Tell of something, with its place."""
        self.draft.note(self.script.location(at), message, hint)

    def template(self, text: str, where: str = "") -> str:
        """``text`` with placeholders; ``where`` it stands (``url``, ``json``) says what is escaped by itself."""
        escaped = literal_text(text)
        return STANDS.sub(lambda match: self._placeholder(match[0], where), escaped)

    def _placeholder(self, character: str, where: str) -> str:
        found = self.script.referred(character)
        if found is None:
            return "\ufffd"
        name = found.name if found.name.startswith("$") else self.draft.variable(found.name)
        default = found.default
        if default is not None and not DEFAULT.fullmatch(default):
            self.note(0, f"the default of {name} cannot be written here; it is left out")
            default = None
        if found.form == "json" and where != "json":
            self.note(0, f"the value of {name} was escaped for JSON; here it stands as it is")
        behind = (
            found.form
            if found.form.startswith("|")
            else "|urlencode"
            if found.form == "percent" and where == "url"
            else ""
        )
        return f"<<{name}{'' if default is None else ':-' + default}{behind}>>"

    def value(self, text: str) -> Value:
        """The same for a value in a query, a form or a header: a number where it is sent as the same text."""
        return int(text) if NUMBER.fullmatch(text) else self.template(text)

    def refers(self, text: str) -> bool:
        """Whether there is a variable in it."""
        return STANDS.search(text) is not None

    def refers_for_json(self, text: str) -> bool:
        """Whether there is one in it whose value is escaped for JSON."""
        found = (self.script.referred(one) for one in STANDS.findall(text))
        return any(one is not None and one.form == "json" for one in found)

    def keep(self, name: str, value: str, at: int) -> str:
        """What stands for a secret that was written in the clear; a hole to be filled has no value."""
        if self.refers(value) or not value:
            return value
        value = "" if HOLE.fullmatch(value) else value
        kept = self.draft.keep_secret(name, value, str(self.script.location(at)))
        return self.script.refer(Reference(kept[2:-2]), at)

    def kept(self, name: str, value: str, at: int, *, plain_key: bool = True) -> str:
        """``value``, or what stands for it if a name such as this is that of a secret."""
        if value and self.is_secret(name, plain_key=plain_key):
            return self.keep("API_KEY" if name.lower() == "key" else variable_name(name), value, at)
        return value

    def is_secret(self, name: str, *, plain_key: bool = True) -> bool:
        """Whether the value of this name lets somebody in; a bare ``key`` is one only in a query."""
        return not self.refers(name) and lets_in(name, plain_key=plain_key)

    def hidden_piece(self, piece: str, at: int, *, plain_key: bool = True) -> str:
        """``name=value`` as it is written in an address or a form, its secret kept apart as it stands there."""
        name, equals, value = piece.partition("=")
        return f"{name}={self.kept(unquote(name), value, at, plain_key=plain_key)}" if equals else piece

    def cookie(self, name: str, value: str, at: int) -> str:
        """The value of a cookie, kept apart where it says who is there."""
        if value and is_login_cookie(name, RULES) and not self.refers(name):
            return self.keep(variable_name(name), value, at)
        return value

    def mapping(self, pairs: Pairs) -> dict[str, Value] | None:
        """Names and values as a mapping, None where that would change their order."""
        made: dict[str, Value] = {}
        last = None
        for name, text in pairs:
            key = self.template(name)
            if key in made and key != last:
                return None
            add(made, key, self.value(text))
            last = key
        return made

    def known_secret(self, name: str) -> None:
        """A variable that is a secret, whatever its name sounds like."""
        if NAME.fullmatch(name):
            self.draft.secrets.setdefault(name, "")


def split_pairs(text: str) -> Pairs | None:
    """``a=1&b=2`` decoded; None where something in it is no pair or no text."""
    pairs: Pairs = []
    for piece in text.split("&") if text else []:
        name, equals, value = piece.partition("=")
        found = decoded(name), decoded(value)
        if not equals or found[0] is None or found[1] is None or not found[0]:
            return None
        pairs.append((found[0], found[1]))
    return pairs


def decoded(text: str) -> str | None:
    """Percent-encoded text as it is meant, ``+`` for a blank; None for bytes that are no text."""
    pieces = re.split("([\ud800-\udbff])", text)
    try:
        return "".join(
            piece if at % 2 else unquote_to_bytes(piece.replace("+", " ")).decode("utf-8")
            for at, piece in enumerate(pieces)
        )
    except UnicodeError:
        return None


def encoded(pairs: Sequence[tuple[str, str]]) -> str:
    """As we would send these pairs in a query."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def _quoted(text: str) -> str:
    return "".join(one if STANDS.fullmatch(one) else quote(one, safe="") for one in re.split("([\ud800-\udbff])", text))
