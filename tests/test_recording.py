"""Runs are recorded against real servers on the loopback interface, the servers are stopped, and the recording gives
the same verdicts and the same reports, but for times; no secret is in it in any form."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import pytest

from runner.clock import Clock, SystemClock
from runner.recording.reading import last_responses
from tests.command import Ended, Program, StillClock
from tests.echo_server import serve_echo
from tests.oauth_server import CLIENT, USER, serve_oauth
from tests.secret_forms import forms_in, secret_forms
from tests.servers import Client, serve, serve_bytes
from tests.serving import ROOT, serving

SECRET: Final = 'pa55+word/="ü&x'
TIMES: Final = frozenset({"at", "duration", "started", "timings", "first_content", "longest_gap", "seconds", "waited"})
"""What of a report is a time."""
MADE_UP: Final = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16}|[0-9-]{10}T[0-9:.]{12}Z|17[0-9]{8}|[0-9.]+ m?s\b"
    r"|(?<=n[ =])[0-9]+"
)
"""Dynamic values of any run, and times in words."""
OF_REPLAY: Final = frozenset({"replayed", "command", "curl", "note"})
"""What says that it was a replay, and notes of waits, which have a length."""

HOSTILE: Final = """
name: hostile
defaults: {base_url: <<URL>>}
variables: {trace: <<$guid>>}
secrets: [SECRET]
requests:
  - name: dynamic
    url: /echo/<<$randomHex>>
    query: {trace: <<trace>>, n: <<$randomInt>>}
    json: {id: <<$guid>>, at: <<$timestamp>>, day: <<$isoTimestamp>>, text: "n <<$randomInt>> of <<SECRET>>"}
    expect: {json: {$.method: POST, $.json.text: {starts_with: "n "}}}
  - name: redirects
    url: /redirect/3
    expect: {json: {$.path: /echo}}
  - name: too many redirects
    url: /redirect/5
    redirects: 2
  - name: another origin
    url: /elsewhere
    headers: {X-Api-Key: <<SECRET>>}
    expect: {json: {$.method: GET}}
  - name: sent again
    url: /flaky/a?fail=2
    retry: {attempts: 4, delay: 20ms}
  - name: looked at again
    url: /flaky/b?fail=0
    poll: {every: 10ms, for: 5s}
    expect: {json: {$.count: {gte: 3}}}
  - name: never
    url: /flaky/c?fail=0
    poll: {every: 400ms, for: 1100ms}
    expect: {json: {$.count: {gte: 9}}}
  - name: gzip
    url: /compressed/gzip
    json: {zipped: true}
    expect: {headers: {content-encoding: gzip}, json: {$.zipped: true}}
  - name: latin
    url: /latin
    expect: {text: {contains: Grüße}}
  - name: digest
    url: /digest/SHA-256
    auth: {digest: {username: ann, password: <<SECRET>>}}
    expect: {json: {$.method: GET}}
  - name: failing
    url: /status/500?body=oops
  - name: nothing
    url: /status/204
    expect: {status: 204, size: 0}
  - name: short
    url: /broken/short
  - name: closed
    url: /broken/close
  - name: noise
    url: /broken/noise
    expect: {error: any}
  - name: refused
    url: <<GONE>>/x
  - name: large
    url: /size/2000
    max_size: 1000
  - name: form
    url: /reply
    form: {name: ann, password: <<SECRET>>}
    expect: {text: {contains: ann}}
  - name: parts
    url: /echo
    multipart: {name: ann, key: <<SECRET>>, id: <<$guid>>}
    expect: {json: {$.method: POST}}
  - name: told
    url: /tell
    auth: {bearer: <<SECRET>>}
    capture: {told_token: $.plain}
    expect: {json: {$.plain: {type: string}}}
  - name: cookie
    url: /reply
    query: {header: "Set-Cookie: session=<<SECRET|base64>>; Path=/"}
    expect: {cookies: {session: {length: {gte: 16}}}}
  - name: uses what was told
    url: /echo
    json: {given: "<<told_token>>"}
    auth: {bearer: <<told_token>>}
    expect: {json: {$.json.given: <<told_token>>}}
  - name: rows
    url: /echo
    data: [{word: one}, {word: two}, {word: three}]
    json: {word: <<word>>}
    expect: {json: {$.json.word: <<word>>}}
  - name: try
    url: /flaky/d?fail=1
    expect: {status: 2xx, pass_rate: 2/3}
