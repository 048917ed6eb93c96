"""All collections served at once: each request gets the answer from its own example, though many go to the same path,
and nothing but what is sent says which request it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Program
from tests.serving import ROOT, serving

COLLECTIONS = sorted(path.name for path in (ROOT / "collections").glob("*.yaml"))
ADDRESSES = ("BASE_URL", "ANTHROPIC_BASE_URL", "GEMINI_BASE_URL", "AZURE_OPENAI_ENDPOINT")
SECRETS = ("API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "AZURE_OPENAI_API_KEY", "PASSWORD")
THE_SAME = {("ollama.yaml", "models")}
"""It sends what "no key" of errors.yaml sends, to the last byte: a list of models asked for without a key."""

RESULT = re.compile(r"  (?:PASS|FAIL|SKIP)  (.+?)  +[A-Z]+ /")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving("collections/") as url:
        yield url


def answers(printed: str) -> dict[str, list[str]]:
    """The lines of each request's answer, as ``-vv`` shows them, without the moments at which events came."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in printed.splitlines():
        result = RESULT.match(line)
        if result:
            name = result[1]
        elif line.startswith("        <"):
            found.setdefault(name, []).append(re.sub(r"^ +<   \d+\.\d+ s  ", "", line))
    return found


@pytest.mark.parametrize("file", COLLECTIONS)
def test_each_request_gets_its_own_example(
    file: str, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(monkeypatch, tmp_path, environ=dict.fromkeys(SECRETS, "wonderland-0000"))
    arguments = ["run", str(ROOT / "collections" / file), "--var", "ACCOUNT=without credit", "-vv"]
    served = [word for name in ADDRESSES for word in ("--var", f"{name}={address}")]
    own = answers(program.run(*arguments, "--mock").out)
    got = answers(program.run(*arguments, *served).out)
    assert own
    assert own.keys() == got.keys()
    assert {(file, name) for name in own if own[name] != got[name]} == {one for one in THE_SAME if one[0] == file}


def test_answers_are_told_apart() -> None:
    printed = """
  PASS  first one   POST /v1/x   200     5 ms
        > POST http://h/v1/x
        < 200 OK
        <   0.003 s  {"a": 1}
  FAIL  second      GET /v1/x   200     5 ms
        < 404 Not Found
"""
    assert answers(printed) == {"first one": ["        < 200 OK", '{"a": 1}'], "second": ["        < 404 Not Found"]}
