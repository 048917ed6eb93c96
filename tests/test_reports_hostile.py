"""What servers send to break reports, sent through a real run with every kind of report at once: each stays valid,
harmless, of sensible size, and without a secret."""

from __future__ import annotations

import json
import re
from typing import Final
from urllib.parse import quote

import pytest

from runner.redact import Redactor
from runner.report.kinds import KINDS
from tests import report_readers
from tests.command import Program
from tests.secret_forms import secret_forms
from tests.servers import Client, serve

SECRET: Final = 's3cr3t/key+with "quotes" & äöü'
HOSTILE: Final = (
    "\x00\x01\x08\x0b\x1b[2J\x1b]0;owned\x07\x7f\x9b31m",
    ']]> <![CDATA[ <script>window.owned = 1</script> <img src=x onerror="window.owned = 1"> -->',
    "\u202egnp.exe\u2066\u200f\u061c\ufeff\u2028\u2029\ufffe\uffff\U000e0041",
    "::error file=x,line=1::owned\n::set-output name=x::owned\n##[error]owned\n##vso[task.complete]owned",
    "\r\n::stop-commands::x\r::error::owned\n# owned\nnot ok 1 - owned\nBail out! owned\n1..0\n...\n---\n  ---\n  ...",
    "```\n````\n~~~\n</details></table>|a|b|\n@everyone #1 [x](javascript:owned) ![y](http://owned.example/) `c` <b>",
    "%0A::error::owned%0D &lt;script&gt; &#x3c;script> \\u003cscript\\u003e {{owned}} ${{ owned }}",
)
LONE: Final = '"\\ud800 \\udfff \\udc00\\ud800"'
BIG: Final = 10_000_000
FORMS: Final = [*secret_forms(SECRET).values()]


def bodies() -> dict[str, tuple[str, bytes]]:
    """By path: the content type and the body."""
    text = {f"text{number}": ("text/plain; charset=utf-8", one.encode()) for number, one in enumerate(HOSTILE)}
    data = {
        f"json{number}": ("application/json", json.dumps({"a": one, one: "a"}).encode())
        for number, one in enumerate(HOSTILE)
    }
    events = "".join(f"data: {line}\n" for line in HOSTILE[3].split("\n")).encode() + b"\n"
    return {
        **text,
        **data,
        "lone": ("application/json", f'{{"a": {LONE}}}'.encode()),
        "big": ("text/plain", b"<script>" + b"a\x1b[31m" * (BIG // 6)),
        "bigjson": ("application/json", json.dumps({"list": ["]]>" * 10] * (BIG // 40)}).encode()),
        "binary": ("application/octet-stream", bytes(range(256)) * 50),
        "secrets": ("text/plain", "\n".join(FORMS).encode()),
        "secretjson": ("application/json", json.dumps({"a": FORMS, SECRET: 1}).encode()),
        "secretwide": ("text/plain; charset=utf-16", SECRET.encode("utf-16")),
        "secretlatin": ("text/plain; charset=latin-1", SECRET.encode("latin-1")),
        "stream": ("text/event-stream", events + f"data: {SECRET[:9]}\n\ndata: {SECRET[9:]}\n\n".encode()),
    }


BODIES: Final = bodies()


def script(client: Client) -> None:
    while (arrived := client.read_request()) is not None:
        path = arrived.line.split(" ")[1].strip("/")
        if path == "cut":
            client.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<script>::error::owned")
            return
        kind, body = BODIES[path]
        odd = "X-Odd: <script>::error::owned]]>\x9b\r\nX-Key: " + quote(SECRET)
        head = (
            f"HTTP/1.1 200 <b>::error::owned]]>\r\nContent-Type: {kind}\r\n{odd}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        client.sock.sendall(head.encode("latin-1") + body)


COLLECTION: Final = """\
name: "<script>::error::owned]]> | ` @everyone"
secrets: [KEY]
requests:
"""
REQUEST: Final = """\
  - name: {name}
    url: <<SERVER>>/{path}
    tags: ["<b>]]>"]
    headers: {{Authorization: "Bearer <<KEY|urlencode>>"}}
    text: "<<KEY>> ::error::owned <script>"
    expect:
      status: 200
      text: {{contains: "<<KEY>> not there ]]> <script>"}}
      json: {{$.a: "]]><script>"}}
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every kind of report of one run, by kind."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = [*BODIES, "cut"]
    names = [json.dumps(f"{path} ]]> <i> ::error::owned") for path in paths]
    requests = [REQUEST.format(name=name, path=path) for name, path in zip(names, paths, strict=True)]
    (folder / "c.yaml").write_text(COLLECTION + "".join(requests), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, serve(script) as server:
        environ = {"SERVER": server.url, "KEY": SECRET, "GITHUB_STEP_SUMMARY": str(folder / "summary")}
        wanted = [f"--report={kind}={folder / kind}" for kind in KINDS]
        ended = Program(patch, folder, environ).run("run", "c.yaml", "-v", *wanted)
    assert ended.code in (1, 4), ended.err
    assert f"{len(paths)} failed" in ended.out
    return {**{kind: (folder / kind).read_bytes() for kind in KINDS}, "the console": ended.text.encode()}


def test_every_kind_has_a_reader() -> None:
    assert set(report_readers.READERS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_valid(kind: str, reports: dict[str, bytes]) -> None:
    """By a reader that is not ours; all requests are in it."""
    assert report_readers.READERS[kind](reports[kind].decode("utf-8")) == len(BODIES) + 1


@pytest.mark.parametrize("kind", [*KINDS, "the console"])
def test_nothing_in_it_is_obeyed(kind: str, reports: dict[str, bytes]) -> None:
    """No control characters, no marks that turn or hide text, no commands for CI servers but our own."""
    text = reports[kind].decode("utf-8")
    assert not re.findall(report_readers.OBEYED, text)
    if kind != "html":  # a page is not looked at in a log, and its style sheet has lines that begin with ::
        assert not re.findall(report_readers.COMMAND, text)


@pytest.mark.parametrize("kind", [*KINDS, "the console"])
def test_no_secret_is_in_it(kind: str, reports: dict[str, bytes]) -> None:
    redactor = Redactor()
    redactor.add(SECRET)
    data = reports[kind]
    assert b"***" in data
    text = data.decode("utf-8")
    assert redactor.data(data) == data
    unescaped = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    assert SECRET not in unescaped
    assert SECRET not in unescaped.replace("\\", "")
    assert not [form for form in FORMS if form in text]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_of_sensible_size(kind: str, reports: dict[str, bytes]) -> None:
    """Three bodies of ten million bytes came."""
    assert len(reports[kind]) < 2_000_000
