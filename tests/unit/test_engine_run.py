from __future__ import annotations

from collections.abc import Callable
from threading import Event as Signal

import pytest

from runner.clock import Clock
from runner.engine.events import (
    Event,
    FileFinished,
    FileStarted,
    RequestEnded,
    RequestFinished,
    RequestStarted,
    RunFinished,
    RunStarted,
)
from runner.engine.job import Job
from runner.engine.plan import plan_job
from runner.engine.run import DEFAULT, Run, RunOptions
from runner.errors import ExitCode
from runner.messages import Request, Response, TransportError
from runner.node import Plain
from runner.results import RequestResult, RunResult, Status
from tests.command import RunningClock, StillClock
from tests.unit.fake_transport import Answer, Answerer, FakeTransport, by_path, echo, reply
from tests.unit.loading import collection, scope_of

REFUSED = TransportError("connection", "Nobody listens there.")


class Ran:
    """What came of a run."""

    def __init__(
        self,
        *texts: str,
        answer: Answerer = echo,
        options: RunOptions = DEFAULT,
        hear: Callable[[Event], None] = lambda _: None,
        seconds: float = 0.0,
        clock: Clock | None = None,
        defer: bool = False,
    ) -> None:
        self.events: list[Event] = []
        self.secrets: list[Plain] = []
        self.clock = clock or StillClock()
        self.transport = FakeTransport(answer, self.clock, seconds)

        def listen(event: Event) -> None:
            self.events.append(event)
            hear(event)

        self._jobs = [self._job(text) for text in texts]
        self.run = Run(lambda: self.transport, self.clock, self.secrets.append, listen, options)
        if not defer:
            self.go()

    def go(self) -> None:
        self.result: RunResult = self.run.run(self._jobs, sum(len(job.requests) for job in self._jobs))

    def _job(self, text: str) -> Job:
        found = collection(text)
        job, problems = plan_job(found, scope_of(found, mark=self.secrets.append), lambda _spec, _name: True)
        assert problems == []
        return job

    @property
    def results(self) -> list[RequestResult]:
        return [one.result for one in self.events if isinstance(one, RequestFinished)]

    @property
    def statuses(self) -> list[str]:
        return [one.status.value for one in self.results]

    @property
    def reasons(self) -> list[str]:
        return [one.reason for one in self.results]


def requests(*written: str, before: str = "") -> str:
    """A collection of requests in braces, each begun with its name, which is the last part of its path."""
    lines = [before, "requests:"]
    for one in written:
        name, comma, rest = one.partition(",")
        lines.append(f"- {{name: {name}, url: 'http://h.example/{name}'{comma}{rest}}}")
    return "\n".join(lines)


def test_events_come_in_order() -> None:
    ran = Ran(requests("a", "b"), requests("c"))
    assert [type(one) for one in ran.events] == [
        RunStarted,
        FileStarted,
        *(RequestStarted, RequestEnded, RequestFinished) * 2,
        FileFinished,
        FileStarted,
        *(RequestStarted, RequestEnded, RequestFinished),
        FileFinished,
        RunFinished,
    ]
    assert [one.number for one in ran.events if isinstance(one, RequestStarted | RequestFinished)] == [1, 1, 2, 2, 3, 3]
    assert [one.requests for one in ran.events if isinstance(one, RunStarted)] == [3]
    assert ran.events[-1] == RunFinished(ran.result)
    assert (ran.result.exit_code, ran.transport.closed) == (ExitCode.OK, 1)


def test_what_fails_and_what_gets_no_answer() -> None:
    ran = Ran(requests("a", "b", "c"), answer=by_path(a=reply(status=404), b=REFUSED))
    assert ran.statuses == ["FAIL", "ERROR", "PASS"]
    assert ran.result.exit_code is ExitCode.NO_RESPONSE


