"""The schema for editors and the loader say the same of every file, but for what no JSON Schema can see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Final, TypeAlias, get_args

import pytest
from jsonschema import Draft202012Validator

from runner import settings
from runner.errors import InvalidFiles
from runner.loading import examples, expect, includes, matchers, operands, parts, request, turns
from runner.loading.auth import AUTH_FIELDS
from runner.loading.collection import TOP_KEYS, decode_collection
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.model import ExpectKind
from runner.node import Plain
from runner.source import Diagnostic, Source
from runner.variables.filters import FILTERS

ROOT: Final = Path(__file__).parents[2]
SCHEMA: Final = json.loads((ROOT / "runner/loading/collection.schema.json").read_text(encoding="utf-8"))
VALIDATOR: Final = Draft202012Validator(SCHEMA)

CONDITION: Final = re.compile(r"/(?:if|then|else)(?:/|$)")
"""Where a schema says when another part of it holds."""

INVISIBLE: Final = {
    "content-type": "a schema does not compare a header with the body",
    "data": "what is in a data file",
    "data-placeholder": "a placeholder at any depth of a row",
    "duplicate-key": "a schema compares names with their case, HTTP does not",
    "duplicate-name": "a schema does not compare one request with another",
    "encoding": "the bytes of a file",
    "include-circle": "other files",
    "load-name": "a schema does not look for names of requests and tags",
    "jsonpath": "the grammar of RFC 9535",
    "matcher-pattern": "the grammar of regular expressions",
    "missing-file": "the file system",
    "no-tools": "a schema does not compare the body with what is expected",
    "needs": "a schema does not compare one request with another",
    "only": "the names in another file",
    "outside": "the file system",
    "path": "the file system",
    "placeholder": "the grammar of placeholders",
    "schema": "what a schema in the file or beside it says",
    "too-many-rows": "a product of lengths",
    "unreadable": "the file system",
    "yaml": "the grammar of a file beside it",
    "url": "a URL may be whole only together with base_url",
}
"""Rules of the loader that a JSON Schema cannot see, and why."""

INVISIBLE_MESSAGES: Final = (
    "nothing can be captured from it",
    "nothing is between these",
    "one end is text, the other a number",
    "there is no file",
    "there are no defaults in",
    "there are no requests here",
    'graphql needs "query"',
    "the first wait is longer than max_delay",
    "every is longer than for",
    "turns are sent in a JSON body",
    "a turn that must fail has no reply",
    "tries can never pass",
    "this is longer than 30 days",
)
"""Messages of other rules that compare one value with another, with what ``defaults`` add, or with the file system."""


def loader_errors(text: str, folder: Path = ROOT) -> list[Diagnostic]:
    try:
        decode_collection(Source("collection.yaml", text), folder)
    except InvalidFiles as error:
        return [one for one in error.diagnostics if one.severity == "error"]
    return []


def visible(errors: list[Diagnostic]) -> list[str]:
    """The errors that a JSON Schema could see."""
    own = [one for one in errors if one.source is None or one.source.name == "collection.yaml"]
    seen = [one for one in own if one.rule not in INVISIBLE]
    return [f"{one.rule}: {one.message}" for one in seen if not any(m in one.message for m in INVISIBLE_MESSAGES)]


def disagreement(text: str, folder: Path = ROOT) -> str:
    """Why loader and schema do not agree about a file; empty if they do."""
    faults_of_yaml = Problems()
    root = read_document(Source("collection.yaml", text), faults_of_yaml)
    if root is None or faults_of_yaml.count:
        return ""  # no values to look at
    errors = loader_errors(text, folder)
    valid = VALIDATOR.is_valid(root.plain())
    if not valid and not errors:
        return f"the loader takes it, the schema does not: {next(VALIDATOR.iter_errors(root.plain())).message}"
    if valid and visible(errors):
        return f"the schema takes it, the loader does not: {visible(errors)[0]}"
    return ""


def subschemas(schema: object, path: str = "#") -> Iterator[tuple[str, dict[str, object]]]:
    """Every object of the schema's own text, with its place."""
    if isinstance(schema, dict):
        yield path, schema
        for key, value in schema.items():
            if key not in {"examples", "defaultSnippets", "enum", "const", "default"}:
                yield from subschemas(value, f"{path}/{key}")
    if isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from subschemas(value, f"{path}/{number}")


def properties(pointer: str) -> set[str]:
    place = SCHEMA
    for part in pointer.split("/"):
        place = place[int(part)] if isinstance(place, list) else place[part]
    return set(place["properties"])


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_key_has_a_description() -> None:
    without = []
    for path, schema in subschemas(SCHEMA):
        listed = schema.get("properties")
        if isinstance(listed, dict) and not CONDITION.search(path):
            described = {key: value.get("description", "") for key, value in listed.items()}
            without += [f"{path}/{key}" for key, text in described.items() if len(text) < 10 or text[-1] != "."]
    assert without == []


