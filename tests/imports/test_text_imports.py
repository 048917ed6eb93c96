"""Requests that people write as text, imported: the collection is what a person would have written, it loads and is in
the usual layout, and what did not come over is told. With IMPORTS_ACCEPT=1 the expected files are written anew: read
them."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from runner.errors import ExitCode
from tests.command import Ended, Program

HERE: Final = Path(__file__).parent
SOURCES: Final = sorted([*HERE.glob("http/*.http"), *HERE.glob("hurl/*.hurl"), *HERE.glob("bruno/*/")])
ACCEPT: Final = bool(os.environ.get("IMPORTS_ACCEPT"))
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


def expected(path: Path, text: str) -> str:
    """The file beside the source, written first where that is wanted."""
    if ACCEPT:
        path.write_text(text, encoding="utf-8")
    return path.read_text("utf-8")


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
