"""What other tools keep, imported: the collection is what a person would have written, passes against its own examples,
and everything that did not come over is told. With IMPORTS_ACCEPT=1 the expected files are written anew: read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from runner.errors import ExitCode
from runner.importing.postman.collection import read_postman
from runner.importing.scrubbing import finish
from runner.source import Source
from runner.writing.collection import collection_text
from tests.command import Ended, Program
from tests.imports.made import expected

HERE: Final = Path(__file__).parent
SOURCES: Final = [path for path in sorted(HERE.glob("*/*.json")) if path.stem != "environment"]


def imported(path: Path, folder: Path, patch: pytest.MonkeyPatch, *more: str) -> Ended:
    """``c.yaml`` in ``folder``, with the files that the sources send beside it."""
    (folder / "notes.txt").write_text("Notes.\n", encoding="utf-8")
    return Program(patch, folder).run("import", path.parent.name, str(path), "-o", "c.yaml", *more)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_imported(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = imported(path, tmp_path, monkeypatch)
    assert (ended.code, ended.out) == (ExitCode.OK, "")
    env = (tmp_path / ".env").read_text("utf-8") if (tmp_path / ".env").exists() else ""
    told = f"{ended.err}--- .env\n{env}" if env else ended.err
    assert told == expected(path.with_suffix(".txt"), told)
    text = (tmp_path / "c.yaml").read_text("utf-8")
    assert text == expected(path.with_suffix(".yaml"), text)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_it_passes_against_its_own_examples(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(path, tmp_path, monkeypatch)
    ended = Program(monkeypatch, tmp_path).run("run", "c.yaml", "--mock")
    assert ended.code == ExitCode.OK, ended.out
    assert "failed" not in ended.out


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_it_is_in_the_usual_layout(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(path, tmp_path, monkeypatch)
    ended = Program(monkeypatch, tmp_path).run("format", "--diff", "--check", "c.yaml")
    assert (ended.code, ended.out) == (ExitCode.OK, "")


def test_an_environment_goes_before_the_collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = HERE / "postman"
    given = ["--with", str(folder / "environment.json")]
    ended = imported(folder / "folders.json", tmp_path, monkeypatch, *given)
    text = (tmp_path / "c.yaml").read_text("utf-8")
    assert "baseUrl: https://staging.example.com" in text
    assert "t-secret-1234" not in text + ended.err
    assert "token=t-secret-1234\n" in (tmp_path / ".env").read_text("utf-8")
    assert 'the variable "off" is switched off' in ended.err


def test_no_value_of_a_secret_is_shown_or_written_into_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = ("eyJhbGciOi.in-the-clear", "sk-proj-0123456789", "sk-live-12345678")
    for name in ("auth", "examples"):
        ended = Program(monkeypatch, tmp_path).run("import", "postman", str(HERE / f"postman/{name}.json"))
        assert not [value for value in values if value in ended.text]


def test_what_is_in_env_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("# mine\nTOKEN=other\nA=1", encoding="utf-8")
    ended = imported(HERE / "postman/auth.json", tmp_path, monkeypatch)
    env = (tmp_path / ".env").read_text("utf-8")
    assert env.startswith("# mine\nTOKEN=other\nA=1\nTOKEN_2=eyJhbGciOi.in-the-clear\nAPI_KEY=sk-proj-0123456789\n")
    assert "TOKEN has another value there: it is <<TOKEN_2>> here" in ended.err
    assert "bearer: <<TOKEN_2>>" in (tmp_path / "c.yaml").read_text("utf-8")


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.yaml").write_text("mine", encoding="utf-8")
    ended = imported(HERE / "postman/minimal.json", tmp_path, monkeypatch)
    assert (ended.code, (tmp_path / "c.yaml").read_text("utf-8")) == (ExitCode.USAGE, "mine")
    assert "--force" in ended.err
    assert imported(HERE / "postman/minimal.json", tmp_path, monkeypatch, "--force").code == ExitCode.OK


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "this is no JSON, so it is no Postman collection"),
        ('{"info": {}, "item": [}', "source.json:1:23"),
        ('{"info": {}, "item": [}', "Mend it at this place, or export it anew"),
        ("[]", "this is no Postman collection of version 2"),
        ('{"requests": [], "id": "x"}', "this is a collection of version 1"),
        ('{"values": [], "name": "x"}', "this is an environment, no collection"),
        ('{"info": {"schema": "https://x/v3.0.0/"}, "item": []}', "this is no Postman collection of version 2: https"),
        ("[" * 100_000, "nested too deeply"),
        ("", "this is no JSON"),
    ],
    ids=["cut", "place", "hint", "list", "version 1", "environment", "version 3", "deep", "empty"],
)
def test_what_is_no_collection_is_told(text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "source.json").write_text(text, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", "postman", "source.json")
    assert ended.code == ExitCode.INVALID
    assert says in ended.err


def test_a_length_that_is_not_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "pm.test('a', () => pm.expect(pm.response.json().a).to.not.have.lengthOf.above(1));"
    event = {"listen": "test", "script": {"exec": [script]}}
    query = [{"key": "q", "value": "a%26b"}]
    url = {"raw": "https://h.example/x?q=a%26b", "query": query}
    item = {"name": "a", "request": {"method": "GET", "url": url}, "event": [event]}
    document = {"info": {"name": "c", "schema": "v2.1.0"}, "item": [item]}
    (tmp_path / "source.json").write_text(json.dumps(document), encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", "postman", "source.json")
    assert "length: {not: {gt: 1}}" in ended.out, ended.text
    assert "q: a&b\n" in ended.out, ended.text


def test_what_is_not_understood_of_all_requests_stands_once() -> None:
    key = "sk-live-0123456789abcdefghij0123"
    script = {"listen": "prerequest", "script": {"exec": [f'compute("{key}");', "for (const one of all) { f(one); }"]}}
    items = [{"name": name, "request": {"url": "https://h.example/", "method": "GET"}} for name in ("a", "b", "c")]
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    document = {"info": {"name": "All", "schema": schema}, "event": [script], "item": items}
    draft = read_postman(Source("all.json", json.dumps(document)))
    finish(draft)
    text = collection_text(draft.collection())
    assert text.startswith("# of every request, not imported (script before the request, line 1):\n")
    assert text.count("not imported") == 2
    assert text.count("compute(") == 1
    assert key not in text
    assert len([one for one in draft.notes if "at the top of the file" in one.hint]) == 2
