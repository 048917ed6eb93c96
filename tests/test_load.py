"""``runner load`` as people start it: a process of its own, real sockets, real signals."""

from __future__ import annotations

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.benchmarks.load import LEAST, by_hand, by_runner, items
from tests.report_readers import read_load_json

ROOT: Final = Path(__file__).parents[1]
PATIENCE: Final = 60.0
"""Seconds for what takes one on a machine that has nothing else to do."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def do_GET(self) -> None:
        api = self.server
        assert isinstance(api, Api)
        with api.lock:
            api.seen[self.path.partition("?")[0]] += 1
            api.cookies.append((self.path, self.headers.get("Cookie", ""), self.headers.get("X-Token", "")))
            number = api.seen.total()
        time.sleep(api.pause(number))
        status = api.status(self.path)
        answer: dict[str, object] = {"number": number, "token": f"token-{number}"}
        if self.path == "/ask":
            answer = {"model": "m", "usage": {"prompt_tokens": 4, "completion_tokens": 5, "total_tokens": 9}}
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/login":
            self.send_header("Set-Cookie", f"session=s{number}; Path=/")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Nothing."""


class Api(ThreadingHTTPServer):
    """Counts what it is asked."""

    daemon_threads = True
    request_queue_size = 256
    delay = 0.005
    pause: Callable[[int], float]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.seen: Counter[str] = Counter()
        self.cookies: list[tuple[str, str, str]] = []
        self.pause = lambda _number: self.delay
        self.status: Callable[[str], int] = lambda _path: 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@dataclass
class Ended:
    code: int
    out: str
    err: str


@dataclass
class Load:
    """Starts load tests in a folder."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def write(self, text: str, name: str = "a.yaml") -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        known = {name: value for name, value in os.environ.items() if not name.startswith(("RUNNER_", "API_KEY"))}
        environ = {**known, "PYTHONPATH": str(ROOT), **self.environ}
        command = [sys.executable, "-m", "runner", "load", *arguments]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, cwd=self.folder, env=environ, stdout=pipe, stderr=pipe, text=True, start_new_session=True
        )
        self.running.append(process)
        return process

    def run(self, *arguments: str) -> Ended:
        return ended(self.start(*arguments))

    def lead(self, *arguments: str) -> tuple[subprocess.Popen[str], tuple[str, ...]]:
        """A master of a.yaml, on a port that the system gives it; and what tells workers where it is."""
        host = ("--master-host", "127.0.0.1")
        master = self.start("a.yaml", "--headless", "--master", *host, "--master-port", "0", *arguments)
        assert master.stderr is not None
        line = master.stderr.readline()
        assert "listening on" in line, line + ended(master).err
        return master, (*host, "--master-port", line.rstrip(".\n").rpartition(" ")[2])

    def report(self) -> dict[str, Any]:
        return read_load_json((self.folder / "report.json").read_text(encoding="utf-8"))


@contextmanager
def refusing() -> Iterator[str]:
    """An address that refuses connections: its port is taken, and nobody listens there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def ended(process: subprocess.Popen[str]) -> Ended:
    out, err = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, out, err)


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    found = Load(tmp_path)
    yield found
    for process in found.running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def one_request(api: Api, more: str = "") -> str:
    return f"name: One\nrequests:\n  - name: item\n    url: {api.url}/item\n    expect: {{status: 200}}\n{more}"


FLOW: Final = """
variables: {id: <<$guid>>}
setup:
  - {name: login, url: URL/login, capture: {token: $.token}}
requests:
  - {name: make, url: URL/make/<<id>>, headers: {X-Token: <<token>>}, capture: {made: $.number}}
  - {name: look, url: URL/look/<<made>>/<<id>>, headers: {X-Token: <<token>>}}
teardown:
  - {name: logout, url: URL/logout}
"""


def test_what_is_counted_is_what_the_server_saw(load: Load, api: Api) -> None:
    load.write(one_request(api))
    done = load.run("a.yaml", "--headless", "-u", "4", "-t", "1s", "--report", "json")
    assert (done.code, done.err) == (0, "")
    report = load.report()
    assert report["total"]["count"] == api.seen["/item"] > 10
    assert report["clients"] == {"geventhttpclient": api.seen["/item"], "requests": 0}
    assert report["users"] == 4
    assert "geventhttpclient" in done.out
    assert sum(slot["count"] for slot in report["timeline"]) == api.seen["/item"]