def test_the_first_failure_can_end_it() -> None:
    ran = Ran(
        requests("a", "b", "c"), requests("d"), answer=by_path(b=reply(status=500)), options=RunOptions(fail_fast=True)
    )
    assert (ran.statuses, ran.result.not_run) == (["PASS", "FAIL"], 2)
    assert isinstance(ran.events[-2], FileFinished)
    assert isinstance(ran.events[-1], RunFinished)


def test_no_answer_ends_it_too_and_a_skip_does_not() -> None:
    options = RunOptions(fail_fast=True)
    assert Ran(requests("a", "b"), answer=by_path(a=REFUSED), options=options).statuses == ["ERROR"]
    assert Ran(requests("a, skip: later", "b"), options=options).statuses == ["SKIP", "PASS"]


def test_a_capture_reaches_what_follows() -> None:
    ran = Ran(requests("a, capture: {x: $.id}", "b, json: {got: <<x>>}"), answer=by_path(a=reply({"id": [1, 2]})))
    assert ran.transport.sent[1].body == b'{"got": [1, 2]}'
    assert ran.statuses == ["PASS", "PASS"]


@pytest.mark.parametrize(
    ("first", "answer", "why"),
    [
        ("a, capture: {x: $.id}", reply({}), "failed"),
        ("a, capture: {x: $.id}", reply({"id": 1}, 500), "failed"),
        ("a, capture: {x: $.id}", REFUSED, "failed"),
        ("a, capture: {x: $.id}, expect: {json: {$.id: 2}}", reply({"id": 1}), "failed"),
        ("a, capture: {x: $.id}, skip: later", reply({"id": 1}), "was skipped"),
    ],
    ids=range(5),
)
def test_what_needs_a_request_that_did_not_pass_is_skipped(first: str, answer: Answer, why: str) -> None:
    ran = Ran(requests(first, "b, text: <<x>>, capture: {y: $.body}", "c, text: <<y>>"), answer=by_path(a=answer))
    assert ran.statuses[1:] == ["SKIP", "SKIP"]
    assert ran.reasons[1:] == [f'needs "x" from "a", which {why}', 'needs "y" from "b", which was skipped']
    assert len(ran.transport.sent) == (0 if "skip" in first else 1)
    assert ran.result.exit_code is not ExitCode.OK or "skip" in first


def test_a_reason_to_skip_may_come_from_a_response() -> None:
    text = requests("a, capture: {x: $.why}", "b, skip: as <<x>> says", "c, skip: for good")
    assert Ran(text, answer=by_path(a=reply({"why": "it"}))).reasons == ["", "as it says", "for good"]
    assert Ran(text, answer=by_path(a=reply({}))).reasons == ["", 'needs "x" from "a", which failed', "for good"]


def test_no_reason_is_no_skip() -> None:
    ran = Ran(requests("a, skip: <<WHY>>", "b, skip: <<WHY>><<NOT>>", before="variables: {WHY: '', NOT: x}"))
    assert ran.statuses == ["PASS", "SKIP"]


@pytest.mark.parametrize(
    "written",
    [
        "query: {a: <<x>>}",
        "text: <<x>>",
        "auth: {basic: {username: <<x>>, password: abcd}}",
        "method: <<x>>",
        "file: <<x>>",
        "headers: {a: <<x|sha256>>}",
        "timeout: <<x>>",
        "delay: <<x>>",
        "text: <<x|int>>",
    ],
)
def test_what_a_response_gave_and_cannot_be_sent_is_an_error_of_that_request(written: str) -> None:
    ran = Ran(requests("a, capture: {x: $.v}", f"b, {written}", "c"), answer=by_path(a=reply({"v": "\ud800"})))
    assert ran.statuses == ["PASS", "ERROR", "PASS"]
    error = ran.results[1].error
    assert error is not None
    assert (error.kind, len(ran.transport.sent)) == ("request", 2)


