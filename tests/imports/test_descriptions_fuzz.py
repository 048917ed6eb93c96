"""OpenAPI descriptions and HTTP archives with anything in the place of anything: a collection that the program reads,
or a message; never a fault of the program. And what is made up fits its schema, or that is told."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings, strategies as st

from runner.checks.schema.checker import SchemaChecker
from runner.errors import InvalidFiles
from runner.folder import Folder
from runner.importing.har.archive import read_har
from runner.importing.openapi.collection import read_openapi
from runner.importing.openapi.made_up import MadeUp
from runner.importing.openapi.patterns import text_for
from runner.node import Plain
from runner.patterns import PatternError, check_pattern, search
from runner.source import Source
from tests.imports.made import read_again

OPENAPI_KEYS = st.sampled_from(
    "get post parameters name in schema required example examples value style explode content application/json $ref "
    "multipart/form-data text/plain requestBody responses 200 2XX default headers description summary operationId tags "
    "security servers url variables type properties items enum allOf oneOf pattern minimum nullable format "
    "deprecated additionalProperties minItems const required not".split()
)
HAR_KEYS = st.sampled_from(
    "request response method url headers name value postData text mimeType params encoding fileName cookies status "
    "content _resourceType queryString".split()
)
TEXTS = st.one_of(
    st.sampled_from(
        ["#/components/schemas/A", "#/paths", "#", "#/components/schemas/A/allOf/0", "https://h/x#/y", "x"]
    ),
    st.sampled_from(
        ["path", "query", "header", "cookie", "object", "array", "string", "integer", "deepObject", "base64"]
    ),
    st.sampled_from(["{{a}}", "<<x>>", "https://h/p?q=1&r", "https://[", "", "\ud800", "a\x00b\u2028c", "^[a-z"]),
    st.sampled_from(["GET", "application/json", "multipart/form-data; boundary=x", '{"a": ["<<b>>"]}', "fetch"]),
    st.text(max_size=8),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 700), st.floats(allow_nan=False), TEXTS)


def values(keys: st.SearchStrategy[str]) -> st.SearchStrategy[Plain]:
    return st.recursive(
        SCALARS,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=5)),
        max_leaves=25,
    )


OPENAPI = values(OPENAPI_KEYS)
HAR = values(HAR_KEYS)


@given(st.dictionaries(st.sampled_from(["/a", "/a/{b}", "x"]), OPENAPI, max_size=2), OPENAPI, OPENAPI, st.booleans())
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@example({"/a": {"get": {"responses": {"200": {"$ref": "#/paths/~1a/get/responses/200"}}}}}, None, None, True)
@example({"/a": {"$ref": "#/paths/~1a"}}, None, None, False)
@example({"/a": {"get": {"parameters": [{"name": "a\x08\nb", "in": "query"}]}}}, None, None, True)
@example({"/a": {"get": {"parameters": [{"name": "a", "in": "path", "schema": {"enum": []}}]}}}, None, None, False)
def test_a_description_of_anything(paths: dict[str, Plain], schema: Plain, more: Plain, old: bool) -> None:
    operation: Plain = {
        "parameters": [{"name": "q", "in": "query", "required": True, "schema": schema}, more],
        "requestBody": {"content": {"application/json": {"schema": schema}, "multipart/form-data": more}},
        "responses": {"200": {"content": {"application/json": {"schema": schema, "example": more}}}, "4XX": more},
        "security": more,
    }
    document: Plain = {
        "openapi": "3.0.3" if old else "3.1.0",
        "info": more,
        "servers": more,
        "paths": {**paths, "/usual": {"put": operation, "parameters": more}},
        "components": {"schemas": {"A": schema}, "securitySchemes": more},
    }
    try:
        read_again(read_openapi(Source("x.json", json.dumps(document))))
    except InvalidFiles:
        return


@given(st.lists(HAR, max_size=3), HAR, HAR)
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_an_archive_of_anything(entries: list[Plain], request: Plain, response: Plain) -> None:
    usual: Plain = {"method": "POST", "url": "https://h.example/a?b=c", "postData": request, "headers": [request]}
    first: Plain = {"request": usual, "response": {"status": 200, "content": response}, "_resourceType": "fetch"}
    others: list[Plain] = [{"request": one, "response": {"status": 200, "content": one}} for one in entries]
    document: Plain = {"log": {"entries": [first, *others, *entries, {"request": request, "response": response}]}}
    try:
        read_again(read_har(Source("x.har", json.dumps(document))))
    except InvalidFiles:
        return


NUMBERS = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={"minimum": st.integers(-20, 20), "exclusiveMaximum": st.integers(21, 60)},
)
STRINGS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": st.integers(0, 30),
        "format": st.sampled_from(["date", "date-time", "email", "uuid", "uri", "ipv4", "ipv6", "other"]),
    },
)
SCHEMAS: st.SearchStrategy[Plain] = st.recursive(
    st.one_of(
        NUMBERS, STRINGS.filter(lambda one: len(one) < 3), st.just({"type": "boolean"}), st.just({"enum": [3, "x"]})
    ),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}, optional={"minItems": st.integers(0, 3)}),
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from("abc"), inner)},
            optional={"required": st.lists(st.sampled_from("abcd"), unique=True)},
        ),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"allOf": st.tuples(inner).map(list)}),
    ),
    max_leaves=8,
)


@given(SCHEMAS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_made_up_fits_its_schema(schema: Plain) -> None:
    made = MadeUp({}, "writeOnly").value(schema)
    assert SchemaChecker(Folder.of(Path())).check_plain(schema, made) == [], made


@given(
    st.from_regex(
        r"(\[\^?[a-c\]\\d]{1,3}\]|[a-z.]|\\[dwsSDWbu-]|\((\?:)?[a-z|]{0,3}\))([*+?]|\{[0-3](,[4-6]?)?\})?",
        fullmatch=True,
    )
)
@settings(max_examples=200, deadline=None)
def test_a_text_for_a_pattern_fits_it(pattern: str) -> None:
    try:
        check_pattern(pattern)
    except PatternError:
        return
    text = text_for(f"^{pattern}$", lambda one: search(f"^{pattern}$", one) is not None)
    assert text is None or search(f"^{pattern}$", text)
