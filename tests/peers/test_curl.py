"""curl itself, and what is imported of the same commands: the same requests arrive, or the import has told of it."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

import pytest

from runner.errors import ExitCode
from runner.importing.curl.commands import read_curl
from runner.source import Source
from tests.command import Program
from tests.peers.programs import TIME_LIMIT, installed, run_peer

FIRST_WITH_ALL: Final = (7, 87)
CASES: Final = 240
OF_CMD: Final = 80
FILES: Final = {
    "data.txt": b"line one\nline two=2&x\n",
    "body.json": b'{"a": [1, 2.50, "\\u00e9"]}\n',
    "pic.png": bytes(range(256)),
    "form.txt": b"a=1&b=2",
}
NO_DIFFERENCE: Final = re.compile("a secret stood|it sends the file")
OURS: Final = frozenset(("host", "connection", "content-length", "user-agent", "accept-encoding", "expect"))
"""Headers that each program has its own way with, unless they are asked for."""
BODIES: Final = (
    ("-d", "a=1&b=2"),
    ("-d", "a=b c&d=é&e=100%"),
    ("-d", "a=%20x&a=y+z"),
    ("-d", "plain words, no pairs"),
    ("-d", "a=1&b=2&a=3"),
    ("-d", "a"),
    ("-d", "=x"),
    ("-d", ""),
    ("-d", "a=1", "-d", "b=2 3", "--data-urlencode", "c=x&y=z"),
    ("-d", '{"n": 1.0, "t": "<<x>>", "e": 1e3, "big": 12345678901234567890}'),
    ("-d", "@form.txt"),
    ("--data", "@body.json", "-H", "Content-Type: application/json"),
    ("--data-ascii", "a=x"),
    ("--data-raw", "@form.txt"),
    ("--data-raw", '{"a":1,"a":2}', "-H", "Content-Type: application/json"),
    ("--data-raw", "[1, null, true]", "-H", "content-type:application/json; charset=utf-8"),
    ("--data-raw", "<a>x</a>", "-H", "Content-Type: text/xml"),
    ("--data-raw", "two\nlines\ttab"),
    ("--data-binary", "@data.txt", "-H", "Content-Type: text/plain"),
    ("--data-binary", "@pic.png", "-H", "Content-Type: image/png"),
    ("--data-binary", "a=1\nb=2", "-H", "Content-Type: text/plain; charset=utf-8"),
    ("--data-urlencode", "name=a b&c=d/é~._-"),
    ("--data-urlencode", "=a b+c"),
    ("--data-urlencode", "no name & no sign"),
    ("--data-urlencode", "a%20b=c d"),
    ("--data-urlencode", "x@form.txt"),
    ("--data-urlencode", "a=1", "-d", "b=%31"),
    ("--json", '{"x": "y", "z": [true, null]}'),
    ("--json", '{"x": "y"}', "-H", "Content-Type: application/vnd.x+json"),
    ("--json", '{"x": "y"}', "-H", "Accept: text/plain"),
    ("--json", "[1,", "--json", "2]"),
    ("--json", "@body.json"),
    ("-d", '{"query": "{ me { id } }", "variables": {"a": 1}}', "-H", "Content-Type: application/json"),
    ("-F", "a=1", "-F", "b=two words"),
    ("-F", "f=@pic.png", "-F", "a=1"),
    ("-F", "f=@pic.png;type=image/gif;filename=other.gif", "-F", "a=x;type=text/html"),
    ("-F", 'f=@pic.png;filename="a b;c.png"'),
    ("-F", "f=@pic.png,data.txt"),
    ("-F", "f=<data.txt"),
    ("-F", 'a="quoted; text"'),
    ("-F", 'j={"a": 1};type=application/json'),
    ("-F", "a=1", "-F", "a=2", "--form-string", "s=@not;type=a/b"),
    ("-F", "e="),
    ("-F", "f=@body.json", "-F", "g=@data.txt;type=text/csv"),
    ("--data-urlencode", "@data.txt"),
    ("--data-binary", '{"a": "\\u00e9\\ud83d\\ude00", "b": "\\/"}', "-H", "Content-Type: application/json"),
    ("-d", '{"a": "x\ny"}', "-H", "Content-Type: application/json"),
    ("-d", "[]", "-H", "Content-Type: application/json"),
    ("-d", '"text"', "-H", "Content-Type: application/json"),
    ("-d", "null", "-H", "Content-Type: application/json"),
    ("-d", "a=1&&b=2&"),
    ("-d", "a[]=1&a[]=2&o[k]=v"),
    ("-d", "a=%ff"),
    ("-d", "x=007&y=1e5&z=true&w=null"),
    ("-F", "a=two\nlines"),
    ("-F", "näme=wért"),
    ("-F", 'f=@pic.png;filename=we"ird.png'),
    ("-F", "f=@form.txt;type=text/plain; charset=utf-8"),
    ("-T", "data.txt"),
    ("-T", "pic.png", "-H", "Content-Type: image/png"),
)
OTHERS: Final = (
    ("-u", "ann:p:w d"),
    ("-u", "ann:"),
    ("--user", "ann:é"),
    ("--oauth2-bearer", "tok-123456"),
    ("-H", "Authorization: Bearer tok-123456"),
    ("-H", "Authorization: Basic YW5uOnBhc3M="),
    ("-H", "authorization: Custom a b"),
    ("-H", "X-Api-Key: key-123456"),
    ("-b", "a=1; b=2"),
    ("-b", "session=abc123456; a=x y"),
    ("-b", "a=1", "-b", "c=3"),
    ("-b", "a=1; a=2"),
    ("-H", "Cookie: a=1; b=2=3"),
    ("-A", "Agent/1.0 (x)"),
    ("-A", ""),
    ("-e", "https://from.example/a?b"),
    ("-e", "https://from.example/;auto"),
    ("-H", "X-A: one", "-H", "X-A: two"),
    ("-H", "X-Empty;"),
    ("-H", "X-Gone:"),
    ("-H", "Accept:"),
    ("-H", "Accept: text/plain", "-H", "Accept:"),
    ("-H", "Accept: application/json"),
    ("-H", "User-Agent: me"),
    ("-H", "User-Agent:"),
    ("-H", "X-Number: 007", "-H", "X-Plain: 7"),
    ("-H", "X-Odd:   spaced  out  "),
    ("-H", "X-Quote: \"a\" 'b' \\ $c `d` !e"),
    ("-H", "X-Like: <<name>> {x}"),
    ("-H", "Accept-Encoding: identity"),
    ("-H", "Content-Type: text/x-own"),
    ("-H", "Content-Type:"),
    ("-H", "X-Ünicode: é"),
    ("-H", "X-True: true", "-H", "X-Null: null", "-H", "X-Colon: a: b"),
    ("-H", "X-Colon:no blank"),
    ("-H", "Referer: https://a.example/"),
    ("-u", "ann:<<pass>>"),
    ("-u", "a%20b:c%3Ad"),
    ("-b", 'a=%20; b="q"'),
    ("-H", "Proxy-Connection: x"),
    ("-H", "Host: other.example"),
    ("--path-as-is",),
    ("-j",),
    ("--tr-encoding",),
    ("-r", "0-99"),
    ("--compressed",),
    ("-L",),
    ("-k",),
    ("--max-time", "5"),
    ("-m2.5", "--connect-timeout", "2"),
    ("-sSL", "--http1.1"),
    ("-g",),
    ("--retry", "2", "--retry-delay", "1"),
    ("--basic",),
)
QUERIES: Final = (
    ("--url-query", "a=b c"),
    ("--url-query", "+a=%20"),
    ("--url-query", "=x y"),
    ("--url-query", "just words"),
    ("--url-query", "n=1", "--url-query", "n=2&m=3"),
)
METHODS: Final = (("-X", "PUT"), ("-X", "DELETE"), ("-XPATCH",), ("--request", "POST"), ("-X", "GET"), ("-I",), ("-G",))
TARGETS: Final = (
    "",
    "/",
    "/a/b.c",
    "?a=1&b=2",
    "?a=1&b=&a=2",
    "?a",
    "?a=%20&b=x+y&c=%C3%A9",
    "/p%20q/%2F?r=1%2B1",
    "/x;v=1?q=a,b:c@d!$'()*",
    "?",
    "?a=1&&b=2",
    "/a/../b/./c",
    "/~u/-_.",
    "?q=%zz",
    "#part",
    "?n=007&m=7&big=12345678901234567890",
    "/a//b",
    "/x/..",
    "/%2e%2e/x",
    "?a=<<b>>",
    "?a[]=1&a[]=2",
    "?é=ü",
    "/a b",
    "?a=1#part?x",
    "?u=https://h.example/?x=1",
)


class Arrived(NamedTuple):
    """A request as the server got it."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Case(NamedTuple):
    """A command, and where it stands in a script."""

    number: int
    words: tuple[str, ...]
    text: str


