"""What an importer makes of a source: a collection to be written, values for ``.env``, and what did not come over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from runner.model import SecretRules
from runner.node import Plain
from runner.source import Location
from runner.variables.generators import DYNAMIC
from runner.variables.secrets import is_secret
from runner.variables.template import NAME
from runner.writing.layout import Commented, Value, yaml_lines

NO_NAME_CHARACTER: Final = re.compile(r"[^A-Za-z0-9_.-]+")
SECRET_HEADERS: Final = frozenset(
    "authorization proxy-authorization x-api-key api-key apikey x-auth-token x-access-token x-goog-api-key".split()
)
USED: Final = re.compile(r"(?<!\\)<<([A-Za-z_][\w.-]*)")
RULES: Final = SecretRules()
SHORTEST_SECRET: Final = 8
"""Characters from which a secret is looked for in all other text: shorter ones are words, too."""
AS_JSON: Final = "|json"
"""What an importer puts behind a name whose value stands for a number, a list and so on: it is text elsewhere."""
FOREIGN: Final = re.compile(r"\{\{\s*([^{}\n]+?)\s*\}\}")
"""A placeholder as Postman, Bruno, Insomnia, Hurl and .http files write it."""


class Note(NamedTuple):
    """Something that did not come over, or not as it was: ``place`` is where in the source it stands."""

    place: str
    message: str
    hint: str = ""


class Draft:
    """A collection in the making. ``requests``, ``setup`` and ``teardown`` are mappings as the file has them;
    ``secrets`` are names and values that go to ``.env``, never into the file; ``files`` are to be written beside it, by
    path; ``notes`` are all that a person has to be told."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.description = ""
        self.variables: dict[str, Value] = {}
        self.secrets: dict[str, str] = {}
        self.defaults: dict[str, Value] = {}
        self.setup: list[Value] = []
        self.requests: list[Value] = []
        self.teardown: list[Value] = []
        self.files: dict[str, str | bytes] = {}
        self.notes: list[Note] = []
        self.taken: dict[str, str] = {}

    def note(self, place: str | Location, message: str, hint: str = "") -> None:
        """Tell that something did not come over as it was."""
        note = Note(str(place), message, hint)
        if note not in self.notes:
            self.notes.append(note)

    def collection(self) -> dict[str, Value]:
        """The file as a mapping; what is empty is left out."""
        keys: dict[str, Value] = {
            "name": self.name,
            "description": self.description,
            "variables": self.variables,
            "secrets": sorted(self.secrets),
            "defaults": self.defaults,
            "setup": self.setup,
            "requests": self.requests,
            "teardown": self.teardown,
        }
        return {key: self._finished(value) for key, value in keys.items() if value or key == "requests"}

    def settle(self) -> None:
        """Tell of variables that nothing gives a value; secrets among them get an empty line in ``.env``."""
        whole = self.collection()
        given = {*self.variables, *self.secrets, *_captured([*self.setup, *self.requests])}
        for name in dict.fromkeys(USED.findall("\n".join(yaml_lines(whole)))):
            if name in given:
                continue
            given.add(name)
            if is_secret(name, RULES):
                self.secrets[name] = ""
            else:
                self.note(
                    self.name, f"nothing gives {name} a value", f"Put it under variables:, or into .env: {name}=…"
                )

    def _finished(self, value: Value) -> Value:
        """``value`` with the secrets in it as placeholders, wherever they stood."""
        if isinstance(value, Commented):
            return Commented(self._finished(value.value), tuple(map(self._without_secrets, value.comment)))
        if isinstance(value, str):
            return self._without_secrets(value)
        if isinstance(value, Mapping):
            return {self._without_secrets(key): self._finished(one) for key, one in value.items()}
        return [self._finished(one) for one in value] if isinstance(value, list | tuple) else value

    def _without_secrets(self, text: str) -> str:
        for name, secret in self.secrets.items():
            if len(secret) >= SHORTEST_SECRET and secret in text:
                text = text.replace(secret, f"<<{name}>>")
        return text

    def placeholder(self, name: str, place: str) -> str:
        """``<<NAME>>`` for a variable of another tool: a dynamic value where both have it, else a name that we take."""
        plain = name.removesuffix(AS_JSON)
        name, behind = plain, name[len(plain) :]
        if name.startswith("$"):
            found = DYNAMIC_NAMES.get(name.partition("(")[0].strip())
            if found is not None:
                return f"<<{found}>>"
            self.note(
                place, f"{name} makes up a value that there is nothing for", "It is a variable now: give it a value."
            )
        return f"<<{self.variable(name.removeprefix('$'))}{behind}>>"

    def variable(self, name: str) -> str:
        """The name of a variable as placeholders take it: what they do not take becomes ``_``."""
        if NAME.fullmatch(name):
            return name
        new = NO_NAME_CHARACTER.sub("_", name).strip("_.-") or "value"
        new = new if NAME.fullmatch(new) else f"_{new}"
        if self.taken.setdefault(new, name) == name:
            self.note("variables", f'"{name}" is called {new} now', "Names are letters, digits, _, - and .")
        return new

    def keep_secret(self, name: str, value: str, place: str) -> str:
        """The placeholder of a secret that stood in the clear: its value goes to ``.env``."""
        known = next((one for one, kept in self.secrets.items() if kept == value and value), None)
        name = known or unique(name, (one for one, kept in self.secrets.items() if kept)).replace(" ", "_")
        self.secrets[name] = value
        if value and known is None:
            self.note(place, f"a secret stood in the clear: it is <<{name}>> now, its value goes to .env")
        return f"<<{name}>>"

    def header_value(self, name: str, value: str, place: str) -> str:
        """The value of a header, with a key in the clear made a placeholder."""
        scheme, blank, token = value.partition(" ")
        if "<<" in value or not value or name.lower() not in SECRET_HEADERS:
            return value
        if name.lower() in ("authorization", "proxy-authorization") and blank:
            return f"{scheme} {self.keep_secret('API_KEY', token, place)}"
        return self.keep_secret("API_KEY" if "auth" in name.lower() else variable_name(name), value, place)

    def text(self, text: str, place: str) -> str:
        """``text`` of another tool with its placeholders as ours, and what looks like one of ours kept as it is."""
        parts = FOREIGN.split(text.replace("<<", r"\<<"))
        return "".join(self.placeholder(part, place) if at % 2 else part for at, part in enumerate(parts))

    def plain(self, value: Plain, place: str) -> Value:
        """The same for all text in ``value``."""
        if isinstance(value, str):
            return self.text(value, place)
        if isinstance(value, Mapping):
            return {self.text(str(key), place): self.plain(one, place) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(one, place) for one in value]
        return value


DYNAMIC_NAMES: Final = {
    **{name: name for name in DYNAMIC},
    "$randomUUID": "$guid",
    "$uuid": "$guid",
    "$random.uuid": "$guid",
    "newUuid": "$guid",
    "$random.integer": "$randomInt",
    "$randomHexadecimal": "$randomHex",
}
"""What other tools call our dynamic values."""


def _captured(requests: Iterable[Value]) -> Iterator[str]:
    """The names that responses give values to."""
    for request in requests:
        inner = request.value if isinstance(request, Commented) else request
        kept = inner.get("capture") if isinstance(inner, Mapping) else None
        yield from kept if isinstance(kept, Mapping) else ()


def unique(name: str, taken: Iterable[str]) -> str:
    """``name``, with a number behind it if it is taken."""
    known = set(taken)
    number = 2
    found = name
    while found in known:
        found = f"{name} {number}"
        number += 1
    return found


def variable_name(text: str) -> str:
    """``X-Api-Key`` as the name of a variable: ``X_API_KEY``."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").upper() or "VALUE"
    return name if name[0].isalpha() else f"_{name}"
