"""Files outside of a collection's folder stay unread, whichever way they are named, and nothing of them is shown."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from runner.errors import ExitCode
from tests.promises.ledger import Circumstances, beyond, half_reports, measure, unasked
from tests.promises.observe import PATIENCE, How, Observed, every_report, finish, observe, start
from tests.promises.roots import CANARY, CASES, ONE, Case
from tests.servers import Server, ok, serve_bytes

Keep = Callable[[Mapping[str, float]], None]
PLAIN: Final = f"requests:\n{ONE}}}\n"
LOCAL: Final = re.compile(r"\('127\.0\.0\.1', (\d+)\)")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a folder that others lie beside, with links that lead there."""
    folder = tmp_path / "wide" / "project"
    for one in (folder / "links", folder.parent / "near", tmp_path / "beyond"):
        one.mkdir(parents=True)
    (folder / "away").symlink_to("../near")
    return folder


def outside(folder: Path, name: str, text: str) -> None:
    """The file, in both places outside, and a link to the nearer."""
    for place in (folder.parent / "near", folder.parents[1] / "beyond"):
        (place / name).write_text(text, encoding="utf-8")
    (folder / "links" / name).symlink_to(folder.parent / "near" / name)


def kept(seen: Observed, server: Server, keep: Keep, *, reached: bool = False, mock: bool = False) -> None:
    """Everything that is promised of a run. What is reached may be shown; of ``--mock`` nobody knows the port."""
    came = b"".join(one.head + one.body for one in server.arrived)
    mocks = (
        [int(port) for kind, what in seen.deeds if kind == "connect" for port in LOCAL.findall(what)] if mock else []
    )
    about = Circumstances(() if reached else (CANARY,), 10.0, frozenset((server.port, *mocks)), came, annotations=9)
    figures = measure(seen, about)
    keep(figures)
    assert beyond(figures) == {}, (half_reports(seen), unasked(seen, about.ports), seen.deeds, seen.said)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_a_file_outside(case: Case, project: Path, keep: Keep) -> None:
    way, place = case.way, case.place
    outside(project, way.named, way.text)
    path = place.path.replace("{outside}", str(project.parent / "near")).replace("{}", way.named)
    for name, text in {"c.yaml": way.lines, **way.files}.items():
        (project / name).write_text(text.replace("<<PATH>>", path), encoding="utf-8")
    options = [one.replace("<<PATH>>", path) for one in way.options]
    if place.root:
        options += ["--root", place.root]
    with serve_bytes(ok()) as server:
        arguments = ["run", "c.yaml", "-vv", *options, *every_report()]
        seen = observe(project, arguments, {"SERVER": server.url}, How(reads=() if place.says else (project.parent,)))
        kept(seen, server, keep, reached=not place.says, mock="--mock" in options)
    assert case.says in " ".join(seen.said.split())
    assert seen.code == case.code, seen.said
    sent = case.code is not ExitCode.INVALID and "--mock" not in options
    assert len(server.arrived) == sent


OTHERS = {
    "a link in a folder": ("run .", "away.yaml", PLAIN, "leads out of the folder", ExitCode.INVALID),
    "a link that holds no requests": ("check .", "away.yaml", CANARY, "leads out of the folder", ExitCode.INVALID),
    "an env file that is a link": ("run c.yaml", ".env", f"K={CANARY}", "leads out of its folder", ExitCode.INVALID),
    "one of an environment": ("run c.yaml --env x", ".env.x", f"K={CANARY}", "leads out of its", ExitCode.INVALID),
    "the mistake in a file that is included": (
        "run i.yaml", "away.yaml", f"requests: [{{url: '<<{CANARY}'}}]", "leaves the collection's", ExitCode.INVALID
    ),
    "device": ("run d.yaml", "x", "", "leaves the collection's folder", ExitCode.INVALID),
    "its own environment": ("run e.yaml", "x", "", "leaves the collection's folder", ExitCode.INVALID),
    "standard input as a file": ("run s.yaml", "x", "", "leaves the collection's folder", ExitCode.INVALID),
    "root that is not there": ("run c.yaml --root none", "x", "", "there is no folder none", ExitCode.USAGE),
    "root that is a file": ("run c.yaml --root c.yaml", "x", "", "there is no folder c.yaml", ExitCode.USAGE),
    "root below the collection": ("run c.yaml --root links", "x", "", "c.yaml is not below", ExitCode.USAGE),
    "root elsewhere": ("run c.yaml --root ../near", "x", "", "c.yaml is not below", ExitCode.USAGE),
}  # fmt: skip
"""The command, a link to a file outside with this name and text, what is said, how it ends."""