def test_users_have_flows_of_their_own(load: Load, api: Api) -> None:
    load.write(FLOW.replace("URL", api.url))
    done = load.run("a.yaml", "--headless", "-u", "3", "-t", "1s", "--report", "json")
    assert done.code == 0, done.out + done.err
    assert (api.seen["/login"], api.seen["/logout"]) == (3, 3)
    sessions = {(cookie, token) for path, cookie, token in api.cookies if path.startswith(("/make", "/look"))}
    assert len(sessions) == 3  # each user has the cookie and the token that its own setup got
    made = [path.split("/")[2] for path, _, _ in api.cookies if path.startswith("/make/")]
    assert len(set(made)) == len(made)  # what is made up is new in each round
    looked = [path.split("/")[3] for path, _, _ in api.cookies if path.startswith("/look/")]
    assert set(looked) <= set(made)  # and the same within it
    counts = {one["name"]: one["count"] for one in load.report()["requests"]}
    assert counts["make"] == len(made)
    assert counts["look"] == len(looked)


def test_a_setup_that_always_fails_is_no_pass_whatever_may_fail(load: Load, api: Api) -> None:
    text = FLOW.replace("URL", api.url).replace("capture: {token: $.token}", "expect: {status: 418}")
    load.write(text.replace("<<token>>", "none"))
    done = load.run("a.yaml", "--headless", "-t", "1s", "--threshold", "failures <= 100%")
    assert done.code == 5, done.out + done.err
    assert "Nothing was sent but setup and teardown: no user came to its first round." in done.out


def test_rows_are_taken_in_turn(load: Load, api: Api) -> None:
    load.write(f"data: [{{n: 1}}, {{n: 2}}, {{n: 3}}]\nrequests: [{{name: row, url: {api.url}/row/<<n>>}}]")
    assert load.run("a.yaml", "--headless", "-u", "2", "-t", "1s").code == 0
    counts = [api.seen[f"/row/{number}"] for number in (1, 2, 3)]
    assert min(counts) > 2
    assert max(counts) - min(counts) <= 2


def test_weights_are_kept(load: Load, api: Api) -> None:
    often, seldom = f"{{name: often, weight: 9, url: {api.url}/often}}", f"{{name: seldom, url: {api.url}/seldom}}"
    load.write(f"requests:\n  - {often}\n  - {seldom}\n")
    process = load.start("a.yaml", "--headless", "-u", "4", "-t", "10m")
    wait_until(lambda: api.seen.total() > 400)  # however long a busy machine takes for it
    process.send_signal(signal.SIGINT)
    assert ended(process).code == 130
    assert 3 < api.seen["/often"] / api.seen["/seldom"] < 30


def test_what_ends_by_nothing_but_ctrl_c_says_so(load: Load, api: Api) -> None:
    load.write(one_request(api))
    process = load.start("a.yaml", "--headless", "--threshold", "p95 < 800")
    wait_until(lambda: api.seen.total() > 5)
    process.send_signal(signal.SIGINT)
    done = ended(process)
    assert done.code == 130
    assert "Goes on until Ctrl-C: neither --run-time nor the file (load: {for: 1m}) says how long." in done.err
    assert "Warning: --threshold p95 < 800: 800 is 800 seconds: 13 min 20 s\n  Write the unit: 800ms" in done.err
    assert "Goes on" not in load.run("a.yaml", "--headless", "-t", "300ms").err
    refused = load.run("a.yaml", "--headless", "-t", "300ms", "--threshold", "p95 < 800", "--strict")
    assert (refused.code, refused.out) == (2, "")


def test_a_threshold_that_is_not_met_is_exit_code_1(load: Load, api: Api) -> None:
    more = "load: {users: 2, for: 700ms, thresholds: {p95: {lt: 1ms}, requests: {item: {failures: {lte: 0}}}}}\n"
    load.write(one_request(api, more))
    done = load.run("a.yaml", "--headless", *[f"--report={kind}" for kind in ("json", "html", "junit", "markdown")])
    assert done.code == 1
    assert "not met  p95 < 1ms" in done.out
    met = {one["threshold"]: one["met"] for one in load.report()["thresholds"]}
    assert met == {"p95 < 1ms": False, "item: failures <= 0": True, "failures <= 0": True}
    for name in ("report.html", "junit.xml", "report.md"):
        assert "not met" in (load.folder / name).read_text(encoding="utf-8") or name == "report.md"
    assert load.run("a.yaml", "--headless", "--threshold", "p99 < 1m", "--threshold", "p95<1m").code == 1


