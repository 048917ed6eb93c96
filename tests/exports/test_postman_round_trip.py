"""A collection exported to Postman and imported again says the same, in every field that both know.

What Postman does not know, so that it is compared as what it becomes:
- a request that expects no status expects 2xx, which is written out;
- ``cookies`` are the header ``Cookie``; ``defaults`` are written into each request; names of headers are in lower case;
- a schema in a file is written out; ``starts_with`` and ``ends_with`` are patterns, and a pattern asks for text;
- a body that is the JSON ``null`` is text, an empty one is none;
- what stands below ``timeout``, ``proxy``, ``retry`` and the like is told and left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Final
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings, strategies as st

from runner.errors import ExitCode
from runner.loading.collection import load_collection
from runner.model import Collection, Expectation, RequestSpec
from runner.node import Node, Plain
from runner.resolve import Resolver
from runner.units import parse_duration, parse_size
from runner.variables.environment import Outside
from runner.variables.generators import Generators
from runner.variables.scope import Defaults, Variables
from runner.variables.uses import used_names
from runner.writing.collection import collection_text
from runner.writing.layout import Value
from tests.command import Program, StillClock
from tests.imports.test_curl_round_trip import REQUESTS, SECRETS, write_files

SOURCES: Final = sorted((Path(__file__).parent.parent / "imports/postman").glob("*.yaml"))
UNITS: Final = {"duration": parse_duration, "size": parse_size}


def read(file: Path) -> Mapping[str, object]:
    """What a file says, without how it is written."""
    collection = load_collection(file, file.name)
    used = used_names(collection)
    return {
        "name": collection.name,
        "description": collection.description,
        "variables": {name: str(node.plain()) for name, node in collection.variables.items()},
        "secrets": {name for name in collection.secrets.listed if name in used},
        "requests": [said(spec, collection) for spec in collection.own_requests],
    }


def said(spec: RequestSpec, collection: Collection) -> Mapping[str, object]:
    """Every field of a request that both know, as it is sent where it is sent."""
    known = collection.variables
    options: dict[str, str] = {
        name: f"v-{name}" for name in used_names(collection) - known.keys() if not name.startswith("$")
    }
    generators = Generators(StillClock(), Random(4))  # noqa: S311
    defaults = Defaults(known, collection.secrets)
    variables = Variables(defaults, Outside(options), generators, lambda _: None)
    request = Resolver(collection.folder, variables).request(spec)
    auth = (
        None
        if spec.auth is None
        else (spec.auth.scheme, {name: str(node.value) for name, node in spec.auth.fields.items()})
    )
    expected = [line for one in spec.expect if (line := expectation(one)) is not None]
    if not any(line[0] == "status" for line in expected):
        expected.append(("status", None, {"equals": "2xx"}))
    return {
        "name": spec.name.value,
        "description": spec.description,
        "tags": spec.tags,
        "method": request.method,
        "url": request.url.partition("?")[0],
        "query": sorted(parse_qsl(request.url.partition("?")[2], keep_blank_values=True)),
        "headers": sorted((name.lower(), value) for name, value in request.headers),
        "body": request.body,
        "auth": auth,
        "redirects": request.options.redirects,
        "verify": request.options.tls.verify,
        "expect": sorted(expected, key=str),
        "capture": [(one.name, one.kind, argument(one.kind, one.argument)) for one in spec.captures],
        "examples": [
            (
                one.name,
                one.status,
                [(a.value, b.value) for a, b in one.headers],
                one.body_kind,
                one.body and one.body.plain(),
            )
            for one in spec.examples
        ],
    }


def argument(kind: str, node: Node | None) -> str:
    text = "" if node is None else str(node.value)
    return text.lower() if kind in ("header", "headers") else text


def expectation(one: Expectation) -> tuple[str, object, object] | None:
    subject = None if one.subject is None else argument(one.kind, one.subject)
    if one.kind == "schema":
        return one.kind, None, one.node.plain() if one.node.kind == "mapping" else str(one.node.value)
    return one.kind, subject, operators(one.node.plain(), one.kind)


def operators(value: Plain, kind: str) -> dict[str, object]:
    """A matcher as its operators, amounts as numbers."""
    if not isinstance(value, dict):
        return {"equals": amount(value, kind)}
    made: dict[str, object] = {}
    for name, operand in value.items():
        if name in ("not", "length"):
            made[name] = operators(operand, kind if name == "not" else "")
        elif name == "starts_with":
            made["matches"] = "^" + re.sub(r"[\\^$.*+?()[\]{}|]", r"\\\g<0>", str(operand))
        elif name == "ends_with":
            made["matches"] = re.sub(r"[\\^$.*+?()[\]{}|]", r"\\\g<0>", str(operand)) + r"\Z"
        else:
            made[name] = amount(operand, kind)
    if "matches" in made and kind == "json":
        made.pop("type", None)
    return made


def amount(value: Plain, kind: str) -> object:
    if isinstance(value, list):
        return [amount(one, kind) for one in value]
    return UNITS[kind](value) if kind in UNITS and not isinstance(value, dict) else value


class Tripper:
    """Exports and imports in one folder."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.program = Program(patch, folder)
        write_files(folder)

    def there_and_back(self, text: str) -> tuple[Mapping[str, object], Mapping[str, object]]:
        (self.folder / "c.yaml").write_text(text, encoding="utf-8")
        (self.folder / ".env").unlink(missing_ok=True)
        ended = self.program.run("export", "postman", "c.yaml", "-o", "c.json", "--force")
        assert ended.code == ExitCode.OK, ended.text
        ended = self.program.run("import", "postman", "c.json", "-o", "d.yaml", "--force")
        assert ended.code == ExitCode.OK, ended.text
        return read(self.folder / "c.yaml"), read(self.folder / "d.yaml")


