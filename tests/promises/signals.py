"""Signals, at moments that are chosen by what has happened until then."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from typing import Final

from tests.promises.observe import Observed, finish
from tests.promises.system import Lab, SystemFault

GROUP: Final = "signals"
WHOLE: Final = "reports of what ran, whole"
CLEAN: Final = "nothing is left behind"


def asking(path: str, more: str = "") -> str:
    """A collection whose first request goes to ``path``, with another after it and one to clean up."""
    return f"""\
requests:
  - {{name: first, url: <<SERVER>>{path}, timeout: 15s{more}}}
  - {{name: never, url: <<SERVER>>/never}}
teardown:
  - {{name: cleans, url: <<SERVER>>/clean}}
"""


def sent(*signals: signal.Signals, at: str) -> Callable[[Lab], Observed]:
    """These signals, once a request for ``at`` came."""

    def happens(lab: Lab) -> Observed:
        started = lab.start()
        lab.wait(at)
        for one in signals:
            started.process.send_signal(one)
        return finish(started)

    return happens


def again(first: signal.Signals, second: signal.Signals) -> Callable[[Lab], Observed]:
    """One that ends the run, and another once teardown has begun, which then gets no answer. Sent at the same time, two
    of a kind may arrive as one."""

    def happens(lab: Lab) -> Observed:
        started = lab.start()
        for path, one in (("/hang", first), ("/hang-up", second)):
            lab.wait(path)
            started.process.send_signal(one)
        return finish(started)

    return happens


def stopped(lab: Lab) -> Observed:
    """Stopped as by Ctrl-Z, and continued once it has stopped."""
    started = lab.start({"OBSERVED_AT": "SIGSTOP 1 socket.connect"})
    assert os.WIFSTOPPED(os.waitpid(started.process.pid, os.WUNTRACED)[1])
    started.process.send_signal(signal.SIGCONT)
    return finish(started)


def unheard(lab: Lab) -> Observed:
    """To a host that takes no more connections: what waits to be accepted is full."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        clients = []
        for _ in range(3):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(full.getsockname())
            clients.append(client)
        lab.ports.append(full.getsockname()[1])
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        seen = finish(lab.start({"FULL": url, "OBSERVED_AT": "SIGINT+hold 1 socket.connect"}))
        for client in clients:
            client.close()
    return seen


