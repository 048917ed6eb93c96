"""Faults of the system, and where they are tried: a folder with a collection, and a server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Final, NamedTuple, TypeAlias

from tests.promises.observe import How, Observed, Started, every_report, finish, start
from tests.servers import Client, Server, ok, serve

COLLECTION: Final = """\
name: System
secrets: [API_KEY]
requests:
  - {name: 'grün → 漢', url: <<SERVER>>/one, headers: {X-API-Key: <<API_KEY>>}}
  - {name: wrong, url: <<SERVER>>/two, expect: {status: 201}}
"""
"""One request passes, one does not: so the exit code is 1 where the system's fault changes nothing."""
SECRET: Final = "sk-of-the-system-0815"
PATIENCE: Final = 20.0
"""Seconds that a test waits for the program to come where something is to happen."""
GOOD: Final = ok(b'{"state": "busy", "said": "gr\xc3\xbcn"}', "Content-Type: application/json")


class SystemFault(NamedTuple):
    """``must`` is what has to happen, in words; ``code`` how the run ends, ``says`` what it says, and ``reports`` how
    many of the seven kinds are there, whole. ``script`` is a shell's work before the program, ``options`` follow
    ``runner run c.yaml``. ``unwritable`` says that exit code 70 is meant; ``root`` that it takes root's rights.
    ``seconds`` are what the run may take from its first connection; paths in ``asked`` must have been asked for, those
    in ``spared`` not; ``holds`` looks at the folder afterwards. ``annotations`` are how many lines for GitHub may be
    there."""

    name: str
    group: str
    must: str
    code: int = 1
    says: tuple[str, ...] = ()
    reports: int = 7
    script: str = ""
    environ: Mapping[str, str] = {}
    options: tuple[str, ...] = ()
    collection: str = COLLECTION
    flags: tuple[str, ...] = ()
    prepare: Callable[[Path], None] = lambda _folder: None
    happens: Happening | None = None
    unwritable: bool = False
    root: bool = False
    seconds: float = 15.0
    asked: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    holds: Callable[[Path], bool] = lambda _folder: True
    annotations: int = 1


class Lab:
    """Where a fault is tried. ``came`` are events by path: that a request for it has come."""

    def __init__(self, folder: Path, fault: SystemFault) -> None:
        self.folder = folder
        self.fault = fault
        self.came: defaultdict[str, Event] = defaultdict(Event)
        self.server: Server = Server(0)
        self.ports: list[int] = []
        """Of servers beside it."""

    def start(self, environ: Mapping[str, str] | None = None, **popen: object) -> Started:
        """The program with what the fault has for it."""
        fault = self.fault
        given = {"SERVER": self.server.url, "API_KEY": SECRET, **fault.environ, **(environ or {})}
        given = {name: value.replace("{folder}", str(self.folder)) for name, value in given.items()}
        through = ("sh", "-c", f'{fault.script}\nexec "$@"', "sh") if fault.script else ()
        arguments = ["run", "c.yaml", *(every_report() if fault.reports else ()), *fault.options]
        return start(self.folder, arguments, given, How(through, fault.flags), **popen)

    def wait(self, path: str) -> None:
        """Until a request for ``path`` came."""
        assert self.came[path].wait(PATIENCE), f"{path} was never asked for"

    def answer(self, client: Client) -> None:
        """Paths that begin with ``/hang`` get no answer, with ``/body`` half of one, with ``/busy`` that it is to be
        asked for later; all others a good one."""
        while (request := client.read_request()) is not None:
            path = request.line.split()[1]
            self.came[path].set()
            if path.startswith("/hang"):
                client.hang()
            elif path.startswith("/body"):
                client.send(b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"half": "of it')
                client.hang()
            elif path.startswith("/busy"):
                client.send(b"HTTP/1.1 503 Busy\r\nRetry-After: 15\r\nContent-Length: 0\r\n\r\n")
            else:
                client.send(GOOD)


Happening: TypeAlias = Callable[[Lab], Observed]


@contextmanager
def laboratory(folder: Path, fault: SystemFault) -> Iterator[Lab]:
    """The folder made ready, the server running."""
    folder.mkdir()
    lab = Lab(folder, fault)
    (folder / "c.yaml").write_text(fault.collection, encoding="utf-8")
    (folder / "reports").mkdir()
    fault.prepare(folder)
    with serve(lab.answer) as lab.server:
        yield lab


def happen(lab: Lab) -> Observed:
    """What the fault says; without anything that is done meanwhile, simply to the end."""
    return finish(lab.start()) if lab.fault.happens is None else lab.fault.happens(lab)
