"""A schema made ready: its draft, its references, and its problems with a document as values, never exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias, cast

import jsonschema
from jsonschema.exceptions import UndefinedTypeCheck, UnknownType, ValidationError, best_match
from jsonschema.protocols import Validator as Checker
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import SchemaRegistry, SchemaResource, specification_with

from runner.checks.schema.files import SchemaFault, inside, path_of, read_schema
from runner.checks.schema.keywords import MAX_DEPTH, OURS, REFERENCES, Steps, TooManySteps, reference
from runner.checks.schema.problem import Fault, SchemaProblem
from runner.checks.schema.words import place, say
from runner.checks.show import show
from runner.folder import Folder
from runner.node import Plain
from runner.patterns import PatternError, PatternTimeout

MAX_FOUND: Final = 100
MAX_FAULTS: Final = 10_000
"""For who changes the schema: with each round in which some are mended all is looked at anew."""
MAX_KEYS: Final = 50_000
"""In a schema: whether it is one by its draft takes a tenth of a millisecond for each."""
DRAFT_2020: Final = "https://json-schema.org/draft/2020-12/schema"
DRAFTS: Final[dict[str, type[Checker]]] = {
    "http://json-schema.org/draft-04/schema": jsonschema.Draft4Validator,
    "http://json-schema.org/draft-06/schema": jsonschema.Draft6Validator,
    "http://json-schema.org/draft-07/schema": jsonschema.Draft7Validator,
    "https://json-schema.org/draft/2019-09/schema": jsonschema.Draft201909Validator,
    DRAFT_2020: jsonschema.Draft202012Validator,
}
LIBRARY_FAULTS: Final = (
    UnknownType,
    UndefinedTypeCheck,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
)
"""What escapes from jsonschema for schemas that are odd in ways its own check does not see."""
UNGUARDED: Final = frozenset({"patternProperties", "unevaluatedProperties"})
"""Together they make jsonschema search names by itself, without a limit on time."""
WEAK: Final = frozenset({"anyOf", "oneOf"})
Read: TypeAlias = Callable[[str], tuple[Plain, str]]
"""Reads what an address leads to: a schema and its name; raises ``SchemaFault``."""


class Validator:
    """A schema, or why it cannot be used: then every document has that problem. ``schema`` is what documents are held
    against, without the name of its draft: changed, it is the new one that counts."""

    def __init__(self, checker: Checker | None, fault: str = "", schema: Plain = None) -> None:
        self._checker = checker
        self._fault = fault
        self.schema = schema

    def problems(self, document: Plain) -> list[SchemaProblem]:
        """What is wrong with ``document``, the outermost first; at most ``MAX_FOUND``."""
        try:
            return [SchemaProblem(place(error), say(error), str(error.validator)) for error in self._errors(document)]
        except SchemaFault as fault:
            return [SchemaProblem("", str(fault))]

    def faults(self, document: Plain) -> list[Fault]:
        """The same with the parts of ``schema`` that are at fault; raises ``SchemaFault`` if it cannot be used."""
        return [_fault(error) for error in self._errors(document, MAX_FAULTS)]

    def _errors(self, document: Plain, most: int = MAX_FOUND) -> list[ValidationError]:
        if self._checker is None:
            raise SchemaFault(self._fault)
        try:
            checker = self._checker.evolve(format_checker=Steps(document))
            errors = list(islice(checker.iter_errors(document), most))
            errors.sort(key=_outermost_first)
        except Unresolvable as error:
            raise SchemaFault(_unresolved(error)) from None
        except (PatternTimeout, TooManySteps) as error:
            raise SchemaFault(f"the schema cannot be checked: {error}") from None
        except PatternError as error:
            raise SchemaFault(f"the schema has a pattern that is no regular expression: {error.message}") from None
        except RecursionError:
            raise SchemaFault("the schema refers to itself without end, or the document is too deep") from None
        except LIBRARY_FAULTS as error:
            why = f"{type(error).__name__}: {show(str(error))}"
            raise SchemaFault(f"the schema cannot be used ({why})") from None
        return errors


def _fault(error: ValidationError) -> Fault:
    branches: dict[object, list[Fault]] = {}
    for one in error.context or ():
        branches.setdefault(one.relative_schema_path[0], []).append(_fault(one))
    schema = error.schema if isinstance(error.schema, dict) else {}
    return Fault(str(error.validator), schema, cast(Plain, error.instance), tuple(map(tuple, branches.values())))


def _outermost_first(error: ValidationError) -> tuple[int, bool]:
    return len(error.absolute_path), error.validator in WEAK


class Referred:
    """What schemas refer to, by its address: each is read, and found to be a schema, once for all of them."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: dict[tuple[str, str], _Whole] = {}

    def at(self, reference: str, draft: str) -> _Whole:
        """The schema at an address; raises ``SchemaFault`` if there is none of this draft."""
        found = self._known.get((reference, draft))
        if found is None:
            found = self._known[reference, draft] = _whole(*self._read(reference), draft)
        return found


class _Whole(NamedTuple):
    """A schema that is one by its draft, whose name is not in it any more; ``keywords`` are all keys in it."""

    name: str
    contents: dict[str, Plain] | bool
    keywords: frozenset[str]