def test_status_comes_first_then_captures_then_the_rest() -> None:
    text = requests("a, expect: {status: 200, json: {$.x: 1, $.y: 2}}, capture: {c: $.none}")
    [failed] = Ran(text, answer=by_path(a=reply({"x": 5}, 404))).results
    assert [one.subject for one in failed.checks] == ["status"]
    [other] = Ran(text, answer=by_path(a=reply({"x": 5, "y": 2}))).results
    assert [(one.subject, one.passed) for one in other.checks] == [
        ("status", True),
        ("capture c", False),
        ("$.x", False),
        ("$.y", True),
    ]


@pytest.mark.parametrize(
    ("wanted", "answer", "status"),
    [
        ("connection", REFUSED, Status.PASS),
        ("any", REFUSED, Status.PASS),
        ("any", TransportError("response", "It was cut short."), Status.PASS),
        ("timeout", REFUSED, Status.FAIL),
        ("any", reply({}), Status.FAIL),
        ("any", reply({}, 500), Status.FAIL),
        ("any", TransportError("request", "It cannot be sent."), Status.ERROR),
    ],
    ids=range(7),
)
def test_a_request_that_must_fail(wanted: str, answer: Answer, status: Status) -> None:
    [result] = Ran(requests(f"a, expect: {{error: {wanted}}}"), answer=by_path(a=answer)).results
    assert result.status is status


def test_the_kind_of_error_may_be_a_variable() -> None:
    text = requests(
        "a, capture: {x: $.v}", "b, expect: {error: <<x>>}", "c, expect: {error: <<K>>}", before="variables: {K: dns}"
    )
    dns = TransportError("dns", "No such host.")
    ran = Ran(text, answer=by_path(a=reply({"v": "connection"}), b=REFUSED, c=dns))
    assert ran.statuses == ["PASS", "PASS", "PASS"]
    assert Ran(text, answer=by_path(a=reply({"v": "tls"}), b=REFUSED, c=dns)).statuses == ["PASS", "FAIL", "PASS"]


def test_a_delay_is_waited_before_sending() -> None:
    ran = Ran(requests("a, delay: 1500ms", "b, delay: 2s, skip: later"), seconds=0.25)
    assert ran.clock.monotonic() == 1.75
    assert ran.result.duration == 1.75
    assert ran.results[0].duration == 0.25


def at(kind: type[Event], number: int, do: Callable[[], None]) -> Callable[[Event], None]:
    """A listener that does something at the ``number``th event of a kind."""
    seen: list[Event] = []

    def hear(event: Event) -> None:
        seen.extend([event] if isinstance(event, kind) else [])
        if isinstance(event, kind) and len(seen) == number:
            do()

    return hear


CODES = [ExitCode.INTERRUPTED, ExitCode.TERMINATED]
MOMENTS: list[tuple[type[Event], int, list[str]]] = [
    (RunStarted, 1, []),
    (FileStarted, 1, []),
    (RequestFinished, 1, ["PASS"]),
    (FileFinished, 1, ["PASS", "PASS"]),
    (FileStarted, 2, ["PASS", "PASS"]),
]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("kind", "number", "ran_before"), MOMENTS, ids=range(len(MOMENTS)))
def test_whenever_it_is_interrupted_what_ran_is_told(
    code: ExitCode, kind: type[Event], number: int, ran_before: list[str]
) -> None:
    ran = Ran(requests("a", "b"), requests("c"), hear=at(kind, number, lambda: ran_now.interrupt(code)), defer=True)
    ran_now = ran.run
    ran.go()
    assert ran.statuses == ran_before
    assert ran.result.exit_code is code
    assert ran.result.not_run == 3 - len(ran_before)
    assert ran.events[-1] == RunFinished(ran.result)
    assert len(ran.transport.sent) == len(ran_before)


