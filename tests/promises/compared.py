"""The faults of the tests' servers against other tools, side by side. By hand, since it needs ``curl`` and HTTPie's
``http``: ``python -m tests.promises.compared`` writes ``docs/compared.md``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from runner.errors import ExitCode
from runner.units import parse_size
from tests.pages import ROOT
from tests.promises.catalogue import SERVERS
from tests.promises.faults import BEGIN, SECRET, Fault, collection
from tests.promises.tables import markdown_table
from tests.secret_forms import forms_in
from tests.servers import ok, serve, serve_bytes

PAGE: Final = ROOT / "docs/compared.md"
GROUPS: Final = ("answers", "sockets", "bombs", "JSON", "redirects")
OUR_OWN: Final = "no body goes to another origin"
"""What we say to a redirect that others follow by right."""
SLACK: Final = 2.0
"""Seconds beyond the deadline: the one that is promised, and one in which a process starts and ends."""
MEMORY: Final = 300
PATIENCE: Final = 6.0
"""Seconds beyond the deadline after which a tool is stopped."""

SCRIPT: Final = """\
import os, sys
import requests

url, method, seconds, ca = sys.argv[1:]
key = os.environ["API_KEY"]
headers = {"Authorization": f"Bearer {key}", "X-API-Key": key}
answer = requests.request(method, url, params={"api_key": key}, headers=headers, timeout=float(seconds), verify=ca)
answer.raise_for_status()
if "json" in answer.headers.get("Content-Type", ""):
    answer.json()
print(answer.status_code)
"""
MEASURE: Final = """\
import os, signal, sys, time

figures, limit, *command = sys.argv[1:]
started = time.monotonic()
process = os.fork()
if not process:
    os.execvp(command[0], command)
signal.signal(signal.SIGALRM, lambda *_: os.kill(process, signal.SIGKILL))
signal.setitimer(signal.ITIMER_REAL, float(limit))
_, status, usage = os.wait4(process, 0)
with open(figures, "w") as file:
    file.write(f"{os.waitstatus_to_exitcode(status)} {time.monotonic() - started} {usage.ru_maxrss}")
"""
"""Runs a command and measures it, in a small process: what is started takes over the most memory of its parent."""
HEAD: Final = """\
# Compared

The faults of servers from [Faults](faults.md) that any client can be shown, against four ways to ask whether an API
works: this program, {versions}.
Each is used as a careful person uses it in a CI job:

```sh
runner run c.yaml -vv
curl -sS --fail-with-body --location --compressed --max-time N --max-filesize N --output answer -H "…" URL
http --check-status --ignore-stdin --follow --timeout N --output answer URL "…"
```

and, with `requests`:

```text
{script}```

{count} faults, of which {legal} are legal and have to pass. A broken answer **passes** where the exit code is 0; a tool
is **late** that has not ended {slack:g} seconds after its limit of time; the **key** counts where it is in what the
tool prints, or where it comes to another server. Whether a body is JSON neither curl nor HTTPie ask, so those faults
are not held against them. A redirect that asks to send a body to another origin, which is refused here, may be
followed. Many of the others are no faults of these tools either: they fetch what a server sends, which
is another question than whether an API works. Measured on {system}.