teardown:
  - {name: end, url: /echo, method: DELETE}
"""


class Kept(NamedTuple):
    """What is in the folder of one test."""

    folder: Path
    patch: pytest.MonkeyPatch

    def run(self, *arguments: str, **environ: str) -> Ended:
        return self.run_at(SystemClock(), *arguments, **environ)

    def run_at(self, clock: Clock, *arguments: str, **environ: str) -> Ended:
        program = Program(self.patch, self.folder, {"COLUMNS": "100", **environ}, clock)
        return program.run("run", *arguments)

    def report(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def har(self, name: str = "kept.har") -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def entries(self, name: str = "kept.har") -> list[Any]:
        return list(json.loads(self.har(name))["log"]["entries"])


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    return Kept(tmp_path, monkeypatch)


def without_times(value: Any) -> Any:
    """A report without what may differ: times, values made up, and what says that it is of a replay."""
    if isinstance(value, dict):
        return {name: without_times(one) for name, one in value.items() if name not in TIMES | OF_REPLAY}
    if isinstance(value, list):
        return [without_times(one) for one in value]
    return MADE_UP.sub("…", value) if isinstance(value, str) else value


@contextmanager
def recorded(
    kept: Kept, text: str, *arguments: str, clock: Clock | None = None, **environ: str
) -> Iterator[tuple[Ended, str]]:
    """A collection recorded against the echo server, which is gone afterwards. ``GONE`` refuses connections: its port
    is taken, so that no other program gets it, and nobody listens there."""
    (kept.folder / "api.yaml").write_text(text, encoding="utf-8")
    with serve_echo() as echo, socket.socket() as gone:
        gone.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
        given = ("--var", f"URL={echo.url}", *(("--var", f"GONE={url}") if "GONE" in text else ()))
        command = ("api.yaml", "--record", "kept.har", "--report", "json=one.json", *given, *arguments)
        one = kept.run_at(clock or SystemClock(), *command, **environ)
    yield one, echo.url


def replayed(
    kept: Kept, url: str, *arguments: str, seed: int = 4, secret: str = "", clock: Clock | None = None
) -> Ended:
    gone = [one["request"]["url"][:-2] for one in kept.entries() if one["request"]["url"].endswith("/x")]
    given = ("--var", f"URL={url}", *(word for one in gone[:1] for word in ("--var", f"GONE={one}")))
    program = Program(kept.patch, kept.folder, {"COLUMNS": "100", "SECRET": secret}, clock or SystemClock(), seed=seed)
    command = ("run", "api.yaml", "--replay", "kept.har", "--report", "json=two.json")
    return program.run(*command, *given, *arguments)


@pytest.mark.parametrize("options", [(), ("-j", "4"), ("--repeat", "2")], ids=["alone", "parallel", "twice"])
def test_a_hostile_set_has_the_same_report_without_its_server(kept: Kept, options: tuple[str, ...]) -> None:
    with recorded(kept, HOSTILE, *options, SECRET=SECRET) as (one, url):
        two = replayed(kept, url, *options, secret=SECRET)
    assert (one.code, two.code) == (4, 4)
    first, second = kept.report("one.json"), kept.report("two.json")
    assert without_times(second) == without_times(first)
    assert second["replayed"] == {"file": "kept.har", "left_over": 0}
    assert "replayed from kept.har" in two.out
    assert not two.err


class Busy(StillClock):
    """Of a machine that has other things to do: each wait, and each look at the clock, takes longer by so much."""

    def __init__(self, wait: float, look: float) -> None:
        super().__init__()
        self._wait = wait
        self._look = look

    def monotonic(self) -> float:
        self.waited += self._look
        return self.waited

    def sleep(self, seconds: float, stop: Event | None = None) -> None:
        super().sleep(seconds + self._wait, stop)


@pytest.mark.parametrize("then", [(0.0, 0.0), (0.25, 0.0), (0.15, 0.001)], ids=["idle", "late", "busy"])
@pytest.mark.parametrize("now", [(0.0, 0.0), (0.0, 0.004)], ids=["idle", "busy"])
def test_what_is_looked_at_for_some_time_is_so_as_often_as_then(
    kept: Kept, then: tuple[float, float], now: tuple[float, float]
) -> None:
    """However busy the machine was then, or is now."""
    text = "requests:\n  - name: never\n    url: <<URL>>/flaky/c?fail=0\n    poll: {every: 400ms, for: 1900ms}\n"
    text += "    expect: {json: {$.count: {gte: 9}}}\n"
    with recorded(kept, text, clock=Busy(*then)) as (one, url):
        two = replayed(kept, url, clock=Busy(*now))
    assert (one.code, two.code) == (1, 1), two.out
    first, second = kept.report("one.json"), kept.report("two.json")
    assert without_times(second) == without_times(first)
    assert second["replayed"]["left_over"] == 0


def test_dynamic_values_fit_by_what_they_are(kept: Kept) -> None:
    with recorded(kept, HOSTILE, SECRET=SECRET) as (one, url):
        two = replayed(kept, url, seed=99, secret=SECRET)
    verdicts = [
        [request["status"] for file in kept.report(name)["files"] for request in file["requests"]]
        for name in ("one.json", "two.json")
    ]
    assert verdicts[0] == verdicts[1]
    assert one.code == two.code


PLACES: Final = """
variables: {trace: <<$guid>>, fixed: always, path: /echo}
secrets: [SECRET]
defaults: {base_url: <<URL>>/base}
requests:
  - {name: in the path, url: "/a/<<$guid>>/<<fixed>>?q=<<$guid>>&r=<<fixed>>"}
  - {name: relative, url: a, query: {list: [<<$guid>>, <<fixed>>]}}
  - {name: whole, url: "<<URL>><<path>>", text: "at <<$isoTimestamp>> <<trace>> <<fixed>>"}
  - {name: form, url: a, form: {id: <<$guid|upper>>, word: <<fixed>>}}
  - name: graph
    url: a
    graphql: {query: "query Q { a }", operation_name: Q, variables: {id: <<$randomHex>>, fixed: <<fixed>>}}
  - name: lists
    url: a
    json: [{deep: [1, {"a b": "<<fixed>> <<$randomInt>> <<SECRET>>"}]}, <<$timestamp>>, "***"]
    capture: {first: "$.json[0]"}
  - {name: captured, url: a, json: {whole: <<first>>, part: "x <<first>>", key: "<<SECRET|base64>>"}}
  - name: chat
    url: <<URL>>/reply
    turns: [{user: "one <<$guid>>"}, {user: "two <<$guid>>"}]
    json:
      messages: [{role: system, content: "<<$guid>>"}]
      choices: [{message: {role: assistant, content: hi}}]
