"""JSONPath and matchers: any path is read or refused, and any matcher holds or says why not."""

from __future__ import annotations

import json
from collections.abc import Iterator

from runner.checks.matchers import Mismatch, evaluate
from runner.jsonpath import PathError, compile_path, library
from runner.loading.document import read_document
from runner.loading.matchers import decode_matcher
from runner.loading.problems import Problems
from runner.model import Matcher, Test
from runner.node import Plain
from runner.source import Source
from runner.strict_json import parse
from tests.fuzz.choices import Choices, encodable
from tests.suites.jsonpath import cases
from tests.unit.matching import context
from tests.unit.test_checks_matchers import FAILS, HOLDS


def seeds() -> Iterator[bytes]:
    """A path, a matcher and a document, NUL between them."""
    for case in cases():
        yield b"\0".join((case.path.encode(), b"exists: true", json.dumps(case.document).encode()))
    for text, value in (*HOLDS, *FAILS):
        yield b"\0".join((b"$", text.encode(), json.dumps(value).encode()))


def fuzz(data: bytes) -> None:
    choices = Choices(data)
    path, matcher, document = choices.text(), choices.text(), choices.rest()
    parsed = parse(document)
    if not parsed.error:
        selected(path, parsed.value)
        matched(matcher, parsed.value)


def selected(path: str, document: Plain) -> list[Plain] | None:
    """What ``path`` selects; None where it is refused."""
    try:
        compiled = compile_path(path)
    except PathError as error:
        assert error.message
        assert error.offset >= 0
        return None
    try:
        found = compiled.select(document)
    except PathError as error:
        assert error.message
        return None
    if compiled.singular:
        assert len(found) <= 1
        assert found == list(library.read(path).select(document))
    if not found:
        assert compiled.explain_missing(document)
        assert isinstance(compiled.missed(document), str)
    return found


def matched(text: str, value: Plain) -> Mismatch | None:
    """Why ``value`` is not what the matcher says; None also for a text that is no matcher."""
    if not encodable(text):
        return None  # no file has it
    problems = Problems()
    node = read_document(Source("c.yaml", text), problems)
    if node is None or problems.count:
        return None
    matcher = decode_matcher(node, problems)
    assert (matcher is None) == (problems.count > 0)
    return judged(matcher, value) if matcher is not None else None


def judged(matcher: Matcher, value: Plain) -> Mismatch | None:
    """The same for a matcher, which never holds together with its contrary."""
    mismatch = evaluate(matcher, value, context())
    contrary = evaluate(Matcher(matcher.node, (Test("not", matcher.node, matcher),)), value, context())
    assert mismatch is not None or contrary is not None
    for one in (mismatch, contrary):
        assert one is None or (one.expected and one.got)
    if mismatch is not None and mismatch.undecided:
        assert contrary is not None
    return mismatch
