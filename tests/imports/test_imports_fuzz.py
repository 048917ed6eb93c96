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
