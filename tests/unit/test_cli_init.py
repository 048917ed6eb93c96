from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import Distribution
from pathlib import Path

import pytest

import runner
from runner.cli.commands import init as cli_init
from runner.templates import TEMPLATES
from tests.command import Program
from tests.serving import serving
from tests.test_ci_files import checked

FILES = {".env.example", ".gitignore", ".runner/collection.schema.json", ".github/workflows/api.yaml"}
SECRETS = {"OPENAI_API_KEY": "wonderland-1", "ANTHROPIC_API_KEY": "wonderland-2", "API_TOKEN": "wonderland-3"}
kinds = pytest.mark.parametrize("kind", TEMPLATES)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    return Program(monkeypatch, tmp_path, {"XDG_CACHE_HOME": str(tmp_path / ".cache")})


def texts(folder: Path) -> dict[str, bytes]:
    found = {one.relative_to(folder).as_posix(): one for one in folder.rglob("*") if one.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".cache")}


@kinds
def test_what_is_written_is_sound_in_every_way(kind: str, program: Program) -> None:
    ended = program.run("init", "--from", kind)
    assert (ended.code, ended.err) == (0, "")
    wrote = re.findall(r"^wrote  (\S+)", ended.out, re.MULTILINE)
    assert set(wrote) == set(texts(program.working)) > FILES
    assert program.run("check", "collections", "--strict").code == 0, program.run("check", "collections").out
    assert program.run("format", "--check", "collections").text == "--- exit code 0\n"
    ran = program.run("run", "collections", "--mock", "--strict")
    assert (ran.code, "FAIL" in ran.out, " passed in " in ran.out) == (0, False, True), ran.out
    checked("vendor.github-workflows", program.working / ".github/workflows/api.yaml")


@kinds
def test_it_passes_against_a_server_and_is_skipped_without_a_key(kind: str, program: Program) -> None:
    program.run("init", "--from", kind)
    needs_key = bool(TEMPLATES[kind].secret)
    with serving(str(program.working / "collections")) as url:
        address = "OLLAMA_URL" if kind == "ollama" else "BASE_URL"
        without = program.run("run", "collections", "--var", f"{address}={url}")
        assert ("SKIP" in without.out, without.code) == (needs_key, 0), without.out
        with_keys = Program(program.patch, program.working, {**program.environ, **SECRETS})
        ended = with_keys.run("run", "collections", "--var", f"{address}={url}", "--strict")
    assert (ended.code, "SKIP" in ended.out) == (0, False), ended.out


@kinds
def test_the_copied_env_file_is_one(kind: str, program: Program) -> None:
    program.run("init", "--from", kind)
    example = (program.working / ".env.example").read_text(encoding="utf-8")
    secret = TEMPLATES[kind].secret
    (program.working / ".env").write_text(example.replace(f"{secret}=\n", f"{secret}=from-the-file\n"))
    ended = program.run("env", "collections")
    assert ended.code == 0, ended.out
    assert not secret or re.search(rf"{secret} +\*\*\* +\.env", ended.out), ended.out
    used = set(re.findall(r"<<(\w+)", "".join(map(str, texts(program.working / "collections").values()))))
    assert set(re.findall(r"^#?(\w+)=", example, re.MULTILINE)) <= used


@kinds
def test_the_first_line_leads_editors_to_the_schema(kind: str, program: Program) -> None:
    program.run("init", "--from", kind)
    (collection,) = (program.working / "collections").glob("*.yaml")
    first = collection.read_text(encoding="utf-8").partition("\n")[0]
    path = (collection.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()
    assert path.read_text("utf-8") == program.run("schema").out
    program_checks = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run([program_checks, "--schemafile", path, collection], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nothing_that_is_there_is_replaced(program: Program) -> None:
    for name in ("collections/chat.yaml", ".env.example", ".github/workflows/api.yaml"):
        path = program.working / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine\n", encoding="utf-8")
    ended = program.run("init")
    after = texts(program.working)
    assert sorted(name for name, text in after.items() if text == b"mine\n") == [
        ".env.example", ".github/workflows/api.yaml", "collections/chat.yaml",
    ]  # fmt: skip
    assert ended.out.count("it is there already; --force replaces it") == 3
    assert "OWNER/REPOSITORY" not in ended.out
    again = program.run("init")
    assert (again.code, "wrote" in again.out, texts(program.working)) == (0, False, after)
    assert program.run("init", "--force").code == 0
    assert b"mine\n" not in texts(program.working).values()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b".env\n.env.*\n!.env.example\n"),
        (b"build", b"build\n.env\n.env.*\n!.env.example\n"),
        (b"a\r\n.env\r\n", b"a\r\n.env\r\n.env.*\r\n!.env.example\r\n"),
        (b"!.env.example\n.env.*\n .env \n", b"!.env.example\n.env.*\n .env \n"),
        (b"caf\xe9\n", b"caf\xe9\n.env\n.env.*\n!.env.example\n"),
    ],
)
def test_gitignore_gets_what_it_lacks(before: bytes, after: bytes, program: Program) -> None:
    path = program.working / ".gitignore"
    path.write_bytes(before)
    program.run("init", "--force")
    assert path.read_bytes() == after
    program.run("init")
    assert path.read_bytes() == after


