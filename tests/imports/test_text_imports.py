"""Requests that people write as text, imported: the collection is what a person would have written, it loads and is in
the usual layout, and what did not come over is told. With IMPORTS_ACCEPT=1 the expected files are written anew: read
them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from runner.errors import ExitCode
from tests.command import Ended, Program
from tests.imports.made import expected

HERE: Final = Path(__file__).parent
SOURCES: Final = sorted([*HERE.glob("http/*.http"), *HERE.glob("hurl/*.hurl"), *HERE.glob("bruno/*/")])
IN_THE_CLEAR: Final = re.compile(
    "sk-live-0123456789|hunter2-words|AIza-0123456789|0f1e2d3c4b5a|pa55-words|dev-words-1|prod-words-1|secret-pin-77"
)


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def imported(path: Path, folder: Path, patch: pytest.MonkeyPatch, *more: str) -> Ended:
    """``c.yaml`` in ``folder``, with the source and the files that it sends beside it."""
    target = folder / path.name
    if path.is_dir():
        shutil.copytree(path, target)
    else:
        shutil.copytree(path.parent, folder, ignore=shutil.ignore_patterns("*.yaml", "*.txt"), dirs_exist_ok=True)
    (folder / "notes.txt").write_text("Notes.\n", encoding="utf-8")
    return Program(patch, folder).run("import", path.parent.name, path.name, *(more or ("-o", "c.yaml")))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_what_is_imported(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = imported(path, tmp_path, monkeypatch)
    assert (ended.code, ended.out) == (ExitCode.OK, "")
    envs = sorted(tmp_path.glob(".env*"))
    told = ended.err + "".join(f"--- {one.name}\n{one.read_text('utf-8')}" for one in envs)
    assert told == expected(path.with_suffix(".txt"), told)
    text = (tmp_path / "c.yaml").read_text("utf-8")
    assert text == expected(path.with_suffix(".yaml"), text)
    assert not IN_THE_CLEAR.search(text + ended.err)
    assert "needs a hand" not in ended.err
    program = Program(monkeypatch, tmp_path)
    assert program.run("check", "c.yaml").code == ExitCode.OK
    layout = program.run("format", "--diff", "--check", "c.yaml")
    assert (layout.code, layout.out) == (ExitCode.OK, "")


def test_several_environments_have_a_file_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = ["--with", "environments/http-client.env.json", "--with", "environments/http-client.private.env.json"]
    ended = imported(HERE / "http/intellij.http", tmp_path, monkeypatch, "-o", "c.yaml", *files)
    assert ended.code == ExitCode.OK
    dev, prod = (tmp_path / f".env.{name}" for name in ("dev", "prod"))
    assert dev.read_text("utf-8") == "host=http://localhost:8080\nuser=ann\nlimit=5\npassword=dev-words-1\n"
    assert "pin=secret-pin-77\n" in prod.read_text("utf-8")
    assert dev.stat().st_mode & 0o077 == 0
    text = (tmp_path / "c.yaml").read_text("utf-8")
    assert "secrets: [password, pin]\n" in text
    assert not IN_THE_CLEAR.search(text + ended.err)
    assert "run it with --env dev or --env prod" in ended.err
    env = {"SHOP_HOST": "x.example"}
    shown = Program(monkeypatch, tmp_path, env).run("env", "c.yaml", "--env", "prod")
    assert (shown.code, "https://shop.example.com" in shown.out) == (ExitCode.OK, True)


def test_environments_that_nobody_gave_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "api/a.http").write_text("GET http://{{host}}/\n", encoding="utf-8")
    for name in ("http-client.env.json", "http-client.private.env.json"):
        (tmp_path / "api" / name).write_text('{"dev": {"host": "h"}}', encoding="utf-8")
    program = Program(monkeypatch, tmp_path)
    both = program.run("import", "http", "api/a.http")
    assert "Add --with api/http-client.env.json --with api/http-client.private.env.json\n" in both.err
    one = program.run("import", "http", "api/a.http", "--with", "api/http-client.env.json")
    assert "api/a.http: http-client.private.env.json beside it: not read" in one.err
    given = [part for name in ("env", "private.env") for part in ("--with", f"api/http-client.{name}.json")]
    assert "not read" not in program.run("import", "http", "api/a.http", *given).err


def test_what_an_environments_file_has_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env.dev").write_text("# mine\nhost=http://mine.example", encoding="utf-8")
    given = ["--with", "environments/http-client.env.json"]
    ended = imported(HERE / "http/intellij.http", tmp_path, monkeypatch, "-o", "c.yaml", *given)
    assert (tmp_path / ".env.dev").read_text("utf-8") == "# mine\nhost=http://mine.example\nuser=ann\nlimit=5\n"
    assert ".env.dev: host has another value there, which stays" in ended.err


def test_one_environment_is_what_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = (
        '{"rest-client.environmentVariables": {"$shared": {"v": "1"}, "local": {"host": "h", "token": "t-secret-9"}}}'
    )
    (tmp_path / "settings.json").write_text(settings, encoding="utf-8")
    (tmp_path / "a.http").write_text("GET http://{{host}}/{{v}}?token={{token}}\n", encoding="utf-8")
    program = Program(monkeypatch, tmp_path)
    assert program.run("import", "http", "a.http", "-o", "c.yaml", "--with", "settings.json").code == ExitCode.OK
    assert (tmp_path / "c.yaml").read_text("utf-8") == (
        'name: a\nvariables:\n  v: "1"\n  host: h\nsecrets: [token]\nrequests:\n  - name: GET /{v}\n'
        "    url: http://<<host>>/<<v>>\n    query:\n      token: <<token>>\n"
    )
    assert (tmp_path / ".env").read_text("utf-8") == "token=t-secret-9\n"


def test_a_file_is_read_below_the_folder_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "outside.json").write_text('{"secret words": 1}', encoding="utf-8")
    (folder / "link.json").symlink_to(tmp_path / "outside.json")
    for path in ("../outside.json", "link.json", str(tmp_path / "outside.json")):
        (folder / "a.http").write_text(f"POST http://h.example\n\n<@ {path}\n", encoding="utf-8")
        ended = Program(monkeypatch, folder).run("import", "http", "a.http")
        assert (ended.code, "secret words" in ended.text) == (ExitCode.OK, False)
        assert "its placeholders are not filled" in ended.err


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("http", "", "there is no request in it"),
        ("http", "just words", "there is no request in it"),
    ],
)
def test_what_is_none_of_it_is_told(
    kind: str, text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "source").write_text(text, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", kind, "source")
    assert (ended.code, says in ended.err) == (ExitCode.INVALID, True)
    assert "source:1:1: error: " in ended.err


def bruno(folder: Path, files: dict[str, str]) -> Path:
    """A Bruno folder with these files and one request."""
    given = {"a.bru": "get {\n  url: https://h.example/a\n}\n", "bruno.json": '{"name": "B"}', **files}
    for name, text in given.items():
        path = folder / "b" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "b"


def test_nothing_outside_of_a_bruno_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = bruno(tmp_path, {})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/x.bru").write_text("get {\n  url: https://stolen.example\n}\n", encoding="utf-8")
    (folder / "linked").symlink_to(tmp_path / "outside")
    (folder / "one.bru").symlink_to(tmp_path / "outside/x.bru")
    (folder / "environments").symlink_to(tmp_path / "outside")
    ended = Program(monkeypatch, tmp_path).run("import", "bruno", "b")
    assert (ended.code, "stolen" in ended.text) == (ExitCode.OK, False)
    assert "b/linked: this is a link; it is left out" in ended.err
    assert "b/one.bru: this is a link; it is left out" in ended.err


def test_one_file_of_bruno_is_one_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "meta {\n  name: A\n}\n\nget {\n  url: https://{{host}}/a\n  auth: inherit\n}\n"
    bruno(tmp_path, {"a.bru": text, "environments/dev.bru": "vars {\n  host: h.example\n}\n"})
    given = ["--with", "b/environments/dev.bru"]
    ended = Program(monkeypatch, tmp_path).run("import", "bruno", "b/a.bru", *given)
    assert ended.out == (
        "name: A\nvariables:\n  host: h.example\nrequests:\n  - name: A\n    url: https://<<host>>/a\n"
    )
    assert "b/a.bru:5: its authentication is that of a folder" in ended.err


def test_one_name_with_two_values_has_each_where_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "get {{\n  url: https://h.example/{{{{id}}}}?k={{{{apiKey}}}}\n}}\n"
    request = address + "\nvars:pre-request {{\n  id: {0}\n  apiKey: key-words-{0}\n}}\n"
    bruno(tmp_path, {"a.bru": request.format(1), "c.bru": request.format(2)})
    ended = Program(monkeypatch, tmp_path).run("import", "bruno", "b", "-o", "c.yaml")
    text = (tmp_path / "c.yaml").read_text("utf-8")
    assert ended.code == ExitCode.OK
    assert "key-words" not in text + ended.err
    assert "url: https://h.example/1\n    query:\n      k: <<apiKey>>" in text
    assert "url: https://h.example/2\n    query:\n      k: <<apiKey_2>>" in text
    assert (tmp_path / ".env").read_text("utf-8") == "apiKey=key-words-1\napiKey_2=key-words-2\n"


def test_a_name_with_angle_brackets_is_the_same_behind_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = "meta {\n  name: a<<b\n}\n\nget {\n  url: http://h.example\n}\n"
    bruno(tmp_path, {"f/one.bru": request, "f/two.bru": request})
    ended = Program(monkeypatch, tmp_path).run("import", "bruno", "b")
    assert "- name: a\\<<b\n" in ended.out
    assert "- name: f / a\\<<b\n" in ended.out


def test_an_assertion_that_cannot_be_said_checks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the text nor a weaker check of it gets into what is expected."""
    lines = (
        "res.body.a: eq undefined",
        "res.body.b: matches [",
        "res.body.c: gt many",
        "res.body.d + 1: eq 2",
        "req.url: eq x",
        "res.body.e: eq ${x}",
    )
    block = "\n".join(f"  {one}" for one in lines)
    bruno(tmp_path, {"a.bru": f"get {{\n  url: https://h.example\n}}\n\nassert {{\n{block}\n}}\n"})
    ended = Program(monkeypatch, tmp_path).run("import", "bruno", "b")
    assert "expect" not in ended.out
    assert [one for one in lines if f"#   {one}" not in ended.out] == []
    assert ended.err.count("not understood: ") == len(lines)


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("bruno", "get {\n  url: h.example\n}\n", "there is no variable in it"),
        ("http", "[]", "there are no environments in it"),
        ("http", "{", "this is no JSON, so it is no file of environments"),
        ("http", '{"a": 5}', "there are no environments in it"),
    ],
)
def test_what_is_no_environment_is_told(
    kind: str, text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "source").write_text("GET http://h.example" if kind == "http" else text, encoding="utf-8")
    (tmp_path / "e").write_text(text, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", kind, "source", "--with", "e")
    assert (ended.code, says in ended.err) == (ExitCode.INVALID, True)


def test_a_folder_is_no_file_of_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("http", "hurl"):
        ended = Program(monkeypatch, tmp_path).run("import", kind, ".")
        assert (ended.code, f"Give one .{kind} file." in ended.err) == (ExitCode.INVALID, True)
    ended = Program(monkeypatch, tmp_path).run("import", "bruno", ".")
    assert (ended.code, "there is no request in it" in ended.err) == (ExitCode.INVALID, True)


def test_what_is_no_file_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(monkeypatch, tmp_path)
    for kind in ("postman", "openapi", "har"):
        ended = program.run("import", kind, ".")
        assert (ended.code != ExitCode.OK, "is a folder" in ended.err) == (True, True)
        ended = program.run("import", kind, "nothing.json")
        assert (ended.code, "there is no file nothing.json" in ended.err) == (ExitCode.USAGE, True)
    ended = program.run("import", "curl", "curl h.example", "--with", ".")
    assert (ended.code, "is a folder" in ended.err) == (ExitCode.USAGE, True)


def test_a_variable_out_of_the_env_file_is_none_of_the_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "@TOKEN = {{$dotenv TOKEN}}\n@PLACE = {{$env.PLACE}}\n@H = {{$dotenv HOST}}\n\nGET http://{{H}}/{{PLACE}}\n"
    (tmp_path / "a.http").write_text(text + "Authorization: Bearer {{TOKEN}}\n", encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", "http", "a.http")
    assert "variables:\n  H: <<HOST>>\nsecrets: [TOKEN]\nrequests:" in ended.out
    assert "nothing gives PLACE a value" in ended.err


def test_names_that_an_env_file_has_are_given_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("token=mine\n", encoding="utf-8")
    (tmp_path / "a.http").write_text("@token = theirs-1234\nGET http://h.example?token={{token}}", encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", "http", "a.http", "-o", "c.yaml")
    assert ended.code == ExitCode.OK
    assert (tmp_path / ".env").read_text("utf-8") == "token=mine\ntoken_2=theirs-1234\n"
    assert "token: <<token_2>>" in (tmp_path / "c.yaml").read_text("utf-8")


BODY: Final = "GET http://h\nHTTP 200\n[Asserts]\n"


@pytest.mark.parametrize(
    ("kind", "text", "has"),
    [
        (
            "http",
            "GET h/\nAuthorization: AWS AK words-99 region:r service:s3",
            "<<AWS_SECRET_ACCESS_KEY>>, region: r, service: s3}",
        ),
        ("http", "GET h/\nAuthorization: Digest ann words-99", "{digest: {username: ann, password: <<PASSWORD>>}}"),
        ("http", "http://h\n  ?a=1\n  &b=2 HTTP/2", "query:\n      a: 1\n      b: 2"),
        ("http", "GET h/\n\n> {% client.assert(response.body === 'ok') %}", "text: ok"),
        ("http", "GET h/\n\n> {% client.assert(response.body.a !== 1 && true) %}", "requests:\n  # not imported"),
        ("hurl", BODY + 'body not contains "a"\nbody not contains "b"', "not: {contains_any: [a, b]}"),
        ("hurl", BODY + 'jsonpath "$.a" > 5\njsonpath "$.a" > 6', "requests:\n  # not imported"),
        ("hurl", "GET http://h/{{x}}?a#b # c\nHTTP {{code}}", "url: http://h/<<x>>?a\n"),
        ("hurl", "POST http://h\nhex,616263;\nHTTP *", "file: body.bin"),
        ("hurl", 'GET http://h\nHTTP 200\n{"a": [1, {{b}}]}', "equals: {a: [1, <<b|json>>]}"),
        ("bruno", "get {\n  url: h/:a/b:c?x=1\n}\nparams:path {\n  a: 5\n}", "url: http://h/5/b:c\n    query:\n"),
        ("bruno", "get {\n  url: h\n}\nassert {\n  res.body: eq 'ok'\n  res.headers.a: neq b\n}", "a: {not: b}\n"),
        ("bruno", "get {\n  url: h\n}\nassert {\n  res.body: eq 'ok'\n}", "text: ok"),
    ],
)
def test_how_it_is_read(kind: str, text: str, has: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_text(text + "\n", encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", kind, "x")
    assert (ended.code, has in ended.out) == (ExitCode.OK, True), ended.out


def test_variables_of_hurl_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.hurl").write_text("GET {{host}}/{{api_key}}\n", encoding="utf-8")
    (tmp_path / "vars").write_text("# ours\nhost=http://h\napi_key=key-words-1\nno pair\n", encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", "hurl", "a.hurl", "--with", "vars")
    assert "variables:\n  host: http://h\nsecrets: [api_key]\n" in ended.out
    assert "vars:4: this is no name=value; it is left out" in ended.err
    assert "key-words" not in ended.text