"""


def test_dynamic_values_wherever_they_stand(kept: Kept) -> None:
    with recorded(kept, PLACES, SECRET=SECRET) as (one, url):
        two = replayed(kept, url, seed=77)
        assert (one.code, two.code) == (0, 0), one.out + two.out
        assert "recorded and not asked for" not in two.out
        for before, after in (("fixed: always", "fixed: never"), ("role: system", "role: developer")):
            (kept.folder / "api.yaml").write_text(PLACES.replace(before, after), encoding="utf-8")
            assert replayed(kept, url, seed=77).code == 4


def test_neither_keys_nor_the_address_are_needed(kept: Kept) -> None:
    """Another address than then, and no secret at all."""
    text = HOSTILE.split("  - name: redirects")[0]
    with recorded(kept, text, SECRET=SECRET) as (one, _):
        two = replayed(kept, "http://somewhere.invalid:9")
    assert (one.code, two.code) == (0, 0)


def test_a_replay_waits_for_nothing_and_tells_the_times_of_then(kept: Kept) -> None:
    text = "defaults: {base_url: <<URL>>}\nrequests:\n"
    text += "  - {name: slow, url: /delay/700, expect: {duration: {gte: 700ms}}}\n"
    text += "  - {name: late, url: /flaky/z?fail=1, retry: {attempts: 2, delay: 30s}}\n"
    with recorded(kept, text.replace("30s", "300ms")) as (one, url):
        (kept.folder / "api.yaml").write_text(text, encoding="utf-8")
        two = replayed(kept, url)
    assert (one.code, two.code) == (0, 0)
    report = kept.report("two.json")
    assert report["files"][0]["requests"][0]["duration"] >= 0.7
    assert report["duration"] < 0.5
    assert abs(report["files"][0]["requests"][1]["at"]) >= 0.7


def test_with_timing_it_takes_as_long_as_then(kept: Kept) -> None:
    text = "requests:\n  - {name: slow, url: <<URL>>/delay/400}\n"
    with recorded(kept, text) as (one, url):
        two = replayed(kept, url, "--timing")
    assert (one.code, two.code) == (0, 0)
    assert 0.4 <= kept.report("two.json")["duration"] < 3


COLLECTIONS: Final = (
    "chat",
    "streaming",
    "tools",
    "conversation",
    "todo",
    "errors",
    "models",
    "embeddings",
    "import-job",
)


@pytest.mark.parametrize("file", COLLECTIONS)
def test_the_collections_of_the_project(kept: Kept, file: str) -> None:
    """Recorded against their own examples, served over HTTP."""
    path = str(ROOT / "collections" / f"{file}.yaml")
    keys = {"API_KEY": "sk-test-0123456789abcdef", "PASSWORD": "wonderland", "XDG_CACHE_HOME": str(kept.folder)}
    with serving(f"collections/{file}.yaml") as url:
        given = ("--var", f"BASE_URL={url}")
        one = kept.run(path, "--record", "kept.har", "--report", "json=one.json", *given, **keys)
    two = kept.run(path, "--replay", "kept.har", "--report", "json=two.json", *given, **keys)
    assert one.code == two.code
    assert not two.err
    assert without_times(kept.report("two.json")) == without_times(kept.report("one.json"))
    assert "sk-test" not in kept.har()


def test_oauth_is_recorded_and_its_tokens_are_not(kept: Kept) -> None:
    (kept.folder / "api.yaml").write_text(
        """