def test_git_keeps_the_example_and_not_the_keys(program: Program) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=program.working, check=True)
    program.run("init")
    for name in (".env", ".env.local"):
        (program.working / name).write_text("OPENAI_API_KEY=x\n", encoding="utf-8")
    seen = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=program.working, capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"(\.env\S*)$", seen, re.MULTILINE) == [".env.example"]


def test_a_folder_of_ones_own_and_what_to_type_next(program: Program) -> None:
    ended = program.run("init", "my api")
    assert "\n  runner run 'my api/collections' --mock\n  cp 'my api/.env.example' 'my api/.env'\n" in ended.out
    assert program.run("run", "my api/collections", "--mock").code == 0
    (program.working / "my api/.env").write_text("OPENAI_API_KEY=mine\n", encoding="utf-8")
    again = program.run("init", "my api")
    assert "cp " not in again.out, "what is in .env would be lost"
    assert "\n  runner run 'my api/collections'\n" in again.out


def test_a_folder_in_a_repository_is_told_where_jobs_go(program: Program) -> None:
    (program.working / ".git").mkdir()
    assert "working-directory" not in program.run("init", ".").out
    assert f"{program.working}/.github/workflows only" in program.run("init", "deep/er").out


@pytest.mark.parametrize("there", ["collections", ".github", "dir"])
def test_what_cannot_be_written_is_told(there: str, program: Program) -> None:
    (program.working / "dir").mkdir()
    (program.working / "dir" / there).write_text("a file\n", encoding="utf-8")
    ended = program.run("init", "dir/dir" if there == "dir" else "dir")
    assert (ended.code, "Traceback" in ended.text) == (2, False)
    assert re.search(r"cannot be written: |is a file", ended.err), ended.err


def test_links_are_not_followed_unasked(program: Program) -> None:
    (program.working / "collections").mkdir()
    (program.working / "collections/chat.yaml").symlink_to(program.working / "elsewhere.yaml")
    assert "kept  collections/chat.yaml" in program.run("init").out
    ended = program.run("init", "--force")
    assert (ended.code, "is a link" in ended.err) == (2, True)
    assert not (program.working / "elsewhere.yaml").exists()


@pytest.mark.parametrize(
    ("told", "install"),
    [
        (None, "collection-runner=={version}"),
        ({"url": "file:///home/ann/runner", "dir_info": {}}, "git+https://github.com/OWNER/REPOSITORY@v{version}"),
        (
            {"url": "https://git.example/a/runner.git", "vcs_info": {"vcs": "git", "commit_id": "0123abc"}},
            "git+https://git.example/a/runner@0123abc",
        ),
        (
            {"url": "https://ann:pass@git.example/a/runner", "vcs_info": {"vcs": "git", "commit_id": "0123abc"}},
            "git+https://github.com/OWNER/REPOSITORY@v{version}",
        ),
        (
            {"url": "https://git.example/a;rm", "vcs_info": {"vcs": "git", "commit_id": "0123abc"}},
            "git+https://github.com/OWNER/REPOSITORY@v{version}",
        ),
    ],
)
def test_the_job_installs_what_is_installed_here(
    told: object, install: str, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Installed(Distribution):
        def read_text(self, _filename: str) -> str | None:
            return None if told is None else json.dumps(told)

        def locate_file(self, path: object) -> Path:
            return Path(str(path))

    monkeypatch.setattr(cli_init, "distribution", lambda _: Installed())
    program.run("init")
    text = (program.working / ".github/workflows/api.yaml").read_text(encoding="utf-8")
    assert f"- run: pip install {install.format(version=runner.__version__)}\n" in text


@pytest.mark.parametrize("name", ["collections", ".github", ".gitignore"])
def test_nothing_is_written_outside_of_the_folder(name: str, program: Program) -> None:
    elsewhere, folder = program.working / "elsewhere", program.working / "here"
    elsewhere.mkdir()
    folder.mkdir()
    target = elsewhere / "ignored" if name == ".gitignore" else elsewhere
    (folder / name).symlink_to(target)
    ended = program.run("init", "here", "--force")
    assert (ended.code, "a link leads there" in ended.err) == (2, True), ended.text
    assert not list(elsewhere.iterdir())
    assert [one.name for one in folder.iterdir()] == [name]
