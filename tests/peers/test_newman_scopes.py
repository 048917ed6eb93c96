"""Postman's variables: of a name in several scopes the server sees what it sees of Newman, and what is text there is
text here. Newman is started once for each direction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from runner.errors import ExitCode
from tests.command import Program
from tests.echo_server import EchoServer, serve_echo
from tests.peers.programs import run_peer
from tests.peers.wire import Sent, sent

SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
COLLECTION: Final[Mapping[str, object]] = {
    **dict.fromkeys(("ceg", "cg", "ec", "set_c_e", "set_e_e", "set_g_c", "folder_c"), "collection"),
    "empty": "collection",
    "number": 5,
    "yes": True,
    "nothing": None,
    "whole": 2.0,
    "made": "{{eg}}-{{number}}",
    "x y": "1",
    "x_y": "2",
    "x/y": "3",
    "1st": "4",
    "a.b": "5",
    "list": [1, [2, "x"], None],
    "object": {"a": 1},
    "apiKey": "key-{{base}}-{{eg}}",
    "base": "base-of-all",
    "authToken": "auth-token-1234",
}
ENVIRONMENT: Final[Mapping[str, object]] = {
    **dict.fromkeys(("ceg", "eg", "ec", "set_c_e", "set_e_e", "set_g_e", "off"), "environment"),
    "empty": "",
    "authToken": "environment-5678",
    "base": "base-there",
}
GLOBALS: Final[Mapping[str, object]] = dict.fromkeys(("ceg", "cg", "eg", "off", "authToken", "only_g"), "globals")
FIXED: Final = tuple(dict.fromkeys((*COLLECTION, *ENVIRONMENT, *GLOBALS)))
ANSWER: Final = {"id": 7, "name": 'te"a', "plain": "tea", "yes": True, "none": None, "half": 1.5, "o": {"a": [1, "x"]}}
KEPT: Final = ("id", "plain", "yes", "none", "half")
SETS: Final = (
    "const j = pm.response.json();",
    "pm.collectionVariables.set('set_c_e', j.id);",
    "pm.environment.set('set_e_e', j.id);",
    "pm.globals.set('set_g_c', j.id);",
    "postman.setGlobalVariable('set_g_e', j.id);",
    "pm.environment.set('new_e_c', j.plain);",
    "pm.collectionVariables.set('new_e_c', j.id);",
    "pm.collectionVariables.set('new_c_e', j.plain);",
    "postman.setEnvironmentVariable('new_c_e', j.id);",
    "pm.variables.set('new_l_e', j.plain);",
    "pm.environment.set('new_l_e', j.id);",
    *(f"pm.environment.set('e_{name}', j.{name});" for name in KEPT),
    *(f"pm.environment.set('s_{name}', JSON.stringify(j.{name}));" for name in ANSWER),
    "pm.environment.set('as_string', String(j.id));",
    "pm.environment.set('as_template', `${j.half}`);",
    "pm.environment.set('as_method', j.yes.toString());",
)
FIXES: Final = ("pm.variables.set('lit', 'a{{number}}');", "pm.environment.set('lit_n', 7);")
SET: Final = (*(name for name in COLLECTION if name.startswith("set_")), "set_g_e", "new_e_c", "new_c_e", "new_l_e")
TEXTS: Final = (
    *(f"e_{name}" for name in KEPT),
    "lit",
    "lit_n",
    "as_string",
    "as_template",
    "as_method",
    "number",
    "yes",
    "nothing",
)
BARE: Final = (
    *(f"e_{name}" for name in KEPT if name != "plain"),
    *(f"s_{name}" for name in ANSWER),
    "number",
    "yes",
    "lit_n",
)


@pytest.fixture(scope="module")
def server() -> Any:
    with serve_echo() as running:
        yield running


def asked(name: str, query: tuple[str, ...] = (), body: str = "", **more: object) -> dict[str, object]:
    """A request with these variables in its query."""
    url = "{{host}}/" + ("reply" if name == "answer" else name)
    url += "?" + "&".join(f"{one.replace(' ', '_')}={{{{{one}}}}}" for one in query) if query else ""
    request: dict[str, object] = {"method": "POST" if body else "GET", "url": url}
    if body:
        request["body"] = {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}}
    return {"name": name, "request": request, **more}


def script(*lines: str, when: str = "test") -> list[object]:
    return [{"listen": when, "script": {"exec": list(lines)}}]


def scope(kind: str, values: Mapping[str, object], *switched_off: str) -> str:
    listed = [{"key": key, "value": value, "disabled": key in switched_off} for key, value in values.items()]
    return json.dumps({"name": kind, "values": listed, "_postman_variable_scope": kind})


def document(url: str) -> str:
    """A collection that uses each variable where it is fixed, after it is set, and in bodies."""
    body = [f'"t_{name}": "{{{{{name}}}}}"' for name in TEXTS] + [f'"b_{name}": {{{{{name}}}}}' for name in BARE]
    again = script("pm.environment.set('new_l_e', pm.response.json().method);",
        "pm.environment.set('set_c_e', pm.response.json().method);")  # fmt: skip
    folder = {"name": "f", "variable": [{"key": "folder_c", "value": "folder"}], "item": [asked("in", ("folder_c",))]}
    items = [
        asked("fixed", FIXED),
        asked("answer", body=json.dumps(ANSWER), event=[*script(*SETS), *script(*FIXES, when="prerequest")]),
        asked("set", SET),
        asked("body", body=f"{{{', '.join(body)}}}"),
        asked("again", event=again),
        asked("last", SET),
        folder,
    ]
    variables = [{"key": key, "value": value} for key, value in {**COLLECTION, "host": url}.items()]
    return json.dumps({"info": {"name": "scopes", "schema": SCHEMA}, "item": items, "variable": variables})


def by_path(server: EchoServer) -> dict[str, Sent]:
    """What the server saw since the last look, without headers, in which each program says its name."""
    seen = {one.path: one._replace(headers=()) for one in sent(server.received)}
    server.received.clear()
    return seen


def test_the_server_sees_what_newman_sends(server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.json").write_text(document(server.url), "utf-8")
    (tmp_path / "e.json").write_text(scope("environment", ENVIRONMENT, "off"), "utf-8")
    (tmp_path / "g.json").write_text(scope("globals", GLOBALS), "utf-8")
    ended = run_peer("newman", "run", "c.json", "-e", "e.json", "-g", "g.json", cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout
    theirs = by_path(server)
    program = Program(monkeypatch, tmp_path)
    told = program.run("import", "postman", "c.json", "--with", "e.json", "--with", "g.json", "-o", "c.yaml")
    assert told.code == ExitCode.OK, told.text
    run = program.run("run", "c.yaml")
    assert run.code == ExitCode.OK, run.text
    ours = by_path(server)
    assert ours.keys() == theirs.keys()
    for path, one in theirs.items():
        assert ours[path] == one
    assert told.err.count("is not captured here") == 6
    assert told.err.count("is no text: Postman sends it as ") == 2
    written = (tmp_path / "c.yaml").read_text("utf-8")
    assert not [value for value in ("key-", "environment-5678", "auth-token-1234") if value in written + told.err]


EXPORTED: Final = """
name: exported
requests:
  - name: answer
    url: HOST/reply
    json: {id: 7, name: 'te"a', o: {a: [1, x]}, l: [], s: abc}
    capture:
      {id: $.id, name: $.name, o: $.o, l: $.l, s: $.s, k: $.s, text: {json: $.o, filter: string}, code: {status: true}}
  - name: body
    url: HOST/body/<<s>>
    json: {id: <<id>>, name: <<name>>, in: [<<o>>, <<l>>], s: <<s>>, said: "<<id>>-<<s>>", text: <<text|json>>,
      code: <<code>>}
  - name: id
    url: HOST/id
    graphql: {query: "{a}", variables: {id: <<o>>}}
  - {name: key, url: HOST/key, json: {<<k>>: <<k>>}}
"""


def test_what_is_captured_comes_over_to_postman_and_back(
    server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An id that stands in a text, too, is text there: so it is told."""
    (tmp_path / "a.yaml").write_text(EXPORTED.replace("HOST", server.url), "utf-8")
    program = Program(monkeypatch, tmp_path)
    assert program.run("run", "a.yaml").code == ExitCode.OK
    ours = by_path(server)
    told = program.run("export", "postman", "a.yaml", "-o", "c.json")
    assert told.err.count("is sent as text there") == 3, told.err
    ended = run_peer("newman", "run", "c.json", cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout
    theirs = by_path(server)
    body = ours["/body/abc"].body
    assert isinstance(body, dict)
    as_text = {**ours, "/body/abc": ours["/body/abc"]._replace(body={**body, "id": "7"})}
    assert theirs == as_text
    assert program.run("import", "postman", "c.json", "-o", "b.yaml").code == ExitCode.OK
    assert program.run("run", "b.yaml").code == ExitCode.OK
    assert by_path(server) == as_text
