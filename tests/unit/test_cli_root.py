"""``--root``: for every command that reads collections, from Python and by settings."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

import runner
from tests.command import Ended, Program

BODY: Final = "the body of another folder"
COLLECTION: Final = """\
requests:
  - include: ../common/one.yaml
  - name: two
    url: http://h.example/two
    file: ../common/body.txt
    expect: {schema: ../common/s.json}
    examples: [{json: {a: 1}}]
"""
INCLUDED: Final = """\
requests:
  - {name: one, url: http://h.example/one, file: ../api/near.txt, expect: {schema: s.json}, examples: [{json: {a: 1}}]}
"""
LEAVES: Final = "leaves the collection's folder"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of two folders, one of which uses files of the other and is used by it."""
    files = {
        "api/c.yaml": COLLECTION,
        "api/near.txt": "near",
        "common/one.yaml": INCLUDED,
        "common/body.txt": BODY,
        "common/s.json": '{"$ref": "../types/t.json"}',
        "types/t.json": '{"type": "object"}',
    }
    for name, text in files.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "project"


def done(folder: Path, monkeypatch: pytest.MonkeyPatch, *words: str, **environ: str) -> Ended:
    return Program(monkeypatch, folder, environ).run(*words)


COMMANDS: Final = {"run": ("--mock", "-vv"), "check": (), "list": (), "env": (), "show": (), "tokens": ()}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_it(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = (command, "api/c.yaml", *COMMANDS[command])
    without = done(folder, monkeypatch, *words)
    assert without.code == 3
    assert f"../common/one.yaml {LEAVES}" in without.text
    assert BODY not in without.text
    reached = done(folder, monkeypatch, *words, "--root", ".")
    assert reached.code == (5 if command == "tokens" else 0), reached.text
    assert (BODY in reached.text) == (command in ("run", "show"))


def test_the_mock_takes_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "api/c.yaml").write_text("requests: [{url: http://h.example, file: ../common/body.txt}]")
    without = done(folder, monkeypatch, "mock", "api/c.yaml")
    assert (without.code, LEAVES in without.text) == (3, True)
    nothing_to_serve = done(folder, monkeypatch, "mock", "api/c.yaml", "--root", ".")
    assert (nothing_to_serve.code, "there are no examples to serve" in nothing_to_serve.text) == (5, True)


def test_examples_below_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = "examples: [{file: ../common/body.txt}]"
    (folder / "api/c.yaml").write_text(f"requests: [{{url: http://h.example, {example}}}]")
    assert BODY in done(folder, monkeypatch, "run", "--mock", "-v", "api/c.yaml", "--root", ".").text


@pytest.mark.parametrize(
    ("root", "says", "code"),
    [
        ("api", "../common/one.yaml leaves the folder of --root", 3),
        ("common", "api/c.yaml is not below", 2),
        ("common/body.txt", "there is no folder common/body.txt", 2),
        ("nowhere", "there is no folder nowhere", 2),
    ],
)
def test_what_it_does_not_reach(root: str, says: str, code: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = done(folder, monkeypatch, "check", "api/c.yaml", "--root", root)
    assert says in " ".join(ended.text.split())
    assert ended.code == code


def test_an_included_file_stays_below_it_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "beyond.txt").write_text(BODY)
    (folder / "common/one.yaml").write_text(INCLUDED.replace("../api/near.txt", "../../beyond.txt"))
    ended = done(folder, monkeypatch, "show", "api/c.yaml", "--root", ".")
    assert (ended.code, BODY in ended.text) == (3, False)
    assert "../../beyond.txt leaves the folder of --root" in ended.text
    assert "common/one.yaml:2" in ended.text
    assert "api/.." not in ended.text


def test_a_link_may_lead_anywhere_below_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "api/c.yaml").write_text("requests: [{url: http://h.example, file: link.txt}]")
    (folder / "api/link.txt").symlink_to("../common/body.txt")
    assert f"link.txt {LEAVES}" in done(folder, monkeypatch, "show", "api/c.yaml").text
    assert BODY in done(folder, monkeypatch, "show", "api/c.yaml", "--root", ".").text
    (folder.parent / "linked").symlink_to("project")
    assert BODY in done(folder.parent, monkeypatch, "show", "linked/api/c.yaml", "--root", "linked").text


def test_links_in_a_folder_that_is_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "api/c.yaml").unlink()
    (folder / "api/l.yaml").symlink_to("../common/own.yaml")
    (folder / "common/own.yaml").write_text("requests: [{url: http://h.example}]")
    told = done(folder / "api", monkeypatch, "list", ".")
    assert (told.code, "l.yaml is a link that leads out of the folder" in told.text) == (3, True)
    for words, working in ((("list", ".", "--root", ".."), "api"), (("list", "api"), "."), (("list", "l.yaml"), "api")):
        assert done(folder / working, monkeypatch, *words).code == 0


def test_an_env_file_that_is_a_link(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "api/c.yaml").write_text("requests: [{url: http://h.example, text: <<PART>>}]")
    (folder / "common/all.env").write_text("PART=of the text\n")
    (folder / "api/.env").symlink_to("../common/all.env")
    told = done(folder / "api", monkeypatch, "show", "c.yaml")
    assert (told.code, ".env is a link that leads out of its folder" in told.text) == (3, True)
    ways: tuple[tuple[str, ...], ...] = (
        ("show", "c.yaml", "--root", ".."),
        ("show", "c.yaml", "--env-file", ".env"),
        ("show", "c.yaml", "--env-file", "../common/all.env"),
    )
    for words in ways:
        assert "of the text" in done(folder / "api", monkeypatch, *words).text
    assert "of the text" in done(folder, monkeypatch, "show", "api/c.yaml").text


def test_settings_open_their_own_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".git").mkdir()
    settings = folder / "runner.toml"
    settings.write_text('root = "."\n')
    assert done(folder / "api", monkeypatch, "check", "c.yaml").code == 0
    for root in ("..", "/", "api/../.."):
        settings.write_text(f'root = "{root}"\n')
        told = done(folder / "api", monkeypatch, "check", "c.yaml")
        assert (told.code, "runner.toml:1" in told.text) == (3, True)
        assert "a settings file opens no more than the folder that it is in" in told.text
    settings.unlink()
    assert done(folder / "api", monkeypatch, "check", "c.yaml", RUNNER_ROOT="..").code == 0


def test_python_takes_it(folder: Path) -> None:
    with pytest.raises(runner.InvalidFiles, match=LEAVES):
        runner.run("api/c.yaml", mock=True, cwd=folder)
    assert runner.run("api/c.yaml", mock=True, cwd=folder, root=folder).passed
    assert [one.name for one in runner.load("api/c.yaml", cwd=folder, root=".").requests] == ["one", "two"]
    with pytest.raises(runner.UsageError, match="root: there is no folder none"):
        runner.load("api/c.yaml", cwd=folder, root="none")