class Server(ThreadingHTTPServer):
    """Keeps what arrives, by the number that the path begins with."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.arrived: dict[int, Arrived] = {}


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        headers = tuple((name.lower(), value) for name, value in self.headers.items())
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        target = self.raw_requestline.decode("latin-1").split(" ", 1)[1].rpartition(" ")[0]
        number = re.match(r"/(\d+)", target)
        assert number is not None
        self.server.arrived[int(number[1])] = Arrived(self.command, target, headers, body)
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


@contextmanager
def listening() -> Iterator[Server]:
    server = Server()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def words_of(number: int, origin: str, chance: Random) -> tuple[str, ...]:
    """The words of a command behind ``curl``: each kind of body and of option comes at least once."""
    target = TARGETS[number % len(TARGETS)] if number % 3 else ""
    body = BODIES[number % len(BODIES)] if number < 2 * len(BODIES) or chance.random() < 0.3 else ()
    typed = body[:1] == ("-F",) or any(word.lower().startswith("content-type") for word in body)
    allowed = [one for one in OTHERS if not (typed and one[-1].startswith("Content-Type"))]
    others = allowed[number % len(allowed)]
    more = chance.choice(allowed) if chance.random() < 0.3 else ()
    query = chance.choice(QUERIES) if chance.random() < 0.15 else ()
    method = chance.choice(METHODS) if chance.random() < 0.3 else ()
    if (method == ("-I",) and body) or (method == ("-G",) and body[:1] in (("-T",), ("-F",))):
        method = ()
    query = () if method == ("-G",) else query  # curl 7.88 forgets the one for the other
    groups = [body, others, more, query, method, (f"{origin}/{number}{target}",)]
    chance.shuffle(groups)
    return tuple(word for group in groups for word in group)


def in_bash(words: Sequence[str], chance: Random) -> str:
    """As people write it: in either quotes, with backslashes, over several lines."""

    def quoted(word: str) -> str:
        ways: list[Callable[[str], str]] = [shlex.quote, _double, _dollar, _backslashes]
        return chance.choice(ways)(word)

    return "curl" + "".join(chance.choice((" ", "  ", " \\\n  ")) + quoted(word) for word in words)


def _double(word: str) -> str:
    return '"' + re.sub(r'([\\"$`])', r"\\\1", word) + '"'


def _dollar(word: str) -> str:
    return "$'" + word.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t") + "'"


def _backslashes(word: str) -> str:
    return shlex.quote(word) if not word or "\n" in word else re.sub(r"([^\w@%+=:,./-])", r"\\\1", word, flags=re.ASCII)


def in_cmd(words: Sequence[str]) -> str:
    """As browsers copy it for Windows' cmd."""
    return "curl " + " ".join(_carets(word) for word in words)