def test_a_second_interrupt_ends_it_where_it_is() -> None:
    def end() -> None:
        raise KeyboardInterrupt

    ran = Ran(requests("a", "b"), requests("c"), hear=at(RequestFinished, 1, end))
    assert (ran.statuses, ran.result.exit_code, ran.result.not_run) == (["PASS"], ExitCode.INTERRUPTED, 2)
    assert ran.events[-1] == RunFinished(ran.result)


@pytest.mark.parametrize("heeds", [True, False], ids=["ends at once", "hangs in the system"])
def test_an_interrupt_while_sending_ends_the_exchange_and_teardown_runs(heeds: bool) -> None:
    text = requests("a", "b", "c") + "\nteardown: [{name: d, url: 'http://h.example/d'}]"
    aborted = Signal()
    ended = Signal()

    def answer(request: Request) -> Answer:
        if request.url.endswith("b"):
            ran_now.run.interrupt(ExitCode.INTERRUPTED)
            (aborted if heeds else ended).wait(10)
            return TransportError("timeout", "It took too long.")
        return echo(request)

    ran_now = Ran(text, answer=answer, defer=True, clock=RunningClock())
    ran_now.transport.abort = aborted.set  # type: ignore[method-assign]
    ran_now.go()
    ended.set()
    assert ran_now.statuses == ["PASS", "SKIP", "PASS"]
    assert ran_now.reasons[1] == "interrupted before an answer came"
    assert (ran_now.result.exit_code, ran_now.result.not_run) == (ExitCode.INTERRUPTED, 1)


def test_a_fault_of_the_program_still_closes_the_connections() -> None:
    transport = FakeTransport(lambda _: 1 / 0)  # type: ignore[arg-type, return-value]
    found = collection(requests("a"))
    job, _ = plan_job(found, scope_of(found), lambda _spec, _name: True)
    with pytest.raises(ZeroDivisionError):
        Run(lambda: transport, StillClock(), lambda _: None, lambda _: None).run([job], 1)
    assert transport.closed == 1


def test_only_what_is_shown_keeps_its_exchange() -> None:
    text, answer = requests("a", "b"), by_path(b=reply(status=500))
    kept = [one.exchange is not None for one in Ran(text, answer=answer).results]
    assert kept == [False, True]
    everything = RunOptions(keep=lambda _: True)
    assert all(one.exchange for one in Ran(text, answer=answer, options=everything).results)


def test_under_the_mock_server_requests_are_numbered_over_all_files() -> None:
    text = requests("a, expect: {error: any}", "b")
    ran = Ran(text, text, options=RunOptions(label="Which"))
    assert [one.header("which") for one in ran.transport.sent] == ["0.1", "1.1"]
    assert ran.statuses == ["SKIP", "PASS"] * 2


def test_what_is_not_selected_is_counted_too() -> None:
    """The mock server numbers the requests of whole files."""
    transport = FakeTransport()
    jobs = []
    for found in (collection(requests("a", "b", "c")), collection(requests("d", "e"))):
        job, _ = plan_job(found, scope_of(found), lambda _spec, name: name in "be")
        jobs.append(job)
    Run(lambda: transport, StillClock(), lambda _: None, lambda _: None, RunOptions(label="Which")).run(jobs, 2)
    assert [one.header("which") for one in transport.sent] == ["0.1", "1.1"]


def test_a_file_that_is_skipped_is_told() -> None:
    ran = Ran(requests("a", before="requires: [A]"), requests("b"))
    [skipped, _] = [one for one in ran.events if isinstance(one, FileStarted)]
    assert (skipped.skipped, ran.statuses, ran.result.files_skipped) == ("needs A, which is not set", ["PASS"], 1)
    assert ran.result.exit_code is ExitCode.OK


