"""What Postman's scripts check, by the program that runs them: where Newman fails, we fail or have told that we leave
the check out; what we export fails there where it fails here.

All scripts are of one collection, and each answer is asked for once: Newman is started once for each direction.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest

from runner.checks.expectations import check_response, passed
from runner.exporting.postman.collection import to_postman
from runner.exporting.postman.schemas import FORMATS
from runner.importing.postman.collection import read_postman
from runner.importing.scrubbing import finish
from runner.messages import Response
from runner.model import Collection
from runner.source import Source
from runner.writing.collection import collection_text
from runner.writing.layout import Value
from tests.echo_server import EchoServer, serve_echo
from tests.peers.programs import run_peer
from tests.unit.loading import collection
from tests.unit.matching import context

SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
AS_JSON: Final[dict[str, Value]] = {"raw": {"language": "json"}}
HEADERS: Final = (("Content-Type", "application/json"),)
VALUES: Final = (
    *("1", "0", "null", '"1"', '""', '"abc"', '"xabc"', r'"abc\n"', '"\u0661"', "true", "false", "5", "1.5"),
    *("[]", "[1]", "[1, 2]", "[2, 1]", '["abc"]', "[[1, 2]]", '[{"a": 1}]', '[{"a": 1, "b": 2}]'),
    *(
        "{}",
        '{"length": 2}',
        '{"a": 1}',
        '{"a": 1, "b": 2}',
        '{"a": {"b": 1}}',
        '{"a": {"b": 1, "c": 2}}',
        '{"a": null}',
    ),
)
BODIES: Final = (*(f'{{"v": {value}}}' for value in VALUES), "{}", "null", "[1, 2]", '"v"', "no JSON")
CHAINS: Final = (
    *("equal(1)", "equal('1')", "equal([1, 2])", "eql([1, 2])", "deep.equal({a: 1})", "equal({a: 1})", "eql({a: 1})"),
    *("not.equal(1)", "not.eql({a: 1})", "be.null", "not.be.null", "be.true", "not.be.true", "exist", "not.exist"),
    *(
        "exist()",
        "be.null()",
        "be.undefined",
        "not.be.undefined",
        "be.a('string')",
        "be.an('array')",
        "be.an('object')",
    ),
    *("be.an('array').that.is.not.empty", "be.a('string').and.equal('abc')", "be.an('array').with.lengthOf(2)"),
    *("have.lengthOf(2)", "have.length(2)", "have.lengthOf.above(1)", "have.length.within(1, 2)", "have.lengthOf(0)"),
    *("not.have.lengthOf(2)", "be.empty", "not.be.empty", "include('abc')", "include(1)", "include({a: 1})"),
    *(
        "deep.include({a: {b: 1}})",
        "include({a: {b: 1}})",
        "not.include('abc')",
        "have.string('abc')",
        "include([1, 2])",
    ),
    *("not.have.string('abc')", "be.oneOf([1, 'abc', null])", "be.oneOf([[1, 2]])", "be.oneOf([])", "be.above(1)"),
    *("be.above('a')", "be.at.least('1')", "be.within(1, 5)", "not.be.below(1)", "match(/abc/)", "match(/^abc$/)"),
    *(r"match(/^\d+$/)", r"match(/^[\w-]+$/)", "match(/ABC/i)", "have.property('a')", "have.property('a', 1)"),
    *("have.property('a', {b: 1})", "not.have.property('a')", "have.nested.property('a.b', 1)", "startWith('abc')"),
    *("have.members([1, 2])", "have.members([1, 1])", "have.members([])", "have.deep.members([{a: 1}])"),
    *("include.members([1])", "include.members([{a: 1}])", "have.property('a').that.is.a('number')", "endsWith('abc')"),
)
SCRIPTS: Final = (
    *(f"pm.expect(pm.response.json().v).to.{chain};" for chain in CHAINS),
    "pm.response.to.have.status(200);",
    "pm.response.to.be.ok();",
    "pm.response.to.have.jsonBody('v', 1);",
    "pm.response.to.have.header('content-type', 'application/json');",
    "pm.response.to.have.jsonSchema({type: 'object', required: ['v']});",
    "pm.response.to.have.jsonSchema({dependencies: {v: ['w']}});",
    "pm.expect(pm.response.code).to.eql('200');",
    "pm.expect(pm.response.code).to.be.oneOf([200, 201]);",
    "pm.expect(pm.response.code).to.be.a('number');",
    "pm.expect(pm.response.headers.get('content-length')).to.equal(5);",
    "pm.expect(pm.response.text()).to.match(/1}$/);",
    "pm.expect(pm.response.json()).to.exist;",
    "pm.expect(pm.response.json()).to.not.have.property('v');",
    "pm.expect(pm.response.json().v.length).to.equal(2);",
    "pm.expect(pm.response.json().v.a.b).to.be.undefined;",
    "pm.expect(pm.response.json().v?.a?.b).to.be.undefined;",
    "pm.expect(pm.response.json()?.v.a).to.be.undefined;",
    "pm.expect(pm.response.json().v[0]).to.be.undefined;",
    "pm.expect(pm.response.json().v?.[0]).to.be.undefined;",
    "const j = pm.response.json(); pm.expect(j.v).to.exist; pm.expect(j.v).to.not.equal(5);",
    "const j = pm.response.json(); pm.expect(j.v).to.be.null; pm.expect(j.v).to.exist;",
    "const j = pm.response.json(); pm.expect(j.v).to.be.undefined; pm.expect(j.v).to.exist;",
    "let j = pm.response.json(); j.v = 2; pm.expect(j.v).to.equal(1);",
    "let w = 1; w += 4; pm.expect(pm.response.json().v).to.equal(w);",
    "let w = 1; if (pm.response.code === 200) { w = 5; } pm.expect(pm.response.json().v).to.equal(w);",
    "try { pm.expect(pm.response.json().v).to.equal(1); } finally { }",
    "throw new Error('no');",
    "const unused = pm.response.json().v.a;",
    "const unused = pm.response.json().v.a.b;",
    "const j = pm.response.json(); const v = j.v; const n = v.length; pm.expect(j).to.exist;",
    "const unused = pm.response.json().v?.a.b;",
    "const j = pm.response.json(); const unused = j.v[0].a; pm.expect(j).to.not.have.property('w');",
    "const unused = pm.response.json();",
    "const unused = pm.response.json(); pm.expect(pm.response.code).to.equal(200);",
    "console.log(pm.response.json().v.a);",
    "const j = pm.response.json(); console.log(`it is ${j.v.a.b}`, JSON.stringify(j.v.a));",
    "const j = pm.response.json(); console.log('a: ' + j.v.a);",
    "const j = pm.response.json(); console.log(j.v.a.toString());",
    "const j = pm.response.json(); console.log(j.v && j.v.a);",
    "console.log(pm.response.json());",
    "const j = pm.response.json(); pm.environment.set('k', j.v.a); pm.environment.set('k', j.v);",
    "const j = pm.response.json(); pm.expect(j.v).to.be.null; const unused = j.v.a;",
    *(
        f"pm.response.to.have.jsonSchema({{$schema: '{draft}', type: 'object', required: ['v']}});"
        for draft in (
            "http://json-schema.org/draft-04/schema#",
            "http://json-schema.org/draft-07/schema#",
            "http://json-schema.org/draft-07/schema",
            "https://json-schema.org/draft/2020-12/schema",
        )
    ),
    *(
        f"pm.response.to.have.jsonSchema({{properties: {{v: {{format: '{name}'}}}}}});"
        for name in ("int64", "nonsense", *sorted(FORMATS))
    ),
    "pm.response.to.have.jsonSchema({properties: {v: {exclusiveMinimum: true, minimum: 1}}});",
    "pm.response.to.have.jsonSchema({properties: {v: {type: 'integer', nullable: true}}});",
    "pm.response.to.have.jsonSchema({properties: {v: {type: 'array', items: [{type: 'number'}]}}});",
)
MATCHERS: Final = (
    *("1", '"1"', "null", "[1, 2]", "{equals: {a: 1}}", "{not: 1}", "{not: null}", "{lt: 2}", "{between: [1, 5]}"),
    *(
        "{not: {lt: 2}}",
        "{one_of: [1, abc, null]}",
        "{not: {one_of: [1, null]}}",
        "{contains: abc}",
        "{contains: 1}",
    ),
    *(
        "{not: {contains: 1}}",
        "{contains_all: [1, 2]}",
        "{starts_with: abc}",
        "{ends_with: abc}",
        "{length: 2}",
        "{not: {length: 2}}",
        "{length: {gt: 1}}",
    ),
    *(r"{matches: '^abc\Z'}", r"{matches: '\d$'}", r"{matches: '^\D+$'}", "{type: [array, string], length: 2}"),
    *("{exists: true}", "{exists: false}", "{empty: true}", "{empty: false}", "{type: array, contains: 1}"),
)
CHECKS: Final = (
    *(f"json: {{$.v: {matcher}}}" for matcher in MATCHERS),
    "json: {$.v.a.b: {exists: false}}",
    "json: {'$.v[0]': {exists: false}}",
    "json: {$.v.toString: {exists: true}}",
    "status: [200, 201]",
    "schema: {properties: {v: {items: [{type: number}]}}}",
    "schema: {$schema: 'http://json-schema.org/draft-07/schema#', properties: {v: {items: [{type: string}]}}}",
    "schema: {$schema: 'http://json-schema.org/draft-04/schema#', properties: {v: {type: number, minimum: 1}}}",
    "schema: {properties: {v: {type: number, format: int64}}}",
    "schema: {properties: {v: {$ref: '#/$defs/n', maximum: 1}}, $defs: {n: {type: number}}}",
)


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    with serve_echo() as running:
        yield running


def answers_of(server: EchoServer, scripts: Mapping[str, str], folder: Path) -> set[tuple[str, str]]:
    """What Newman finds wrong, by script and answer; each script is a test of its own in the script of one request."""
    whole: list[Value] = [f"pm.test({json.dumps(name)}, () => {{ {text}\n}});" for name, text in scripts.items()]
    items: list[Value] = [
        {
            "name": f"b{number}",
            "request": {
                "method": "POST",
                "url": f"{server.url}/reply",
                "body": {"mode": "raw", "raw": body, "options": AS_JSON},
            },
        }
        for number, body in enumerate(BODIES)
    ]
    event: list[Value] = [{"listen": "test", "script": {"exec": whole}}]
    kept = {"info": {"name": "c", "schema": SCHEMA}, "event": event, "item": items}
    (folder / "c.json").write_text(json.dumps(kept), "utf-8")
    reporter = ("--reporters", "junit", "--reporter-junit-export", "out.xml")
    ended = run_peer("newman", "run", "c.json", *reporter, cwd=folder)
    assert (folder / "out.xml").exists(), ended.stderr
    suites = list(ET.parse(folder / "out.xml").getroot().iter("testsuite"))  # noqa: S314  # as written just now
    assert len(suites) == len(BODIES)
    wrong = set()
    for suite, body in zip(suites, BODIES, strict=True):
        cases = list(suite.iter("testcase"))
        assert {one.get("name", "").partition(" ")[0] for one in cases} >= set(scripts)
        wrong |= {(one.get("name", "").partition(" ")[0], body) for one in cases if one.find("failure") is not None}
    return wrong


def ours(found: Collection, body: str) -> bool:
    """Whether the one request of a collection passes with this answer."""
    answer = Response(200, HEADERS, body.encode(), "http://h.example/")
    return passed(check_response(found.requests[0], answer, 0.01, context()))


def imported(script: str) -> tuple[Collection, bool]:
    """What we make of a script, and whether something of it was told to be left out."""
    request: dict[str, Any] = {"method": "GET", "url": "http://h.example/"}
    item = {"name": "r", "event": [{"listen": "test", "script": {"exec": script}}], "request": request}
    draft = read_postman(Source("c.json", json.dumps({"info": {"name": "c", "schema": SCHEMA}, "item": [item]})))
    finish(draft)
    told = any(note.message.startswith("not understood") for note in draft.notes)
    return collection(collection_text(draft.collection())), told


def test_what_fails_in_newman_fails_here_or_is_told(server: EchoServer, tmp_path: Path) -> None:
    scripts = {f"s{number}": script for number, script in enumerate(SCRIPTS)}
    wrong = answers_of(server, scripts, tmp_path)
    assert wrong
    false = []
    understood = 0
    for name, script in scripts.items():
        found, told = imported(script)
        understood += not told
        false += [(script, body) for body in BODIES if not told and (name, body) in wrong and ours(found, body)]
    assert false == []
    assert understood > len(SCRIPTS) // 2


def test_what_fails_here_fails_in_newman(server: EchoServer, tmp_path: Path) -> None:
    ways = {
        f"c{number}": collection(f"name: c\nrequests: [{{name: r, url: 'http://h.example/', expect: {{{check}}}}}]")
        for number, check in enumerate(CHECKS)
    }
    scripts = {}
    left_out = set()
    for name, found in ways.items():
        exported = to_postman(found)
        document = json.loads(exported.text)
        lines = [line for one in (document, document["item"][0]) for line in one["event"][0]["script"]["exec"]]
        scripts[name] = "\n".join(lines).replace('pm.test("', f'pm.test("{name} ')
        if any("no check" in note for note in map(str, exported.notes)):
            left_out.add(name)
    wrong = answers_of(server, scripts, tmp_path)
    false = [
        (CHECKS[int(name[1:])], body)
        for name, found in ways.items()
        for body in BODIES
        if name not in left_out and not ours(found, body) and (name, body) not in wrong
    ]
    assert false == []
    assert len(left_out) < len(CHECKS) // 3