def referred_files(folder: Folder) -> Referred:
    """Files that ``folder`` may name."""

    def read(reference: str) -> tuple[Plain, str]:
        path = path_of(reference, folder)
        return read_schema(path, folder), path.name

    return Referred(read)


def file_validator(path: Path, folder: Folder, referred: Referred | None = None) -> Validator:
    """The schema in a file that ``folder`` may name."""
    try:
        resolved = inside(path, folder)
        whole = (read_schema(resolved, folder), path.name)
        return _validator(whole, resolved.as_uri(), referred or referred_files(folder))
    except SchemaFault as fault:
        return Validator(None, str(fault))


def inline_validator(schema: Plain, folder: Folder, referred: Referred | None = None) -> Validator:
    """A schema that stands in the collection; its references are relative to ``folder``."""
    try:
        whole = (schema, "the schema")
        return _validator(whole, f"{folder.path.resolve().as_uri()}/", referred or referred_files(folder))
    except SchemaFault as fault:
        return Validator(None, str(fault))


def _validator(written: tuple[Plain, str], uri: str, referred: Referred) -> Validator:
    draft = _draft(written[0], DRAFT_2020)
    specification = specification_with(draft)
    keywords: set[str] = set()

    def resource(whole: _Whole) -> SchemaResource:
        keywords.update(whole.keywords)
        if keywords >= UNGUARDED:
            both = " and ".join(sorted(UNGUARDED))
            raise SchemaFault(f"{whole.name} uses {both}, which cannot be checked together")
        return specification.create_resource(whole.contents)

    @cache  # the registry keeps nothing of what it retrieves
    def retrieve(reference: str) -> SchemaResource:
        return resource(referred.at(reference, draft))

    registry: SchemaRegistry = Registry(retrieve=retrieve)  # type: ignore[call-arg]  # attrs' own init
    root = resource(_whole(*written, draft))
    registry = registry.with_resource(uri, root)
    return Validator(_guarded_class(draft)({"$ref": uri}, registry=registry), schema=cast(Plain, root.contents))


def _whole(schema: Plain, name: str, draft: str) -> _Whole:
    if _draft(schema, draft) != draft:
        raise SchemaFault(f"{name} is written in another draft than the schema that refers to it")
    bare = _without_draft(schema)
    keywords = frozenset(_names(bare))
    if keywords >= UNGUARDED:
        raise SchemaFault(f"{name} uses {' and '.join(sorted(UNGUARDED))}, which cannot be checked together")
    return _Whole(name, _checked(_guarded_class(draft), bare, name), keywords)


def _names(schema: Plain) -> Iterator[str]:
    """Every key at every depth."""
    if isinstance(schema, dict):
        yield from schema
        for value in schema.values():
            yield from _names(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _names(value)


def _draft(schema: Plain, default: str) -> str:
    named = schema.get("$schema") if isinstance(schema, dict) else None
    if named is None:
        return default
    for known in DRAFTS:
        if isinstance(named, str) and _bare(named) == _bare(known):
            return known
    raise SchemaFault(f"the schema's draft, {show(named)}, is not known")


def _bare(uri: str) -> str:
    return uri.removesuffix("#").removeprefix("https://").removeprefix("http://")


def _without_draft(schema: Plain, depth: int = 0) -> Plain:
    """Without ``$schema``: where jsonschema meets one it takes its own classes, which are not guarded."""
    if depth > MAX_DEPTH:
        raise SchemaFault(f"the schema is nested more than {MAX_DEPTH} levels deep")
    if isinstance(schema, dict):
        return {
            name: _without_draft(value, depth + 1)
            for name, value in schema.items()
            if not (name == "$schema" and isinstance(value, str))
        }
    return [_without_draft(value, depth + 1) for value in schema] if isinstance(schema, list) else schema


def _checked(checker: type[Checker], schema: Plain, name: str) -> dict[str, Plain] | bool:
    """The schema, if it is one by its own draft."""
    if not isinstance(schema, dict | bool):
        raise SchemaFault(f"{name} is no JSON Schema: it is neither a mapping nor true or false")
    if sum(1 for _ in islice(_names(schema), MAX_KEYS + 1)) > MAX_KEYS:
        raise SchemaFault(f"{name} has more than {MAX_KEYS:,} keys")
    try:
        error = best_match(checker(checker.META_SCHEMA).iter_errors(schema))
    except RecursionError:
        raise SchemaFault(f"{name} is nested too deeply") from None
    if error is not None:
        raise SchemaFault(f"{name} is no JSON Schema: at {place(error)}: {say(error)}")
    return schema


@cache
def _guarded_class(draft: str) -> type[Checker]:
    original = DRAFTS[draft]
    keywords = dict(OURS)
    for name in REFERENCES:
        if name in original.VALIDATORS:
            keywords[name] = reference(original.VALIDATORS[name])
    guarded_class: type[Checker] = extend(original, keywords)  # type: ignore[no-untyped-call]
    return guarded_class


def _unresolved(error: BaseException) -> str:
    """The reason below the library's: a file that is not there, a reference to the network."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, SchemaFault):
            return str(cause)
        cause = cause.__cause__ or cause.__context__
    return f'the schema refers to "{getattr(error, "ref", error)}", which is not there'