defaults:
  auth:
    oauth2:
      token_url: <<URL>>/token
      grant: password
      client_id: <<CLIENT_KEY>>
      client_secret: <<CLIENT_SECRET>>
      username: <<LOGIN_TOKEN>>
      password: <<PASSWORD>>
requests:
  - {name: first, url: <<URL>>/api, expect: {json: {$.seen: {starts_with: Bearer}}}}
  - {name: second, url: <<URL>>/api}
""",
        encoding="utf-8",
    )
    keys = {"CLIENT_KEY": CLIENT[0], "CLIENT_SECRET": CLIENT[1], "LOGIN_TOKEN": USER[0], "PASSWORD": USER[1]}
    with serve_oauth() as server:
        one = kept.run("api.yaml", "--record", "kept.har", "--var", f"URL={server.url}", **keys)
    two = kept.run("api.yaml", "--replay", "kept.har", "--var", f"URL={server.url}")
    assert (one.code, two.code) == (0, 0), one.out + two.out + two.err
    assert "replayed from kept.har" in two.out
    text = kept.har()
    given = [*server.grants.access, *server.grants.refresh, CLIENT[1], USER[1]]
    assert len(given) >= 3
    for secret in given:
        assert not forms_in(text, secret)
    assert [one["request"]["url"].rpartition("/")[2] for one in kept.entries()] == ["token", "api", "api"]


def _all_forms(secret: str) -> str:
    return "\n".join(secret_forms(secret).values())


def test_no_form_of_a_secret_is_in_the_file(kept: Kept) -> None:
    """In URL, headers, cookies and body of the request, and in whatever a server makes of it."""
    forms = _all_forms(SECRET).encode()
    line = b"HTTP/1.1 200 OK\r\nX-Echo: " + quote(SECRET, safe="").encode() + b"\r\n"
    line += b"Set-Cookie: sid=" + base64.b64encode(SECRET.encode()) + b"; HttpOnly\r\n"
    body = json.dumps({"list": [{"deep": one} for one in secret_forms(SECRET).values()], "pin": 48151623}).encode()
    texts = [(b"text/plain", forms), (b"application/json", body), (b"application/octet-stream", b"\0\xff" + forms)]
    answers = [
        line + b"Content-Type: " + kind + b"\r\nContent-Length: %d\r\n\r\n" % len(data) + data for kind, data in texts
    ]
    (kept.folder / "api.yaml").write_text(
        """