"""


class Outcome(NamedTuple):
    """How a tool took a fault: its exit code, the seconds and megabytes that it took, whether it was stopped, what it
    printed, and all that came to the server elsewhere."""

    code: int
    seconds: float
    megabytes: float
    printed: str
    came: str

    def wrong(self, fault: Fault, name: str) -> list[str]:
        """What is wrong with it, in words; nothing for what is right."""
        broken = fault.code != ExitCode.OK and OUR_OWN not in fault.says
        looks = fault.group != "JSON" or name not in ("curl", "HTTPie")
        found = {
            "passes": broken and self.code == 0 and looks,
            "does not pass": fault.code == ExitCode.OK and self.code != 0,
            "late": self.seconds > max(fault.deadline, fault.total) + SLACK,
            f"{self.megabytes:.0f} MB": self.megabytes > MEMORY,
            "key printed": bool(forms_in(self.printed, SECRET)),
            "key sent on": bool(forms_in(self.came, SECRET)),
        }
        return [words for words, holds in found.items() if holds]


class Place(NamedTuple):
    """Where a fault is tried: the URL, the folder, and the file of the certificates to trust, if there is one."""

    url: str
    folder: Path
    ca: str


Results = Sequence[tuple[Fault, Mapping[str, list[str]]]]
Command = Callable[[Fault, Place], Sequence[str]]


def runner_command(fault: Fault, place: Place) -> Sequence[str]:
    text = BEGIN + collection({"ask": fault}).removeprefix(BEGIN).replace("<<SERVER>>", place.url)
    (place.folder / "c.yaml").write_text(text, encoding="utf-8")
    return [sys.executable, "-m", "runner", "run", "c.yaml", "-vv"]


def curl_command(fault: Fault, place: Place) -> Sequence[str]:
    options = ["--silent", "--show-error", "--fail-with-body", "--location", "--compressed", "--output", "answer"]
    limits = ["--max-time", str(fault.deadline), "--max-filesize", str(parse_size(fault.max_size))]
    asked = ["--head"] if fault.method == "HEAD" else ["--request", fault.method]
    trust = ["--cacert", place.ca] if place.ca else []
    given = [f"-H{name}: {value}" for name, value in HEADERS]
    return ["curl", *options, *limits, *asked, *trust, *given, address(place)]


def http_command(fault: Fault, place: Place) -> Sequence[str]:
    options = ["--check-status", "--ignore-stdin", "--follow", "--timeout", str(fault.deadline), "--output", "answer"]
    trust = ["--verify", place.ca] if place.ca else []
    return ["http", *options, *trust, fault.method, address(place), *(f"{name}:{value}" for name, value in HEADERS)]


def requests_command(fault: Fault, place: Place) -> Sequence[str]:
    (place.folder / "smoke.py").write_text(SCRIPT, encoding="utf-8")
    return [sys.executable, "smoke.py", f"{place.url}/ask", fault.method, str(fault.deadline), place.ca]


TOOLS: Final[Mapping[str, Command]] = {
    "runner": runner_command,
    "curl": curl_command,
    "HTTPie": http_command,
    "requests": requests_command,
}
HEADERS: Final = (("Authorization", f"Bearer {SECRET}"), ("X-API-Key", SECRET))


def address(place: Place) -> str:
    """With the key in the query, as some APIs want it."""
    return f"{place.url}/ask?api_key=sk-%22%2F%2B%3D%3CZq0%217%5Cx%269"


def comparable() -> list[Fault]:
    """Faults that need nothing but a server and a request."""
    plain = Fault("", ok_script, "")
    return [
        fault
        for fault in SERVERS
        if fault.group in GROUPS
        and (fault.url, fault.arguments, fault.files, fault.after, fault.expect)
        == (plain.url, (), plain.files, "", plain.expect)
        and (not fault.environ and "ELSEWHERE" not in fault.request)
    ]


def ok_script(_client: object) -> None:
    """Stands for no script at all."""


def outcome(fault: Fault, command: Command) -> Outcome:
    """One tool against one fault."""
    with tempfile.TemporaryDirectory() as name, serve_bytes(ok()) as elsewhere:
        folder = Path(name)
        tls = None if fault.tls is None else fault.tls(folder)
        with serve(fault.script, tls, elsewhere.url) as server:
            place = Place(server.url, folder, str(folder / "ca.pem") if tls else "")
            environ = {"PATH": os.environ["PATH"], "HOME": name, "API_KEY": SECRET, "PYTHONPATH": str(ROOT),
                       **({"SSL_CERT_FILE": place.ca} if tls else {})}  # fmt: skip
            code, seconds, megabytes, printed = measured(command(fault, place), folder, environ, fault)
        came = b"".join(one.head + one.body for one in elsewhere.arrived).decode("latin-1")
    return Outcome(code, seconds, megabytes, printed, came)


def measured(
    command: Sequence[str], folder: Path, environ: Mapping[str, str], fault: Fault
) -> tuple[int, float, float, str]:
    """Exit code, seconds, the most memory in megabytes, and what was printed."""
    limit = str(max(fault.deadline, fault.total) + PATIENCE)
    measuring = [sys.executable, "-I", "-S", "-c", MEASURE, "figures", limit, *command]
    with (folder / "printed").open("wb") as printed:
        streams = {"stdin": subprocess.DEVNULL, "stdout": printed, "stderr": printed}
        subprocess.run(measuring, cwd=folder, env=environ, check=True, **streams)  # type: ignore[call-overload]
    code, seconds, kilobytes = (folder / "figures").read_text("ascii").split()
    text = (folder / "printed").read_bytes().decode("utf-8", "replace")
    return int(code), float(seconds), int(kilobytes) / 1024, text


def rows_of(results: Results) -> Iterator[Sequence[str]]:
    """One row for each fault that not all took right."""
    for fault, wrong in results:
        if any(wrong.values()):
            wanted = "passes" if fault.code == ExitCode.OK else "does not pass"
            yield fault.group, fault.name, wanted, *(", ".join(words) or "right" for words in wrong.values())


def summary(results: Results) -> str:
    """How many faults each tool took right, and what was wrong with the others."""
    kinds = ("passes", "does not pass", "late", "MB", "key printed", "key sent on")
    rows = []
    for tool in TOOLS:
        said = [words for _, wrong in results for words in wrong[tool]]
        found = Counter(kind for words in said for kind in kinds if words.endswith(kind))
        right = sum(not wrong[tool] for _, wrong in results)
        rows.append((tool, str(right), *(str(found[kind]) for kind in kinds)))
    columns = ("", "right", "broken, and passes", "legal, and does not", "late", f"above {MEMORY} MB", "key printed",
               "key sent on")  # fmt: skip
    return markdown_table(columns, rows)


def versions() -> str:
    curl, http = (_said(tool, "--version").split()[:2] for tool in ("curl", "http"))
    script = _said(sys.executable, "-c", "import requests, urllib3; print(requests.__version__, urllib3.__version__)")
    numbers = script.split()
    return f"curl {curl[1]}, HTTPie {http[0]}, a script with requests {numbers[0]} (urllib3 {numbers[1]})"


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> None:
    """Measure, write the page."""
    if not shutil.which("curl") or not shutil.which("http"):
        sys.exit("curl and http (HTTPie) must be in PATH")
    results: list[tuple[Fault, dict[str, list[str]]]] = []
    for fault in comparable():
        wrong = {name: outcome(fault, command).wrong(fault, name) for name, command in TOOLS.items()}
        results.append((fault, wrong))
        sys.stdout.write(f"{fault.group}: {fault.name}: {wrong}\n")
    legal = sum(fault.code == ExitCode.OK for fault, _ in results)
    system = f"Linux with Python {re.split(' ', sys.version)[0]}"
    head = HEAD.format(versions=versions(), script=SCRIPT, count=len(results), legal=legal, slack=SLACK, system=system)
    table = markdown_table(("", "fault", "it has to", *TOOLS), rows_of(results))
    PAGE.write_text(f"{head}{summary(results)}\n## Where not all are right\n\n{table}", encoding="utf-8")


if __name__ == "__main__":
    main()
