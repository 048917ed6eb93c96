"""Runs the cases of ``tests/conformance`` against a real server; README.md there says how a case is written."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pytest
import yaml

from tests.command import Program, RunningClock, StillClock
from tests.echo_server import EchoServer, serve_echo

ROOT: Final = Path(__file__).with_name("conformance")
CASES: Final = sorted(path for path in ROOT.rglob("*.yaml") if "requests:" in path.read_text(encoding="utf-8"))
COMMAND: Final = re.compile(r"^# \$ (.*)$", re.MULTILINE)
CODE: Final = re.compile(r"^# exit code (\d+)$", re.MULTILINE)
VERDICTS: Final = re.compile(r"^# verdicts ?(.*)$", re.MULTILINE)
RUNS: Final = re.compile(r"^# runs (\d+)$", re.MULTILINE)
SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]..")  # two of them are one character in JSON, and none in YAML
RESULT: Final = re.compile(r"^  (PASS|FAIL|SKIP)  ", re.MULTILINE)
SHOWN: Final = {"passes": "PASS", "fails": "FAIL", "errors": "FAIL", "skipped": "SKIP", "not-run": None}
CODES: Final = {"errors": 4, "fails": 1, "passes": 0, "skipped": 0, "not-run": 5}
RUNNING: Final = "# The clock runs."
ACCEPT: Final = "CONFORMANCE_ACCEPT" in os.environ
Request: TypeAlias = dict[str, object]


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    with serve_echo() as running:
        yield running


def verdict(request: Request) -> str:
    """How a request says that it ends: by one of its tags, or else it passes."""
    tags = request.get("tags")
    return next((tag for tag in tags or [] if tag in SHOWN), "passes") if isinstance(tags, list) else "passes"


def verdicts_of(request: Request) -> list[str]:
    """One for a request, one for each of its turns: a turn says it by the first word of its name."""
    turns = request.get("turns")
    if not isinstance(turns, list):
        return [verdict(request)]
    words = [str(turn.get("name", "")).partition(" ")[0] for turn in turns]
    return [word if word in SHOWN else verdict(request) for word in words]


def verdicts_in(text: str, document: dict[str, list[Request]]) -> list[str]:
    """One for every result, as a comment lists them or else as each request says."""
    if written := VERDICTS.search(text):
        return written.group(1).split()
    lists = [document.get(key, []) for key in ("setup", "requests", "teardown")]
    runs = RUNS.search(text)
    once = [verdict for requests in lists for request in requests for verdict in verdicts_of(request)]
    return once * int(runs.group(1) if runs else 1)


def exit_code(verdicts: list[str], text: str) -> int:
    written = CODE.search(text)
    return int(written.group(1)) if written else next((code for name, code in CODES.items() if name in verdicts), 0)


def command(text: str) -> tuple[dict[str, str], list[str]]:
    """The environment and the arguments that the first line of a case gives."""
    found = COMMAND.search(text)
    words = shlex.split(found.group(1)) if found else ["runner", "run"]
    start = words.index("runner")
    return dict(word.split("=", 1) for word in words[:start]), words[start + 1 :]


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.relative_to(ROOT).with_suffix("")))
def test_case(path: Path, server: EchoServer, monkeypatch: pytest.MonkeyPatch) -> None:
    text = path.read_text(encoding="utf-8")
    document = yaml.load(SURROGATE.sub("", text), yaml.CBaseLoader)  # noqa: S506
    verdicts = verdicts_in(text, document)
    environ, arguments = command(text)
    environ |= {"SERVER": server.url, "OTHER": server.other, "PORT": server.url[17:]}
    clock = RunningClock() if RUNNING in text else StillClock()
    ended = Program(monkeypatch, ROOT, environ, clock).run(*arguments, str(path.relative_to(ROOT)))
    assert RESULT.findall(ended.out) == [SHOWN[one] for one in verdicts if SHOWN[one]], ended.text
    assert ended.code == exit_code(verdicts, text), ended.text
    shows = any(one.startswith("-v") for one in arguments) or bool(set(verdicts) - {"passes", "not-run"})
    if RUNNING not in text and shows:
        compare(path.with_suffix(".txt"), ended.text, server)


def compare(golden: Path, text: str, server: EchoServer) -> None:
    """Byte for byte, the servers' addresses filled in."""
    places = {
        "{SERVER}": server.url,
        "{OTHER}": server.other,
        "{HOST}": server.url[7:],
        "{OTHER_HOST}": server.other[7:],
    }
    kept = text
    for name, place in places.items():
        kept = kept.replace(place, name)
    if ACCEPT:
        golden.write_text(kept, encoding="utf-8")
    wanted = golden.read_text(encoding="utf-8") if golden.exists() else f"there is no {golden}"
    for name, place in places.items():
        wanted = wanted.replace(name, place)
    assert text == wanted


def test_every_kept_text_has_its_case() -> None:
    assert [
        path for path in ROOT.rglob("*.txt") if path.with_suffix(".yaml") not in CASES and path.parent.name != "files"
    ] == []