def test_every_definition_is_described_and_used() -> None:
    text = json.dumps(SCHEMA)
    for name, definition in SCHEMA["$defs"].items():
        assert definition["description"]
        assert f'"#/$defs/{name}"' in text, f"{name} is not used"


def test_every_mapping_says_what_else_it_takes() -> None:
    open_ended = [
        path
        for path, schema in subschemas(SCHEMA)
        if "properties" in schema and "additionalProperties" not in schema and not CONDITION.search(path)
    ]
    assert open_ended == []


@pytest.mark.parametrize(
    ("pointer", "keys"),
    [
        ("$defs/request", request.REQUEST_KEYS),
        ("$defs/include", includes.INCLUDE_KEYS),
        ("$defs/defaults", request.DEFAULTS_KEYS),
        ("$defs/expect", (*get_args(ExpectKind), "pass_rate", "error")),
        ("$defs/certificate", expect.CERTIFICATE_KEYS),
        ("$defs/stream", expect.STREAM_KEYS),
        ("$defs/usage", expect.USAGE_KEYS),
        ("$defs/retry", settings.RETRY_KEYS),
        ("$defs/poll", settings.POLL_KEYS),
        ("$defs/capture/anyOf/1", (*expect.CAPTURE_KINDS, "filter", "default", "secret")),
        ("$defs/auth/anyOf/1", tuple(AUTH_FIELDS)),
        *((f"$defs/auth/anyOf/1/properties/{scheme}", names) for scheme, names in AUTH_FIELDS.items() if names),
        ("$defs/part", parts.FILE_KEYS),
        ("$defs/graphql", parts.GRAPHQL_KEYS),
        ("$defs/example", examples.KEYS),
        ("$defs/turn", turns.TURN_KEYS),
        ("$defs/example/properties/when", examples.WHEN_KEYS),
        ("$defs/operators", (*matchers.OPERATORS, "ignore_case")),
        ("$defs/durationOperators", tuple(matchers.AMOUNT_OPERATORS)),
        ("$defs/sizeOperators", tuple(matchers.AMOUNT_OPERATORS)),
        ("$defs/numberOperators", tuple(matchers.AMOUNT_OPERATORS)),
        ("$defs/statusOperators", tuple(matchers.AMOUNT_OPERATORS)),
    ],
)
def test_schema_and_loader_know_the_same_keys(pointer: str, keys: tuple[str, ...]) -> None:
    assert properties(pointer) == set(keys)


def test_schema_and_loader_know_the_same_words() -> None:
    assert set(SCHEMA["properties"]) == set(TOP_KEYS)
    operators = SCHEMA["$defs"]["operators"]["properties"]
    assert set(operators["is"]["anyOf"][0]["enum"]) == set(operands.FORMATS)
    assert set(operators["type"]["anyOf"][0]["anyOf"][0]["enum"]) == {*operands.TYPES, None}
    assert set(SCHEMA["$defs"]["expect"]["properties"]["error"]["anyOf"][0]["enum"]) == set(expect.ERRORS)
    pattern = SCHEMA["$defs"]["capture"]["anyOf"][1]["properties"]["filter"]["pattern"]
    assert set(pattern.partition("(")[2].partition(")")[0].split("|")) == set(FILTERS)


MATCHERS: Final[dict[str, Plain]] = {
    "$.equals": {"equals": 1},
    "$.not": {"not": {"contains": "a"}},
    "$.order": {"lt": 1, "lte": 1, "gt": 0, "gte": "2026-01-31"},
    "$.between": {"between": [1, 2]},
    "$.approx": {"approx": {"value": 1, "within": 0.5}},
    "$.one": {"one_of": ["a", 1]},
    "$.text": {"contains": "a", "starts_with": "a", "ends_with": "a", "matches": "a", "ignore_case": True},
    "$.type": {"type": "string"},
    "$.types": {"type": ["string", "null"]},
    "$.length": {"length": {"gte": 1}},
    "$.flags": {"exists": True, "empty": False, "unique": True, "sorted": True},
    "$.each": {"each": {"type": "string"}, "any": "a"},
    "$.all": {"contains_all": ["a"], "contains_any": ["b"]},
    "$.is": {"is": "uuid"},
    "$.schema": {"schema": {"type": "object"}},
    "$.json": {"json": {"$.a": 1}},
    "$.scalar": "a",
    "$.list": [1, 2],
}