secrets: [SECRET, PIN]
requests:
  - name: <<SECRET>> by name
    url: <<URL>>/<<SECRET|urlencode>>
    query: {key: <<SECRET>>, password: by-its-name-alone}
    headers: {X-Api-Key: <<SECRET|base64>>, Authorization: "Basic <<SECRET|base64>>"}
    cookies: {session: <<SECRET|urlencode>>}
    json: {a: <<SECRET>>, b: "x <<SECRET|base64>>", api_key: literal-in-the-file, pin: <<PIN|int>>}
  - name: second
    url: <<URL>>
    auth: {basic: {username: ann, password: <<SECRET>>}}
    form: {p: <<SECRET>>, q: <<PIN>>}
  - {name: third, url: <<URL>>, auth: {digest: {username: ann, password: <<SECRET>>}}, text: "<<SECRET>>"}
""",
        encoding="utf-8",
    )
    with serve_bytes(*answers) as server:
        keys = {"SECRET": SECRET, "PIN": "48151623"}
        ended = kept.run("api.yaml", "--record", "kept.har", "--var", f"URL={server.url}", **keys)
    assert ended.code == 0, ended.out
    text = kept.har()
    for secret in (SECRET, "48151623", "by-its-name-alone", "literal-in-the-file"):
        assert not forms_in(text, secret), secret
    for entry in kept.entries():
        sent, came = entry["request"].get("postData", {}), entry["response"]["content"]
        for part in (sent, came):
            data = base64.b64decode(part["text"]) if "base64" in part.values() else part.get("text", "").encode()
            assert not forms_in(data.decode("utf-8", "replace"), SECRET)
    assert json.loads(kept.entries()[1]["response"]["content"]["text"])["pin"] == "***"


def test_a_secret_that_is_learnt_late_is_in_no_earlier_exchange(kept: Kept) -> None:
    text = """
defaults: {base_url: <<URL>>}
requests:
  - {name: early, url: /reply, text: the word is swordfish-1234}
  - {name: late, url: /reply, json: {word: swordfish-1234}, capture: {later: {json: $.word, secret: true}}}
  - {name: use, url: /echo/<<later>>}
