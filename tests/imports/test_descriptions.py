"""OpenAPI descriptions and HTTP archives, imported: the collection is what a person would have written, passes against
its own examples, and everything that did not come over is told. With IMPORTS_ACCEPT=1 the expected files are written
anew: read them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

import pytest

from runner.cli.commands.import_target import OWN_FILE
from runner.errors import ExitCode
from runner.node import Plain
from tests.command import Ended, Program
from tests.imports.made import expected

HERE: Final = Path(__file__).parent
SOURCES: Final = [
    *sorted(one for one in (HERE / "openapi/sources").iterdir() if one.is_file()),
    *sorted((HERE / "har").glob("*.har")),
]
IDS: Final = [f"{path.suffix[1:]}/{path.stem}" for path in SOURCES]


def imported(path: Path, folder: Path, patch: pytest.MonkeyPatch) -> Ended:
    """``out/c.yaml`` in ``folder``, made of a copy of the source, with what lies beside that."""
    kind = "har" if path.suffix == ".har" else "openapi"
    shutil.copytree(path.parent, folder / "from", dirs_exist_ok=True)
    return Program(patch, folder).run("import", kind, f"from/{path.name}", "-o", "out/c.yaml")


def kept(path: Path, ending: str) -> Path:
    """Where what is expected of a source stands."""
    return (path.parent.parent if path.parent.name == "sources" else path.parent) / f"{path.stem}{ending}"


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_what_is_imported(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = imported(path, tmp_path, monkeypatch)
    assert (ended.code, ended.out) == (ExitCode.OK, ""), ended.err
    files = [one for one in sorted((tmp_path / "out").rglob("*")) if one.is_file() and one.name != "c.yaml"]
    told = ended.err + "".join(
        f"--- {one.relative_to(tmp_path / 'out').as_posix()}\n{one.read_bytes().decode('utf-8', 'replace')}"
        for one in files
    )
    assert told == expected(kept(path, ".txt"), told)
    text = (tmp_path / "out/c.yaml").read_text("utf-8")
    assert text == expected(kept(path, ".yaml"), text)


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_it_passes_against_its_own_examples(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(path, tmp_path, monkeypatch)
    ended = Program(monkeypatch, tmp_path).run("run", "out/c.yaml", "--mock")
    assert ended.code == ExitCode.OK, ended.out
    assert "failed" not in ended.out


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_it_is_in_the_usual_layout(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(path, tmp_path, monkeypatch)
    ended = Program(monkeypatch, tmp_path).run("format", "--diff", "--check", "out/c.yaml")
    assert (ended.code, ended.out) == (ExitCode.OK, "")


def openapi(folder: Path, patch: pytest.MonkeyPatch, document: Plain, *more: str) -> Ended:
    """What is printed of a description."""
    (folder / "api.json").write_text(json.dumps(document), encoding="utf-8")
    return Program(patch, folder).run("import", "openapi", "api.json", *more)


def described(operation: Plain, **more: Plain) -> dict[str, Plain]:
    """A description of this one operation, POST /things."""
    info: Plain = {"title": "Things", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": {"/things": {"post": operation}}, **more}


def answering(schema: Plain, example: Plain = None) -> dict[str, Plain]:
    """An operation that answers with this schema."""
    content: dict[str, Plain] = {"schema": schema} if example is None else {"schema": schema, "example": example}
    return {"responses": {"200": {"description": "", "content": {"application/json": content}}}}


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("openapi", "", "it is empty"),
        ("openapi", "{", "api.txt:1"),
        ("openapi", "a: [", "api.txt:1"),
        ("openapi", "- 1", "no OpenAPI description of version 3"),
        ("openapi", "openapi: 4.0.0", "it says openapi: 4.0.0"),
        ("openapi", "swagger: '2.0'", "this is Swagger 2.0"),
        ("openapi", "asyncapi: 2.0.0", "no OpenAPI description of version 3"),
        ("openapi", "[" * 3000, "nested more than 100 levels"),
        ("openapi", "openapi: 3.0.0\nopenapi: 3.0.0", "api.txt:2"),
        ("har", "", "this is no JSON"),
        ("har", '{"log": {"entries": [', "api.txt:1:22"),
        ("har", "[]", "no HTTP archive"),
        ("har", '{"log": {"entries": {}}}', "no HTTP archive"),
        ("har", "[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_none_is_told(kind: str, text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "api.txt").write_text(text, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", kind, "api.txt")
    assert ended.code == ExitCode.INVALID
    assert says in ended.err


def test_a_folder_and_what_is_not_there_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(monkeypatch, tmp_path)
    assert "this is a folder" in program.run("import", "openapi", ".").err
    assert program.run("import", "openapi", "nothing.yaml").code == ExitCode.USAGE
    assert program.run("import", "har", "nothing.har").code == ExitCode.USAGE


def test_a_reference_reads_nothing_outside_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.json").write_text('{"type": "object", "title": "outside"}', encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.json").symlink_to(tmp_path / "secret.json")
    for reference in ("../secret.json", "link.json", str(tmp_path / "secret.json"), "file:///etc/passwd", "a\0b"):
        ended = openapi(inside, monkeypatch, described(answering({"$ref": reference})), "-o", "c.yaml", "--force")
        assert ended.code == ExitCode.OK
        assert "api.json:1" in ended.err
        written = "".join(
            one.read_text("utf-8") for one in inside.rglob("*") if one.is_file() and one.name != "link.json"
        )
        assert "outside" not in written
        assert "root:" not in written


def test_a_schema_that_cannot_be_used_checks_nothing_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = openapi(tmp_path, monkeypatch, described(answering({"type": "strange"})))
    assert "schema:" not in ended.out
    assert 'the schema of this answer is left out: there is no type "strange"' in ended.err


def test_an_answer_that_fits_no_schema_fails_after_the_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the description says is checked: the schema that comes over is not a weaker one."""
    schema: Plain = {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {
            "id": {"type": "integer", "minimum": 1},
            "kind": {"enum": ["a", "b"]},
            "more": {"$ref": "#/components/schemas/More"},
        },
    }
    components: Plain = {"schemas": {"More": {"type": "string", "minLength": 2}}}
    openapi(tmp_path, monkeypatch, described(answering(schema), components=components), "-o", "c.yaml")
    text = (tmp_path / "c.yaml").read_text("utf-8")
    for wrong in ("{id: 0, kind: a}", "{id: 1, kind: c}", "{id: 1}", "{id: 1, kind: a, more: x}", "[]"):
        at = text.index("    examples:")
        changed = f"{text[:at]}    examples: [{{json: {wrong}}}]\n"
        (tmp_path / "d.yaml").write_text(changed, encoding="utf-8")
        ended = Program(monkeypatch, tmp_path).run("run", "d.yaml", "--mock")
        assert (ended.code, "schema" in ended.out) == (ExitCode.CHECK_FAILED, True), (wrong, ended.text)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer", "minimum": 10, "maximum": 12}, "10"),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, "0.5"),
        ({"type": "integer", "multipleOf": 7, "minimum": 15}, "21"),
        ({"type": "integer", "maximum": -3}, "-3"),
        ({"type": "string", "pattern": "^[A-Z]{2}-\\d{4}$"}, "AA-1111"),
        ({"type": "string", "pattern": "^(foo|bar)+[^a-z]$", "minLength": 8}, "foofoofoo1"),
        ({"type": "string", "maxLength": 2}, "st"),
        ({"type": "string", "format": "date-time"}, '"2024-01-31T12:00:00Z"'),
        ({"type": ["null", "boolean"]}, "true"),
        ({"const": {"a": 1}}, "{a: 1}"),
        ({"type": "array", "items": {"enum": ["x", "y"]}, "minItems": 2, "uniqueItems": True}, "[x, y]"),
        ({"prefixItems": [{"type": "integer"}], "items": {"type": "boolean"}, "minItems": 2}, "[1, true]"),
        ({"allOf": [{"required": ["a"]}, {"properties": {"a": {"type": "integer"}, "b": {}}}]}, "{a: 1}"),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, "1"),
        ({"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2}, "{key1: 1, key2: 1}"),
    ],
)  # fmt: skip
def test_what_is_made_up_fits(schema: Plain, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = openapi(tmp_path, monkeypatch, described(answering({"type": "object", "properties": {"v": schema}})))
    assert f"json: {{v: {value}}}" in ended.out or f"v: {value}\n" in ended.out, ended.out
    assert "no example could be made up" not in ended.err


CAT: Final[Plain] = {"type": "object", "required": ["kind", "lives"], "properties": {"lives": {"type": "integer"}}}
BASE: Final[dict[str, Plain]] = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
MAPPED: Final[Plain] = {"propertyName": "kind", "mapping": {"cat": "Cat", "dog": "Dog"}}
REF: Final = "#/components/schemas/"


@pytest.mark.parametrize(
    ("schemas", "value"),
    [
        ({"Pet": {"oneOf": [{"$ref": f"{REF}Cat"}], "discriminator": {"propertyName": "kind"}}, "Cat": CAT}, "Cat"),
        (
            {
                "Pet": {
                    "anyOf": [{"$ref": f"{REF}Cat"}, {"$ref": f"{REF}Base"}],
                    "discriminator": {"propertyName": "kind", "mapping": {"dog": "Base", "cat": f"{REF}Cat"}},
                },
                "Cat": {"allOf": [{"$ref": f"{REF}Base"}, CAT]},
                "Base": BASE,
            },
            "cat",
        ),
        (
            {
                "Pet": {"allOf": [{"$ref": f"{REF}Base"}, {"required": ["lives"]}]},
                "Base": {**BASE, "discriminator": {"propertyName": "kind"}},
            },
            "Pet",
        ),
        (
            {"Pet": {**BASE, "discriminator": MAPPED}},
            "cat",
        ),
        (
            {
                "Pet": {"oneOf": [{"$ref": f"{REF}Cat"}], "discriminator": {"propertyName": "kind"}},
                "Cat": {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["CAT", "TOM"]}}},
            },
            "CAT",
        ),
        (
            {"Pet": {"oneOf": [BASE, {"$ref": "#/%"}, {"$ref": f"{REF}No"}], "discriminator": {"propertyName": 5}}},
            "string",
        ),
    ],
)
def test_a_discriminator_says_what_is_sent(
    schemas: Plain, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content: Plain = {"application/json": {"schema": {"$ref": f"{REF}Pet"}}}
    operation: Plain = {"requestBody": {"content": content}, "responses": {"204": {"description": ""}}}
    ended = openapi(tmp_path, monkeypatch, described(operation, components={"schemas": schemas}))
    assert f"      kind: {value}" in ended.out.splitlines(), ended.out


def test_large_and_circular_schemas_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these leads to all others: what is made up of them would have no end."""
    names = [f"S{number}" for number in range(60)]
    schemas: dict[str, Plain] = {
        name: {
            "type": "object",
            "required": [*names[:5]],
            "properties": {one: {"$ref": f"#/components/schemas/{one}"} for one in names},
        }
        for name in names
    }
    ended = openapi(
        tmp_path,
        monkeypatch,
        described(answering({"$ref": "#/components/schemas/S0"}), components={"schemas": schemas}),
        "-o",
        "c.yaml",
    )
    assert ended.code == ExitCode.OK
    assert len(list((tmp_path / "schemas").iterdir())) == 60
    assert (tmp_path / "c.yaml").stat().st_size < 100_000


def test_names_of_schemas_are_names_of_files_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["Pet", "pet", "CON", "a/b", "..", "é", ".git"]
    schemas: dict[str, Plain] = {name: {"type": "string", "minLength": at} for at, name in enumerate(names)}
    properties: dict[str, Plain] = {name: {"$ref": f"#/components/schemas/{name.replace('/', '~1')}"} for name in names}
    document = described(answering({"properties": properties}), components={"schemas": schemas})
    ended = openapi(tmp_path, monkeypatch, document, "-o", "c.yaml")
    assert ended.code == ExitCode.OK, ended.err
    files = sorted(one.name for one in (tmp_path / "schemas").iterdir())
    assert len({one.lower() for one in files}) == len(names)
    assert not [one for one in files if one.startswith((".", "CON."))]
    assert Program(monkeypatch, tmp_path).run("run", "c.yaml", "--mock").code == ExitCode.OK


def test_files_beside_the_collection_replace_nothing_and_follow_no_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    components: Plain = {"schemas": {"Pet": {"type": "object"}}}
    document = described(answering({"$ref": "#/components/schemas/Pet"}), components=components)
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/Pet.json").write_text("mine", encoding="utf-8")
    ended = openapi(tmp_path, monkeypatch, document, "-o", "c.yaml")
    assert ended.code == ExitCode.USAGE
    assert "schemas/Pet.json is there already, with other content" in ended.err
    assert (tmp_path / "schemas/Pet.json").read_text("utf-8") == "mine"
    assert not (tmp_path / "c.yaml").exists()
    (tmp_path / "elsewhere").mkdir()
    shutil.rmtree(tmp_path / "schemas")
    (tmp_path / "schemas").symlink_to(tmp_path / "elsewhere")
    assert openapi(tmp_path, monkeypatch, document, "-o", "c.yaml", "--force").code == ExitCode.USAGE
    assert not list((tmp_path / "elsewhere").iterdir())
    (tmp_path / "schemas").unlink()
    (tmp_path / "schemas").write_text("a file", encoding="utf-8")
    assert "schemas is there already, and no folder" in openapi(tmp_path, monkeypatch, document, "-o", "c.yaml").err


@pytest.mark.parametrize("name", ["a.json", "b c.txt", "schemas/Pet.json", "a-b/c.d"])
def test_a_file_goes_beside_the_collection_or_into_a_folder_there(name: str) -> None:
    assert OWN_FILE.fullmatch(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../a", "/a", "a/../b", "a/b/c", "a/..", "./a", ".git/config", "a\\b", "a/", "a\0b"]
)
def test_a_file_goes_nowhere_else(name: str) -> None:
    assert not OWN_FILE.fullmatch(name)


def test_without_output_files_are_not_called_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    components: Plain = {"schemas": {"Pet": {"type": "object"}}}
    document = described(answering({"$ref": "#/components/schemas/Pet"}), components=components)
    ended = openapi(tmp_path, monkeypatch, document)
    assert "schema: schemas/Pet.json" in ended.out
    assert "needs a hand" not in ended.err
    assert "1 file belongs beside it: schemas/Pet.json. With -o FILE it is written." in ended.err
    assert not (tmp_path / "schemas").exists()


def test_a_hundred_thousand_entries_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = json.loads((HERE / "har/browser.har").read_text("utf-8"))["log"]["entries"][5]
    picture = {"request": {"method": "GET", "url": "https://h.example/a.png"}, "_resourceType": "image"}
    entries = [picture] * 100_000 + [entry] * 200
    (tmp_path / "big.har").write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", "har", "big.har", "-o", "c.yaml")
    assert ended.code == ExitCode.OK
    assert "left out: images (100000)" in ended.err
    assert "Imported 200 requests" in ended.err
    assert "name: GET /v1/notes 200\n" in (tmp_path / "c.yaml").read_text("utf-8")


def test_no_secret_of_an_archive_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "sk-0123456789-abcdef"
    headers = [
        {"name": "Authorization", "value": f"Bearer {key}"},
        {"name": "X-Api-Key", "value": f"{key}-2"},
        {"name": "Cookie", "value": f"theme=dark; session={key}-3"},
        {"name": "X-Echo", "value": f"said {key}"},
    ]
    request = {
        "method": "POST",
        "url": f"https://ann:{key}-4@h.example/x?api_key={key}-5&sig={key}-6",
        "headers": headers,
        "postData": {"mimeType": "application/json", "text": json.dumps({"client_secret": f"{key}-7", "note": key})},
    }
    body = json.dumps({"access_token": f"{key}-8", "padding": "x" * 20_000, "echo": key})
    response = {"status": 200, "content": {"mimeType": "application/json", "text": body}}
    document = {"log": {"entries": [{"request": request, "response": response, "_resourceType": "fetch"}]}}
    (tmp_path / "a.har").write_text(json.dumps(document), encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", "har", "a.har", "-o", "c.yaml")
    assert ended.code == ExitCode.OK, ended.err
    written = "".join(one.read_text("utf-8") for one in tmp_path.rglob("*") if one.suffix in (".yaml", ".json"))
    assert key not in written + ended.text
    assert (tmp_path / ".env").read_text("utf-8").count(key) == 7


def test_an_example_that_does_not_fit_its_own_schema_is_not_made_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    date: Plain = {"type": "string", "format": "date-time", "example": '"2007-10-29T02:42:39"'}
    schema: Plain = {"type": "object", "properties": {"at": date, "name": {"type": "string", "example": "Tea"}}}
    openapi(tmp_path, monkeypatch, described(answering(schema)), "-o", "c.yaml")
    assert Program(monkeypatch, tmp_path).run("run", "c.yaml", "--mock").code == ExitCode.OK


def test_what_a_description_lists_and_what_it_makes_up_is_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    properties: Plain = {
        "secret_scanning": {"type": "string", "enum": ["enabled", "disabled"]},
        "vcs_password": {"type": "string"},
        "client_secret": {"type": "string"},
    }
    sent: Plain = {"secret_scanning": "enabled", "vcs_password": "secret", "client_secret": "s3cret-words"}
    body: Plain = {
        "content": {"application/json": {"schema": {"type": "object", "properties": properties}, "example": sent}}
    }
    parameter: Plain = {"name": "key", "in": "query", "required": True, "schema": {"type": "string"}}
    kind: Plain = {"name": "token_kind", "in": "query", "required": True, "schema": {"enum": ["refreshing"]}}
    operation: Plain = {"requestBody": body, "parameters": [parameter, kind], "responses": {"204": {"description": ""}}}
    openapi(tmp_path, monkeypatch, described(operation), "-o", "c.yaml")
    assert "secret_scanning: enabled" in (tmp_path / "c.yaml").read_text("utf-8")
    assert "token_kind: refreshing" in (tmp_path / "c.yaml").read_text("utf-8")
    lines = set((tmp_path / ".env").read_text("utf-8").splitlines())
    assert lines == {"API_KEY=", "VCS_PASSWORD=", "CLIENT_SECRET=s3cret-words"}


def test_the_same_about_many_is_told_in_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long: Plain = {"description": "word " * 200, "responses": {"204": {"description": ""}}}
    paths: Plain = {f"/{number}": {"get": long} for number in range(30)}
    document: Plain = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    (tmp_path / "api.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", "openapi", "api.json")
    told = [line for line in ended.err.splitlines() if "its long description is cut" in line]
    assert "31 things to look at:" in ended.err
    assert len(told) == 4
    assert "and 7 more: the same: its" in told[-1]


def test_bytes_of_an_archive_are_kept_or_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer: Plain = {"mimeType": "application/octet-stream", "text": "AP/+", "encoding": "base64"}
    entries: Plain = [
        {
            "request": {"method": "POST", "url": "https://h.example/a", "bodySize": 5, "postData": {"text": ""}},
            "response": {"status": 200, "content": answer},
        }
    ]
    (tmp_path / "a.har").write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", "har", "a.har", "-o", "c.yaml")
    assert "its body (5 bytes) is not in the archive; it is sent without" in ended.err
    assert (tmp_path / "examples/POST-a.bin").read_bytes() == b"\x00\xff\xfe"
    assert Program(monkeypatch, tmp_path).run("run", "c.yaml", "--mock").code == ExitCode.OK


def test_a_schema_that_leads_back_to_itself_may_be_null(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    thing: Plain = {"$ref": "#/components/schemas/Thing"}
    schema: Plain = {
        "type": "object",
        "required": ["above"],
        "properties": {"above": {"nullable": True, "allOf": [thing]}, "below": {"type": "array", "items": thing}},
    }
    document = {**described(answering(thing), components={"schemas": {"Thing": schema}}), "openapi": "3.0.3"}
    ended = openapi(tmp_path, monkeypatch, document, "-o", "c.yaml")
    assert ended.code == ExitCode.OK, ended.err
    assert "{above: null}" in (tmp_path / "c.yaml").read_text("utf-8")
    assert Program(monkeypatch, tmp_path).run("run", "c.yaml", "--mock").code == ExitCode.OK


def test_an_operation_that_tells_of_errors_alone_is_told_and_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation: Plain = {"responses": {"400": {"description": "", "content": {"application/json": {"example": {}}}}}}
    ended = openapi(tmp_path, monkeypatch, described(operation), "-o", "c.yaml")
    assert "it tells of no answer that is a success; 2xx is expected" in ended.err
    assert Program(monkeypatch, tmp_path).run("run", "c.yaml", "--mock").code == ExitCode.OK
