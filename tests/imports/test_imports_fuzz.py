"""Documents that look like those of other tools, with anything in the place of anything: a collection that the program
reads, or a message; never a fault of the program."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, example, given, settings, strategies as st

from runner.errors import InvalidFiles
from runner.importing.postman.collection import read_postman
from runner.source import Source
from tests.imports.made import read_again

KEYS = st.sampled_from(
    "info name schema item request url raw host path query variable key value disabled header body mode raw urlencoded "
    "formdata file src graphql variables options language json auth type bearer basic token username password event "
    "listen script exec response code description content protocolProfileBehavior followRedirects".split()
)
SCRIPTS = (
    "pm.test('x', () => { pm.expect(pm.response.json().a[0]).to.eql({b: [1]}); });",
    "tests['a'] = responseCode.code === 1",
    "pm.environment.set('b', JSON.stringify(pm.response.json().a)); pm.globals.set('d', `${pm.response.json().a.c}`);",
    "pm.variables.set('d', '{{b}}'); pm.variables.set('a b', 5); pm.environment.set('token', 'x'); pm.globals.set();",
)
TEXTS = st.one_of(
    st.sampled_from(["{{a b}}", "<<x>>", "https://h/p?q={{q}}&r=1#f", "", "\ud800", "x" * 300, "a\x00b\u2028\u202ec"]),
    st.sampled_from(["raw", "urlencoded", "formdata", "graphql", "file", "bearer", "test", "noauth", "apikey"]),
    st.sampled_from(['{"a": {{b}}, "c": "{{d}}"} // e', *SCRIPTS]),
    st.text(max_size=12),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 700), st.floats(allow_nan=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=6)),
    max_leaves=25,
)
MORE = dict.fromkeys(("event", "response", "item", "auth"), VALUES)
KINDS = st.sampled_from("string number boolean array object json any secret default".split())
VARIABLES = st.lists(
    st.fixed_dictionaries(
        {"key": TEXTS, "value": st.one_of(VALUES, st.sampled_from(["5", "[1]", "{{b}} {{token}}", "1e999", "{}"]))},
        optional={"type": KINDS, "enabled": st.booleans(), "disabled": VALUES},
    ),
    max_size=5,
)
ITEMS = st.lists(st.fixed_dictionaries({"name": TEXTS, "request": VALUES}, optional=MORE), min_size=1, max_size=4)


@given(ITEMS, VALUES, VALUES)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@example([{"name": "a", "request": {"url": "h", "body": {"mode": "raw", "raw": "[" * 900 + "]" * 900}}}], None, None)
@example(
    [{"name": "a", "request": "h", "event": [{"listen": "test", "script": {"exec": "a" + ".b" * 5000}}]}], None, None
)
@example(
    [{"name": "a", "request": "h", "event": [{"listen": "test", "script": {"exec": "x=" + "[" * 5000}}]}], None, None
)
def test_a_collection_of_anything(items: list[object], variables: object, auth: object) -> None:
    document = {"info": {"name": "x", "schema": "v2.1.0"}, "item": items, "variable": variables, "auth": auth}
    try:
        draft = read_postman(Source("x.json", json.dumps(document)))
    except InvalidFiles:
        return
    read_again(draft)


@given(st.lists(VARIABLES, min_size=1, max_size=3), VARIABLES, st.sampled_from(SCRIPTS))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_variables_of_anything(environments: list[object], variables: object, script: str) -> None:
    beside = [
        Source("e.json", json.dumps({"name": "e", "values": values, "_postman_variable_scope": scope}))
        for values, scope in zip(environments, ("environment", "globals", "environment"), strict=False)
    ]
    event = [{"listen": "test", "script": {"exec": script}}]
    body = {"mode": "raw", "raw": '{"a": {{b}}, "c": "{{d}}", "e": "{{a b}}"}'}
    items = [{"name": "a", "request": {"url": "h", "body": body}, "event": event, "variable": variables}] * 2
    document = {"info": {"name": "x", "schema": "v2.1.0"}, "item": items, "variable": variables}
    try:
        draft = read_postman(Source("x.json", json.dumps(document)), beside)
    except InvalidFiles:
        return
    read_again(draft)
