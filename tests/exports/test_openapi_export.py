"""A collection exported to OpenAPI: the description is valid by the published schema, has no secret in it, says what it
leaves out; and what was imported from a description comes out as it was, in all that both know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import pytest
import yaml
from hypothesis import HealthCheck, given, settings, strategies as st
from jsonschema import Draft202012Validator

from runner.errors import ExitCode, InvalidFiles
from runner.exporting.openapi.document import to_openapi
from runner.loading.collection import decode_collection, load_collection
from runner.node import Plain
from runner.source import Source
from tests.command import Ended, Program

ROOT: Final = Path(__file__).parent.parent.parent
IMPORTED: Final = sorted((ROOT / "tests/imports/openapi/sources").glob("*.*"))
COLLECTIONS: Final = [
    *sorted((ROOT / "collections").glob("*.yaml")),
    *sorted((ROOT / "tests/imports/curl").glob("*.yaml")),
    *sorted((ROOT / "tests/imports/postman").glob("*.yaml")),
]
Document = dict[str, Plain]
VALIDATOR: Final = Draft202012Validator(
    json.loads(Path(__file__).with_name("openapi-3.1.schema.json").read_text("utf-8"))
)
"""The schema of OpenAPI 3.1 as it is published, version 2022-10-07; schemas in a description are checked below."""
METHODS: Final = frozenset("get put post delete options head patch trace".split())


def read(text: str) -> Document:
    """The description, as a reader that is not ours has it, and valid."""
    document = yaml.safe_load(text)
    assert [one.message for one in VALIDATOR.iter_errors(document)] == []
    operations = [
        (path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]
    ids = [operation["operationId"] for _, operation in operations if "operationId" in operation]
    assert len(set(ids)) == len(ids)
    for path, operation in operations:
        parameters = [followed(one, document) for one in operation.get("parameters", ())]
        assert {one["name"] for one in parameters if one["in"] == "path"} == set(re.findall(r"\{([^{}]*)\}", path))
        assert len({(one["name"], one["in"]) for one in parameters}) == len(parameters)
    for schema in document.get("components", {}).get("schemas", {}).values():
        Draft202012Validator.check_schema(schema)
    assert all(followed({"$ref": one}, document) is not None for one in references(document))
    return cast(Document, document)


def followed(value: dict[str, Any], document: Any) -> Any:
    """What a reference inside of the document leads to."""
    for part in value["$ref"].removeprefix("#/").split("/") if "$ref" in value else ():
        document = document[part.replace("~1", "/").replace("~0", "~")]
    return document if "$ref" in value else value


def references(value: object) -> Iterator[str]:
    """All references to other parts of the document; those of schemas to their own parts have their rules."""
    if isinstance(value, dict):
        found = value.get("$ref")
        if isinstance(found, str) and found.startswith("#/components/"):
            yield found
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def exported(folder: Path, patch: pytest.MonkeyPatch, text: str) -> tuple[Document, Ended]:
    (folder / "c.yaml").write_text(text, encoding="utf-8")
    ended = Program(patch, folder).run("export", "openapi", "c.yaml")
    assert ended.code == ExitCode.OK, ended.err
    return read(ended.out), ended


def at(document: Plain, *keys: str | int) -> Plain:
    for key in keys:
        document = document[key]  # type: ignore[index]  # the test says what is there
    return document


@pytest.mark.parametrize("path", COLLECTIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_description_is_valid(path: Path) -> None:
    try:
        collection = load_collection(path, path.name)
    except InvalidFiles:  # it names files that lie elsewhere
        return
    document = read(to_openapi(collection).text)
    count = sum(len(methods) for methods in cast(dict[str, Document], document["paths"]).values())
    assert count > 0


@pytest.mark.parametrize("path", IMPORTED, ids=lambda path: path.stem)
def test_what_was_imported_comes_out_as_it_was(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two times there and back: the operations of the source, and nothing changes the second time."""
    program = Program(monkeypatch, tmp_path)
    program.run("import", "openapi", str(path), "-o", "one/c.yaml")
    program.run("export", "openapi", "one/c.yaml", "-o", "one.yaml")
    program.run("import", "openapi", "one.yaml", "-o", "two/c.yaml")
    program.run("export", "openapi", "two/c.yaml", "-o", "two.yaml")
    source = cast(Document, yaml.safe_load(path.read_text("utf-8")))
    one, two = (read((tmp_path / name).read_text("utf-8")) for name in ("one.yaml", "two.yaml"))
    assert operations(one) == operations(two)
    assert at(one, "components") == at(two, "components")
    schemes = cast(dict[str, Document], cast(Document, one["components"]).get("securitySchemes", {})).values()
    secrets = {(str(each.get("in")), str(each.get("name"))) for each in schemes}
    for (place, name), parameters in operations(source).items():
        if place.startswith("/nodes"):  # it stands in a file of its own
            continue
        found = {same(place): names for (place, method), names in operations(one).items() if method == name}
        assert parameters - secrets <= found[same(place)] or path.stem == "wild", (place, name)
    schemas = cast(Document, at(one, "components").get("schemas", {}))  # type: ignore[union-attr]
    for name, schema in schemas.items():
        known = cast(Document, cast(Document, source.get("components", {})).get("schemas", {})).get(name)
        if isinstance(known, dict) and isinstance(schema, dict):
            assert set(cast(Document, schema.get("properties", {}))) == set(cast(Document, known.get("properties", {})))
            assert schema.get("required") == known.get("required")


