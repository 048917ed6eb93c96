"""The program against servers that lie, stall and break: what must happen does, and every promise is kept."""

from __future__ import annotations

import json
import re
import shutil
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from runner.errors import ExitCode
from tests.promises.catalogue import SERVERS, tried
from tests.promises.faults import BEGIN, OTHER_SECRET, SECRET, Fault, collection, goes_with_others
from tests.promises.ledger import Circumstances, beyond, half_reports, measure, unasked
from tests.promises.observe import Observed, every_report, observe
from tests.servers import ok, serve, serve_bytes

TOGETHER = 25
"""How many faults one run has at most: starting the program takes longer than most of them."""
STATUSES = {ExitCode.OK: "passed", ExitCode.CHECK_FAILED: "failed", ExitCode.NO_RESPONSE: "error"}


def runs() -> Iterator[tuple[Fault, ...]]:
    """Faults that are run together: of one group and with one exit code; what is special has a run of its own."""
    waiting: dict[tuple[str, ExitCode], list[Fault]] = {}
    for fault in SERVERS:
        if not tried(fault.name, max(fault.deadline, fault.total)):
            continue
        if not goes_with_others(fault):
            yield (fault,)
            continue
        together = waiting.setdefault((fault.group, fault.code), [])
        together.append(fault)
        if len(together) == TOGETHER:
            yield tuple(together)
            together.clear()
    yield from (tuple(together) for together in waiting.values() if together)


def called(faults: tuple[Fault, ...]) -> str:
    """What the test of these is called."""
    first = faults[0]
    return first.name if len(faults) == 1 else f"{first.group}, {STATUSES[first.code]}, from {first.name}"


def test_each_fault_has_a_name_of_its_own() -> None:
    names = [fault.name for fault in SERVERS]
    assert len(set(names)) == len(names), sorted({name for name in names if names.count(name) > 1})


@pytest.mark.parametrize("faults", [pytest.param(faults, id=called(faults)) for faults in runs()])
def test_faulty_servers(faults: tuple[Fault, ...], tmp_path: Path, keep: Callable[[Mapping[str, float]], None]) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    by_name = {"ask" if len(faults) == 1 else f"case {number}": fault for number, fault in enumerate(faults)}
    with ExitStack() as stack:
        elsewhere = stack.enter_context(serve_bytes(ok()))
        servers = {}
        for name, fault in by_name.items():
            tls = None if fault.tls is None else set_up_tls(fault.tls, tmp_path, folder)
            servers[name] = stack.enter_context(serve(fault.script, tls, elsewhere.url))
        places = {name: {"<<SERVER>>": server.url, "<<ELSEWHERE>>": elsewhere.url, "<<PORT>>": str(server.port)}
                  for name, server in servers.items()}  # fmt: skip
        write(folder, by_name, places)
        first = places[next(iter(by_name))]
        environ = {"API_KEY": SECRET, **{name: filled(text, first) for name, text in faults[0].environ.items()}}
        arguments = [filled(text, first) for text in faults[0].arguments]
        seen = observe(folder, ["run", "c.yaml", "-vv", *arguments, *every_report()], environ)
        came = b"".join(one.head + one.body for one in elsewhere.arrived)
        ports = {elsewhere.port, *(port for one in servers.values() for port in (one.port, *one.opened))}
    deadline = sum(max(fault.deadline, fault.total) for fault in faults)
    annotations = not_passed(seen) + 1  # that the key holds a space is a warning
    about = Circumstances((SECRET, OTHER_SECRET), deadline, frozenset(ports), came, annotations=annotations)
    figures = dict(measure(seen, about))
    keep(figures)
    for name, fault in by_name.items():
        passed = result_of(seen, name).get("status") == "passed"
        broken = {"broken": float((passed or seen.code == ExitCode.OK) and fault.code != ExitCode.OK)}
        keep(broken)
        assert beyond(broken) == {}, (fault.name, seen.said)
    for name, fault in by_name.items():
        told = section(seen, name)
        assert fault.says in told, (fault.name, told[-3000:])
        if len(faults) > 1:
            result = result_of(seen, name)
            assert result["status"] == STATUSES[fault.code], (fault.name, told[-3000:])
            late = {"ends": result["duration"] - max(fault.deadline, fault.total)}
            keep(late)
            assert beyond(late) == {}, (fault.name, result)
        assert error_kind(seen, name, len(faults)) == fault.kind, (fault.name, told[-3000:])
    assert seen.code == faults[0].code, seen.said
    assert beyond(figures) == {}, (half_reports(seen), unasked(seen, about.ports), seen.deeds)
    assert len(seen.reports) == len(every_report())


def write(folder: Path, faults: Mapping[str, Fault], places: Mapping[str, Mapping[str, str]]) -> None:
    """The collection, and what else the fault has."""
    requests = "".join(
        filled(collection({name: fault}).removeprefix(BEGIN), places[name]) for name, fault in faults.items()
    )
    (folder / "c.yaml").write_text(BEGIN + requests, encoding="utf-8")
    for fault in faults.values():
        for name, text in fault.files.items():
            (folder / name).write_text(text, encoding="utf-8")


def requests_of(seen: Observed) -> list[dict[str, Any]]:
    """What the JSON report says of each request."""
    if not seen.reports.get("json"):
        return []
    return [request for file in json.loads(seen.reports["json"])["files"] for request in file["requests"]]


def result_of(seen: Observed, name: str) -> dict[str, Any]:
    return next((one for one in requests_of(seen) if one["name"] == name), {})


def error_kind(seen: Observed, name: str, count: int) -> str | None:
    """The kind of the error that kept the request, or one of a run for this fault alone, from completing."""
    results = [result_of(seen, name)] if count > 1 else requests_of(seen)
    errors = (one.get("error") for one in results)
    return next((str(error["kind"]) for error in errors if error), None)


def not_passed(seen: Observed) -> int:
    """For each of these, and each warning, there is one annotation of ours."""
    return sum((one["status"] != "passed") + len(one.get("warnings") or ()) for one in requests_of(seen))


def section(seen: Observed, name: str) -> str:
    """What is said of one request of several, in lines that are not wrapped."""
    said = seen.said.replace("\n          ", " ")
    if name == "ask":
        return said
    found = re.search(rf"(?ms)^  [A-Z]{{4,5}}  {re.escape(name)} .*?(?=^  [A-Z]{{4,5}}  case|\Z)", said)
    return found[0] if found else ""


def set_up_tls(make: Callable[[Path], ssl.SSLContext], beside: Path, folder: Path) -> ssl.SSLContext:
    """The server's side; what is to be trusted is put into the folder of the run."""
    if shutil.which("openssl") is None:
        pytest.skip("the command openssl, which makes the certificates, is not installed")
    certificates = beside / "certificates"
    certificates.mkdir()
    context = make(certificates)
    shutil.copy(certificates / "ca.pem", folder / "ca.pem")
    return context


def filled(text: str, places: Mapping[str, str]) -> str:
    """``text`` with what is known only when the servers run."""
    for name, place in places.items():
        text = text.replace(name, place)
    return text
