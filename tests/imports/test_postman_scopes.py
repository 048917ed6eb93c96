"""Postman's scopes: of a name that several have the narrowest holds, in whatever order they are given; what a script
puts where another goes before is told; secrets and odd names stay apart. Newman said what it sends (tests/peers)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from runner.errors import ExitCode
from runner.exporting.postman.collection import to_postman
from runner.importing.draft import Draft
from runner.importing.postman.collection import read_postman
from runner.importing.scrubbing import finish
from runner.node import Plain
from runner.source import Source
from runner.writing.collection import collection_text
from tests.command import Program
from tests.unit.loading import collection, read

SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
ANSWER: Final = {"id": 7, "name": "tea", "o": {"a": 1}, "l": [1]}


def variables(**values: Plain) -> list[Plain]:
    return [{"key": name, "value": value} for name, value in values.items()]


def scope(kind: str, *values: Plain, **named: Plain) -> Source:
    document = {"name": f"My {kind}", "values": [*variables(**named), *values], "_postman_variable_scope": kind}
    return Source(f"{kind}.json", json.dumps(document))


def request(name: str = "a", *script: str, body: str = "", **more: Plain) -> dict[str, Plain]:
    """A request with a test script and, with ``answer``, a saved answer."""
    asked: dict[str, Plain] = {"method": "POST" if body else "GET", "url": "https://h.example/{{x}}"}
    if body:
        asked["body"] = {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}}
    event: Plain = [{"listen": "test", "script": {"exec": list(script)}}]
    return {"name": name, "request": asked, "event": event, **more}


def imported(items: list[Plain], *beside: Source, **document: Plain) -> tuple[Draft, dict[str, Plain], str]:
    """The draft, the collection as a run reads it, and what is told."""
    whole = {"info": {"name": "c", "schema": SCHEMA}, "item": items, **document}
    draft = read_postman(Source("c.json", json.dumps(whole)), beside)
    finish(draft)
    found = read(collection_text(draft.collection())).plain()
    assert isinstance(found, dict)
    return draft, found, "\n".join(f"{note.place}: {note.message}" for note in draft.notes)


def requests(found: dict[str, Plain]) -> list[dict[str, Plain]]:
    listed = found["requests"]
    assert isinstance(listed, list)
    return [one for one in listed if isinstance(one, dict)]


ENVIRONMENT: Final = scope("environment", {"key": "off", "value": "e", "enabled": False}, x="e", eg="e")
GLOBALS: Final = scope("globals", x="g", cg="g", eg="g", off="g")


@pytest.mark.parametrize("beside", [(ENVIRONMENT, GLOBALS), (GLOBALS, ENVIRONMENT)], ids=["globals last", "first"])
def test_the_narrowest_scope_holds(beside: tuple[Source, Source]) -> None:
    _, found, told = imported([request()], *beside, variable=variables(x="c", cg="c"))
    assert found["variables"] == {"x": "e", "cg": "c", "eg": "e", "off": "g"}
    assert told == 'the environment "My environment": the variable "off" is switched off; it is left out'


@pytest.mark.parametrize(("key", "holds"), [("environment", "given"), ("globals", "c")])
def test_an_environment_as_the_api_wraps_it(key: str, holds: str) -> None:
    wrapped = Source("w.json", json.dumps({key: {"name": "W", "values": variables(x="given")}}))
    assert imported([request()], wrapped, variable=variables(x="c"))[1]["variables"] == {"x": holds}


@pytest.mark.parametrize(
    ("first", "second", "captured"),
    [
        ("collectionVariables", "environment", "$.second"),
        ("environment", "collectionVariables", "$.first"),
        ("globals", "collectionVariables", "$.second"),
        ("variables", "environment", "$.first"),
        ("environment", "environment", "$.second"),
    ],
)
def test_what_a_script_keeps_where_another_scope_goes_before(first: str, second: str, captured: str) -> None:
    script = ("const j = pm.response.json();", f"pm.{first}.set('n', j.first);", f"pm.{second}.set('n', j.second);")
    _, found, told = imported([request("a", *script)], variable=variables(x="c"))
    assert requests(found)[0]["capture"] == {"n": captured}
    assert ("a, test script, line 3: n is not captured here" in told) is (captured == "$.first")


def test_what_a_script_keeps_under_a_name_of_the_environment() -> None:
    script = "pm.collectionVariables.set('x', pm.response.json().id); postman.setGlobalVariable('x', pm.response.code);"
    _, found, told = imported([request("a", script), request("b")], ENVIRONMENT, variable=variables(x="c"))
    assert "capture" not in str(found)
    assert told.count("x is not captured here: the environment has a value of that name, which goes before") == 1
    assert requests(found)[0]["expect"] == {"json": {"$": {"not": None}}}


def test_variables_of_a_folder_are_used_where_nothing_else_has_them() -> None:
    folder: dict[str, Plain] = {
        "name": "F",
        "item": [request()],
        "variable": variables(x="f", own="f", apiKey="k-1234"),
    }
    draft, found, told = imported([folder], variable=variables(x="c"))
    assert found["variables"] == {"x": "c", "own": "f"}
    assert draft.secrets == {"apiKey": "k-1234"}
    assert 'F: Postman does not use the variable "x" of a folder or request; it is left out' in told
    assert 'F: Postman does not use the variable "own" of a folder or request; here it holds everywhere' in told


def test_names_that_placeholders_do_not_take_stay_apart() -> None:
    names = ("x y", "x_y", "x/y", "x|y", "1st", "trail ", "y y")
    body = json.dumps({str(number): f"{{{{{name}}}}}" for number, name in enumerate(names)})
    listed: list[Plain] = [{"key": name, "value": str(number)} for number, name in enumerate((*names, "trail_", "y_y"))]
    _, found, told = imported([request(body=body)], variable=[*listed, *variables(x="c")])
    known, filled = found["variables"], requests(found)[0]["json"]
    assert isinstance(known, dict)
    assert isinstance(filled, dict)
    assert {number: known[str(one)[2:-2]] for number, one in filled.items()} == {number: number for number in filled}
    assert known["x_y"] == "1"
    assert '"x/y" is called x_y_3 now' in told


def test_a_name_that_is_made_of_another_is_told() -> None:
    _, _, told = imported([request(body='{"a": "{{x{{n}}}}"}')], variable=variables(x="c", n="1"))
    assert told == "a: {{x<<n>>}} is sent as it stands: no name is made of a variable here"


SECRET: Final = ("sekret-c-1234", "sekret-e-5678", "sekretwordonly", "pre-9876")


def test_secrets_stay_apart_in_every_scope() -> None:
    """By their type or their name, in one scope or in several, alone or made of others; a script empties none."""
    own = variables(x="c", token=SECRET[0], plain=SECRET[0], made="{{x}}", authToken=f"Bearer {{{{x}}}}{SECRET[3]}")
    own += [{"key": "typed", "value": SECRET[0], "type": "secret"}, {"key": "made", "value": "{{x}}", "type": "secret"}]
    marked: Plain = {"key": "plain", "value": SECRET[1], "type": "secret"}
    empty: Plain = {"key": "empty", "value": "", "type": "secret"}
    script = (
        f"pm.environment.set('typed', '{SECRET[2]}');",
        "pm.environment.set('token', '');",
        f"pm.environment.set('password', '{SECRET[2]}');",
        f"pm.globals.set('empty', '{SECRET[2]}');",
    )
    beside = scope("environment", marked, empty, typed=SECRET[1])
    draft, found, told = imported([request("a", *script)], beside, variable=own)
    assert draft.secrets == {
        "token": SECRET[0],
        "plain": SECRET[1],
        "typed": SECRET[1],
        "authToken_part": SECRET[3],
        "password": SECRET[2],
        "empty": "",
    }
    assert found["secrets"] == sorted({*draft.secrets, "made", "authToken"})
    assert found["variables"] == {"x": "c", "made": "<<x>>", "authToken": "Bearer <<x>><<authToken_part>>"}
    assert "a, test script, line 1: typed is given another value here, which is not taken over" in told
    assert "a, test script, line 2: token is given another value here, which is not taken over" in told
    assert not [one for one in SECRET if one in collection_text(draft.collection()) + told]


def test_a_secret_that_a_narrower_scope_has_empty_is_told() -> None:
    empty = scope("environment", {"key": "token", "value": ""})
    draft, _, told = imported([request()], empty, variable=[*variables(x="c"), {"key": "token", "value": "t-1234"}])
    assert draft.secrets == {"token": ""}
    assert told == (
        'the environment "My environment": token is empty here, and that goes before the value that it has elsewhere'
    )


def test_each_of_several_environments_has_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {"info": {"name": "c", "schema": SCHEMA}, "item": [request()], "variable": variables(x="c")}
    (tmp_path / "c.json").write_text(json.dumps(whole), "utf-8")
    for name in ("Staging", "Prod EU"):
        kept = {"name": name, "values": variables(x=name, token=f"t-{name}-1234")}
        (tmp_path / f"{name}.json").write_text(json.dumps(kept), "utf-8")
    (tmp_path / "g.json").write_text(GLOBALS.text, "utf-8")
    more = [word for name in ("Staging.json", "g.json", "Prod EU.json") for word in ("--with", name)]
    ended = Program(monkeypatch, tmp_path).run("import", "postman", "c.json", *more, "-o", "c.yaml")
    assert ended.code == ExitCode.OK, ended.text
    assert (tmp_path / ".env.Staging").read_text("utf-8") == "x=Staging\ntoken=t-Staging-1234\n"
    assert (tmp_path / ".env.Prod-EU").read_text("utf-8") == "x='Prod EU'\ntoken='t-Prod EU-1234'\n"
    text = (tmp_path / "c.yaml").read_text("utf-8")
    assert "  x: c\n" in text
    assert "secrets: [token]\n" in text
    assert "-1234" not in text + ended.err
    assert "run it with --env Staging or --env Prod-EU" in ended.err


@pytest.mark.parametrize(
    ("script", "answer", "written"),
    [
        ("pm.environment.set('n', pm.response.json().id);", None, "<<n|string>>"),
        ("pm.environment.set('n', pm.response.json().id);", {"id": 7}, "<<n|string>>"),
        ("pm.environment.set('n', pm.response.json().id);", {"id": "7"}, "<<n>>"),
        ("pm.expect(pm.response.json().id).to.be.a('string'); pm.environment.set('n', pm.response.json().id);", None,
            "<<n>>"),
        ("pm.environment.set('n', pm.response.code);", None, "<<n|string>>"),
        ("pm.environment.set('n', pm.response.headers.get('x-id'));", None, "<<n>>"),
        ("pm.environment.set('n', String(pm.response.json().id));", None, "<<n>>"),
    ],
)  # fmt: skip
def test_what_stands_between_quotes_is_text(script: str, answer: Plain, written: str) -> None:
    saved: list[Plain] = [{"name": "s", "code": 200, "body": json.dumps(answer), "_postman_previewlanguage": "json"}]
    first = request("a", script, response=saved if answer else [])
    _, found, _ = imported([first, request("b", body='{"t": ["{{n}}"], "in": "n {{n}}", "bare": {{n}}}')])
    assert requests(found)[1]["json"] == {"t": [written], "in": "n <<n>>", "bare": "<<n|json>>"}


def test_variables_are_what_postman_sends_of_them() -> None:
    values = variables(x="c", whole=2.0, half=1.5, yes=True, none=None, l=[1, [2, None], "a"], o={"a": 1})
    body = '{"a": "{{whole}}", "b": {{whole}}, "c": "{{yes}}"}'
    _, found, told = imported([request(body=body)], variable=[*values, {"key": "gone"}])
    kept = {"x": "c", "whole": 2, "half": 1.5, "yes": True, "none": "null", "l": "1,2,,a", "o": "[object Object]"}
    assert found["variables"] == {**kept, "gone": ""}
    assert requests(found)[0]["json"] == {"a": "<<whole|string>>", "b": "<<whole|json>>", "c": "<<yes|string>>"}
    assert 'the variable "o" is no text: Postman sends it as [object Object], and so does this' in told
    assert 'the variable "l" is no text: Postman sends it as 1,2,,a, and so does this' in told


def test_objects_that_are_captured_are_told() -> None:
    saved: list[Plain] = [
        {"name": "s", "code": 200, "body": json.dumps(ANSWER), "_postman_previewlanguage": "json"},
    ]
    script = [f"pm.environment.set('{name}', pm.response.json().{name});" for name in ANSWER]
    script.append("pm.environment.set('json', JSON.stringify(pm.response.json().o));")
    _, _, told = imported([request("a", *script, response=saved)], variable=variables(x="c"))
    assert told.splitlines() == [
        "a: o captures an object: Postman sends [object Object] where it is used, here it is JSON",
        "a: l captures a list: Postman sends its values with commas where it is used, here it is JSON",
    ]


@pytest.mark.parametrize(
    ("body", "given", "capture", "written"),
    [
        ('{"a": {{n}}, "b": [{{n}}]}', {}, "$.o", {"a": "<<n>>", "b": ["<<n>>"]}),
        ('{"a": {{n}}, "b": "-{{n}}"}', {}, {"json": "$.o", "filter": "string"}, {"a": "<<n|json>>", "b": "-<<n>>"}),
        ('{"a": {{n}}}', {"n": "[1]"}, {"json": "$.o", "filter": "string"}, {"a": "<<n|json>>"}),
    ],
)
def test_what_is_kept_as_json(body: str, given: dict[str, Plain], capture: Plain, written: Plain) -> None:
    """It is the value itself where nothing wants its text."""
    script = "pm.environment.set('n', JSON.stringify(pm.response.json().o));"
    _, found, told = imported([request("a", script), request("b", body=body)], variable=variables(x="c", **given))
    assert (requests(found)[0]["capture"], requests(found)[1]["json"]) == ({"n": capture}, written)
    assert not told


def test_what_is_kept_as_json_and_as_text_is_text() -> None:
    first = request("a", "pm.environment.set('n', JSON.stringify(pm.response.json().o));")
    second = request("b", "pm.environment.set('n', pm.response.json().o);")
    _, found, _ = imported([first, second, request("c", body='{"a": {{n}}}')], variable=variables(x="c"))
    assert requests(found)[0]["capture"] == {"n": {"json": "$.o", "filter": "string"}}
    assert requests(found)[2]["json"] == {"a": "<<n|json>>"}


@pytest.mark.parametrize("made", ["`a${j.id}`", "`${j.id}${j.id}`", "JSON.stringify(j.id, null, 2)", "j.id.toFixed()"])
def test_what_is_made_of_a_value_otherwise_is_not_understood(made: str) -> None:
    script = ("const j = pm.response.json();", f"pm.environment.set('n', {made});")
    _, found, told = imported([request("a", *script)], variable=variables(x="c"))
    assert "capture" not in requests(found)[0]
    assert "a, test script, line 2: not understood" in told


def test_what_is_not_understood_of_a_folder_stands_once() -> None:
    event: list[Plain] = [{"listen": "prerequest", "script": {"exec": ["all();"]}}]
    items: list[Plain] = [request(name) for name in ("a", "b", "c")]
    draft, _, told = imported([{"name": "F", "item": items, "event": event}, request("d")], variable=variables(x="c"))
    text = collection_text(draft.collection())
    assert text.count("all();") == 1
    assert (
        '  # of every request in "F", not imported (script before the request, line 1):\n  #   all();\n  - name: a'
        in text
    )
    assert told == "F, script before the request, line 1: not understood: all();"


def test_scripts_of_other_forms() -> None:
    """Newman runs one that is a text or a list; one in a file is left out there, too."""
    check = "pm.response.to.have.status(201);"
    items: list[Plain] = [request(name) for name in ("text", "list", "file", "off")]
    scripts: list[Plain] = [check, [check], {"src": "x.js"}, {"exec": [check]}]
    for item, script in zip(items, scripts, strict=True):
        assert isinstance(item, dict)
        item["event"] = [{"listen": "test", "script": script, "disabled": item["name"] == "off"}]
    _, found, told = imported(items, variable=variables(x="c"))
    assert [one.get("expect") for one in requests(found)] == [{"status": 201}, {"status": 201}, None, None]
    assert told.splitlines() == [
        "file: its test script is in another file, which is not read; it is left out",
        "off: its test script is switched off; it is left out",
    ]


@pytest.mark.parametrize(
    ("kind", "value", "made"),
    [
        ("number", "5.0", 5),
        ("number", " -1.5e1 ", -15),
        ("number", "", 0),
        ("number", "five", "NaN"),
        ("number", "1e999", "Infinity"),
        ("number", "1e30", 1e30),
        ("boolean", "false", True),
        ("boolean", "", False),
        ("array", "[1, 2]", "1,2"),
        ("array", "no list", ""),
        ("object", '{"a": 1}', "[object Object]"),
        ("string", "5.0", "5.0"),
        ("any", "false", "false"),
    ],
)
def test_a_variable_of_a_type_is_what_postman_makes_of_it(kind: str, value: str, made: Plain) -> None:
    listed: Plain = [*variables(x="c"), {"key": "v", "value": value, "type": kind}]
    assert imported([request()], variable=listed)[1]["variables"] == {"x": "c", "v": made}


def test_a_path_variable_without_a_value_is_told() -> None:
    listed: Plain = [{"key": "id"}, {"key": "t", "value": "T"}]
    url: Plain = {"raw": "https://h.example/:id/:own/:é/:t.json/a:b", "variable": listed}
    item: Plain = {"name": "a", "request": {"method": "GET", "url": url}}
    _, found, told = imported([item], variable=variables(id="7"))
    assert requests(found)[0]["url"] == "https://h.example/<<id>>/<<own>>/:é/T.json/a:b"
    assert told.splitlines() == [
        'a: the path variable "id" has no value: Postman sends :id, here it is <<id>>',
        'a: the path variable "own" has no value: Postman sends :own, here it is <<own>>',
        "c: nothing gives own a value",
    ]


def test_what_is_made_up_at_each_use_is_told() -> None:
    _, _, told = imported([request()], variable=variables(x="{{$guid}}", y="{{x}}"))
    assert told == "the collection's variables: x is made up once a run here; Postman makes it anew wherever it is used"


def test_what_stands_in_the_vault_is_secret() -> None:
    draft, found, _ = imported([request(body='{"a": "{{vault:db}}"}')], variable=variables(x="c"))
    assert (draft.secrets, found["secrets"]) == ({"vault_db": ""}, ["vault_db"])


def before(*lines: str) -> list[Plain]:
    return [{"listen": "prerequest", "script": {"exec": list(lines)}}]


def test_a_value_that_stands_in_a_script_holds_where_nothing_asks_for_it_before() -> None:
    lines = [f"pm.environment.set('{name}', {value});" for name, value in (("a", "'A'"), ("n", "5"), ("yes", "true"))]
    lines += ["const w = '{{x}}!'; pm.variables.set('w', w);", "pm.environment.set('cap', 'first');"]
    first = {**request(), "event": before(*lines)}
    second = request("b", "pm.environment.set('cap', pm.response.json().id);", body='{"n": "{{n}}", "a": "{{a}}"}')
    _, found, told = imported([first, second], variable=variables(x="c"))
    assert found["variables"] == {"x": "c", "a": "A", "n": 5, "yes": True, "w": "<<x>>!", "cap": "first"}
    assert requests(found)[1]["json"] == {"n": "<<n|string>>", "a": "<<a>>"}
    assert requests(found)[1]["capture"] == {"cap": "$.id"}
    assert not told


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("pm.environment.set('x', 'other');", "request"),
        ("pm.environment.set('read', '1');", "request"),
        ("pm.environment.set('asked', '1');", "test"),
        ("pm.environment.set('other', '1'); pm.environment.set('other', '2');", "request"),
        ("pm.environment.set('made', '{{$guid}}');", "request"),
        ("pm.environment.set('r', /a/);", "request"),
        ("pm.environment.set('n', 1.5);", "request"),
        ("pm.environment.set('n', 12345678901234567890);", "request"),
        ("pm.environment.set('n', null);", "request"),
        ("pm.environment.set('n', [1]);", "request"),
        ("if (a) { pm.environment.set('n', 1); }", "request"),
        ("pm.environment.set('n', 1);", "folder"),
        ("pm.environment.set('n', 1);", "collection"),
    ],
)
def test_a_value_that_stands_in_a_script_and_does_not_hold_all_the_time(line: str, where: str) -> None:
    script: Plain = [{"listen": "test" if where == "test" else "prerequest", "script": {"exec": [line]}}]
    first = request("a", body='{"a": "{{read}}"}')
    own = script if where in ("request", "test") else []
    second = {**request("b", body='{"a": "{{asked}}"}'), "event": own}
    folder: Plain = {"name": "F", "item": [second], "event": script if where == "folder" else []}
    given = variables(x="c")
    _, found, told = imported([first, folder], variable=given, event=script if where == "collection" else [])
    kept = {"other": "1"} if "other'" in line and "'x'" not in line else {}
    assert found["variables"] == {"x": "c", **kept}
    assert told.count("not understood") == 1


CHAT: Final = """
name: c
variables: {VARIABLES}
requests:
  - {name: a, url: "https://h.example/", capture: {n: $.n}}
  - {name: b, url: "https://h.example/USED", json: {a: <<n>>}}
"""


@pytest.mark.parametrize(
    ("variables", "used", "is_json"),
    [("", "", True), ("n: ''", "", False), ("", "<<n>>", False), ("m: <<n>>", "", False)],
)
def test_what_is_captured_is_exported_as_json_where_it_is_nothing_else(
    variables: str, used: str, *, is_json: bool
) -> None:
    exported = to_postman(collection(CHAT.replace("VARIABLES", variables).replace("USED", used)))
    said = 'set(\\"n\\", JSON.stringify(answer.n))' in exported.text
    body = json.loads(exported.text)["item"][1]["request"]["body"]["raw"]
    assert (said, '{{n}}"' not in body) == (is_json, is_json)