TOP: Final[dict[str, Plain]] = {
    "name": "All keys",
    "description": "Every key once.",
    "variables": {"BASE": "http://127.0.0.1", "X": 1},
    "secrets": {"names": ["A"], "not": ["B"]},
    "requires": ["API_KEY"],
    "defaults": {
        "include": "tests/unit/files/shared.yaml",
        "base_url": "http://127.0.0.1",
        "headers": {"X-A": "1"},
        "timeout": "5s",
    },
    "setup": [{"include": "tests/unit/files/shared.yaml"}],
    "requests": [
        {"url": "/"},
        {"include": "tests/unit/files/shared.yaml", "only": "first", "with": {"A": 1, "B": [2]}},
        {"include": "tests/unit/files/shared.yaml", "only": ["first", "second"]},
    ],
    "teardown": [{"include": "tests/unit/files/shared.yaml"}],
    "data": [{"X": 2}],
    "matrix": {"MODEL": ["a"]},
    "parallel": True,
}

REQUESTS: Final[tuple[dict[str, Plain], ...]] = (
    {
        "name": "first",
        "description": "It sends JSON.",
        "tags": ["smoke"],
        "method": "POST",
        "query": {"q": "1", "r": [1, 2]},
        "data": [{"X": 1}, {"X": "a"}],
        "matrix": {"Y": [1, "b"]},
        "headers": {"X-B": "1", "X-C": ["1", "2"]},
        "json": {"a": 1},
    },
    {
        "auth": {"bearer": "<<API_KEY>>"},
        "timeout": {"connect": 1, "total": "5s", "idle": "500ms"},
        "redirects": 3,
        "proxy": "http://127.0.0.1:8080",
        "cookies": {"a": "b", "c": 1, "d": None},
        "max_size": "10kB",
        "tls": {"verify": False},
        "delay": "1ms",
        "skip": "not today",
        "stream": False,
    },
    {
        "name": "again",
        "retry": {"attempts": 3, "on": ["connection", 429, "5xx"], "delay": "1s", "max_delay": 30},
        "poll": {"every": "1s", "for": 60},
        "when": {"<<X>>": {"gt": 1}, "<<Y>>": "a"},
        "needs": [],
    },
    {
        "name": "chat",
        "json": {"model": "m", "messages": [{"role": "system", "content": "Be brief."}], "stream": False},
        "turns": [
            {"user": "Hello", "name": "greets", "expect": {"status": 200}, "capture": {"said": "$.a"}, "examples": []},
            {"system": "Be brief.", "developer": "Be brief.", "user": [{"type": "text", "text": "a"}]},
            {"tool": {"tool_call_id": "1", "content": "2"}},
            {"assistant": {"content": "a", "name": "b"}},
            {"message": {"role": "user", "content": "a"}},
            {"message": "<<said>>"},
            {"messages": [{"role": "user", "content": "a"}, "<<said>>"]},
            {"messages": "<<said|json>>"},
        ],
    },
    {
        "capture": {
            "a": "$.a",
            "b": {"json": "$.b", "filter": "int", "default": 1, "secret": True},
            "c": {"header": "x-a"},
            "d": {"cookie": "c"},
            "e": {"status": True},
            "f": {"text": True, "filter": ["trim", "lower"]},
            "g": {"regex": "a(b)"},
            "h": {"duration": True},
            "i": {"url": True},
        },
    },
    {
        "expect": {
            "status": {"one_of": [200, "3xx"], "lt": 300, "not": 201, "between": [200, 299]},
            "headers": {"x-a": {"contains": "a"}},
            "cookies": {"sid": {"exists": True}},
            "text": {"contains": "a"},
            "schema": {"type": "object"},
            "duration": {"lt": "1s", "not": {"gt": 2}, "between": [0, "2s"]},
            "size": {"lte": "1kB", "approx": {"value": "1kB", "within": 10}},
            "redirects": 0,
            "certificate": {"expires_in": {"gt": "14d"}, "issuer": {"contains": "a"}, "subject": "CN=a"},
            "stream": {"events": 1, "first_content": {"lt": "2s"}, "longest_gap": 1, "done": True, "schema": {}},
            "pass_rate": "4/5",
        },
    },
    {
        "examples": [
            {"name": "good", "status": 200, "headers": {"x-a": "1"}, "json": {"a": 1}, "delay": "1ms"},
            {"name": "text", "text": "a"},
            {"when": {"headers": {"a": "b"}, "query": {"a": "b"}, "json": {"$.a": 1}, "text": "a"}},
            {"name": "events", "events": ["a", {"b": 1}, {"data": 1, "delay": "1ms", "cut": True}], "event_delay": 1},
        ],
    },
    {"auth": {"basic": {"username": "a", "password": "b"}}, "text": "a"},
    {"auth": {"digest": {"username": "a", "password": "b"}}},
    {"auth": {"oauth2": {"token_url": "http://127.0.0.1/t", "client_id": "a", "client_secret": "b", "scope": "c"}}},
    {
        "auth": {
            "oauth2": {
                "token_url": "http://127.0.0.1/t",
                "grant": "password",
                "username": "a",
                "password": "b",
                "client_auth": "body",
            }
        }
    },
    {"auth": {"oauth2": {"token_url": "http://127.0.0.1/t", "grant": "refresh_token", "refresh_token": "a"}}},
    {"auth": {"oauth2": {"token_url": "<<X>>", "grant": "<<Y>>"}}},
    {"auth": {"aws_sigv4": {"access_key": "a", "secret_key": "b", "region": "c", "service": "d"}}},
    {"auth": {"aws_sigv4": {"access_key": 1, "secret_key": 2, "session_token": 3, "region": 4, "service": 5}}},
    {"auth": {"api_key": {"name": "k", "value": "v", "in": "query"}}},
    {"auth": "none", "form": {"a": "b", "c": ["d", 1]}, "timeout": 3},
    {
        "multipart": {
            "a": "b",
            "c": [1, {"file": "README.md"}],
            "d": {"file": "README.md", "type": "text/plain", "filename": "a"},
        },
        "cookies": "none",
        "proxy": "none",
    },
    {"graphql": {"query": "{ me }", "variables": {"a": 1}, "operation_name": "me"}},
    {"expect": {"error": "dns"}, "redirects": False},
    {"expect": {"status": [200, "2xx"], "duration": "1s", "size": 1}, "tags": "one"},
)


