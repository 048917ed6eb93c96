"""Texts with placeholders as Postman writes them: ``{{NAME}}``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from runner.exporting.known import Known
from runner.model import Pairs
from runner.node import Node, Plain
from runner.variables.filters import as_text
from runner.variables.template import Placeholder, parse_template, parts_of

DYNAMIC: Final = frozenset(("$guid", "$timestamp", "$isoTimestamp", "$randomInt"))
"""Dynamic values that both have under the same name."""
FOREIGN: Final = re.compile(r"\{\{[^{}\n]+\}\}")
ENDS: Final = frozenset("&#")
STANDS: Final = "\ue0f0{}\ue0f1"
STOOD: Final = re.compile('"\ue0f0([^"\ue0f1]*)\ue0f1"')
"""A placeholder that stands where a JSON value does: without quotes."""
SAFE: Final = "!$'()*,/:;?@[]|{}<>^` \\\""
"""What stands in a value of a query as it is: Postman encodes what has to be."""


class Texts:
    """Turns what is written in a collection into what is written there."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._kept: set[str] = set()

    def text(self, node: Node) -> str:
        """A scalar; what is no text is written as text."""
        if not isinstance(node.value, str):
            return as_text(node.value)
        return "".join(self._part(part, node) for part in parts_of(node))

    def written(self, text: str, node: Node) -> str:
        """A text that stands at ``node``, such as a name."""
        return "".join(self._part(part, node) for part in parse_template(text))

    def value(self, node: Node) -> str:
        """What a header, a field or a variable has: lists and objects as JSON."""
        return self.text(node) if node.kind == "scalar" else self.json(node, None)

    def pairs(self, pairs: Pairs) -> list[tuple[str, str]]:
        """Names and values, a list as several of them; what is null is left out."""
        return list(self._pairs(pairs))

    def _pairs(self, pairs: Pairs) -> Iterator[tuple[str, str]]:
        for key, node in pairs:
            for one in node.as_list:
                if one.kind != "scalar" or one.value is not None:
                    yield self.text(key), self.value(one)

    def query(self, pairs: Pairs) -> list[tuple[str, str]]:
        """The same for a query: what would end a value is encoded, but for what variables have in them."""
        for key, node in pairs:
            for one in node.as_list:
                self._tell_of_ends(key, one)
        return [(_in_query(name), _in_query(value)) for name, value in self.pairs(pairs)]

    def _tell_of_ends(self, key: Node, node: Node) -> None:
        if node.templated and ENDS.intersection(str(self.known.rendered(node) or "")):
            said = "".join(part for part in parts_of(node) if isinstance(part, str))
            if not ENDS.intersection(said):
                message = f'a variable in the query parameter "{key.value}" has & or # in it, which end it there'
                self.known.note(node.location, message, "Write %26 or %23 into the variable there.")

    def json(self, node: Node, indent: int | None = 4) -> str:
        """A JSON document; placeholders that stand for numbers, lists and so on stand without quotes."""
        text = json.dumps(self._plain(node), indent=indent, ensure_ascii=False)
        return STOOD.sub(r"{{\1}}", text)

    def _plain(self, node: Node) -> Plain:
        if node.kind == "mapping":
            return {self.text(key): self._plain(value) for key, value in node.items}
        if node.kind == "list":
            return [self._plain(one) for one in node.elements]
        if not isinstance(node.value, str):
            return node.value
        parts = parts_of(node)
        if len(parts) == 1 and isinstance(parts[0], Placeholder):
            part = parts[0]
            if self.known.is_typed(part) or part.name in self.known.values:
                return STANDS.format(self._part(part, node)[2:-2])
            if part.name in self.known.captured and not part.filters and part.name not in self._kept:
                self._kept.add(part.name)
                message = f"{part.text} is sent as text there; here it stays what the response has"
                self.known.note(node.location, message, "Take its quotes away there if it is no text.")
        return self.text(node)

    def _part(self, part: str | Placeholder, node: Node) -> str:
        if isinstance(part, Placeholder):
            if part.name.startswith("$") and part.name not in DYNAMIC:
                hint = "Give it a value there."
                self.known.note(node.location, f"{part.name} makes up a value that there is nothing for", hint)
            return f"{{{{{self.known.name_of(part, node)}}}}}"
        if FOREIGN.search(part):
            self.known.note(node.location, "what stands in {{…}} here is read as a variable there")
        return self.known.hidden(part)


def _in_query(text: str) -> str:
    """``text`` with what would end it encoded, and with the percent signs that would be read as encoded."""
    parts = re.split(r"(\{\{[^{}\n]+\}\})", text)
    parts[::2] = [
        quote(part.encode("utf-8", "surrogatepass"), safe=SAFE) if part.isascii() else _encoded(part)
        for part in parts[::2]
    ]
    return "".join(parts)


def _encoded(text: str) -> str:
    """The same for text with letters that Postman encodes by itself."""
    return "".join(quote(one, safe=SAFE) if one.isascii() else one for one in text)