"""
    with recorded(kept, text) as (one, url):
        two = replayed(kept, url)
    assert (one.code, two.code) == (0, 0)
    assert "swordfish" not in kept.har()


def test_a_secret_spread_over_a_stream_is_not_kept(kept: Kept) -> None:
    chunks = [{"choices": [{"index": 0, "delta": {"content": one}}]} for one in SECRET]
    data = "".join(f"data: {json.dumps(one)}\n\n" for one in chunks).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n" % len(data)
    (kept.folder / "api.yaml").write_text(
        "requests: [{name: ask, url: <<URL>>, headers: {X-Key: <<SECRET>>}, stream: false}]\nsecrets: [SECRET]\n"
    )
    with serve_bytes(head + data) as server:
        one = kept.run("api.yaml", "--record", "kept.har", "--var", f"URL={server.url}", SECRET=SECRET)
    two = kept.run("api.yaml", "--replay", "kept.har", "--var", f"URL={server.url}", SECRET=SECRET)
    assert one.code == 0
    assert "cannot be replayed" in one.err
    assert two.code == 4
    assert "not kept" in two.out
    assert '"content": "p"' not in kept.har().replace("\\", "")


def test_a_stream_keeps_its_times_and_may_break_off(kept: Kept) -> None:
    chunk = '{"choices": [{"index": 0, "delta": {"content": "Hi"}}], "object": "chat.completion.chunk"}'
    pieces = [f"data: {chunk}\n\n".encode(), f"data: {chunk}\n\nda".encode()]

    def script(client: Client) -> None:
        client.read_request()
        client.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 5000\r\n\r\n")
        for piece in pieces:
            client.send(piece)
            client.server.stopping.wait(0.15)

    (kept.folder / "api.yaml").write_text("requests: [{name: ask, url: <<URL>>}]\n")
    with serve(script) as server:
        given = ("--var", f"URL={server.url}")
        one = kept.run("api.yaml", "--record", "kept.har", "--report", "json=one.json", *given)
    two = kept.run("api.yaml", "--replay", "kept.har", "--report", "json=two.json", *given)
    assert one.code == two.code == 4
    assert without_times(kept.report("one.json")) == without_times(kept.report("two.json"))
    arrivals = kept.entries()[0]["_runner"]["arrivals"]
    assert len(arrivals) == 3
    assert arrivals[1] - arrivals[0] >= 100


TWO: Final = """
defaults: {base_url: <<URL>>}
requests:
  - name: first
    url: /reply
    json: {model: small, deep: {list: [1, 2]}}
    expect: {json: {$.model: {type: string}}}
  - {name: second, url: /echo}
