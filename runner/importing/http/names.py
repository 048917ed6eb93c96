"""Placeholders of ``.http`` files: values that editors make up, the environment, answers of earlier requests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from runner.importing.draft import FOREIGN, Draft
from runner.importing.parts import is_single
from runner.jsonpath import is_path
from runner.writing.layout import Value
from runner.writing.names import unique

ANSWER: Final = re.compile(r"([\w-]+)\.(request|response)\.(body|headers)(?:\.(\S.*))?")
OF_HTTPYAC: Final = re.compile(r"([\w-]+)()()((?:\.[A-Za-z_]\w*|\[\d+\])+)")
"""``{{login.token}}``: what is in the body that came."""
FROM_SYSTEM: Final = re.compile(r"\$(?:processEnv\s+|env\.|dotenv\s+)([A-Za-z_]\w*)")
MADE_UP: Final = {
    "$uuid": "$guid",
    "$random.uuid": "$guid",
    "$guid": "$guid",
    "$timestamp": "$timestamp",
    "$isoTimestamp": "$isoTimestamp",
    "$datetime iso8601": "$isoTimestamp",
    "$randomInt": "$randomInt",
    "$randomInt 0 1000": "$randomInt",
    "$randomInt 0 1001": "$randomInt",
    "$random.integer(0, 1000)": "$randomInt",
}
NUMBER: Final = re.compile(r"\$(?:randomInt\s.*|random\.integer\b.*)")


class Names:
    """Turns the placeholders of one file into those that a draft reads, and keeps what answers must be asked for."""

    def __init__(self, draft: Draft, requests: Iterable[str]) -> None:
        self.draft = draft
        self.requests = set(requests)
        self.captures: dict[str, dict[str, Value]] = {}
        self.taken: set[str] = set()

    def text(self, text: str, place: str) -> str:
        """``text`` with placeholders that are names, or values that we make up, too."""
        return FOREIGN.sub(lambda match: f"{{{{{self._name(match[1], place)}}}}}", text)

    def _name(self, written: str, place: str) -> str:
        system = FROM_SYSTEM.fullmatch(written)
        if system is not None:
            return system[1]
        if answer := self._found(written):
            return self._answer(answer, written, place)
        if written in MADE_UP:
            return MADE_UP[written]
        if NUMBER.fullmatch(written):
            self.draft.note(place, f"{written} is a number from 0 to 1000 here")
            return "$randomInt"
        return written

    def _found(self, written: str) -> re.Match[str] | None:
        """What it says of an answer; httpyac writes no more than the name of a request and a path."""
        short = OF_HTTPYAC.fullmatch(written)
        return ANSWER.fullmatch(written) or (short if short is not None and short[1] in self.requests else None)

    def is_outside(self, name: str, value: str) -> bool:
        """``@TOKEN = {{$dotenv TOKEN}}``: a variable comes from there by itself."""
        match = FOREIGN.fullmatch(value)
        system = FROM_SYSTEM.fullmatch(match[1]) if match is not None else None
        return system is not None and system[1] == name

    def alias(self, name: str, value: str) -> bool:
        """``@token = {{login.response.body.$.token}}``: what is kept is called by this name."""
        match = FOREIGN.fullmatch(value)
        answer = self._found(match[1]) if match is not None else None
        if answer is None or answer[1] not in self.requests:
            return False
        source = _source(answer)
        if source is None:
            return False
        known = self.draft.variable(name)
        self.taken.add(known)
        self.captures.setdefault(answer[1], {})[known] = source
        return True

    def _answer(self, answer: re.Match[str], written: str, place: str) -> str:
        """The variable that an earlier request keeps; one that nothing gives a value, where that cannot be said."""
        known_here = answer[1] in self.requests
        source = _source(answer) if known_here else None
        kept = self.captures.setdefault(answer[1], {}) if source is not None else {}
        for name, known in kept.items():
            if known == source:
                return name
        last = re.findall(r"[A-Za-z_][\w-]*", answer[4] or "") or ["answer"]
        name = unique(self.draft.variable(f"{answer[1]}_{last[-1]}"), self.taken, "_")
        if source is None:
            why = "cannot be kept here" if known_here else "is no answer of a request here"
            self.draft.note(place, f"{written} {why}", f"It is the variable {name} now: give it a value.")
            return name
        self.taken.add(name)
        kept[name] = source
        return name


def _source(answer: re.Match[str]) -> Value:
    """What ``capture`` says for it; None for what it cannot say."""
    _, side, part, path = answer.groups()
    if side == "request":
        return None
    if part == "headers":
        return {"header": path} if path and re.fullmatch(r"[\w-]+", path) else None
    if path in (None, "*"):
        return {"text": True}
    path = f"${path}" if path.startswith((".", "[")) else path
    path = path if path.startswith("$") else f"$.{path}" if re.match(r"[A-Za-z_\[]", path) else path
    return path if path.startswith("$") and is_path(path) and is_single(path) else None
