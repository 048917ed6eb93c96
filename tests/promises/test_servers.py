"""The program against servers that lie, stall and break: what must happen does, and every promise is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from runner.errors import ExitCode
from tests.promises import answers
from tests.promises.faults import COLLECTION, SECRET, Fault
from tests.promises.ledger import Circumstances, beyond, half_reports, measure, unasked
from tests.promises.observe import Observed, every_report, observe
from tests.servers import ok, serve, serve_bytes

FAULTS = (*answers.FAULTS,)


def error_kind(seen: Observed) -> str | None:
    """The kind of the error that kept the one request from completing, as the JSON report has it."""
    request = json.loads(seen.reports["json"])["files"][0]["requests"][0]
    kind = (request.get("error") or {}).get("kind")
    return kind if isinstance(kind, str) else None


@pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.name) for fault in FAULTS])
def test_a_faulty_server(fault: Fault, tmp_path: Path, keep: Callable[[Mapping[str, float]], None]) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    with serve(fault.script, fault.tls) as server, serve_bytes(ok()) as elsewhere:
        text = COLLECTION.format(deadline=fault.deadline, request=fault.request)
        (folder / "c.yaml").write_text(text.replace("<<ELSEWHERE>>", elsewhere.url), encoding="utf-8")
        environ = {"API_KEY": SECRET, "SERVER": server.url}
        seen = observe(folder, ["run", "c.yaml", "-vv", *every_report()], environ)
        came = b"".join(one.head + one.body for one in elsewhere.arrived)
    about = Circumstances((SECRET,), fault.deadline, frozenset((server.port, elsewhere.port)), came, annotations=1)
    figures = {**measure(seen, about), "broken": float(seen.code == ExitCode.OK and fault.kind is not None)}
    keep(figures)
    assert fault.says in seen.said.replace("\n          ", " ")
    assert seen.code == fault.code, seen.said
    assert error_kind(seen) == fault.kind
    assert beyond(figures) == {}, (half_reports(seen), unasked(seen, about.ports), seen.deeds)
    assert len(seen.reports) == len(every_report())
