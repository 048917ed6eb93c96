"""Values of a collection as examples: placeholders with what the file gives them, else their names in brackets."""

from __future__ import annotations

from collections.abc import Iterator

from runner.exporting.known import Known
from runner.model import Pairs
from runner.node import Node, Plain
from runner.variables.filters import as_text
from runner.variables.template import Placeholder, parts_of

HOLE = "<{}>"


class Values:
    """Fills what the file alone can fill; no value of a secret is given."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def value(self, node: Node) -> Plain:
        """What ``node`` is, holes in it where nothing is known."""
        if node.kind == "mapping":
            return {self.text(key): self.value(one) for key, one in node.items}
        if node.kind == "list":
            return [self.value(one) for one in node.elements]
        if not isinstance(node.value, str):
            return node.value
        found = self.known.rendered(node)
        if found is not None:
            return self._clean(found)
        return "".join(self._part(part, node) for part in parts_of(node))

    def text(self, node: Node) -> str:
        """The same as text."""
        found = self.value(node)
        return found if isinstance(found, str) else as_text(found)

    def is_known(self, node: Node) -> bool:
        """Whether the file gives it a value that everybody may see."""
        if not all(self.is_known(one) for one in (*node.elements, *(value for _, value in node.items))):
            return False
        found = self.known.rendered(node) if node.kind == "scalar" else ""
        return node.value is None or (found is not None and self._clean(found) == found)

    def pairs(self, pairs: Pairs) -> Iterator[tuple[str, Node]]:
        """Names and values; what is null is left out."""
        for key, node in pairs:
            if node.kind != "scalar" or node.value is not None:
                yield self.text(key), node

    def _part(self, part: str | Placeholder, node: Node) -> str:
        if isinstance(part, str):
            return str(self._clean(part))
        found = self.known.rendered(node.renamed(part.text, templated=True))
        return HOLE.format(part.name) if found is None else as_text(self._clean(found))

    def _clean(self, value: Plain) -> Plain:
        if isinstance(value, str):
            return self.known.hidden(value, "<%s>")
        if isinstance(value, dict):
            return {key: self._clean(one) for key, one in value.items()}
        return [self._clean(one) for one in value] if isinstance(value, list) else value


def secret_in(node: Node, known: Known) -> str:
    """The name of the secret that ``node`` is, behind at most a word such as ``Bearer``; empty if it is none."""
    if node.kind != "scalar" or not isinstance(node.value, str):
        return ""
    parts = parts_of(node)
    last = parts[-1] if parts else ""
    if len(parts) > 2 or not isinstance(last, Placeholder):
        text = known.hidden(node.value, "<%s>")
        return text.rpartition("<")[2].removesuffix(">") if text != node.value else ""
    return last.name if known.is_secret(last.name) else ""
