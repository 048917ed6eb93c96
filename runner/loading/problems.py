"""Collects everything that is wrong with a file, so that all of it is told in one go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from runner.node import Node
from runner.source import Diagnostic, Severity, Source, Span

MAX_TOLD: Final = 500
"""How many errors are told, and how many warnings: a file may be one mistake a hundred thousand times."""


class Problems:
    """Diagnostics in the order they are found; the same mistake at the same place is kept once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Span | None, str], Diagnostic] = {}
        self._places: set[tuple[str, Span | None]] = set()
        self.count = 0
        """How many errors were found so far."""
        self._told: Counter[Severity] = Counter()

    def error(self, rule: str, node: Node, message: str, hint: str = "") -> None:
        """Something is wrong at ``node``: the file will not run."""
        self.add(node.diagnostic(rule, message, hint))

    def warning(self, rule: str, node: Node, message: str, hint: str = "") -> None:
        """Something at ``node`` is allowed but likely not meant."""
        self.add(node.diagnostic(rule, message, hint, "warning"))

    def error_at(self, rule: str, source: Source, span: Span, message: str, hint: str = "") -> None:
        """Something is wrong where there is no node (the text is not YAML)."""
        self.add(Diagnostic(rule, message, hint, source, span))

    def add(self, diagnostic: Diagnostic) -> None:
        key, severity = _key(diagnostic), diagnostic.severity
        if key in self._found:
            return
        self._places.add(key[:2])
        self.count += severity == "error"
        self._told[severity] += 1
        if self._told[severity] <= MAX_TOLD:
            self._found[key] = diagnostic
        elif self._told[severity] == MAX_TOLD + 1:
            message, hint = f"there are more than {MAX_TOLD} {severity}s, the others are not told", "Mend these first."
            self._found["", None, severity] = diagnostic._replace(rule="too-many", message=message, hint=hint)

    def tells_of(self, node: Node) -> bool:
        """Whether anything is wrong with just what stands at ``node``."""
        return (node.source.name, node.span) in self._places

    def of(self, severity: Severity) -> tuple[Diagnostic, ...]:
        """Those of one severity, file after file, in the order of each."""
        last = self._found.get(("", None, severity))
        found = [one for one in self._found.values() if one.severity == severity and one is not last]
        names = list(dict.fromkeys(one.source.name for one in found if one.source))
        ranks = {name: rank for rank, name in enumerate(names)}
        found.sort(key=lambda one: (ranks[one.source.name] if one.source else -1, one.span[:2] if one.span else (0, 0)))
        return (*found, last) if last is not None else tuple(found)


def each_once(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Without what is told already: a file may be read by itself and again where it is included."""
    told: dict[tuple[str, Span | None, str], Diagnostic] = {}
    for one in found:
        told.setdefault(_key(one), one)
    return list(told.values())


def _key(diagnostic: Diagnostic) -> tuple[str, Span | None, str]:
    """What makes two mistakes the same one."""
    return diagnostic.source.name if diagnostic.source else "", diagnostic.span, diagnostic.message


def suggestion(word: str, known: Iterable[str], what: str = "") -> str:
    """``did you mean "expect"?`` for a misspelt word, else the list of what is known."""
    names = sorted(known)
    close = close_to(word, names)
    return f'Did you mean "{close}"?' if close else f"{what or 'Known here'}: {', '.join(names)}."


def close_to(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The name that is most like ``word``; empty if none is."""
    folded = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), folded, n=1, cutoff=cutoff)
    return folded[close[0]] if close else ""