def _carets(word: str) -> str:
    escaped = re.sub(r'(\\*)("|\Z)', lambda found: found[1] * 2 + ('\\"' if found[2] else ""), word)
    escaped = re.sub(r"[^a-zA-Z0-9\s_\-:=+~'/.',?;()*`]", r"^\g<0>", escaped, flags=re.ASCII)
    return '^"' + re.sub(r"%(?=[a-zA-Z0-9_])", "%^", escaped).replace("\n", "^\n\n") + '^"'


def as_told(script: Path, cases: Sequence[Case]) -> set[int]:
    """The numbers of the cases about which the import has something to say."""
    line, starts = 1, []
    for case in cases:
        starts.append((line, case.number))
        line += case.text.count("\n") + 1
    notes = read_curl(Source(script.name, script.read_text("utf-8"), script)).notes
    places = [note.place.split(":") for note in notes if not NO_DIFFERENCE.match(note.message)]
    lines = [int(place[1]) for place in places if place[0] == script.name]
    return {[number for start, number in starts if start <= line][-1] for line in lines}


def plain(arrived: Arrived, asked: Sequence[str]) -> tuple[object, ...]:
    """What has to be the same."""
    named = " ".join(asked).lower()
    own = {one for one in OURS if f"{one}:" not in named} | {"content-length"}
    own -= {"user-agent"} if "-A" in asked else set()
    headers = [(name, value.strip()) for name, value in arrived.headers if name not in own]
    body: object = arrived.body
    kind = dict(headers).get("content-type", "")
    if not arrived.body:  # what type nothing has, says curl alone
        kind, headers = "", [one for one in headers if one[0] != "content-type"]
    if kind.startswith("multipart/"):
        boundary = kind.partition("boundary=")[2].strip('"')
        headers = [(name, "multipart" if name == "content-type" else value) for name, value in headers]
        body = [_part(one) for one in arrived.body.split(b"--" + boundary.encode())[1:-1]]
    elif arrived.body[:1] in (b"{", b"["):
        with suppress(ValueError):
            body = json.dumps(json.loads(arrived.body, parse_float=str))
    elif kind in ("", "application/x-www-form-urlencoded"):
        body = _pairs(arrived.body.decode("latin-1"))
    headers = [(name, re.sub("; ?", "; ", value) if name == "cookie" else value) for name, value in headers]
    path, mark, query = arrived.target.partition("?")
    return arrived.method, path, mark if query else "", _pairs(query), sorted(headers), body


