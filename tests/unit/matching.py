"""Matchers and nodes from a line of YAML, for the tests of checks."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from runner.checks.matchers import MatchContext, Mismatch, Missing, evaluate
from runner.checks.schema import SchemaChecker
from runner.folder import Folder
from runner.loading.document import read_document
from runner.loading.matchers import decode_matcher
from runner.loading.problems import Problems
from runner.node import Node, Plain
from runner.source import Source


def node(text: str) -> Node:
    problems = Problems()
    read = read_document(Source("test.yaml", text), problems)
    assert problems.count == 0, problems.of("error")
    assert read is not None
    return read


def context(root: Path = Path("/nonexistent")) -> MatchContext:
    return MatchContext(render=lambda one: one.plain(), schemas=SchemaChecker(Folder.of(root)))


def match(text: str, actual: Plain | Missing, unit: Literal["duration", "size"] | None = None) -> Mismatch | None:
    problems = Problems()
    matcher = decode_matcher(node(text), problems, unit)
    assert matcher is not None, problems.of("error")
    return evaluate(matcher, actual, context().measuring(unit))