def test_an_expectation_that_does_not_hold_is_a_failure(load: Load, api: Api) -> None:
    api.status = lambda _path: 500 if api.seen.total() % 2 else 200
    load.write(one_request(api))
    done = load.run("a.yaml", "--headless", "-t", "700ms", "--report", "json", "--csv", "out", "--html", "page.html")
    assert done.code == 1
    report = load.report()
    [failure] = report["failures"]
    assert failure["message"] == "status: expected 200, got 500 (a.yaml:5)"
    assert failure["count"] == report["total"]["failed"]
    assert "status: expected 200, got 500" in (load.folder / "out_failures.csv").read_text(encoding="utf-8")
    assert "status: expected 200" in (load.folder / "page.html").read_text(encoding="utf-8")
    assert load.run("a.yaml", "--headless", "-t", "700ms", "--threshold", "failures < 80%").code == 0


def test_no_name_is_a_formula_in_a_spreadsheet(load: Load, api: Api) -> None:
    names = ("=1+1", "+1", "-2+3", "@SUM(1)", "plain")
    lines = [f"  - {{name: '{one}', url: {api.url}/x, expect: {{status: 201}}}}\n" for one in names]
    load.write("requests:\n" + "".join(lines))
    assert load.run("a.yaml", "--headless", "-t", "700ms", "--csv", "out", "--report", "json").code == 1
    for kind in ("stats", "failures", "stats_history"):
        rows = list(csv.reader((load.folder / f"out_{kind}.csv").read_text(encoding="utf-8").splitlines()))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
        assert kind == "stats_history" or {"'=1+1", "'+1", "'-2+3", "'@SUM(1)", "plain"} <= {row[1] for row in rows}
    assert [one["name"] for one in load.report()["requests"]] == list(names)


def test_a_full_disk_is_told_where_csv_files_were_wanted(load: Load, api: Api) -> None:
    for kind in ("stats", "failures", "stats_history", "exceptions"):
        (load.folder / f"out_{kind}.csv").symlink_to("/dev/full")
    load.write(one_request(api))
    done = load.run("a.yaml", "--headless", "-t", "1500ms", "--csv", "out")
    assert done.code == 70
    assert done.err == "Error: --csv: out cannot be written: No space left on device\n"
    assert "load test passed" in done.out


def test_what_is_given_up_at_the_second_signal_is_told(load: Load, api: Api) -> None:
    api.pause = lambda number: 0.005 if number <= 3 else 20.0
    load.write(f"setup: [{{name: login, url: {api.url}/login}}]\n" + one_request(api))
    process = load.start("a.yaml", "--headless", "-u", "3", "-t", "10m", "--report", "json")
    wait_until(lambda: api.seen.total() == 6)
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)  # the first has to be there
    process.send_signal(signal.SIGINT)
    done = ended(process)
    assert done.code == 130
    report = load.report()
    assert (report["total"]["count"] - api.seen["/login"], report["cut_off"]) == (0, 3)
    assert not any("Nothing was sent but setup" in note for note in report["notes"])


def test_a_second_signal_loses_nothing_that_workers_of_this_machine_know(load: Load, api: Api) -> None:
    api.pause = lambda number: 0.005 if number <= 400 else 20.0
    load.write(one_request(api))
    process = load.start("a.yaml", "--headless", "--processes", "2", "-u", "4", "-t", "10m", "--report", "json")
    wait_until(lambda: api.seen.total() == 404)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)  # the first has to be there
    process.send_signal(signal.SIGINT)
    done = ended(process)
    assert (done.code, "Traceback" in done.err) == (130, False)
    report = load.report()
    assert (report["total"]["count"], report["cut_off"]) == (400, 4), done.err
    assert time.monotonic() - began < 18  # less than what was given up would have taken


