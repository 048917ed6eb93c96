"""Paths that are not plain: the only module that imports jsonpath_rfc9535, and what guards it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, cast

from iregexp_check import check
from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError, JSONPathNode, JSONPathQuery
from jsonpath_rfc9535.function_extensions import Match, Search
from jsonpath_rfc9535.selectors import IndexSelector, NameSelector

from runner.jsonpath.syntax import NAME, PathError, Step
from runner.node import Plain
from runner.patterns import PatternError, PatternTimeout, search

MAX_TEXT: Final = 2000
MAX_DEPTH: Final = 250
MAX_VISITED: Final = 2_000_000
STRING_OR_NAME: Final = re.compile(rf"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?P<dots>\.\.?)(?P<name>{NAME.pattern})""")
DOT: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\.", re.DOTALL)
"""What an I-Regexp's dot may be: escaped, in a class, or the one that stands for any character of a line."""
LIBRARY_FAULTS: Final = (RecursionError, OverflowError, ValueError, TypeError, IndexError, KeyError)


class Query:
    """A compiled path; ``steps`` if it is one of names and indexes alone."""

    def __init__(self, query: JSONPathQuery) -> None:
        self._query = query
        self.steps = _steps(query) if query.singular_query() else None

    def select(self, document: Plain) -> Iterator[Plain]:
        """The selected values in document order; raises ``PathError`` for what would take too long."""
        budget = _Budget()
        nodes: Iterable[JSONPathNode] = [_CountedNode(document, budget)]
        for segment in self._query.segments:
            nodes = segment.resolve(nodes)
        try:
            for node in nodes:
                yield cast(Plain, node.value)
        except PathError:  # of the budget
            raise
        except PatternTimeout as error:
            raise PathError(str(error)) from None
        except JSONPathError as error:
            raise _path_error(error) from None
        except RecursionError:
            raise PathError("this document is nested too deeply for the path") from None
        except LIBRARY_FAULTS as error:
            raise PathError(f"it cannot be followed in this document ({type(error).__name__})") from None


def read(text: str) -> Query:
    """The query that ``text`` says; raises ``PathError``."""
    if len(text) > MAX_TEXT:
        raise PathError(f"a path may have {MAX_TEXT} characters at most, this has {len(text)}")
    try:
        return Query(ENVIRONMENT.compile(_with_brackets(text)))
    except JSONPathError as error:
        raise _path_error(error) from None
    except LIBRARY_FAULTS as error:
        raise PathError(f"it cannot be read ({type(error).__name__})") from None


def _with_brackets(text: str) -> str:
    """Names beyond U+10FF in brackets: the library's shorthand stops at them (``$.a`` is read, ``$.이름`` is not)."""
    if all(character < "\u1100" for character in text):
        return text
    return STRING_OR_NAME.sub(_bracketed, text)


def _bracketed(match: re.Match[str]) -> str:
    if not match["name"]:
        return match[0]
    return f"{'..' if match['dots'] == '..' else ''}['{match['name']}']"


def _steps(query: JSONPathQuery) -> tuple[Step, ...]:
    steps: list[Step] = []
    for segment in query.segments:
        selector = segment.selectors[0]
        if isinstance(selector, NameSelector):
            steps.append(selector.name)
        elif isinstance(selector, IndexSelector):
            steps.append(selector.index)
    return tuple(steps)


def _path_error(error: JSONPathError) -> PathError:
    message = str(error.args[0]) if error.args else "it cannot be read"
    return PathError(message, error.token.index if error.token else 0)


class _Budget:
    """How many nodes of a document a path may still look at."""

    def __init__(self) -> None:
        self.left = MAX_VISITED

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise PathError(f"it looks at more than {MAX_VISITED} values")


class _CountedNode(JSONPathNode):
    """A node whose descendants are counted: ``$..*..*`` grows faster than the document."""

    __slots__ = ("_budget",)

    def __init__(self, value: Plain, budget: _Budget) -> None:
        super().__init__(value=value, location=(), parent=None, root=value)
        self._budget = budget

    def new_child(self, value: object, key: int | str, parent: JSONPathNode | None) -> JSONPathNode:  # noqa: ARG002  # the library's signature
        self._budget.spend()
        child = _CountedNode(cast(Plain, value), self._budget)
        child.root = self.root
        return child


class _Match(Match):
    """``match()`` with a limit on time."""

    def __call__(self, string: object, pattern: object) -> bool:
        return _fits(string, pattern, whole=True)


class _Search(Search):
    """``search()`` with a limit on time."""

    def __call__(self, string: object, pattern: object) -> bool:
        return _fits(string, pattern, whole=False)


def _fits(string: object, pattern: object, *, whole: bool) -> bool:
    if not isinstance(string, str) or not isinstance(pattern, str) or not _is_pattern(pattern):
        return False
    mapped = DOT.sub(lambda match: r"[^\r\n]" if match[0] == "." else match[0], pattern)
    try:
        return search(rf"\A(?:{mapped})\Z" if whole else mapped, string) is not None
    except PatternError:
        return False


def _is_pattern(text: str) -> bool:
    """Whether it is an I-Regexp; half of a character, which a document may hold, is none."""
    try:
        return bool(check(text))
    except UnicodeEncodeError:
        return False


def _environment() -> JSONPathEnvironment:
    environment = JSONPathEnvironment()
    environment.max_recursion_depth = MAX_DEPTH
    environment.function_extensions |= {"match": _Match(), "search": _Search()}
    return environment


ENVIRONMENT: Final = _environment()