def in_tls(lab: Lab) -> Observed:
    """To a server that takes the connection and never says a word of TLS."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        lab.ports.append(mute.getsockname()[1])
        started = lab.start({"MUTE": f"https://127.0.0.1:{mute.getsockname()[1]}"})
        connection, _ = mute.accept()
        with connection:
            connection.settimeout(20)
            connection.recv(1)
            started.process.send_signal(signal.SIGINT)
            return finish(started)


def at(moment: str) -> dict[str, str]:
    return {"OBSERVED_AT": moment}


INT, TERM, HUP = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
OVER: Final = f"the run ends at once, teardown runs, {WHOLE}"
THERE: Final = f"the run ends there, in the middle of teardown; {WHOLE}"
LARGE: Final = "requests:\n" + "".join(f"  - {{name: r{n}, url: 'http://h.example/{n}'}}\n" for n in range(3000))
HOSTS: Final = asking("/never").replace("<<SERVER>>", "http://no.invalid:81", 1)

QUICK: Final = 3.0
"""Seconds in which a run ends at once, its teardown included; what it waits for would take fifteen."""

SIGNALS: Final = (
    *(
        SystemFault(
            f"{one.name} while an answer is waited for",
            GROUP,
            OVER,
            code,
            (),
            7,
            "",
            {},
            (),
            asking("/hang"),
            happens=sent(one, at="/hang"),
        )
        for one, code in ((INT, 130), (TERM, 143), (HUP, 143))
    ),
    SystemFault(
        "SIGINT in the middle of a body",
        GROUP,
        OVER,
        130,
        (),
        collection=asking("/body"),
        happens=sent(INT, at="/body"),
    ),
    SystemFault(
        "SIGINT in the wait before a retry",
        GROUP,
        OVER,
        130,
        (),
        collection=asking("/busy", ", retry: {attempts: 3, delay: 14s}"),
        annotations=2,
        happens=sent(INT, at="/busy"),
    ),
    SystemFault(
        "SIGINT in a poll",
        GROUP,
        OVER,
        130,
        (),
        happens=sent(INT, at="/poll"),
        collection=asking("/poll", ", poll: {every: 9s, for: 14s}, expect: {json: {$.state: done}}"),
        annotations=2,
    ),
    SystemFault(
        "SIGINT in teardown",
        GROUP,
        "teardown has its time all the same, then the run ends",
        130,
        (),
        collection=asking("/one")
        .replace("/clean, ", "/hang")
        .replace("url: <<SERVER>>/clean", "url: <<SERVER>>/hang, timeout: 300ms"),
        happens=sent(INT, at="/hang"),
    ),
    SystemFault(
        "SIGINT with eight requests under way",
        GROUP,
        OVER,
        130,
        (),
        options=("-j", "8"),
        collection="parallel: true\nrequests:\n"
        + "".join(f"  - {{name: r{n}, url: <<SERVER>>/hang{n}, timeout: 15s}}\n" for n in range(8)),
        happens=sent(INT, at="/hang7"),
    ),
    SystemFault(
        "SIGINT while a name is looked up",
        GROUP,
        OVER,
        130,
        (),
        collection=HOSTS,
        environ=at("SIGINT+hold 1 socket.getaddrinfo ('no.invalid'"),
    ),
    SystemFault(
        "SIGINT while a connection is made",
        GROUP,
        OVER,
        130,
        (),
        collection=asking("/x").replace("<<SERVER>>/x", "<<FULL>>/x"),
        happens=unheard,
    ),
    SystemFault(
        "SIGINT in the handshake of TLS",
        GROUP,
        OVER,
        130,
        (),
        collection=asking("/x").replace("<<SERVER>>/x", "<<MUTE>>/x"),
        happens=in_tls,
    ),
    SystemFault(
        "SIGINT, and another in teardown",
        GROUP,
        THERE,
        130,
        (),
        collection=asking("/hang").replace("/clean", "/hang-up"),
        happens=again(INT, INT),
    ),
    SystemFault(
        "SIGINT, and SIGTERM in teardown",
        GROUP,
        THERE,
        130,
        (),
        collection=asking("/hang").replace("/clean", "/hang-up"),
        happens=again(INT, TERM),
    ),
    SystemFault(
        "SIGINT before the command began",
        GROUP,
        "it ends without a word",
        130,
        (),
        0,
        environ=at("SIGINT 1 import ('runner.cli.app'"),
    ),
    *(
        SystemFault(
            f"{name} while a large file is read",
            GROUP,
            f"it ends; {CLEAN}",
            code,
            (says,),
            0,
            environ=at(f"{name} 1 open ('{{folder}}/c.yaml'"),
            collection=LARGE,
            options=("--report", "json=reports/json"),
        )
        for name, code, says in (
            ("SIGINT", 130, "interrupted"),
            ("SIGTERM", 143, "terminated"),
            ("SIGHUP", 143, "terminated"),
        )
    ),
    *(
        SystemFault(
            f"{name} while reports are {what}",
            GROUP,
            "every report is there, whole; the exit code is the signal's",
            code,
            ("1 passed, 1 failed",),
            environ=at(f"{name} 1 {moment}"),
        )
        for name, code in (("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 143))
        for what, moment in (("made", "/runner/report/html/"), ("put in their places", "os.rename ('{folder}/reports/"))
    ),
    SystemFault(
        "two SIGINTs while reports are put in their places",
        GROUP,
        f"it ends; those in place are whole, {CLEAN}",
        130,
        ("interrupted",),
        0,
        environ=at("SIGINT+SIGINT 1 os.rename ('{folder}/reports/"),
        options=("--report", "html=reports/html", "--report", "json=reports/json"),
    ),
    SystemFault(
        "SIGPIPE", GROUP, "nothing changes", 1, ("1 passed, 1 failed",), environ=at("SIGPIPE 1 socket.connect")
    ),
    SystemFault(
        "SIGWINCH", GROUP, "nothing changes", 1, ("1 passed, 1 failed",), environ=at("SIGWINCH 1 socket.connect")
    ),
    SystemFault(
        "stopped (SIGSTOP) and continued", GROUP, "it goes on where it was", 1, ("1 passed, 1 failed",), happens=stopped
    ),
    SystemFault(
        "SIGINT that it was started to ignore (a job in the background)",
        GROUP,
        "nothing changes",
        1,
        ("1 passed, 1 failed",),
        script="trap '' INT",
        environ=at("SIGINT 1 socket.connect"),
    ),
    SystemFault(
        "SIGHUP that it was started to ignore (nohup)",
        GROUP,
        "nothing changes",
        1,
        ("1 passed, 1 failed",),
        script="trap '' HUP",
        environ=at("SIGHUP 1 socket.connect"),
    ),
)


def _expected(fault: SystemFault) -> SystemFault:
    """What has to happen as that can be seen: how long it takes, and what is asked for until then."""
    spared = ("/never",) if "/never" in fault.collection else ()
    if fault.must not in (OVER, THERE):
        return fault
    cleans = tuple(path for path in ("/clean", "/hang-up") if path in fault.collection)
    return fault._replace(seconds=QUICK, asked=cleans, spared=spared)


FAULTS: Final = tuple(map(_expected, SIGNALS))