@pytest.mark.parametrize("more", [[], ["--processes", "2"]])
def test_an_api_that_stops_answering_is_not_within_a_limit_of_time(load: Load, api: Api, more: list[str]) -> None:
    api.pause = lambda number: 0.005 if number <= 10 else 20.0
    load.write(one_request(api))
    limits = ("--threshold", "max < 5s", "--threshold", "p50 < 5s")
    done = load.run("a.yaml", "--headless", "-u", "2", "-t", "2s", "--report", "json", *limits, *more)
    assert done.code == 1, done.out + done.err
    report = load.report()
    assert (report["total"]["count"], report["cut_off"], report["total"]["failed"]) == (10, 2, 0)
    assert [one["met"] for one in report["thresholds"]] == [False, True, True, False]
    assert "the longest answer took" in report["thresholds"][-1]["shown"]
    assert report["thresholds"][0]["measured"] > 10_000


def test_an_api_that_never_answers_is_no_test_in_which_nothing_was_sent(load: Load, api: Api) -> None:
    api.delay = 20
    load.write(one_request(api))
    done = load.run("a.yaml", "--headless", "-u", "2", "-t", "500ms", "--report", "json")
    assert done.code == 4, done.out
    assert "2 requests had no answer yet" in done.out
    assert "No request was sent" not in done.out
    assert load.report()["verdict"] == "no answer"


def test_no_secret_is_in_anything_that_is_written(load: Load, api: Api) -> None:
    api.status = lambda _path: 401
    key = "key-4f9b2c7d1e"
    load.environ["API_KEY"] = key
    more = f"    headers: {{X-Token: <<API_KEY>>}}\n  - name: named <<API_KEY>>\n    url: {api.url}/<<API_KEY>>\n"
    text = one_request(api).replace("status: 200", "status: 200, headers: {X-Key: <<API_KEY>>}") + more
    load.write(text.replace("status: 200,", "status: 401,"))
    reports = [f"--report={kind}" for kind in ("json", "html", "junit", "markdown")]
    done = load.run("a.yaml", "--headless", "-t", "700ms", "--csv", "out", "--html", "page.html", *reports)
    assert done.code == 1
    assert api.seen[f"/{key}"] > 0
    written = [path for path in load.folder.iterdir() if path.name != "a.yaml"]
    assert len(written) == 9
    for path in written:
        assert key not in path.read_text(encoding="utf-8"), path.name
    assert key not in done.out + done.err


def test_a_missing_key_is_told_before_anything_is_sent(load: Load, api: Api) -> None:
    load.write(one_request(api, "    auth: {bearer: <<API_KEY>>}\n"))
    done = load.run("a.yaml", "--headless", "-t", "1s")
    assert done.code == 3
    assert "API_KEY has no value" in done.err
    assert not api.seen


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--threshold", "p95 < soon"], "the limit is a duration"),
        (["--threshold", "itme: p95 < 1s"], 'there is no request "itme"'),
        (["--run-time", "soon"], "--run-time"),
        (["--report", "tap"], "load tests have no report tap"),
        (["--master", "--worker"], "do not go together"),
        (["--processes", "2", "--master"], "--processes does not go together"),
        (["--worker", "--csv", "x"], "--csv is not for a worker"),
        (["--csv", "no/such/folder/x"], "--csv"),
        (["--report", "json=no/such/folder/x"], "--report"),
        (["--html", "no/such/folder/x"], "--html"),
        (["--csv", ""], "it is empty"),
        (["--html", ""], "it is empty"),
        (["--spawn-rate", "nan"], "--spawn-rate: this is no number"),
        (["--spawn-rate", "inf"], "--spawn-rate: this is no number"),
        (["--expect-workers", "1"], "--expect-workers is for a master"),
        (["--processes", "2", "--expect-workers", "2"], "--expect-workers is for a master"),
        (["--worker", "--threshold", "p95 < 1s"], "--threshold is not for a worker"),
        (["--worker", "--master-port", "0"], "a worker needs the port of its master"),
    ],
)
def test_a_wrong_command_line_is_exit_code_2(load: Load, api: Api, arguments: list[str], said: str) -> None:
    load.write(one_request(api))
    done = load.run("a.yaml", "--headless", "-t", "1s", *arguments)
    assert (done.code, said in done.err) == (2, True), done.err
    assert not api.seen