def _pairs(text: str) -> list[tuple[str, ...]]:
    """What is meant: a blank is + or %20, and more may be percent-encoded than has to be."""
    pieces = [piece.partition("=") for piece in text.split("&")]
    return [tuple(unquote_plus(one, "latin-1") for one in piece) for piece in pieces]


def _part(text: bytes) -> tuple[tuple[str, ...], bytes]:
    head, _, content = text.partition(b"\r\n\r\n")
    lines = sorted(line for line in head.decode("utf-8", "replace").split("\r\n") if line)
    return tuple(line.lower() if line.lower().startswith("content-type") else line for line in lines), content


def cases_for(origin: str) -> list[Case]:
    chance = Random(8)  # noqa: S311  # the same commands each time
    made = []
    for number in range(CASES):
        words = words_of(number, origin, chance)
        made.append(Case(number, words, f"# case {number}\n{in_bash(words, chance)}"))
    return made


def different(cases: Sequence[Case], sent: Mapping[int, Arrived], arrived: Mapping[int, Arrived]) -> list[str]:
    """The cases in which what was sent and what arrived is not the same."""
    found = []
    for case in cases:
        curl, ours = sent.get(case.number), arrived.get(case.number)
        expected = plain(curl, case.words) if curl is not None else None
        here = plain(ours, case.words) if ours is not None else None
        if expected is not None and expected != here:
            found.append(f"{case.text}\ncurl {expected}\nhere {here}\n")
    return found


def test_what_is_imported_is_sent_as_curl_sends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"PATH": str(Path(installed("curl")).parent), "HOME": str(tmp_path)}
    version = run_peer("curl", "--version", cwd=tmp_path).stdout.split()[1]
    if tuple(int(one) for one in version.split(".")[:2]) < FIRST_WITH_ALL:
        pytest.skip(f"curl {version} does not know all of these options")
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    with listening() as server:
        cases = cases_for(f"http://127.0.0.1:{server.server_port}")
        of_cmd = [one._replace(text=in_cmd(one.words)) for one in cases[:OF_CMD]]
        for name, several in (("all.sh", cases), ("some.txt", of_cmd)):
            (tmp_path / name).write_text("\n".join(one.text for one in several) + "\n", encoding="utf-8")
        command = (installed("bash"), "all.sh")
        subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=TIME_LIMIT)
        sent = dict(server.arrived)
        assert len(sent) > CASES * 0.9
        program = Program(monkeypatch, tmp_path)
        for name, several in (("all.sh", cases), ("some.txt", of_cmd)):
            server.arrived.clear()
            ended = program.run("import", "curl", name, "-o", "c.yaml", "--force")
            assert ended.code == ExitCode.OK, ended.err
            assert "error:" not in ended.err.partition("needs a hand")[2], ended.err
            ended = program.run("run", "c.yaml")
            assert ended.code == ExitCode.OK, ended.err
            told = as_told(tmp_path / name, several)
            others = different([one for one in several if one.number not in told], sent, server.arrived)
            assert not others, f"{name}: {len(others)} of {len(several)}:\n" + "\n".join(others)
            assert len(told) < len(several) / 4