@pytest.mark.parametrize(
    ("written", "wanted", "status", "note"),
    [
        ("'true'", "true", "FAIL", "<<FLAG|bool>>"),
        ("'True'", "true", "FAIL", "<<FLAG|bool>>"),
        ("'true'", "{not: true}", "FAIL", "<<FLAG|bool>>"),
        ("'80'", "80", "FAIL", "<<FLAG|int>>"),
        ("'0.5'", "{one_of: [1, 0.5]}", "FAIL", "<<FLAG|float>>"),
        ("80", "'80'", "FAIL", "<<FLAG|string>>"),
        ("'80'", "{one_of: [80, '80']}", "PASS", ""),
        ("'80'", "{not: {one_of: [81, '82']}}", "PASS", ""),
        ("'false'", "true", "SKIP", ""),
        ("false", "true", "SKIP", ""),
        ("true", "true", "PASS", ""),
        ("'null'", "null", "SKIP", ""),
        ("[80]", "'80'", "SKIP", ""),
    ],
)
def test_a_condition_that_fails_for_a_type_alone_is_no_reason_to_skip(
    written: str, wanted: str, status: str, note: str
) -> None:
    ran = Ran(f"variables: {{FLAG: {written}}}\n" + requests(f"a, when: {{<<FLAG>>: {wanted}}}"))
    assert ran.statuses == [status]
    assert note in "".join(check.note for result in ran.results for check in result.checks)


MODEL = "json: {model: m, messages: [{role: user, content: hi}]}"
GONE = "the answer is an error ($.error): gone"


@pytest.mark.parametrize(
    ("answer", "request_", "warnings"),
    [
        (reply({"error": {"message": "gone"}}), MODEL, (GONE,)),
        (reply({"error": {"message": "gone"}}), f"{MODEL}, expect: {{json: {{$.choices: []}}}}", (GONE,)),
        (reply({"error": {"message": "gone"}}), f"{MODEL}, expect: {{json: {{$.error.message: gone}}}}", ()),
        (reply({"error": {"message": "gone"}}), "json: {a: 1}", ()),
        (reply({"error": {"message": "gone"}}, 500), f"{MODEL}, expect: {{status: 500}}", ()),
        (reply({"error": None, "choices": []}), MODEL, ()),
    ],
)
def test_a_model_that_answers_with_an_error_under_a_good_status_gives_a_warning(
    answer: Response, request_: str, warnings: tuple[str, ...]
) -> None:
    ran = Ran(requests(f"a, {request_}"), answer=by_path(a=answer))
    assert [result.warnings for result in ran.results] == [warnings]
    assert ran.result.warnings == len(warnings)


@pytest.mark.parametrize(
    ("answer", "more", "marked"),
    [
        (reply({"v": "hidden"}, 201), "x: {json: $.v, secret: true}", ["hidden"]),
        (reply({"v": "hidden"}, 201), "my_token: $.v", ["hidden"]),
        (reply({"v": "hidden"}, 500), "my_token: {regex: 'hid.*n'}", ["hidden"]),
        (reply("the door is open", 500), "my_token: {text: true}", []),
        (reply("hidden", 302), "my_token: {text: true}", ['"hidden"']),
        (reply({"v": "hidden"}, 201), "x: $.v", []),
        (reply({"v": "hidden"}, 201), "my_token: $.w", []),
        (reply({"v": "hidden"}), "my_token: {json: $.v, filter: int}", ["hidden"]),
        (reply({"v": "hidden"}), "my_token: {json: $.v, filter: upper}", ["hidden", "HIDDEN"]),
        (reply({"v": "hidden"}), "x: {json: $.v, filter: upper}", []),
    ],
)
def test_a_secret_is_marked_as_the_answer_has_it_also_if_it_is_not_kept(
    answer: Response, more: str, marked: list[Plain]
) -> None:
    text = requests(f"a, expect: {{status: 200}}, capture: {{{more}}}")
    assert Ran(text, answer=by_path(a=answer)).secrets == marked


def test_captured_secrets_and_credentials_are_marked() -> None:
    text = requests("a, capture: {x: {json: $.v, secret: true}}", "b, headers: {authorization: Bearer in-the-clear}")
    assert Ran(text, answer=by_path(a=reply({"v": "hidden"}))).secrets == ["hidden", "in-the-clear"]


