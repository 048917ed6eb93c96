"""Where env files are looked for; each test has folders of its own, since a ``.env`` here would be nobody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Program

COLLECTION = "requests: [{name: one, url: 'http://127.0.0.1:1/<<PLACE>>/<<OTHER:-none>>'}]\n"


def env(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def shown(monkeypatch: pytest.MonkeyPatch, folder: Path, files: dict[str, str], *options: str, **environ: str) -> str:
    """What would be sent: the collection lies in ``folder``/a/b, the working directory is ``folder``/w."""
    for name in ("a/b", "w"):
        (folder / name).mkdir(parents=True)
    for name, text in files.items():
        env(folder, name, text)
    (folder / "a/b/c.yaml").write_text(COLLECTION, encoding="utf-8")
    ended = Program(monkeypatch, folder / "w", environ).run("run", "--dry-run", *options, "../a/b/c.yaml")
    return ended.out.partition("http://127.0.0.1:1/")[2].strip() or ended.err


PLACES = {
    "the working directory first": ({"w/.env": "PLACE=w", "a/b/.env": "PLACE=b", ".env": "PLACE=top"}, (), "w/none"),
    "then the collection's folder": ({"a/b/.env": "PLACE=b", "a/.env": "PLACE=a"}, (), "b/none"),
    "then the one above": ({"a/.env": "PLACE=a", ".env": "PLACE=top"}, (), "a/none"),
    "and so on": ({".env": "PLACE=top"}, (), "top/none"),
    "one file is read, not all of them": ({"w/.env": "PLACE=w", "a/b/.env": "OTHER=b"}, (), "w/none"),
    "--env before .env": ({"a/.env.ci": "PLACE=ci", "w/.env": "PLACE=w\nOTHER=w"}, ("--env", "ci"), "ci/w"),
    "not another environment's": ({"w/.env.ci": "PLACE=ci", "w/.env": "PLACE=w"}, (), "w/none"),
    "--env-file instead of .env": (
        {"w/x.env": "PLACE=x", "w/.env": "PLACE=w\nOTHER=w"},
        ("--env-file", "x.env"),
        "x/none",
    ),
    "of several the last": (
        {"w/x.env": "PLACE=x\nOTHER=x", "y.env": "PLACE=y"},
        ("--env-file", "x.env", "--env-file", "../y.env"),
        "y/x",
    ),
    "--var before all": ({"w/.env": "PLACE=w"}, ("--var", "PLACE=var"), "var/none"),
    "with a byte order mark": ({"w/.env": "\ufeffPLACE=w\r\nOTHER=x\r\n"}, (), "w/x"),
}


@pytest.mark.parametrize("name", PLACES)
def test_the_order_of_env_files(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, options, wanted = PLACES[name]
    assert shown(monkeypatch, tmp_path, files, *options) == wanted


def test_the_environment_comes_before_env_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, tmp_path, {"w/.env": "PLACE=w"}, PLACE="environment") == "environment/none"


def test_a_line_that_cannot_be_read_is_told_without_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    env(tmp_path, ".env", "PLACE=x\nthis is s3cr3t-and-no-line\nOTHER=y\n")
    ended = Program(monkeypatch, tmp_path).run("run", "--dry-run", "c.yaml")
    assert "http://127.0.0.1:1/x/y" in ended.out
    assert "line 2 of .env is left out" in ended.err
    assert "s3cr3t" not in ended.text


@pytest.mark.parametrize("strict", [False, True])
def test_env_beside_env_file_is_said_to_change_nothing(
    strict: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env(tmp_path, "x.env", "PLACE=x")
    env(tmp_path, ".env.ci", "PLACE=ci")
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    options = ["--env", "ci", "--env-file", "x.env", *(["--strict"] if strict else [])]
    ended = Program(monkeypatch, tmp_path).run("run", "--dry-run", *options, "c.yaml")
    assert ("/x/none" in ended.out, ended.code) == ((False, 3) if strict else (True, 0))
    assert "--env ci changes nothing beside --env-file: only the files that it names are read" in ended.err
    assert "write --env-file .env.ci as well" in ended.err
