"""The program given inputs that are broken or hostile: what must be said is, nothing is sent that must not be, and
every promise is kept."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from runner.errors import ExitCode
from tests.promises.catalogue import INPUTS, tried
from tests.promises.clients import ATTACKS, SERVED, Attack, asked
from tests.promises.inputs import SECRET, Content, Files, Input
from tests.promises.ledger import Circumstances, beyond, half_reports, measure, unasked
from tests.promises.observe import Observed, Started, every_report, finish, start
from tests.servers import ok, serve_bytes

Keep = Callable[[Mapping[str, float]], None]


def content(given: Content) -> bytes:
    """The bytes of a file."""
    if isinstance(given, str):
        return given.encode("utf-8")
    return given if isinstance(given, bytes) else given()


def write(files: Files, folder: Path) -> None:
    """Each of the files, in folders as their names say."""
    for name, given in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(given))


def flat(seen: Observed) -> str:
    """What it said as one line: where lines are broken depends on the length of the folder's name."""
    return " ".join(seen.said.split())


def observed(case: Input, folder: Path, server: str) -> Observed:
    """The case as a process. What it types into the process is a file, so that its size is of no concern."""
    folder.mkdir()
    write(case.files, folder)
    write(case.beside, folder.parent)
    if case.make is not None:
        case.make(folder)
    arguments = [one.replace("<<SERVER>>", server) for one in case.arguments]
    if arguments[:1] == ["run"] and case.sent and not any(one.startswith("--report") for one in arguments):
        arguments += every_report()
    environ = {"API_KEY": SECRET, "SERVER": server}
    environ |= {name: value.replace("<<FOLDER>>", str(folder)) for name, value in case.environ.items()}
    typed = folder.parent / "typed"
    typed.write_bytes(content(case.typed))
    with typed.open("rb") as stdin:
        return finish(start(folder, arguments, environ, stdin=stdin))


@pytest.mark.parametrize("case", [pytest.param(one, id=one.name) for one in INPUTS if tried(one.name, one.deadline)])
def test_a_hostile_input(case: Input, tmp_path: Path, keep: Keep) -> None:
    if case.unprivileged and os.geteuid() == 0:
        pytest.skip("permissions do not keep root from anything")
    with serve_bytes(ok(case.answer)) as server:
        seen = observed(case, tmp_path / "project", server.url)
        sent = sum(SECRET.encode() in one.head for one in server.arrived)
    about = Circumstances(
        (SECRET,), case.deadline, frozenset((server.port,) if case.sent else ()), annotations=case.annotations
    )
    figures = measure(seen, about)
    keep(figures)
    assert case.says in flat(seen)
    assert seen.code == case.code, seen.said
    assert sent == case.sent
    assert beyond(figures) == {}, (half_reports(seen), unasked(seen, about.ports), seen.deeds)


@pytest.mark.parametrize("attack", [pytest.param(one, id=one.name) for one in ATTACKS])
def test_a_hostile_client_of_the_mock(attack: Attack, tmp_path: Path, keep: Keep) -> None:
    """It answers as it must, goes on answering, and ends with Ctrl-C."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "c.yaml").write_text(SERVED, encoding="utf-8")
    started = start(folder, ["mock", "c.yaml"], {"API_KEY": SECRET})
    try:
        port = listening(started)
        answer = attack.act(port)
        after = asked(port, b"GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    finally:
        started.process.send_signal(signal.SIGINT)
        seen = finish(started)
    figures = measure(seen, Circumstances((SECRET,), 20.0, frozenset((port,))))
    keep(figures)
    assert answer.startswith(attack.answer)
    assert after.startswith(b"HTTP/1.1 200 ")
    assert after.endswith(b"served")
    assert seen.code == ExitCode.INTERRUPTED, seen.said
    assert beyond(figures) == {}, (unasked(seen, frozenset((port,))), seen.deeds)


def listening(started: Started) -> int:
    """The port that the mock says it is at."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        match = re.search(rb"http://127\.0\.0\.1:([0-9]+)", (started.notes / "out").read_bytes())
        if match:
            return int(match[1])
        time.sleep(0.02)
    raise AssertionError((started.notes / "err").read_text("utf-8"))