def test_an_api_that_is_down_ends_the_test_early(load: Load, api: Api) -> None:
    load.write(one_request(api).replace(api.url, "http://127.0.0.1:9"))
    began = time.monotonic()
    done = load.run("a.yaml", "--headless", "-t", "10m", "--report", "json")
    assert done.code == 4
    assert "no request got any answer" in done.out
    assert time.monotonic() - began < PATIENCE
    report = load.report()
    assert report["verdict"] == "no answer"
    assert report["total"]["count"] == report["total"]["unanswered"] > 0


@pytest.mark.parametrize("more", [[], ["--processes", "2"]], ids=["alone", "workers"])
def test_connections_that_are_refused_make_nothing_look_quick(load: Load, api: Api, more: list[str]) -> None:
    api.delay = 0.02
    limits = ["--threshold", "failures <= 100%", "--threshold", "p25 < 19ms", "--threshold", "mean < 1h"]
    files = ["--csv", "locust", "--html", "locust.html", "--report", "json", *more]
    with refusing() as gone:
        load.write(f"requests: [{{name: look, url: {api.url}/item}}, {{name: gone, url: {gone}/item}}]\n")
        done = load.run("a.yaml", "--headless", "-u", "2", "-t", "2s", *limits, *files)
    assert done.code == 1, done.out + done.err
    assert "without the" in done.out
    report = load.report()
    look, gone_too = report["requests"]
    assert look["unanswered"] == 0 < look["count"]
    assert gone_too["unanswered"] == gone_too["count"] == report["total"]["unanswered"] > 0
    assert gone_too["p50"] is None
    assert gone_too["unanswered_after"]["min"] > 0
    assert report["total"]["min"] == look["min"] >= 20
    assert report["total"]["p50"] == look["p50"]
    assert {one["threshold"]: one["met"] for one in report["thresholds"]} == {
        "failures <= 100%": True,
        "p25 < 19ms": False,
        "mean < 1h": True,
    }
    assert any(f"{gone_too['count']:,} of" in note and "got no answer" in note for note in report["notes"])
    with (load.folder / "locust_stats.csv").open(encoding="utf-8") as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    assert float(rows["Aggregated"]["Min Response Time"]) >= 20
    assert int(rows["Aggregated"]["Request Count"]) == report["total"]["count"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_with_a_report_of_what_ran(load: Load, api: Api, number: signal.Signals, code: int) -> None:
    load.write(FLOW.replace("URL", api.url))
    process = load.start("a.yaml", "--headless", "-t", "10m", "--report", "json")
    wait_until(lambda: api.seen.total() > 20)
    process.send_signal(number)
    done = ended(process)
    assert done.code == code, done.err
    assert "interrupted" in done.out
    assert load.report()["total"]["count"] + load.report()["cut_off"] == api.seen.total()
    assert api.seen["/logout"] == 1


ASKS: Final = """
load: {users: 3, thresholds: {tokens_per_second: {gt: 0}, cost: {lte: 0.05}}}
prices: {m: {input: 1000, output: 1000}}
requests:
  - name: ask
    url: URL/ask
    json: {model: m, max_tokens: 5, messages: [{role: user, content: hello}]}
"""


@pytest.mark.parametrize("more", [[], ["--processes", "2"]])
def test_a_budget_ends_the_test_before_it_is_spent(load: Load, api: Api, more: list[str]) -> None:
    api.delay = 0.05
    load.write(ASKS.replace("URL", api.url))
    done = load.run("a.yaml", "--headless", "-t", "10m", "--max-cost", "0.3", "--report", "json", *more)
    assert done.code == 6, done.out + done.err
    assert 'stopped by --max-cost: "ask" was not sent: $' in done.out
    assert ("one of 2 workers" in done.out) == bool(more)
    assert 0 < api.seen["/ask"] * 0.009 <= 0.3  # what each took, as the answer says
    report = load.report()
    assert report["verdict"] == "stopped"
    assert report["models"][0]["tokens"] == api.seen["/ask"] * 9


def test_a_model_is_told_with_its_tokens_and_its_cost(load: Load, api: Api) -> None:
    load.write(ASKS.replace("URL", api.url))
    done = load.run("a.yaml", "--headless", "-t", "1s", "--report", "json", "--threshold", "cost < 1000")
    assert done.code == 1  # one of the two about the cost is not met
    report = load.report()
    met = {one["threshold"]: one["met"] for one in report["thresholds"]}
    assert met["tokens_per_second > 0"]
    assert met["cost < 1000"]
    assert not met["cost <= 0.05"]
    assert report["models"][0]["cost"] == pytest.approx(api.seen["/ask"] * 0.009)
    assert report["total"]["tokens_written"] == api.seen["/ask"] * 5


def test_a_master_and_two_workers_count_what_the_server_saw(load: Load, api: Api) -> None:
    load.write(one_request(api))
    done = load.run("a.yaml", "--headless", "--processes", "2", "-u", "4", "-t", "2s", "--report", "json")
    assert done.code == 0, done.out + done.err
    report = load.report()
    assert report["total"]["count"] + report["cut_off"] == api.seen["/item"] > 10
    assert (report["processes"], report["users"]) == (2, 4)


def test_a_worker_that_dies_is_told_and_what_was_measured_is_reported(load: Load, api: Api) -> None:
    load.write(one_request(api))
    master, place = load.lead("--expect-workers", "2", "-u", "4", "-t", "12s", "--report", "json")
    workers = [load.start("a.yaml", "--worker", *place) for _ in range(2)]
    wait_until(lambda: api.seen["/item"] > 50)
    workers[0].kill()
    done = ended(master)
    assert done.code == 1, done.out + done.err
    assert f"1 of 2 worker processes ended before the test did: on {socket.gethostname()}." in done.out
    assert f"1 of 2 workers gone: on {socket.gethostname()}. The others go on" in done.err
    report = load.report()
    assert 0 < report["total"]["count"] <= api.seen["/item"]
    assert report["thresholds"][-1]["threshold"] == "workers = 2"
    assert not report["thresholds"][-1]["met"]
    assert ended(workers[1]).code == 0


def test_a_worker_that_comes_later_is_one_of_them(load: Load, api: Api) -> None:
    load.write("secrets: [WHO]\n" + one_request(api).replace("/item", "/item/<<WHO>>"))
    master, place = load.lead("--var", "WHO=nobody", "-u", "4", "-t", "12s", "--report", "json")
    first = load.start("a.yaml", "--worker", *place, "--var", "WHO=first")
    wait_until(lambda: api.seen["/item/first"] > 5)
    api.delay = 0.7  # so long the first one still tells of users that it has given away
    second = load.start("a.yaml", "--worker", *place, "--var", "WHO=second")
    wait_until(lambda: api.seen["/item/second"] > 5)
    first.kill()
    done = ended(master)
    assert done.code == 1, done.out + done.err
    assert f"1 of 2 worker processes ended before the test did: on {socket.gethostname()}." in done.out
    assert ended(second).code == 0
    assert load.report()["processes"] == 2
    assert load.report()["users"] == 4
    assert max(slot["users"] for slot in load.report()["timeline"]) == 4


def test_a_terminals_ctrl_c_is_for_the_leader_and_nothing_is_lost(load: Load, api: Api) -> None:
    load.write(FLOW.replace("URL", api.url))
    process = load.start("a.yaml", "--headless", "--processes", "2", "-u", "4", "-t", "10m", "--report", "json")
    wait_until(lambda: api.seen.total() > 50)
    os.killpg(process.pid, signal.SIGINT)
    done = ended(process)
    assert (done.code, done.err) == (130, "")
    assert load.report()["total"]["count"] + load.report()["cut_off"] == api.seen.total()
    assert api.seen["/logout"] == api.seen["/login"] > 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_worker_that_is_interrupted_tells_what_it_measured(
    load: Load, api: Api, number: signal.Signals, code: int
) -> None:
    load.write(FLOW.replace("URL", api.url))
    with refusing() as nobody:
        place: tuple[str, ...] = ("--master-host", "127.0.0.1", "--master-port", nobody.rpartition(":")[2])
        worker = load.start("a.yaml", "--worker", *place)
        assert worker.stderr is not None
        assert "Looking for the master" in worker.stderr.readline()
        worker.send_signal(number)
        alone = ended(worker)
    assert alone.code == code
    assert "Traceback" not in alone.err
    master, place = load.lead("-u", "2", "-t", "10m", "--report", "json")
    worker = load.start("a.yaml", "--worker", *place)
    wait_until(lambda: api.seen.total() > 50)
    worker.send_signal(number)
    assert ended(worker).code == code
    assert ended(master).code == 4
    assert load.report()["total"]["count"] + load.report()["cut_off"] == api.seen.total()
    assert api.seen["/logout"] == api.seen["/login"] > 0


def test_a_worker_without_a_key_says_so_and_so_does_its_master(load: Load, api: Api) -> None:
    load.write(one_request(api, "    auth: {bearer: <<API_KEY>>}\n"))
    load.environ["API_KEY"] = "key-4f9b2c7d1e"
    master, place = load.lead("-t", "5s")
    del load.environ["API_KEY"]
    worker = ended(load.start("a.yaml", "--worker", *place))
    assert worker.code == 3
    assert "API_KEY has no value" in worker.err
    done = ended(master)
    assert done.code == 3, done.out + done.err
    assert "A worker cannot run the collections" in done.out
    assert "API_KEY has no value" in done.out
    assert not api.seen


def test_a_worker_with_other_requests_is_refused_before_anything_counts(load: Load, api: Api) -> None:
    load.write(one_request(api))
    (load.folder / "old").mkdir()
    load.write(one_request(api, f"  - {{name: more, url: {api.url}/more}}\n"), "old/a.yaml")
    master, place = load.lead("-t", "5s")
    worker = ended(load.start("old/a.yaml", "--worker", *place))
    done = ended(master)
    assert (worker.code, done.code) == (3, 3), done.out + done.err + worker.err
    assert "this worker is not like its master: a.yaml, or a file that it includes, is not the same" in worker.err
    assert "A worker is not like its master: a.yaml" in done.out
    assert "Traceback" not in worker.err + done.err
    assert not api.seen


DATA: Final = """data: rows.csv
requests:
  - {name: one, tags: [smoke], url: URL/<<n>>}
  - {name: two, url: URL/two, file: body.json, method: POST, expect: {schema: schema.json}}
"""


@pytest.mark.parametrize(
    ("other", "options", "said"),
    [
        (("rows.csv", "n\n1\n3\n"), [], "the data rows of a.yaml are not the same (2 on the worker, 2 on the master)"),
        (("rows.csv", "n\n1\n"), [], "the data rows of a.yaml are not the same (1 on the worker, 2 on the master)"),
        (("body.json", '{"a": 2}'), [], "body.json, which a.yaml names, is not the same on both"),
        (("inner.json", "{}"), [], "inner.json, which a.yaml names, is not the same on both"),
        (
            ("a", ""),
            ["--tag", "smoke"],
            "other requests of a.yaml are selected (1 on the worker, 2 on the master); give it the same",
        ),
    ],
)
def test_a_worker_that_would_measure_something_else_is_refused(
    load: Load, api: Api, other: tuple[str, str], options: list[str], said: str
) -> None:
    files = {"rows.csv": "n\n1\n2\n", "body.json": '{"a": 1}', "inner.json": '{"type": "object"}'}
    files |= {"schema.json": '{"$ref": "inner.json"}', "a.yaml": DATA.replace("URL", api.url)}
    (load.folder / "old").mkdir()
    for name, written in files.items():
        load.write(written, name)
        load.write(written, f"old/{name}")
    load.write(other[1], f"old/{other[0]}")
    master, place = load.lead("-t", "5s")
    worker = ended(load.start("old/a.yaml", "--worker", *place, *options))
    done = ended(master)
    assert (worker.code, done.code) == (3, 3), done.out + done.err + worker.err
    assert f"this worker is not like its master: {said}" in worker.err
    assert f"A worker is not like its master: {said}" in done.out
    assert not api.seen


ADDRESS: Final = """variables: {BASE_URL: URL, MODEL: small}
defaults: {base_url: <<BASE_URL>>, auth: {bearer: <<PASS_CARD>>}}
requests: [{name: ask, url: /ask, json: {model: <<MODEL>>, max_tokens: 5}}]
"""


def test_a_worker_with_other_values_is_refused_and_secrets_are_its_own(load: Load, api: Api) -> None:
    load.write(ADDRESS.replace("URL", api.url, 2).replace(f"BASE_{api.url}", "BASE_URL"))
    load.environ["PASS_CARD"] = "card-of-the-master"
    master, place = load.lead("-t", "5s")
    load.environ |= {"PASS_CARD": "card-of-the-worker", "MODEL": "large"}
    worker = ended(load.start("a.yaml", "--worker", *place))
    done = ended(master)
    assert (worker.code, done.code) == (3, 3), done.out + done.err + worker.err
    said = "variables of a.yaml have other values on the worker: MODEL (worker: the environment; master: variables, "
    assert f"A worker is not like its master: {said}a.yaml:1). Only secrets may differ." in done.out
    assert f"this worker is not like its master: {said}" in worker.err
    assert not api.seen


def test_a_worker_ends_when_its_master_is_gone(load: Load, api: Api) -> None:
    load.write(one_request(api))
    master, place = load.lead("-t", "10m")
    worker = load.start("a.yaml", "--worker", *place)
    wait_until(lambda: api.seen["/item"] > 20)
    master.kill()
    done = ended(worker)
    assert done.code == 4
    assert "the master is gone" in done.err


def free_port() -> int:

    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_an_exported_locustfile_runs_the_collection_under_locust(load: Load, api: Api) -> None:
    load.write(FLOW.replace("URL", api.url), "my shop.yaml")
    exported = subprocess.run(
        [sys.executable, "-m", "runner", "export", "locust", "my shop.yaml", "-o", "locustfile.py"],
        cwd=load.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Exported 4 requests" in exported.stderr
    command = [sys.executable, "-m", "locust", "--headless", "-u", "2", "-r", "2", "-t", "10m", "--stop-timeout", "60"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=load.folder, env=environ, stdout=pipe, stderr=pipe, text=True)
    load.running.append(process)
    wait_until(lambda: api.seen["/login"] == 2 and api.seen.total() > 8)
    process.send_signal(signal.SIGTERM)
    done = ended(process)
    assert done.code == 0, done.out + done.err
    assert (api.seen["/login"], api.seen["/logout"]) == (2, 2)


def test_a_locustfile_says_why_its_collection_cannot_run(load: Load, api: Api) -> None:
    load.write(one_request(api, "    auth: {bearer: <<API_KEY>>}\n"))
    text = 'from runner.load_testing.locustfile import collection_user\n\nShop = collection_user("a.yaml")\n'
    (load.folder / "locustfile.py").write_text(text, encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if name != "API_KEY"}
    command = [sys.executable, "-m", "locust", "--headless", "-t", "1s"]
    environ = {**environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=load.folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "API_KEY has no value" in done.stderr
    assert not api.seen


def test_a_request_takes_little_more_time_than_one_that_is_written_by_hand() -> None:
    """Of the processor, which other programs do not change much; the benchmark has the rates."""
    with items() as url:
        pairs = [(by_hand(url, 2), by_runner(url, 2)) for _ in range(2)]
    assert min(mine.each / other.each for other, mine in pairs) < 1 / LEAST


def test_a_page_starts_tests_and_holds_no_secret(load: Load, api: Api) -> None:
    key = "key-4f9b2c7d1e"
    load.environ["API_KEY"] = key
    load.write(one_request(api, "    headers: {X-Token: <<API_KEY>>}\n").replace("status: 200", "status: 201"))
    port = free_port()
    process = load.start("a.yaml", "-u", "2", "--web-port", str(port), "--report", "json")
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()
    assert line == f"Locust's page is at http://127.0.0.1:{port}/\n"
    page = f"http://127.0.0.1:{port}"
    wait_until(lambda: answers(page))
    assert not api.seen
    told = asked(f"{page}/swarm", b"user_count=2&spawn_rate=2&host=")
    assert '"success": true' in told or '"success":true' in told
    wait_until(lambda: api.seen["/item"] > 5)
    shown = [asked(f"{page}/{path}") for path in ("", "stats/requests", "stats/report", "exceptions", "tasks", "logs")]
    assert "status: expected 201, got 200" in "".join(shown)
    assert key not in "".join(shown)
    busy = load.run("a.yaml", "--web-port", str(port))
    assert (busy.code, "another program does" in busy.err, "Traceback" in busy.err) == (2, True, False)
    process.send_signal(signal.SIGINT)
    done = ended(process)
    assert done.code == 130, done.err
    assert load.report()["total"]["count"] + load.report()["cut_off"] == api.seen["/item"]


def asked(url: str, form: bytes | None = None) -> str:
    with urlopen(url, form, timeout=PATIENCE) as answer:  # noqa: S310  # its own URL
        text: str = answer.read().decode()
    return text


def answers(url: str) -> bool:
    try:
        asked(url)
    except URLError:
        return False
    return True