def test_the_path_and_the_method_are_shown() -> None:
    ran = Ran("requests: [{name: a, url: 'http://h.example', method: put}, {name: b, url: 'http://h.example/b/c?d=1'}]")
    assert [(one.method, one.target) for one in ran.results] == [("PUT", "/"), ("GET", "/b/c")]


def test_what_ran_is_told_when_nothing_more_is_waited_for() -> None:
    """A second Ctrl-C is raised wherever the program is: here as the third request was to be sent."""

    def hear(event: Event) -> None:
        if isinstance(event, RequestStarted) and event.number == 3:
            raise KeyboardInterrupt

    text = requests("a", "b", "c") + "\nteardown: [{name: t, url: 'http://h.example/t'}]"
    ran = Ran(text, answer=by_path(b=reply(status=404)), hear=hear)
    assert (ran.statuses, ran.result.not_run) == (["PASS", "FAIL"], 2)
    assert (ran.result.exit_code, ran.events[-1]) == (ExitCode.INTERRUPTED, RunFinished(ran.result))


def test_what_ended_behind_one_that_did_not_is_told_as_well() -> None:
    """The first is under way, the others have ended and wait to be told."""
    go = Signal()

    def answer(request: Request) -> Answer:
        if request.url.endswith("/a"):
            assert go.wait(5)
        return echo(request)

    def hear(event: Event) -> None:
        if isinstance(event, RequestEnded) and event.number == 3:
            raise KeyboardInterrupt
        if isinstance(event, RunFinished):
            go.set()

    text = "parallel: true\n" + requests("a", "b", "c, needs: b", "d, needs: c")
    ran = Ran(text, answer=answer, hear=hear, options=RunOptions(jobs=2))
    assert [(one.name, one.status.value) for one in ran.results] == [("a", "SKIP"), ("b", "PASS")]
    assert ran.result.not_run == 2
    assert ran.reasons[0] == "interrupted before an answer came"


def test_a_file_begins_and_ends_once() -> None:
    heard: list[tuple[str, int, str]] = []
    options = RunOptions(
        begin=lambda number, job: heard.append(("begin", number, job.requests[0].name)),
        end=lambda number: heard.append(("end", number, "")),
    )
    Ran(*(f"requests: [{{name: {name}, url: 'http://h.example/'}}]" for name in "ab"), options=options)
    numbers = [number for what, number, _ in heard if what == "begin"]
    assert len(set(numbers)) == 2
    assert heard == [
        ("begin", numbers[0], "a"),
        ("end", numbers[0], ""),
        ("begin", numbers[1], "b"),
        ("end", numbers[1], ""),
    ]


PAGE = b"<!doctype html><html><body>Please log in</body></html>"


@pytest.mark.parametrize(
    ("expect", "kind", "body", "is_told"),
    [
        ("json: {$.id: 1}", "text/html; charset=utf-8", PAGE, True),
        ("schema: {type: object}", "TEXT/HTML", PAGE, True),
        ("json: {$.id: 1}", "text/plain", PAGE, False),
        ("json: {$.id: 1}", "text/html", b'{"id": 2}', False),
        ("json: {$.id: 1}", "text/html", b"", False),
        ("text: {contains: Welcome}", "text/html", PAGE, False),
        ("text: {contains: log in}", "text/html", PAGE, False),
    ],
)
def test_a_web_page_in_place_of_json_is_explained_whatever_its_status(
    expect: str, kind: str, body: bytes, is_told: bool
) -> None:
    answer = Response(200, (("Content-Type", kind),), body, "http://h.example/")
    text = f"requests: [{{name: a, url: http://h.example/, expect: {{{expect}}}}}]"
    [result] = Ran(text, answer=lambda _: answer).results
    assert (result.advice is not None and "The answer is a web page, not JSON." in result.advice.remedy) is is_told