@pytest.mark.parametrize("name", OTHERS)
def test_what_nobody_named(name: str, project: Path, keep: Keep) -> None:
    command, link, text, says, code = OTHERS[name]
    (project.parent / "near" / "target").write_text(text, encoding="utf-8")
    (project / link).symlink_to("../near/target")
    files = {"c": PLAIN, "i": "requests: [include: away.yaml]\n"}
    files |= {
        one: f"requests:\n{ONE}, file: {path}}}\n"
        for one, path in {"d": "/dev/zero", "e": "/proc/self/environ", "s": "/dev/stdin"}.items()
    }
    for one, lines in files.items():
        (project / f"{one}.yaml").write_text(lines, encoding="utf-8")
    with serve_bytes(ok()) as server:
        seen = observe(project, command.split(), {"SERVER": server.url})
        kept(seen, server, keep)
        assert server.arrived == []
    assert says in " ".join(seen.said.split())
    assert seen.code == code


def test_a_settings_file_opens_its_own_folder_only(project: Path, keep: Keep) -> None:
    outside(project, "f.bin", CANARY)
    (project / "c.yaml").write_text(f"requests:\n{ONE}, file: ../near/f.bin}}\n", encoding="utf-8")
    (project / "runner.toml").write_text('root = ".."\n', encoding="utf-8")
    with serve_bytes(ok()) as server:
        seen = observe(project, ["run", "c.yaml"], {"SERVER": server.url})
        kept(seen, server, keep)
        assert "a settings file opens no more than the folder that it is in" in " ".join(seen.said.split())
        assert (seen.code, server.arrived) == (ExitCode.INVALID, [])
        (project / "runner.toml").unlink()
        (project.parent / "runner.toml").write_text('root = "."\n', encoding="utf-8")
        allowed = observe(project, ["run", "c.yaml"], {"SERVER": server.url}, How(reads=(project.parent,)))
        kept(allowed, server, keep, reached=True)
        assert (allowed.code, server.arrived[0].body) == (ExitCode.OK, CANARY.encode()), allowed.said


def test_waiting_for_files_that_are_saved_reads_none_outside(project: Path, keep: Keep) -> None:
    outside(project, "f.json", f'{{"$ref": "{CANARY}.json"}}')
    named = "'../near/f.json'"
    expect = f"expect: {{schema: s.json}}, examples: [{{schema: {named}, file: {named}}}], tls: {{ca: {named}}}"
    files = {
        "c.yaml": f"requests:\n- include: {named}\n{ONE}, data: {named}, {expect}}}\n",
        "s.json": '{"$ref": "../near/f.json", "$defs": {"a": {"$ref": "links/f.json"}}}',
    }
    for name, text in files.items():
        (project / name).write_text(text, encoding="utf-8")
    with serve_bytes(ok()) as server:
        started = start(project, ["run", "c.yaml", "--watch"], {"SERVER": server.url})
        until = time.monotonic() + PATIENCE
        while b"Ctrl-C ends it" not in (started.notes / "err").read_bytes() and time.monotonic() < until:
            time.sleep(0.05)
        started.process.send_signal(signal.SIGINT)
        seen = finish(started)
        kept(seen, server, keep)
    assert seen.code == ExitCode.INTERRUPTED, seen.said
    assert "leaves the collection's folder" in seen.said


def test_people_name_what_they_like(project: Path, keep: Keep) -> None:
    for name, text in {"rows.csv": "KEY\nrow\n", "all.env": "OTHER=theirs\n"}.items():
        outside(project, name, text)
    (project / "c.yaml").write_text(f'requests:\n{ONE}, text: "<<KEY>> <<OTHER>>"}}\n', encoding="utf-8")
    with serve_bytes(ok()) as server:
        given = ["--data", "../near/rows.csv", "--env-file", "../near/all.env"]
        seen = observe(
            project, ["run", "c.yaml", *given], {"SERVER": server.url}, How(reads=(project.parent / "near",))
        )
        kept(seen, server, keep, reached=True)
        assert (seen.code, [one.body for one in server.arrived]) == (ExitCode.OK, [b"row theirs"])
