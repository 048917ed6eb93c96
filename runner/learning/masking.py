"""What of an answer may be written into a file: no secret in any form, and nothing that would be taken for a
placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runner.learning.lesson import Unlearnable
from runner.node import Plain
from runner.redact import MASK, SHORTEST, Redactor
from runner.variables.letting_in import SHAPE, lets_in
from runner.variables.secrets import USER_INFO, written_secrets
from runner.variables.template import literal_text

LEAST: Final = 8
"""Characters from which a text is taken for a secret by its name alone."""
PARAMETER: Final = re.compile(r"([?&;])([\w.~-]+)=([^\s&;#\"'<>]+)")
"""A name and its value in a URL or in a form."""
NO_VALUES: Final = ("type", "status", "name", "hint", "url", "uri", "at", "in")
"""How names end whose values only speak of a secret: ``token_type``."""
HOLDERS: Final = frozenset(("value", "plain", "plaintext", "raw"))
"""What holds the value of something that has its name elsewhere: ``client_secret: {value: …}``."""
CREDENTIALS: Final = frozenset(("authorization", "proxy-authorization"))
"""Headers that a server tells of in a body."""


class Masker:
    """Masks what a run knows to be secret, and what by its name can be nothing else. ``count`` is how many values it
    has masked."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self.count = 0

    def text(self, text: str) -> str:
        """A text without secrets."""
        masked = SHAPE.sub(MASK, self._redactor.text(text))
        if "=" in masked:
            masked = PARAMETER.sub(_without_value, masked)
        for password in USER_INFO.findall(masked) if "://" in masked else ():
            masked = masked.replace(f":{password}@", f":{MASK}@")
        self.count += masked != text
        return masked

    def lines(self, text: str) -> str:
        """The same for text that may have names and values in it."""
        for line in text.splitlines():
            for value in sorted(written_secrets(line, line), key=len, reverse=True):
                if len(value) >= LEAST:
                    text = text.replace(value, self._masked())
        return self.text(text)

    def plain(self, value: Plain, name: str = "") -> Plain:
        """A value without secrets; ``name`` is what it is called. Raises ``Unlearnable``."""
        if isinstance(value, dict):
            made = {self.text(key): self.plain(one, called) for key, one, called in _members(value, name)}
            if len(made) < len(value):
                raise Unlearnable("several of its keys are secrets, and would be the same without them")
            return made
        if isinstance(value, list):
            return [self.plain(one, name) for one in value]
        if isinstance(value, str):
            return self._masked() if _is_secret(name, value) else self.text(value)
        if isinstance(value, bool) or value is None or len(str(value)) < SHORTEST:
            return value
        return self._masked() if self._redactor.is_form(str(value)) else value

    def holds(self, value: Plain) -> bool:
        """Whether what is to be written as it is has a secret in it."""
        before = self.count
        self._known(value)
        found, self.count = self.count > before, before
        return found

    def hidden(self, value: Plain, name: str = "") -> Iterator[str]:
        """What is taken for a secret in a value by the name that it has there."""
        if isinstance(value, dict):
            for _, one, called in _members(value, name):
                yield from self.hidden(one, called)
        elif isinstance(value, list):
            for one in value:
                yield from self.hidden(one, name)
        elif isinstance(value, str) and _is_secret(name, value):
            yield value

    def _known(self, value: Plain) -> None:
        if isinstance(value, dict):
            for key, one in value.items():
                self.text(key)
                self._known(one)
        elif isinstance(value, list):
            for one in value:
                self._known(one)
        else:
            self.plain(value)

    def _masked(self) -> str:
        self.count += 1
        return MASK


def _members(value: dict[str, Plain], name: str) -> Iterator[tuple[str, Plain, str]]:
    """Each key and value with what the value is called: what holds it, or what is named beside it, may say so."""
    said = (name, value.get("name"), value.get("key"))
    beside = next((one for one in said if isinstance(one, str) and _is_credential(one)), name)
    for key, one in value.items():
        yield key, one, beside if key.lower() in HOLDERS else key


def _is_secret(name: str, value: str) -> bool:
    return len(value) >= LEAST and _is_credential(name)


def _is_credential(name: str) -> bool:
    last = name.lower().replace("-", "_").rpartition("_")[2]
    return name.lower() in CREDENTIALS or (last not in NO_VALUES and lets_in(name, plain_key=False))


def _without_value(match: re.Match[str]) -> str:
    mark, name, value = match.groups()
    hides = len(value) >= LEAST and value != MASK and lets_in(name)
    return f"{mark}{name}={MASK}" if hides else match[0]


def literal(value: Plain) -> Plain:
    """A value as a collection has to say it: what looks like a placeholder is none."""
    if isinstance(value, str):
        return literal_text(value)
    if isinstance(value, dict):
        return {literal_text(key): literal(one) for key, one in value.items()}
    return [literal(one) for one in value] if isinstance(value, list) else value
