"""What an importer makes of a source: a collection to be written, values for ``.env``, and what did not come over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final, NamedTuple

from runner.importing.apart import PLACEHOLDER, changed, cleaned, finished, in_clear, texts
from runner.importing.credentials import used_as_credentials
from runner.node import Plain
from runner.source import Location
from runner.variables.generators import DYNAMIC
from runner.variables.letting_in import HOLE, RULES, SHAPE, lets_in, variable_name
from runner.variables.secrets import is_login_cookie, is_secret
from runner.variables.template import NAME, literal_text
from runner.writing.layout import Commented, Value, yaml_lines

NO_NAME_CHARACTER: Final = re.compile(r"[^A-Za-z0-9_.-]+")
COOKIE: Final = re.compile(r"(?:(?<=;)|(?<=; )|^)([^=;\s]+)=([^;]*)")
USED: Final = re.compile(r"(?<!\\)<<([A-Za-z_][\w.-]*+)(?!:-)")
NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}")
"""Text that is sent as the same text when it is written as a number."""
AS_JSON: Final = "|json"
"""What an importer puts behind a name whose value stands for a number, a list and so on: it is text elsewhere."""
FOREIGN: Final = re.compile(r"\{\{\s*+([^{}\n]*[^{}\s])\s*\}\}")
"""A placeholder as Postman, Bruno, Insomnia, Hurl and .http files write it."""
NESTED: Final = re.compile(r"\{\{[\w.$ -]*<<[\w.$|-]+>>[\w.$ -]*\}\}")
"""One whose name is made of another, as far as it is read."""
WORD: Final = re.compile(r"[A-Za-z_][\w-]*")


class Note(NamedTuple):
    """Something that did not come over, or not as it was: ``place`` is where in the source it stands."""

    place: str
    message: str
    hint: str = ""


class Draft:
    """A collection in the making. ``requests`` are mappings as the file has them; ``secrets`` are names and values that
    go to ``.env``, never into the file; ``files`` are to be written beside it, by name; ``notes`` are all that a person
    has to be told."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.description = ""
        self.head: list[tuple[str, ...]] = []
        """Comments above everything, each of several lines."""
        self.commented: set[tuple[str, ...]] = set()
        """Comments of several requests, which stand above the first of them."""
        self.variables: dict[str, Value] = {}
        self.secrets: dict[str, str] = {}
        self.defaults: dict[str, Value] = {}
        self.requests: list[Value] = []
        self.files: dict[str, bytes] = {}
        self.environments: dict[str, dict[str, str]] = {}
        """By the name for ``--env``: values that go to ``.env.NAME``."""
        self.masked: set[str] = set()
        """Names of secrets that have values in environments."""
        self.notes: list[Note] = []
        self._told: set[Note] = set()
        self.taken: dict[str, str] = {}
        """By a name that placeholders take, that of the source which it is for."""
        self.named: set[str] = set()
        """Names of variables of the source, as they are written there."""
        self.hole = HOLE
        """What stands where somebody has to put a secret."""
        self.as_json: set[str] = set()
        """Names whose values the source keeps as JSON texts."""
        self.listed: set[tuple[str, str]] = set()
        """Names with values that the source lists as those that they may have: such a value lets nobody in."""
        self._numbers: dict[str, int] = {}
        """By the name of a secret the number that one of this name had last."""
        self.reserved: set[str] = set()
        """Names of variables of the source, which no secret that stood in the clear may have."""

    def note(self, place: str | Location, message: str, hint: str = "") -> None:
        """Tell that something did not come over as it was."""
        note = Note(str(place), message, hint)
        if note not in self._told:
            self._told.add(note)
            self.notes.append(note)

    def sort_notes(self, *files: str) -> None:
        """What is told of lines of these files in their order, and before what is told of no line."""

        def place(note: Note) -> tuple[int, int]:
            file, _, line = note.place.rpartition(":")
            return (files.index(file), int(line)) if file in files and line.isdecimal() else (len(files), 0)

        self.notes.sort(key=place)

    def collection(self) -> dict[str, Value]:
        """The file as a mapping; what is empty is left out."""
        keys: dict[str, Value] = {
            "name": Commented(self.name, tuple(chain(*self.head))) if self.head else self.name,
            "description": self.description,
            "variables": self.variables,
            "secrets": sorted({*self.secrets, *self.masked}),
            "defaults": self.defaults,
            "requests": self.requests,
        }
        clear = in_clear(self.secrets, "\n".join(texts(keys)))
        return {key: finished(value, clear) for key, value in keys.items() if value or key == "requests"}

    def keep_credentials(self) -> None:
        """Values of variables that let somebody in go to ``.env``, whatever they are called."""
        seen = (name for name, value in self.variables.items() if isinstance(value, str) and SHAPE.fullmatch(value))
        for name in dict.fromkeys((*seen, *chain(*map(used_as_credentials, (self.defaults, *self.requests))))):
            self._keep_variable(name)

    def settle(self) -> None:
        """Tell of variables that nothing gives a value; secrets among them get an empty line in ``.env``."""
        whole = {**self.collection(), "description": "", "requests": [_sent(one) for one in self.requests]}
        given = {*self.variables, *self.secrets, *_captured(self.requests), *chain(*self.environments.values())}
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

    def _keep_variable(self, name: str) -> None:
        """A variable that looks like a key, or stands where one does, is a secret."""
        value = self.variables.get(name)
        if isinstance(value, str) and value and not PLACEHOLDER.search(value):
            del self.variables[name]
            self.secrets[name] = "" if self.hole.fullmatch(value) else value
            self.note(self.name, f"{name} lets somebody in: its value goes to .env")
        if any(name in values for values in self.environments.values()):
            self.masked.add(name)

    def secret_values(self) -> Iterator[str]:
        """What nobody may see, wherever it is kept."""
        yield from self.secrets.values()
        for values in self.environments.values():
            yield from (value for name, value in values.items() if name in self.masked)

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
        """The name of a variable as placeholders take it: what they do not take becomes ``_``, with a number behind it
        where another variable is called so."""
        name = name.strip()
        if NAME.fullmatch(name):
            return name
        new = NO_NAME_CHARACTER.sub("_", name).strip("_.-") or "value"
        start = new if NAME.fullmatch(new) else f"_{new}"
        new, number = start, 2
        while new in self.named or self.taken.get(new, name) != name:
            new, number = f"{start}_{number}", number + 1
        self.taken[new] = name
        self.note("variables", f'"{name}" is called {new} now', "Names are letters, digits, _, - and .")
        return new

    def reserve(self, source: str) -> None:
        """What placeholders in the text of a source name is another's: no secret that stood in the clear is called so,
        else it would be sent where the other is meant."""
        found = set(FOREIGN.findall(source))
        self.named |= found
        self.reserved.update(name for one in found for name in (one, *WORD.findall(one)))

    def keep_secret(self, name: str, value: str, place: str) -> str:
        """The placeholder of a secret that stood in the clear: its value goes to ``.env``."""
        kept = list(self.secrets.values())  # looked through at once: there may be thousands
        known = list(self.secrets)[kept.index(value)] if value and value in kept else None
        name = known or self._free(name)
        self.secrets[name] = value
        if value and known is None:
            self.note(place, f"a secret stood in the clear: it is <<{name}>> now, its value goes to .env")
        return f"<<{name}>>"

    def _free(self, name: str) -> str:
        """``name``, with a number behind it if something else has it."""
        found, number = name, self._numbers.get(name, 2)
        while self._is_taken(found):
            found, self._numbers[name] = f"{name}_{number}", number
            number += 1
        return found

    def _is_taken(self, name: str) -> bool:
        if self.secrets.get(name) or name in self.variables or name in self.reserved or name in self.masked:
            return True
        return any(name in values for values in self.environments.values())

    def hidden(self, name: str, value: str, place: str, *, plain_key: bool = False) -> str:
        """``value``, or what stands for it if a name such as this is that of a secret."""
        if not value or "<<" in value or not lets_in(name, plain_key=plain_key) or (name, value) in self.listed:
            return value
        kept = "" if self.hole.fullmatch(value) else value
        return self.keep_secret("API_KEY" if name.lower() == "key" else variable_name(name), kept, place)

    def header_value(self, name: str, value: str, place: str) -> str:
        """The value of a header, what lets somebody in made a placeholder: of credentials what stands behind the
        scheme, of cookies each that says who is there."""
        if name.lower() in ("authorization", "proxy-authorization"):
            scheme, blank, token = value.partition(" ")
            if not value or "<<" in value:
                return value
            return (
                f"{scheme} {self.keep_secret('API_KEY', token, place)}"
                if blank
                else self.keep_secret("API_KEY", value, place)
            )
        if name.lower() in ("cookie", "set-cookie"):
            return COOKIE.sub(lambda match: f"{match[1]}={self._cookie(match[1], match[2], place)}", value)
        return self.hidden(name, value, place, plain_key=True)

    def _cookie(self, name: str, value: str, place: str) -> str:
        if not value or "<<" in value or not is_login_cookie(name, RULES):
            return value
        return self.keep_secret(variable_name(name), value, place)

    def add_file(self, name: str, data: bytes) -> str:
        """The name under which a file is written beside the collection: another one if other content has that."""
        stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
        number = 2
        while self.files.get(name, data) != data:
            name = f"{stem}-{number}{dot}{ending}"
            number += 1
        self.files[name] = data
        return name

    def clean_files(self, folder: str) -> None:
        """Take secrets out of the files of a folder: nothing in them is filled when they are used."""
        for name, data in self.files.items():
            if name.startswith(f"{folder}/"):
                self.files[name] = cleaned(data, self.secrets, lambda key: self.keep_secret("API_KEY", key, folder))

    def rename(self, old: str, new: str) -> None:
        """Call a secret by another name wherever it stands."""
        self.secrets = {new if name == old else name: value for name, value in self.secrets.items()}
        self.masked = {new if name == old else name for name in self.masked}
        self.environments = {
            one: {new if name == old else name: value for name, value in values.items()}
            for one, values in self.environments.items()
        }
        used = re.compile(rf"(?<!\\)<<{re.escape(old)}(?![\w.-])")
        for part in (self.requests, self.defaults, self.variables):
            changed(part, lambda text: used.sub(f"<<{new}", text))
        self.head = [tuple(used.sub(f"<<{new}", line) for line in lines) for lines in self.head]

    def text(self, text: str, place: str) -> str:
        """``text`` of another tool with its placeholders as ours, and what looks like one of ours kept as it is."""
        parts = FOREIGN.split(literal_text(text))
        made = "".join(self.placeholder(part, place) if at % 2 else part for at, part in enumerate(parts))
        for nested in NESTED.findall(made) if "{{" in made and len(parts) > 1 else ():
            message = f"{nested} is sent as it stands: no name is made of a variable here"
            self.note(place, message, "Write the name that it has.")
        return made

    def plain(self, value: Plain, place: str, least: int = 1) -> Value:
        """The same for all text in ``value``; what lets somebody in by its name, from ``least`` characters on, is kept
        apart."""
        if isinstance(value, str):
            return self.text(value, place)
        if isinstance(value, Mapping):
            made: dict[str, Value] = {}
            for key, one in value.items():
                inner = self.plain(one, place, least)
                apart = isinstance(inner, str) and len(inner) >= least
                made[self.text(str(key), place)] = (
                    self.hidden(str(key), inner, place) if apart and isinstance(inner, str) else inner
                )
            return made
        if isinstance(value, list | tuple):
            return [self.plain(one, place, least) for one in value]
        return value


DYNAMIC_NAMES: Final = {
    **{name: name for name in DYNAMIC},
    "$randomUUID": "$guid",
}
"""What other tools call our dynamic values."""


def _sent(request: Value) -> Value:
    """A request without the keys in which nothing is filled."""
    inner = request.value if isinstance(request, Commented) else request
    if not isinstance(inner, Mapping):
        return inner
    return {key: value for key, value in inner.items() if key not in ("description", "tags")}


def _captured(requests: Iterable[Value]) -> Iterator[str]:
    """The names that responses give values to."""
    for request in requests:
        inner = request.value if isinstance(request, Commented) else request
        kept = inner.get("capture") if isinstance(inner, Mapping) else None
        yield from kept if isinstance(kept, Mapping) else ()