def same(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def operations(document: Document) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """By path and method, the parameters that are always sent, those in the path without their names."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for path, methods in cast(dict[str, Document], document["paths"]).items():
        for method, operation in methods.items():
            if method in ("get", "put", "post", "delete", "patch") and isinstance(operation, dict):
                listed = cast(list[Document], operation.get("parameters", []))
                wanted = [one for one in listed if "$ref" not in one and (one.get("required") or "example" in one)]
                found[path, method] = {(str(one["in"]), str(one["name"])) for one in wanted if one["in"] != "path"}
    return found


def test_requests_of_one_method_and_path_are_one_operation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
requests:
  - {name: first, url: "https://h.example/a/<<id:-1>>?x=1", json: {a: 1}, expect: {status: 201}}
  - {name: second, url: "https://h.example/a/<<other:-2>>", query: {y: 2}, json: {a: 2}, expect: {status: 4xx}}
"""
    document, ended = exported(tmp_path, monkeypatch, text)
    operation = at(document, "paths", "/a/{id}", "post")
    assert list(cast(Document, at(document, "paths"))) == ["/a/{id}"]
    examples = at(operation, "requestBody", "content", "application/json", "examples")
    assert examples == {"first": {"value": {"a": 1}}, "second": {"value": {"a": 2}}}
    assert set(cast(Document, at(operation, "responses"))) == {"201", "4XX"}
    names = [(at(one, "in"), at(one, "name")) for one in cast(list[Plain], at(operation, "parameters"))]
    assert names == [("path", "id"), ("query", "x"), ("query", "y")]
    assert '"first", "second" are one operation, POST /a/{id}' in ended.err


def test_no_secret_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "sk-0123456789-abcdef"
    text = f"""
variables: {{API_KEY: {key}-1, BASE_URL: "https://h.example"}}
requests:
  - name: a
    url: <<BASE_URL>>/x
    query: {{api_key: {key}-2, plain: <<API_KEY>>}}
    headers: {{Authorization: Bearer {key}-3, X-Api-Key: <<API_KEY>>, X-Other: a <<API_KEY>> b}}
    json: {{password: {key}-4, inner: ["<<API_KEY>>"]}}
    examples:
      - {{json: {{echo: "<<API_KEY>>"}}}}
  - {{name: b, url: <<BASE_URL>>/y, auth: {{basic: {{username: ann, password: {key}-5}}}}}}
"""
    document, ended = exported(tmp_path, monkeypatch, text)
    assert key not in ended.text
    schemes = cast(dict[str, Document], at(document, "components", "securitySchemes"))
    assert {(one["type"], one.get("scheme", one.get("name"))) for one in schemes.values()} == {
        ("http", "bearer"),
        ("http", "basic"),
        ("apiKey", "api_key"),
        ("apiKey", "plain"),
        ("apiKey", "X-Api-Key"),
    }
    parameters = cast(list[Document], at(document, "paths", "/x", "post", "parameters"))
    assert [(one["name"], "example" in one) for one in parameters] == [("X-Other", False)]


def test_schemas_of_files_are_components(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/a.json").write_text(
        '{"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"b": {"$ref": "b.yaml#/$defs/x"},'
        ' "me": {"$ref": "#"}, "c": {"$ref": "../../outside.json"}}, "enum": [{"$ref": "kept"}]}',
        encoding="utf-8",
    )
    (tmp_path / "schemas/b.yaml").write_text("$defs: {x: {$ref: '#/$defs/y'}, y: {type: string}}", encoding="utf-8")
    text = """
requests:
  - {name: a, url: "https://h.example/a", expect: {schema: schemas/a.json}}
  - {name: b, url: "https://h.example/b", expect: {schema: {items: {$ref: schemas/a.json}}}}
"""
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("export", "openapi", "c.yaml")
    document = yaml.safe_load(ended.out)
    schemas = cast(Document, at(document, "components", "schemas"))
    assert at(schemas, "a", "properties", "b", "$ref") == "#/components/schemas/b/$defs/x"
    assert at(schemas, "a", "properties", "me", "$ref") == "#/components/schemas/a"
    assert at(schemas, "a", "enum") == [{"$ref": "kept"}]
    assert at(schemas, "b", "$defs", "x", "$ref") == "#/components/schemas/b/$defs/y"
    assert "outside the folder" in ended.err
    content = at(document, "paths", "/b", "get", "responses", "2XX", "content", "application/json")
    assert content == {"schema": {"items": {"$ref": "#/components/schemas/a"}}}


def test_what_is_left_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
requests:
  - name: a
    url: https://h.example/a
    timeout: 5s
    auth: {aws_sigv4: {access_key: a, secret_key: <<K_SECRET>>, region: r, service: s}}
    capture: {id: $.id}
    expect: {status: {one_of: [200, 201]}, json: {$.id: 1}}
  - {name: b, url: "https://h.example/a", method: PURGE}
"""
    _, ended = exported(tmp_path, monkeypatch, text)
    for told in (
        "timeout is left out",
        "aws_sigv4 is left out",
        "id is not taken out",
        'what "a" expect beside statuses',
        "no method PURGE",
    ):
        assert told in ended.err


TEXTS = st.sampled_from(
    ["a", "<<x>>", "<<x:-1>>", "/p/{q}?r=<<s>>#t", "https://h/<<a|urlencode>>/b", "a ? b", "\\<<", ""]
)
VALUES: st.SearchStrategy[object] = st.recursive(
    st.one_of(TEXTS, st.integers(0, 600), st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
REQUESTS = st.fixed_dictionaries(
    {"url": st.sampled_from(["https://h.example/<<a>>", "<<u>>/x/<<$guid>>", "/r/<<b>>", "http://<<h>>:1/?a=<<c>>"])},
    optional={
        "json": VALUES,
        "query": st.dictionaries(TEXTS, VALUES, max_size=2),
        "headers": st.dictionaries(st.sampled_from(["X-A", "Authorization", "Content-Type"]), TEXTS, max_size=2),
        "examples": st.lists(st.fixed_dictionaries({"json": VALUES, "status": st.just(404)}), max_size=2),
    },
)


@given(st.lists(REQUESTS, min_size=1, max_size=3))
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_collection_of_anything_is_a_valid_description(requests: list[object]) -> None:
    text = yaml.safe_dump({"defaults": {"base_url": "https://b.example/v1"}, "requests": requests})
    try:
        collection = decode_collection(Source("c.yaml", text), Path())
    except InvalidFiles:
        return
    read(to_openapi(collection).text)
