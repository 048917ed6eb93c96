"""Collections, variables and nodes for tests, from text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from runner.errors import InvalidFiles
from runner.loading.collection import decode_collection
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.model import Collection, SecretRules
from runner.node import Node, Plain
from runner.source import Diagnostic, Source
from runner.variables.environment import EnvFile, Outside
from runner.variables.generators import Generators
from runner.variables.scope import Defaults, Variables
from tests.command import StillClock

NOWHERE = Path("/nowhere")
NO_RULES = SecretRules()


def read(text: str) -> Node:
    """The root of a YAML text without mistakes."""
    problems = Problems()
    node = read_document(Source("c.yaml", text), problems)
    assert not problems.of("error"), problems.of("error")
    assert node is not None
    return node


def collection(text: str, folder: Path = NOWHERE) -> Collection:
    """The collection that a text says."""
    return decode_collection(Source("c.yaml", text), folder)


def one_request(written: str, before: str = "") -> Collection:
    """A collection of one request, written in braces without its url."""
    return collection(f"{before}\nrequests: [{{url: 'http://h.example/x', {written}}}]")


def wrong(text: str, folder: Path = NOWHERE) -> list[Diagnostic]:
    """What is wrong with it; empty if nothing is."""
    try:
        collection(text, folder)
    except InvalidFiles as error:
        return list(error.diagnostics)
    return []


def scope(
    defaults: str = "{}",
    *,
    options: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    secrets: SecretRules = NO_RULES,
    mark: Callable[[Plain], None] = lambda _: None,
    stand_in: str | None = None,
) -> Variables:
    """Variables with these defaults and values from outside."""
    found = (EnvFile(".env", files),) if files else ()
    variables = {str(key.value): value for key, value in read(defaults).items}
    outside = Outside(options or {}, environ or {}, found)
    generators = Generators(StillClock(), Random(4))  # noqa: S311
    return Variables(Defaults(variables, secrets), outside, generators, mark, stand_in)


def scope_of(
    found: Collection, options: Mapping[str, str] | None = None, mark: Callable[[Plain], None] = lambda _: None
) -> Variables:
    """The variables of a collection, with values from outside."""
    generators = Generators(StillClock(), Random(4))  # noqa: S311
    return Variables(Defaults(found.variables, found.secrets), Outside(options or {}), generators, mark)
