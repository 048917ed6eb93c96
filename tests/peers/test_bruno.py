"""Bruno's collections, run by Bruno itself and by us: the same goes over the wire, and what fails there does not pass
here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from runner.importing.bruno.bru import KNOWN, METHODS, TEXTS, blocks_of
from runner.source import Source
from tests.command import Program
from tests.echo_server import serve_echo
from tests.peers.programs import installed, run_peer
from tests.peers.wire import Sent, sent

ANSWER: Final = {"n": 5, "f": 2.5, "s": "abc", "sn": "5", "b": True, "bf": False, "z": None, "e": "", "ea": [],
    "l": [1, 2, 3], "ls": ["a", "b"], "o": {"x": {"y": 1}}, "long": 1234567890123456}  # fmt: skip
HEADERS: Final = "?status=201&header=X-Count:5&header=X-Name:Tea%20Time"
ASSERTED: Final[Mapping[str, str]] = {
    "res.body.n": 'eq 5|eq "5"|eq 05|eq 5e0|eq 6|neq 5|neq 6|gt 4|gt 5|gte 5|lte 4|in 5, abc|in 6|notIn 5|between 1,5'
    "|between 6, 7|isNumber|isString|isNull|isDefined|isUndefined|isEmpty|length 1|eq {{count}}|eq '{{count}}'|eq `5`",
    "res.body.s": 'eq abc|eq "abc"|eq 5|neq abc|gt 4|contains b|contains z|notContains zz|notContains b|length 3'
    "|matches ^[a-c]+$|matches /B/i|notMatches ^[a-c]+$|startsWith a|startsWith B|endsWith c|isString|isTruthy|isJson",
    "res.body.sn": 'eq 5|eq "5"|eq 05|startsWith 5|gt 4|in "5", 6|in 5, 6|isNumber|eq {{count}}|eq \'{{count}}\'',
    "res.body.b": "eq true|eq false|isTruthy|isFalsy|isBoolean|isNumber|in true, 5|eq 1",
    "res.body.z": "eq null|eq undefined|isNull|isUndefined|isDefined|isEmpty|isNotEmpty|isFalsy|neq null|isJson",
    "res.body.e": "eq|eq ''|isEmpty|isNotEmpty|isNull|length 0|isFalsy",
    "res.body.ea": "isEmpty|isArray|isJson|length 0|contains 5|isNotEmpty",
    "res.body.ls": "contains a|contains z|notContains z|length 2|length 3|isArray|isJson|isString|eq a,b|contains 5",
    "res.body.o": "isJson|isArray|isEmpty|isNotEmpty|eq [object Object]|isDefined",
    "res.body.long": "eq 1234567890123456|eq '1234567890123456'",
    "res.body.o.x.y": "eq 1|eq 2|isUndefined",
    "res('o.x.y')": "eq 1|eq 2",
    "res.body.gone": "isUndefined|isDefined|isNull|eq null|isEmpty|isNotEmpty|contains a|length 0|eq undefined|isJson",
    "res.body.gone.deeper": "isUndefined|isNull|eq 5",
    "res.body.s.length": "eq 3|gt 3|lt 4|between 1,5",
    "res.body.ls.length": "eq 2|eq 3|gte 2",
    "res.body.ls[0]": "eq a|eq b|startsWith a",
    "res.body.ls[7]": "isUndefined|isDefined",
    "res.body.s[0]": "isUndefined",
    "res.status": 'eq 201|201|eq 200|eq "201"|neq 201|in [200, 201]|in 200, 202|gt 201|eq abc|isNumber|matches 2',
    "res.headers['x-count']": 'eq 5|eq "5"|eq "6"|gt 4|contains "5"|isString|length 1|in 5, 6',
    "res.headers['X-Name']": "eq Tea Time|contains Tea|isDefined",
    "res.headers['x-name']": "eq Tea Time|eq Tea|contains Tea|startsWith tea|matches ^Tea|notContains x|isDefined",
    "res.headers.gone": "isUndefined|isDefined|eq a|contains a",
    "res.getHeader('x-name')": "eq Tea Time|contains Tea|isString",
    "res.body": "isJson|isArray|isString|contains abc|eq abc|isDefined|isUndefined|length 12",
}
"""By what is looked at, all that is said of it: of some of it the opposite holds."""
DIFFERENT: Final = frozenset(
    (("res.body", "contains abc"), ("res.body", "length 12"), ("res.body.gone", "isJson"), ("res.body.o", "length 1"))
)
"""What docs/migrate.md tells: what is said of the whole body with a text is said of its text, objects have a length."""
REQUESTS: Final[Mapping[str, tuple[str, str]]] = {
    "json": ("post json", 'body:json {\n  {\n    "a": "{{word}}",\n    "n": {{count}} // c\n  }\n}'),
    "vendor": ("put json", "body:json {\n  [1]\n}\n\nheaders {\n  Content-Type: application/vnd.api+json\n}"),
    "text": ("post text", "body:text {\n  line 1\n    two\n\n  three {{word}}\n}"),
    "xml": ("post xml", "body:xml {\n  <a>\n    <b/>\n  </a>\n}"),
    "sparql": ("post sparql", "body:sparql {\n  SELECT * WHERE {\n    ?s ?p ?o\n  }\n}"),
    "graphql": (
        "post graphql",
        'body:graphql {\n  query q {\n    a\n  }\n}\n\nbody:graphql:vars {\n  {"id": "{{word}}"}\n}',
    ),
    "form": (
        "post formUrlEncoded",
        "body:form-urlencoded {\n  a: 1\n  b: x y+z&\n  ~c: off\n  m: '''\n    l1\n    l2\n  '''\n  \"k:q\": v\n}",
    ),
    "parts": (
        "post multipartForm",
        "body:multipart-form {\n  a: 1\n  f: @file(pic.png) @contentType(image/png)\n  ~z: 1\n  t: @file(note.txt)\n}",
    ),
    "file": (
        "post file",
        "body:file {\n  ~file: @file(note.txt) @contentType(a/b)\n  file: @file(pic.png) @contentType(image/png)\n}",
    ),
    "other": ("post none", 'body:json {\n  {"not": "chosen"}\n}'),
    "inherits": ("get none inherit", ""),
    "basic": ("get none basic", "auth:basic {\n  username: ann\n  password: p:w{{word}}\n}"),
    "key": ("get none apikey", "auth:apikey {\n  key: X-Key\n  value: kk-123456\n  placement: header\n}"),
    "silent": ("get none -", ""),
    "unchosen": ("get none -", "auth:bearer {\n  token: unchosen-123456\n}"),
    "twice": ("get", "headers {\n  X-A: 1\n  X-A: 2\n  ~X-B: 3\n  X-Empty:\n  X-V: {{word}}-{{all}}\n  X-All: own\n}"),
    "lower": ("get", "headers {\n  x-all: lower\n  Cookie: a=1; b=2\n  User-Agent: mine\n}"),
    "lines": (
        "get",
        "headers {\n  @description('''\n    X-Not: a header\n  ''')\n  X-Is: yes\n  X-Two: '''\n    a\n    b\n  '''\n}",
    ),
    "own": (
        "get",
        "vars:pre-request {\n  loc: lv\n  both: {{loc}}-{{word}}\n}\n\nheaders {\n  X-L: {{loc}} {{both}}\n}",
    ),
    "PURGE": ("http", ""),
    "folder/inherits-there": ("get none inherit", "headers {\n  X-V: {{all}}\n}"),
    "folder/in/inherits-here": ("get none inherit", "headers {\n  X-V: {{all}}\n}"),
    "open/goes-further": ("get none inherit", ""),
}
"""By name: method, mode of the body and of authentication; and the blocks."""
FILES: Final = {
    "bruno.json": '{"version": "1", "name": "Peers", "type": "collection"}',
    "collection.bru": "headers {\n  X-All: all\n  ~X-Off: off\n}\n\nauth {\n  mode: bearer\n}\n\n"
    "auth:bearer {\n  token: all-123456\n}\n\nvars:pre-request {\n  all: everywhere\n  ~none: no\n}\n",
    "environments/local.bru": "vars {\n  host: HOST\n  word: tea\n  count: 5\n}\n",
    "folder/folder.bru": "meta {\n  name: Folder\n  seq: 1\n}\n\nheaders {\n  X-Folder: f\n  X-All: folder\n}\n\n"
    "auth {\n  mode: basic\n}\n\nauth:basic {\n  username: fu\n  password: fp-123456\n}\n\n"
    "vars:pre-request {\n  all: there\n}\n",
    "folder/in/folder.bru": "meta {\n  name: In\n}\n\nauth {\n  mode: inherit\n}\n",
    "open/folder.bru": "meta {\n  name: Open\n  seq: 2\n}\n\nauth {\n  mode: none\n}\n",
    "note.txt": "hello {{word}}\n",
    "pic.png": "\x89PNG\r\n--x",
}


def request_text(name: str, number: int, kind: str, blocks: str) -> str:
    method, body, auth = (*kind.split(), *("none", "none")[len(kind.split()) - 1 :])
    how = f"  auth: {auth}\n" if auth != "-" else ""
    custom = f"  method: {name}\n" if method == "http" else ""
    own = name.rpartition("/")[2]
    head = f"meta {{\n  name: {own}\n  type: http\n  seq: {number}\n}}\n\n"
    return f"{head}{method} {{\n{custom}  url: {{{{host}}}}/{own}\n  body: {body}\n{how}}}\n\n{blocks}\n"


def assertion_text(number: int, subject: str, asserted: str) -> str:
    blocks = f"body:json {{\n  {json.dumps(ANSWER)}\n}}\n\nassert {{\n  {subject}: {asserted}\n}}"
    return request_text(f"r{number}", number, "post json", blocks).replace(
        f"{{{{host}}}}/r{number}", f"{{{{host}}}}/reply{HEADERS}"
    )


def written(folder: Path, files: Mapping[str, str], host: str) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.replace("HOST", host).encode("latin-1" if name == "pic.png" else "utf-8"))


class Verdicts(NamedTuple):
    """By the name of a request, whether its assertion holds in Bruno and in runner; ``told`` were left out."""

    theirs: Mapping[str, bool]
    ours: Mapping[str, bool]
    told: frozenset[str]


class Story(NamedTuple):
    """What both sent of ``REQUESTS``, and what they said of each assertion."""

    theirs: tuple[Sent, ...]
    ours: tuple[Sent, ...]
    verdicts: Verdicts
    text: str


def assertions() -> Iterator[tuple[str, str, str]]:
    pairs = ((subject, asserted) for subject, listed in ASSERTED.items() for asserted in listed.split("|"))
    return ((f"r{number}", *pair) for number, pair in enumerate(pairs, 1000))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    installed("bru")
    folder, mine = tmp_path_factory.mktemp("bruno"), tmp_path_factory.mktemp("runner")
    with serve_echo() as server, pytest.MonkeyPatch.context() as patch:
        written(folder, FILES, server.url)
        for number, (name, (kind, blocks)) in enumerate(REQUESTS.items(), 1):
            written(folder, {f"{name}.bru": request_text(name, number, kind, blocks)}, server.url)
        for name, subject, asserted in assertions():
            text = assertion_text(int(name[1:]), subject, asserted)
            written(folder, {f"{name}.bru": text}, server.url)
        ran = run_peer("bru", "run", "-r", "--env", "local", "--reporter-json", "out.json", cwd=folder)
        theirs = list(server.received)
        results = json.loads((folder / "out.json").read_text("utf-8"))[0]["results"]
        assert len(results) == len(REQUESTS) + len(list(assertions())), ran.stdout[-3000:] + ran.stderr
        server.received.clear()
        written(mine, {name: FILES[name] for name in ("note.txt", "pic.png")}, "")
        program = Program(patch, mine)
        imported = program.run("import", "bruno", str(folder), "-o", "c.yaml")
        program.run("run", "c.yaml", "--report", "json=o.json")
        report = json.loads((mine / "o.json").read_text("utf-8"))
        ours = {one["name"]: one["status"] == "passed" for one in report["files"][0]["requests"]}
        told = frozenset(re.findall(r"/(r\d{4})\.bru:\d+: not understood", imported.text))
        verdicts = Verdicts({one["name"]: all(a["status"] == "pass" for a in one["assertionResults"])
                             for one in results}, ours, told)  # fmt: skip
        yield Story(sent(theirs), sent(server.received), verdicts, imported.text)


def test_what_fails_in_bruno_does_not_pass_here(story: Story) -> None:
    theirs, ours, told = story.verdicts
    wrong = [
        (subject, asserted)
        for name, subject, asserted in assertions()
        if ours[name] and not theirs[name] and name not in told and (subject, asserted) not in DIFFERENT
    ]
    assert not wrong
    assert len(told) < len(ours) / 3
    assert sum(ours[name] and theirs[name] for name, _, _ in assertions()) > 70


def test_what_holds_in_bruno_mostly_holds_here(story: Story) -> None:
    theirs, ours, told = story.verdicts
    held = [name for name, _, _ in assertions() if theirs[name] and name not in told]
    assert sum(ours[name] for name in held) / len(held) > 0.75


def test_the_same_is_sent(story: Story) -> None:
    theirs = {one.path: one for one in story.theirs if one.path != "/reply"}
    ours = {one.path: one for one in story.ours if one.path != "/reply"}
    assert len(theirs) == len(REQUESTS)
    assert ours == theirs, story.text


def test_what_is_left_out_is_told(story: Story) -> None:
    assert "other.bru:13: body:json is not the body that is chosen; it is left out" in story.text
    assert "unchosen.bru:12: auth:bearer is not the auth that is chosen; it is left out" in story.text
    assert 'the field "z" is switched off' in story.text


def test_each_block_of_brunos_grammar_is_known_or_told() -> None:
    program = Path(installed("bru")).resolve()
    grammar = next(one / "lang/v2/src/bruToJson.js" for one in program.parents if (one / "lang/v2/src").is_dir())
    names = re.findall(r'= "([a-z][\w:-]*)" (?:st\* "\{"|(?:assert)?dictionary)', grammar.read_text("utf-8"))
    assert {"meta", "assert", "body:graphql:vars", "auth:oauth2", "settings"} <= set(names)
    for name in names:
        found = blocks_of(Source("x.bru", f"{name} {{\n  a: b\n}}\n"))
        known = name in TEXTS | METHODS | KNOWN and name != "example"
        assert bool(found.told) != known, name
