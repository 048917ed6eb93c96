"""Reports to look at in a browser: one in which much is broken, one that is large, one that is held against another."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from runner.messages import Headers, StreamEvent, Timings, TransportError
from runner.report.record import (
    Body,
    Change,
    Comparison,
    FileRecord,
    Glance,
    Problem,
    Received,
    Record,
    Report,
    Sent,
    StreamRecord,
)
from runner.results import Advice, Attempt, Check, RequestResult, RunResult, Status
from runner.source import Location
from runner.usage import ModelSum, Usage

STARTED: Final = 1_728_017_290.25
HOSTILE: Final = (
    "</script><script>window.__pwned=1;alert(1)</script><img src=x onerror=alert(2)>]]>--><!-- <script> "
    "\u202egnp.exe\u202c\x1b[31mred\x07\x00\u200b\u2028\n::error::x\n##[error]y"
)
JSON_BODY: Final = (
    '{"id": 12345678901234567890, "price": 20.0, "name": "Ada", "tags": ["a", "b"], "deep": {"er": {"still": null}}}'
)
JSON_TYPE: Final[Headers] = (("Content-Type", "application/json"), ("X-Request-Id", "req-1"))
EXPECTED: Final = '{"id": 1, "items": [{"sku": "A1", "qty": 2}, {"sku": "B2", "qty": 3}], "state": "paid"}'
GOT: Final = '{"id": 1, "items": [{"sku": "A1", "qty": 2}, {"sku": "B2", "qty": 1}], "state": "pending"}'
CURL: Final = "curl https://shop.example/users/1 \\\n  -H 'Accept: */*' \\\n  -H 'X-Name: it'\"'\"'s'"
SHOP: Final = "shop.yaml"


def place(line: int, file: str = SHOP) -> Location:
    return Location(file, line)


def result(name: str, status: Status = Status.PASS, line: int = 5) -> RequestResult:
    """What came of one request, sent or not."""
    return RequestResult(name, status, place(line), "GET", f"/{name.replace(' ', '-')}", 200, 0.02)


def sent(path: str, body: Body = Body()) -> Sent:  # noqa: B008  # a value
    return Sent("GET", f"https://shop.example{path}", (("Accept", "*/*"), ("X-Name", "it's")), body, CURL)


def received(status: int = 200, body: Body | None = None) -> Received:
    whole = Body(JSON_BODY, "application/json", len(JSON_BODY)) if body is None else body
    times = Timings(0.020, 0.015, 0.001, 0.002, 0.004)
    return Received(
        status, "OK" if status == 200 else "", "https://shop.example/", JSON_TYPE, whole, whole.size, (), times
    )


def failed(subject: str, expected: str, got: str, line: int = 9) -> Check:
    return Check(subject, passed=False, location=place(line), expected=expected, got=got)


def _user() -> Record:
    checks = (
        Check("status", passed=True, location=place(8)),
        failed("$.name", '"Ada Byron"', '"Ada Lovelace"'),
        failed("$", EXPECTED, GOT, 10)._replace(note="$.items[1].qty differs"),
    )
    found = result("user", Status.FAIL)._replace(checks=checks, tags=("smoke", "users"))
    return Record(1, found, sent("/users/1"), received(), at=0.3)


def _refused() -> Record:
    error = TransportError("connection", "127.0.0.1:9 refused the connection.", "Is the server running?")
    found = result("refused", Status.ERROR, 20)._replace(http_status=None, error=error, tags=("smoke",))
    return Record(2, found, sent("/health"), at=0.1)


def _quota() -> Record:
    advice = Advice("insufficient_quota: You exceeded your quota.", "Add a payment method.")
    attempts = (Attempt(503, None, 0.1, "waited 50 ms"), Attempt(None, "timeout", 0.2), Attempt(429, None, 0.3))
    found = result("quota", Status.FAIL, 30)._replace(http_status=429, duration=0.3, advice=advice, attempts=attempts)
    found = found._replace(checks=(failed("status", "200", "429", 31),))
    return Record(3, found, sent("/chat", Body('{"a": 1}', "application/json", 8)), received(429), at=0.5)


def _hostile() -> Record:
    found = result(f"hostile {HOSTILE}", Status.FAIL, 40)._replace(checks=(failed(HOSTILE, HOSTILE, HOSTILE * 2),))
    body = Body(HOSTILE, HOSTILE, 400)
    answer = received(200, body)._replace(headers=((HOSTILE, HOSTILE),), reason=HOSTILE)
    return Record(4, found._replace(tags=(HOSTILE,), warnings=(HOSTILE,)), sent("/" + HOSTILE, body), answer, at=0.6)


def _stream() -> Record:
    events = tuple(StreamEvent(f'{{"n": {number}}}', "chunk", 0.01 * number) for number in range(450))
    stream = StreamRecord("OpenAI", done=True, first_content=0.12, longest_gap=0.05, events=events, left_out=7)
    usage = Usage(14, 7, 21, model="gpt-4.1-mini", seconds=0.4, first_content=0.12)
    found = result("stream", line=50)._replace(usages=(usage,), model="gpt-4.1-mini", first_content=0.12)
    answer = received()._replace(stream=stream)
    return Record(5, found, sent("/chat"), answer, at=0.7, costs=(Decimal("0.000012"),))


def _cut() -> Record:
    body = Body("x" * 64_000, "text/plain", 10_000_000, left_out=9_936_000)
    return Record(6, result("cut", line=60), sent("/big"), received(200, body), at=0.8)


def _binary() -> Record:
    body = Body("", "application/octet-stream", 10_240, binary=True)
    return Record(7, result("binary", line=70), sent("/binary"), received(200, body), at=0.9)


def _skipped() -> Record:
    reason = 'needs "id" from "user", which failed'
    found = RequestResult("read user", Status.SKIP, place(80), reason=reason, held_up=True)
    return Record(8, found)


def _health() -> Record:
    found = result("alive")._replace(
        location=place(3, "health.yaml"), tags=("smoke",), warnings=("the answer is empty",)
    )
    return Record(9, found, sent("/alive"), received(), at=0.0)


MODELS: Final = (
    ModelSum("gpt-4.1-mini", 2, 1, 1, 1, 21, Decimal("0.000012"), 0, 7, 0.4, 0.12, 1),
    ModelSum("llama3.2", 1, 1, 1, 0, 30, Decimal(0), 0, 20, 0.5, 0.2, 1),
    ModelSum(HOSTILE, 1, 0, 1, 0, 5, None, 1),
)


def broken() -> Report:
    """Nine requests of two files: failures, an error, a skip, a stream, bodies that are cut or binary."""
    shop = (_user(), _refused(), _quota(), _hostile(), _stream(), _cut(), _binary(), _skipped())
    counts = {Status.PASS: 4, Status.FAIL: 3, Status.ERROR: 1, Status.SKIP: 1}
    return Report(
        STARTED,
        RunResult(counts, 1.3, models=MODELS, warnings=1),
        (FileRecord(SHOP, "Shop", requests=shop), FileRecord("health.yaml", "Health", requests=(_health(),))),
        command="runner run --jobs 8 shop.yaml health.yaml",
    )


def fine() -> Report:
    """One request that passed; no model was asked."""
    file = FileRecord("health.yaml", "Health", requests=(_health()._replace(number=1),))
    return Report(STARTED, RunResult({Status.PASS: 1}, 0.1), (file,), command="runner run health.yaml")


def unexplained() -> Report:
    """A status that is not the expected one, with a web page behind it."""
    page = "<html><body>\n<h1>Gone</h1>\n" + "<p>lost</p>\n" * 50
    found = result("page", Status.FAIL)._replace(http_status=410, checks=(failed("status", "200", "410"),))
    record = Record(1, found, sent("/page"), received(410, Body(page, "text/html", len(page))), at=0.0)
    return Report(STARTED, RunResult({Status.FAIL: 1}, 0.1), (FileRecord(SHOP, requests=(record,)),))


def wrong() -> Report:
    """A file is wrong; nothing was sent."""
    problem = Problem("error", "unknown-key", f"unknown key {HOSTILE}", "Here it is called retries.", place(12))
    return Report(0.0, RunResult({}, 0.0), problems=(problem,), command="runner run shop.yaml")


def large(requests: int = 5000, in_a_file: int = 100) -> Report:
    """Rows of a file with a hundred requests each; every fiftieth request fails for the same reason."""
    body = Body(JSON_BODY * 5, "text/plain", 600)
    files = []
    for first in range(0, requests, in_a_file):
        row = f"region={first // in_a_file}"
        records = tuple(_one_of_many(number, body) for number in range(first + 1, first + in_a_file + 1))
        files.append(FileRecord("many.yaml", "Many", row, requests=records))
    failures = requests // 50
    counts = {Status.PASS: requests - failures, Status.FAIL: failures}
    return Report(STARTED, RunResult(counts, requests * 0.001), tuple(files), command="runner run many.yaml")


def _one_of_many(number: int, body: Body) -> Record:
    found = result(f"item {number}", line=number)._replace(checks=(Check("status", passed=True, location=place(7)),))
    if number % 50 == 0:
        found = found._replace(status=Status.FAIL, checks=(failed("$.ok", "true", "false"),))
    return Record(number, found, sent(f"/items/{number}"), received(200, body), at=number * 0.001)


def compared() -> Report:
    """Held against an earlier run, of each kind of change one."""
    bad, good = Glance(Status.FAIL, 0.02), Glance(Status.PASS, 0.02, 21, Decimal("0.00001"))
    changes = (
        Change("newly failing", SHOP, "", "", "user", good, bad, STARTED - 86400),
        Change("still failing", SHOP, "", "", "quota", bad, bad, STARTED - 172800),
        Change("fixed", "health.yaml", "", "", "alive", bad, good),
        Change("slower", SHOP, "", "", "cut", good, good._replace(duration=0.5)),
        Change("dearer", SHOP, "", "", "stream", good, good._replace(cost=Decimal("0.02"))),
        Change("new", SHOP, "", "", "binary", None, good),
        Change("gone", SHOP, "", "", "an old one", good, None),
    )
    counts = {Status.PASS: 5, Status.FAIL: 1}
    return broken()._replace(comparison=Comparison(STARTED - 3600, 0.9, counts, 900, Decimal("0.0005"), changes))
