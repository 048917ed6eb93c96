"""That nothing was seen proves something only if it would have been: a program that does each deed is observed like
ours, and each is noted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import Final, NamedTuple

import pytest

from tests.promises.observe import ROOT, How, Observed, observe
from tests.servers import ok, serve_bytes

PROGRAM: Final = """\
import os, pathlib, subprocess, sys, socket, threading

def main():
    outside, port = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
{}
"""


class Deed(NamedTuple):
    """``code`` does it, with the path ``outside`` of a file and the ``port`` of a server; ``what`` stands in the note,
    ``times`` is how often it is noted."""

    name: str
    code: str
    kind: str
    what: str
    times: int = 1


OPENED: Final = "outside.txt"
DEEDS: Final = (
    Deed("open", "open(outside).read()", "open", OPENED),
    Deed("open by bytes", "open(os.fsencode(outside)).read()", "open", OPENED),
    Deed("os.open", "os.open(outside, os.O_RDONLY)", "open", OPENED),
    Deed("pathlib", "outside.read_bytes()", "open", OPENED),
    Deed("up and away", "open(os.path.relpath(outside)).read()", "open", OPENED),
    Deed("a link inside", "os.symlink(outside, 'link'); open('link').read()", "open", OPENED),
    Deed(
        "a folder that is a link", "os.symlink(outside.parent, 'away'); open('away/outside.txt').read()", "open", OPENED
    ),
    Deed("a file that is written", "outside.write_text('x')", "open", OPENED),
    Deed("a file that is not there", "os.path.exists('x') or open('../none', 'a')", "open", "none"),
    Deed("the system's users", "open('/etc/passwd').read()", "open", "/etc/passwd"),
    Deed("its own environment", "open('/proc/self/environ', 'rb').read()", "open", "/environ"),
    Deed(
        "in eight threads",
        "threads = [threading.Thread(target=lambda: [open(outside).close() for _ in range(200)]) for _ in range(8)]\n"
        "[one.start() for one in threads]; [one.join() for one in threads]",
        "open",
        OPENED,
        1600,
    ),
    Deed("exec of text", "exec('pass')", "exec", "<string>"),
    Deed("eval of text", "eval('1 + 1')", "exec", "<string>"),
    Deed("a module from elsewhere", "pathlib.Path('m.py').write_text('x = 1'); import m", "exec", "m.py"),
    Deed("pickle", "import pickle; pickle.loads(b\"cos\\nsystem\\n(S'true'\\ntR.\")", "process", "os.system"),
    Deed("subprocess", "subprocess.run([sys.executable, '--version'])", "process", "subprocess.Popen"),
    Deed("a shell", "os.system('true')", "process", "os.system"),
    Deed("fork", "os.fork() or os._exit(0)", "process", "os.fork"),
    Deed("spawn", "os.posix_spawn('/bin/true', ['true'], {})", "process", "os.posix_spawn"),
    Deed("a connection", "socket.create_connection(('127.0.0.1', port)).close()", "connect", "127.0.0.1"),
    Deed("a datagram", "socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))", "connect", "127.0.0.1"),
    Deed("a connection that is refused", "socket.socket().connect_ex(('127.0.0.1', 1))", "connect", "127.0.0.1"),
    Deed("a socket of the system", "socket.socket(socket.AF_UNIX).connect_ex('/none')", "connect", "/none"),
)
"""All that the audit hook of Python hears. It does not hear what libraries in C open by themselves, as OpenSSL its
certificates, nor whose folder a ``dir_fd`` is, which the program does not use."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serve_bytes(ok()) as server:
        yield server.port


def done(code: str, port: int, tmp_path: Path) -> Observed:
    """What is seen of a program that does ``code`` in the place of ours."""
    package = tmp_path / "code" / "runner"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(PROGRAM.format(indent(code, "    ")), encoding="utf-8")
    folder, outside = tmp_path / "project", tmp_path / "outside.txt"
    folder.mkdir()
    outside.write_text("x", encoding="utf-8")
    path = f"{package.parent}:{folder}:{ROOT}"
    return observe(folder, ["../outside.txt", str(port)], {"PYTHONPATH": path}, How(reads=(package.parent,)))


@pytest.mark.parametrize("deed", [pytest.param(deed, id=deed.name) for deed in DEEDS])
def test_a_deed_is_noted(deed: Deed, port: int, tmp_path: Path) -> None:
    seen = done(deed.code, port, tmp_path)
    assert seen.err == b""
    notes = [what for kind, what in seen.deeds if kind == deed.kind and deed.what in what]
    assert len(notes) == deed.times, seen.deeds


def test_nothing_is_noted_of_what_is_allowed(port: int, tmp_path: Path) -> None:
    code = "pathlib.Path('own').write_text('x'); open('own').read(); open('/dev/null').read(); socket.socket().close()"
    seen = done(code, port, tmp_path)
    assert seen.err == b""
    assert [what for kind, what in seen.deeds if kind != "exec" or "/code/runner/" not in what] == []
    assert seen.files["own"] == b"x"


def test_a_program_that_raises_is_seen_to(port: int, tmp_path: Path) -> None:
    seen = done("raise ValueError('oh')", port, tmp_path)
    assert seen.code == 1
    assert b"Traceback" in seen.err