def collection_of(fields: dict[str, Plain]) -> Plain:
    return {"requests": [{**fields, "url": "http://127.0.0.1/"}]}


DOCUMENTS: Final[list[Plain]] = [
    TOP,
    *(collection_of(fields) for fields in REQUESTS),
    *(collection_of({"expect": {"json": {path: matcher}}}) for path, matcher in MATCHERS.items()),
]
"""Small collections that have every key of the format between them."""

PALETTE: Final[list[Plain]] = json.loads(
    """[null, true, false, 0, 1, -1, 200, 600, 1.5, "", " ", "x", "$.a", "<<X>>", "1s", "0s", "0.0", "1kB",
    "2xx", "9xx", "string", "int|trim", "line\\nbreak", [], ["a"], [1, 2], [null], [[1]], ["2xx", 200], {},
    {"a": 1}, {"contains": "x"}, {"lt": 1}, {"ignore_case": true}]"""
)
"""Of each kind of value that somebody may write by mistake, at least one."""

KEYS: Final = ("zzz", "x y", "", "$.a", "<<X>>", None)
"""The same for keys; None is a key left out."""

READ_LATER: Final = {"timeout", "tls", "retry", "poll"}
"""Where a placeholder puts off the check of the whole mapping until it is filled."""

Place: TypeAlias = tuple[str | int, ...]


def places(value: Plain, path: Place = ()) -> Iterator[Place]:
    """The path of every value inside."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from places(inner, (*path, key))


def holder(document: Plain, path: Place) -> Plain:
    for part in path[:-1]:
        document = document[part]  # type: ignore[index]  # the path is the document's own
    return document


CASES: Final = [
    pytest.param(document, path, id=f"{number}-{'.'.join(map(str, path))}")
    for number, document in enumerate(DOCUMENTS)
    for path in places(document)
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_both_take_the_whole_format(document: Plain) -> None:
    assert loader_errors(json.dumps(document)) == []
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


@pytest.mark.parametrize(("document", "path"), CASES)
def test_they_agree_whatever_a_value_is(document: Plain, path: Place) -> None:
    found = {}
    for value in PALETTE:
        changed = deepcopy(document)
        holder(changed, path)[path[-1]] = value  # type: ignore[index]  # as in holder
        found[json.dumps(value)] = disagreement(json.dumps(changed))
    assert {value: why for value, why in found.items() if why} == {}


@pytest.mark.parametrize(("document", "path"), CASES)
def test_they_agree_whatever_a_key_is(document: Plain, path: Place) -> None:
    found = {}
    for name in KEYS:
        changed = deepcopy(document)
        parent = holder(changed, path)
        if not isinstance(parent, dict) or (name == "<<X>>" and READ_LATER & set(path[:-1])):
            continue
        value = parent.pop(str(path[-1]))
        if name is not None:
            parent[name] = value
        found[name] = disagreement(json.dumps(changed))
    assert {name: why for name, why in found.items() if why} == {}


def collection_files() -> list[Path]:
    """Every collection of the project, wrong ones included."""
    found = [*(ROOT / "collections").rglob("*.y*ml"), *(ROOT / "tests").rglob("*.y*ml")]
    return sorted(path for path in found if b"requests" in path.read_bytes())


@pytest.mark.parametrize("path", collection_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_they_agree_about_every_file_of_the_project(path: Path) -> None:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return  # no values to look at
    assert disagreement(text, path.parent) == ""