@pytest.fixture
def tripper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tripper:
    return Tripper(tmp_path, monkeypatch)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_what_came_from_postman(path: Path, tripper: Tripper) -> None:
    before, after = tripper.there_and_back(path.read_text("utf-8"))
    assert after == before


NUMBERS = st.integers(-1000, 1000) | st.sampled_from((0.5, 2.25))
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="<{\x00", exclude_categories=["Cc", "Cs"]), max_size=8)
SCALARS = st.none() | st.booleans() | NUMBERS | WORDS
LISTS = st.lists(SCALARS, min_size=1, max_size=3)
OBJECTS = st.dictionaries(WORDS, SCALARS | LISTS, max_size=3)
POSITIVE = st.one_of(
    st.builds(lambda value: {"equals": value}, SCALARS | LISTS | OBJECTS),
    st.builds(lambda name, value: {name: value}, st.sampled_from(("lt", "lte", "gt", "gte")), NUMBERS),
    st.builds(lambda low: {"between": [low, low + 1]}, st.integers(0, 9)),
    st.builds(lambda value: {"one_of": value}, LISTS),
    st.builds(lambda value: {"contains": value}, WORDS),
    st.sampled_from(("string", "number", "boolean", "array", "object", "null")).map(lambda kind: {"type": kind}),
)
SIZED: Final[list[Value]] = ["array", "string"]
"""What has a length in Postman; and text is contained in both, but a number only in a list."""
MATCHERS = st.one_of(
    POSITIVE,
    POSITIVE.map(lambda matcher: {"not": matcher}),
    st.integers(0, 9).map(lambda number: {"type": SIZED, "length": number}),
    st.integers(0, 9).map(lambda number: {"type": SIZED, "not": {"length": number}}),
    st.integers(0, 9).map(lambda number: {"type": "array", "contains": number}),
    LISTS.map(lambda value: {"type": "array", "contains_all": value}),
    LISTS.map(lambda value: {"type": "array", "not": {"contains_all": value}}),
    st.booleans().map(lambda there: {"exists": there}),
    st.booleans().map(lambda nothing: {"empty": nothing}),
    st.sampled_from((r"^a/b[0-9]+\Z", "x|y", "(?i)abc", r"[a-z]{2}\.", "é+")).map(lambda one: {"matches": one}),
    st.builds(lambda name, text: {name: text}, st.sampled_from(("starts_with", "ends_with")), WORDS.filter(bool)),
    st.builds(
        lambda name, size: {"type": SIZED, "length": {name: size}}, st.sampled_from(("gt", "lte")), st.integers(0, 9)
    ),
    st.just({"type": "number", "gt": 0, "not": {"equals": 5}}),
)
TEXTS = st.one_of(
    st.builds(
        lambda name, value: {name: value}, st.sampled_from(("equals", "contains", "starts_with")), WORDS.filter(bool)
    ),
    st.sampled_from(({"exists": True}, {"exists": False}, {"not": {"equals": "a"}}, {"matches": r"^req_[0-9]+\Z"})),
    st.sampled_from(({"one_of": ["a", "b"]}, {"length": 3}, {"empty": False}, {"not": {"contains": "é"}})),
)
PATHS = st.sampled_from(("$", "$.a", "$.a.b[0].c", "$['x y'].z", "$.items[2]", "$['é']"))
LISTED: Final = "$.items"
"""What an element that is not there is none of: a text has elements there, too."""
EXPECT = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from((200, "2xx", "4xx", [200, 201], {"lt": 300}, {"not": 500})),
        "headers": st.dictionaries(st.sampled_from(("etag", "x-a")), TEXTS | WORDS, min_size=1, max_size=2),
        "json": st.dictionaries(PATHS, MATCHERS, min_size=1, max_size=3),
        "text": st.sampled_from(({"contains": "a"}, {"not": {"contains": "b"}}, {"length": 3})),
        "schema": st.just({"type": "object", "properties": {"a": {"enum": [1, "é", None]}}}),
        "duration": st.sampled_from(({"lt": "2s"}, {"lte": "250ms"}, {"between": ["1ms", "3s"]})),
        "size": st.just({"lt": "10kB"}),
    },
)
CAPTURE = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just("$.a.b[0]"),
        "where": st.just({"header": "Location"}),
        "all": st.just({"text": True}),
        "code": st.just({"status": True}),
    },
)
UNKNOWN: Final = ("timeout", "proxy", "tls")