"""


def test_what_was_not_recorded_fails_and_says_what_is_nearest(kept: Kept) -> None:
    with recorded(kept, TWO) as (_, url):
        changed = TWO.replace("[1, 2]", "[1, 3]")
        (kept.folder / "api.yaml").write_text(changed, encoding="utf-8")
        two = replayed(kept, url)
    assert two.code == 4
    assert "body $.deep.list[1] is 3 now, 2 then" in " ".join(two.out.split())
    assert "1 exchange was recorded and not asked for" in two.err


def test_what_is_left_over_is_told_and_fails_if_strict(kept: Kept) -> None:
    with recorded(kept, TWO) as (_, url):
        (kept.folder / "api.yaml").write_text(TWO.split("  - {name: second")[0], encoding="utf-8")
        two = replayed(kept, url)
        strict = replayed(kept, url, "--strict")
        part = replayed(kept, url, "--strict", "-k", "first")
    assert (two.code, strict.code, part.code) == (0, 1, 0)
    assert "1 recorded and not asked for" in two.out
    assert '("second")' in two.err
    assert "exchanges left over count as failures (--strict)" in strict.out
    assert not part.err


def test_more_often_than_then_is_an_error(kept: Kept) -> None:
    with recorded(kept, TWO) as (_, url):
        two = replayed(kept, url, "--repeat", "2")
    assert two.code == 4
    assert "no answer left" in two.out


def test_a_body_is_edited_by_hand_without_its_length(kept: Kept) -> None:
    with recorded(kept, TWO) as (_, url):
        edited = kept.har().replace('"text": "{\\"model\\": \\"small\\"', '"text": "{\\"model\\": \\"much larger\\"', 2)
        (kept.folder / "kept.har").write_text(edited, encoding="utf-8")
        two = replayed(kept, url)
    assert two.code == 4  # the request was edited as well
    assert "body $.model is small now, much larger then" in " ".join(two.out.split())


def test_an_answer_is_edited_by_hand(kept: Kept) -> None:
    with recorded(kept, TWO) as (_, url):
        document = json.loads(kept.har())
        document["log"]["entries"][0]["response"]["content"]["text"] = '{"model": 12345678}'
        (kept.folder / "kept.har").write_text(json.dumps(document), encoding="utf-8")
        two = replayed(kept, url)
    assert two.code == 1
    assert "12345678" in two.out


def test_recording_twice_gives_the_same_file_but_for_times(kept: Kept) -> None:
    with recorded(kept, TWO) as (_, url):
        before = kept.har()
    with recorded(kept, TWO) as (_, other):
        after = kept.har()

    def plain(text: str, address: str) -> str:
        text = re.sub(r'("(?:startedDateTime|time|first_byte|dns|connect|wait|receive)": )[^,\n]*', r"\1…", text)
        return text.replace(address, "URL").replace(address.removeprefix("http://"), "HOST")

    assert plain(before, url) == plain(after, other)
    assert (kept.folder / "kept.har").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--record", "a.har", "--replay", "kept.har"), "--record and --replay"),
        (("--record", "a.har", "--mock"), "--record and --mock"),
        (("--record", "a.har", "--dry-run"), "--record and --dry-run"),
        (("--record", "a.har", "--watch"), "--record and --watch"),
        (("--replay", "a.har", "--mock"), "--replay and --mock"),
        (("--replay", "a.har", "--watch"), "--replay and --watch"),
        (("--record", "api.yaml"), "api.yaml is there, and is no recording"),
        (("--record", "."), "cannot be written"),
        (("--record", "nowhere/a.har"), "cannot be written"),
        (("--record", "a.har", "--report", "json=./a.har"), "a.har is to have a report as well"),
        (("--replay", "a.har", "--report", "json=a.har"), "a.har is to have a report as well"),
    ],
)
def test_what_does_not_go_together(kept: Kept, arguments: tuple[str, ...], said: str) -> None:
    (kept.folder / "api.yaml").write_text("requests: [{name: a, url: http://127.0.0.1:1}]\n")
    ended = kept.run("api.yaml", *arguments)
    assert ended.code == 2
    assert said in ended.err
    assert sorted(one.name for one in kept.folder.iterdir()) == ["api.yaml"]


@pytest.mark.parametrize(
    "text",
    ['{"log": {"level": "debug"}}', '{"log": "x"}', '{"log": {"creator": {"name": "Firefox"}, "entries": []}}'],
)
def test_a_file_of_somebody_else_is_never_replaced(kept: Kept, text: str) -> None:
    (kept.folder / "kept.har").write_text(text)
    (kept.folder / "api.yaml").write_text("requests: [{name: a, url: http://127.0.0.1:1}]\n")
    assert kept.run("api.yaml", "--record", "kept.har").code == 2
    assert kept.har() == text


def test_a_recording_is_replaced_by_the_next(kept: Kept) -> None:
    (kept.folder / "api.yaml").write_text("requests: [{name: a, url: http://127.0.0.1:1}]\n")
    for _ in range(2):
        assert "Recorded 1 exchange" in kept.run("api.yaml", "--record", "kept.har").err


def test_a_recording_is_not_lost_where_nothing_is_sent(kept: Kept) -> None:
    with recorded(kept, TWO):
        before = kept.har()
    (kept.folder / "api.yaml").write_text("requests: [{name: a, url: <<MISSING>>}]\n")
    assert kept.run("api.yaml", "--record", "kept.har").code == 3
    assert kept.har() == before
    (kept.folder / "api.yaml").write_text("requests: [{name: a, url: http://127.0.0.1:1, skip: not today}]\n")
    ended = kept.run("api.yaml", "--record", "kept.har")
    assert "is as it was" in ended.err
    assert kept.har() == before


def test_a_run_that_is_interrupted_keeps_what_came(kept: Kept) -> None:
    (kept.folder / "api.yaml").write_text(
        "requests:\n- {name: first, url: <<URL>>/echo}\n- {name: slow, url: <<URL>>/delay/9000}\n"
        "- {name: never, url: <<URL>>/echo}\nteardown: [{name: end, url: <<URL>>/echo, method: DELETE}]\n"
    )
    with serve_echo() as echo:
        command = [
            sys.executable,
            "-m",
            "runner",
            "run",
            "api.yaml",
            "--record",
            "kept.har",
            "--var",
            f"URL={echo.url}",
        ]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, cwd=kept.folder, env=environ, stdout=subprocess.PIPE, text=True) as process:
            clock, until = SystemClock(), SystemClock().monotonic() + 20
            while len(echo.received) < 2 and clock.monotonic() < until:
                clock.sleep(0.02)
            assert not (kept.folder / "kept.har").exists()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
    assert process.returncode == 130
    assert [one["_runner"]["request"] for one in kept.entries()] == ["first", "end"]
    assert [one.name for one in kept.folder.iterdir() if one.name.startswith(".kept")] == []


def test_reports_of_all_kinds_say_that_it_was_a_replay(kept: Kept) -> None:
    kinds = ("html", "markdown=two.md", "tap=two.tap", "junit=two.xml", "ndjson=two.ndjson")
    with recorded(kept, TWO) as (_, url):
        (kept.folder / "api.yaml").write_text(TWO.split("  - {name: second")[0], encoding="utf-8")
        replayed(kept, url, *(word for kind in kinds for word in ("--report", kind)))
    for name in ("two.md", "two.tap", "two.ndjson", "report.html"):
        assert "kept.har" in (kept.folder / name).read_text(encoding="utf-8"), name
    program = Program(kept.patch, kept.folder, {"COLUMNS": "100"}, SystemClock())
    assert "replayed from kept.har · 1 recorded and not asked for" in program.run("report", "two.json").out


def test_a_recording_is_served(kept: Kept) -> None:
    with recorded(kept, TWO):
        pass
    command = [sys.executable, "-m", "runner", "mock", "--from", "kept.har"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=kept.folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().partition(" at ")[2].partition(" ")[0]
        ended = kept.run("api.yaml", "--repeat", "2", "--var", f"URL={url}")
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=10)
    assert (ended.code, process.returncode) == (0, 130)
    assert log.splitlines() == ["POST /reply → 200 first", "GET /echo → 200 second"] * 2


@pytest.mark.parametrize("arguments", [("mock",), ("mock", "api.yaml", "--from", "kept.har")])
def test_the_mock_serves_files_or_a_recording(
    kept: Kept, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert Program(kept.patch, kept.folder, {}).run(*arguments).code == 2
    assert "give either a PATH, or --from with a FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the recording is empty"),
        ("{", "this is no JSON"),
        ('{\n "log": {\n "entries": [}', "broken.har:3:"),
        ("[]", "no list of exchanges (log.entries)"),
        ('{"log": {"entries": []}}', "no exchange over HTTP"),
        ('{"log": {"entries": [{}]}}', "request is to be an object and is not there"),
        ('{"log": {"entries": [7]}}', "it is to be an object"),
        ('{"info": {"_postman_id": 1}, "item": []}', "this is no recording"),
    ],
)
def test_a_broken_recording_is_told_with_its_place(kept: Kept, text: str, said: str) -> None:
    (kept.folder / "broken.har").write_text(text)
    (kept.folder / "api.yaml").write_text("requests: [{name: a, url: http://127.0.0.1:1}]\n")
    ended = kept.run("api.yaml", "--replay", "broken.har")
    assert ended.code == 3
    assert said in ended.err
    assert "broken.har:" in ended.err


def test_a_missing_recording(kept: Kept) -> None:
    (kept.folder / "api.yaml").write_text("requests: [{name: a, url: http://127.0.0.1:1}]\n")
    for name, said in (("none.har", "there is no recording none.har"), (".", ". cannot be read: Is a directory")):
        ended = kept.run("api.yaml", "--replay", name)
        assert ended.code == 3
        assert said in ended.err


@pytest.mark.parametrize("option", ["--record", "--replay"])
def test_an_empty_name_sends_nothing(kept: Kept, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    (kept.folder / "api.yaml").write_text("requests: [{name: a, url: http://127.0.0.1:1}]\n")
    assert kept.run("api.yaml", option, "").code == 2
    assert "it is empty" in capsys.readouterr().err


def test_the_last_response_of_each_request(kept: Kept) -> None:
    with recorded(kept, HOSTILE, SECRET=SECRET):
        found = last_responses(kept.folder / "kept.har", "kept.har")
    assert found["sent again"].status == 200
    assert found["looked at again"].document.value == {"count": 3}
    assert "refused" not in found
