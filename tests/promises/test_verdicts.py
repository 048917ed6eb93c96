"""The same input gives the same verdict: a run of all sorts, again and again."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.promises.observe import Observed, observe
from tests.servers import Client, ok, serve

RUNS: Final = 200 if os.environ.get("PROMISES") == "thorough" else 12
DIFFERS: Final = re.compile(r"(?<=127\.0\.0\.1:)[0-9]+|[0-9.]+ m?s\b|\b[0-9a-f]{8}-[0-9a-f-]{27}\b")
"""Ports, times, identifiers that are new each time."""
STREAM: Final = b"".join(b"data: %s\n\n" % part for part in (b'{"n": 1}', b'{"n": 2}', b"[DONE]"))
COLLECTION: Final = """\
name: All sorts
parallel: true
variables: {LIMIT: 2}
requests:
  - {name: passes, url: <<SERVER>>/ok, expect: {json: {$.id: 7}}}
  - {name: fails, url: <<SERVER>>/ok, expect: {status: 201, json: {$.id: {gt: 10}, $.list: {length: 2}}}}
  - {name: broken, url: <<SERVER>>/cut}
  - {name: no JSON, url: <<SERVER>>/nan, expect: {json: {$.a: 1}}}
  - {name: silent, url: <<SERVER>>/hang, timeout: 400ms}
  - {name: refused, url: 'http://127.0.0.1:1/'}
  - {name: keeps, url: <<SERVER>>/ok, capture: {id: $.id}}
  - {name: uses, url: <<SERVER>>/item/<<id>>}
  - {name: keeps nothing, url: <<SERVER>>/ok, capture: {none: $.none}}
  - {name: lacks, url: <<SERVER>>/item/<<none>>}
  - {name: streams, url: <<SERVER>>/stream, expect: {stream: {events: {gte: 1}}}}
  - {name: rows, url: <<SERVER>>/row/<<n>>, data: [{n: 1}, {n: 2}, {n: 3}], expect: {json: {$.id: {lte: 6}}}}
  - {name: again, url: <<SERVER>>/busy, retry: {attempts: 2, delay: 1ms}}
  - {name: asks, url: <<SERVER>>/ok, poll: {every: 10ms, for: 50ms}, expect: {json: {$.id: 8}}}
  - {name: skipped, url: <<SERVER>>/ok, skip: for good}
  - {name: depends, url: <<SERVER>>/ok, needs: [fails]}
teardown:
  - {name: cleans, url: <<SERVER>>/clean}
"""


def answer(client: Client) -> None:
    """The same for the same path, whatever came before."""
    while (request := client.read_request()) is not None:
        path = request.line.split()[1]
        if path == "/hang":
            client.hang()
        elif path == "/cut":
            client.send(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc")
            return
        elif path == "/busy":
            client.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
        elif path == "/stream":
            client.send(ok(STREAM, "Content-Type: text/event-stream"))
        elif path == "/nan":
            client.send(ok(b'{"a": NaN}', "Content-Type: application/json"))
        else:
            client.send(ok(b'{"id": 7, "list": [1, 2, 3]}', "Content-Type: application/json"))


def verdict(seen: Observed) -> tuple[object, ...]:
    """What must be the same: the exit code, of each request its verdict and why."""
    document: Any = json.loads(seen.reports["json"])
    requests = [one for file in document["files"] for one in file["requests"]]
    told = [(one["name"], one["status"], one.get("error"), one.get("checks"), one.get("skipped")) for one in requests]
    return seen.code, DIFFERS.sub("…", json.dumps(told, sort_keys=True)), document["verdict"]


@pytest.mark.parametrize("options", [("-j", "8"), ("--mock",)], ids=["live", "mock"])
def test_the_same_input_gives_the_same_verdict(
    options: tuple[str, ...], tmp_path: Path, keep: Callable[[Mapping[str, float]], None]
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    example = "examples: [{json: {id: 7, list: [1, 2, 3]}}]"
    text = re.sub(r"(?m)}$", f", {example}}}", COLLECTION) if "--mock" in options else COLLECTION
    (folder / "c.yaml").write_text(text.replace(f"LIMIT: 2, {example}", "LIMIT: 2"), encoding="utf-8")
    found: list[tuple[object, ...]] = []
    with serve(answer) as server:
        for turn in range(RUNS if "--mock" not in options else RUNS // 4):
            environ = {"SERVER": server.url, "PYTHONHASHSEED": str(turn)}
            seen = observe(folder, ["run", "c.yaml", *options, "--report", "json=reports/json"], environ)
            found.append(verdict(seen))
            (folder / "reports" / "json").unlink()
    for one in found:
        keep({"verdicts": float(one != found[0])})
    assert [one for one in found if one != found[0]] == [], found[0]
    assert len(str(found[0])) > 1000