def known_to_both(request: Mapping[str, Value]) -> dict[str, Value]:
    """Without what Postman has no field for; headers that it sends by itself stay."""
    kept = {key: value for key, value in request.items() if key not in UNKNOWN and (key, value) != ("json", None)}
    if not str(kept.get("text", "-")).strip():
        del kept["text"]
    headers = kept.get("headers")
    if isinstance(headers, dict):
        kept["headers"] = {name: value for name, value in headers.items() if value is not None}
    if "multipart" in kept:
        kept["multipart"] = without_shown_names(kept["multipart"])
    return {key: plain_keys(value) for key, value in kept.items()}


def of_a_list(expect: Value) -> Value:
    """Where no element is expected, the list itself is."""
    checked = expect.get("json") if isinstance(expect, dict) else None
    if isinstance(expect, dict) and isinstance(checked, dict) and checked.get(f"{LISTED}[2]") == {"exists": False}:
        return {**expect, "json": {**checked, LISTED: {"type": "array"}}}
    return expect


def without_shown_names(value: Value) -> Value:
    """Parts without ``filename``: that Postman cannot say one is told."""
    if isinstance(value, list):
        return [without_shown_names(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: without_shown_names(one) for key, one in value.items() if key != "filename"}


def plain_keys(value: Value) -> Value:
    """``value`` with keys that are the name of no secret: what stands under such a name goes to ``.env``."""
    if isinstance(value, list):
        return [plain_keys(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        str(key)
        .replace("<<", "(")
        .replace("_KEY>>", ")")
        .replace("_TOKEN>>", ")")
        .replace("PASSWORD>>", ")"): plain_keys(one)
        for key, one in value.items()
    }


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(requests=st.lists(st.tuples(REQUESTS, EXPECT, CAPTURE), min_size=1, max_size=2))
@example(requests=[({"url": "https://h.example/a?q", "query": {"a\u2003b": "1", "c": "d\u00a0"}}, {"status": 200}, {})])
def test_there_and_back(tripper: Tripper, requests: list[tuple[dict[str, Value], Value, Value]]) -> None:
    named: list[Value] = [
        {"name": f"request {number}", **known_to_both(request), "expect": of_a_list(expect), "capture": capture}
        for number, (request, expect, capture) in enumerate(requests)
    ]
    text = collection_text({"name": "c", "secrets": list(SECRETS), "requests": named})
    before, after = tripper.there_and_back(text)
    assert after == before, text


@pytest.mark.parametrize("text", ["c\\", "\\A", "\\d$", "a/b", "(?i)x", "[^]", "{,2}", "^", "a\\\\"])
def test_text_at_an_end_comes_back_whatever_a_pattern_would_make_of_it(text: str, tripper: Tripper) -> None:
    expect: Value = {"json": {"$.a": {"starts_with": text}, "$.b": {"ends_with": text}}}
    request: Value = {"name": "a", "url": "https://h.example/", "expect": expect}
    before, after = tripper.there_and_back(collection_text({"name": "c", "requests": [request]}))
    assert after == before


def test_a_file_in_a_folder_comes_back(tripper: Tripper) -> None:
    (tripper.folder / "sub").mkdir(exist_ok=True)
    (tripper.folder / "sub" / "a.txt").write_text("x", encoding="utf-8")
    text = "name: c\nrequests:\n  - {name: a, url: 'http://h.example/', file: sub/a.txt, expect: {status: 200}}\n"
    before, after = tripper.there_and_back(text)
    assert after == before
    assert "file: sub/a.txt" in (tripper.folder / "d.yaml").read_text("utf-8")
