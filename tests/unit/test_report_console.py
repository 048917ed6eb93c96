import pytest

from runner.engine.events import (
    FileFinished,
    FileStarted,
    RequestFinished,
    RequestStarted,
    RunFinished,
    RunStarted,
)
from runner.engine.tally import Tally
from runner.errors import ExitCode
from runner.messages import Exchange, Request, Response, Timings, TransportError
from runner.report.console import Console
from runner.report.style import Style
from runner.results import Advice, Attempt, Check, RequestResult, RunResult, Status
from runner.source import Location

FILE = "collections/chat.yaml"
URL = "https://api.openai.com/v1/chat/completions"
ADVICE = Advice(
    "insufficient_quota: You exceeded your current quota.",
    "The account has no credit left or no payment method. Retrying will not help: add a payment method or "
    "raise the limit, then create the request again.",
)


def check(line: int, subject: str, expected: str, got: str, note: str = "") -> Check:
    return Check(subject, False, Location(FILE, line, 7), expected, got, note)  # as it is stored


def exchange(response: Response | None = None, error: TransportError | None = None) -> Exchange:
    request = Request("POST", URL, (("content-type", "application/json"),), b'{"model":"gpt"}')
    return Exchange(request, response, error, 0.0, 0.8)


def response(status: int, body: bytes, content_type: str = "application/json", reason: str = "") -> Response:
    return Response(status, (("content-type", content_type),), body, URL, reason, (), Timings(0.812, 0.611))


def passed(name: str = "introduce", target: str = "/v1/chat/completions") -> RequestResult:
    return RequestResult(name, Status.PASS, Location(FILE, 10), "POST", target, 200, 0.812)


def failed(name: str = "remember", *checks: Check) -> RequestResult:
    found = checks or (check(41, "status", "2xx", "429"),)
    return RequestResult(name, Status.FAIL, Location(FILE, 40), "POST", "/v1/chat/completions", 429, 0.104, found)


def skipped(name: str = "summarise") -> RequestResult:
    return RequestResult(name, Status.SKIP, Location(FILE, 50), reason='needs "reply" from "remember", which failed')


def error(kind_and_message: TransportError) -> RequestResult:
    return RequestResult(
        "introduce", Status.ERROR, Location(FILE, 12), "GET", "/slow", None, 30.0, error=kind_and_message
    )


def told(
    *results: RequestResult,
    verbosity: int = 0,
    width: int | None = None,
    name: str = "ChatGPT API",
    duration: float = 0.9,
) -> str:
    """All that the console writes about a run of one file."""
    written: list[str] = []
    console = Console(written.append, Style(width=width), verbosity)
    console(RunStarted(len(results)))
    console(FileStarted(FILE, name))
    for number, result in enumerate(results, 1):
        console(RequestStarted(number, result.name))
        console(RequestFinished(number, result))
    console(FileFinished(FILE))
    console(RunFinished(run_of((FILE, results))._replace(duration=duration)))
    return "".join(written)


def body_of(text: str) -> list[str]:
    """Without the file's line and the summary."""
    return text.split("\n")[1:-3]


def test_the_console_of_the_manual() -> None:
    assert told(passed(), failed()._replace(advice=ADVICE), skipped()) == (
        "collections/chat.yaml · ChatGPT API\n"
        "  PASS  introduce           POST /v1/chat/completions   200   812 ms\n"
        "  FAIL  remember            POST /v1/chat/completions   429   104 ms\n"
        "        collections/chat.yaml:41  status\n"
        "          expected  2xx\n"
        "          got       429\n"
        "        The API says: insufficient_quota: You exceeded your current quota.\n"
        "        The account has no credit left or no payment method. Retrying will not help: add a payment\n"
        "        method or raise the limit, then create the request again.\n"
        '  SKIP  summarise           needs "reply" from "remember", which failed\n'
        "\n"
        "1 passed, 1 failed, 1 skipped in 0.9 s · send again: runner run collections/chat.yaml -k remember\n"
    )


def test_colours() -> None:
    written: list[str] = []
    console = Console(written.append, Style(color=True))
    console(RequestFinished(1, passed()))
    start = "  \x1b[32mPASS\x1b[0m  introduce           POST /v1/chat/completions"
    assert written == [f"{start}   \x1b[1m200\x1b[0m   \x1b[2m812 ms\x1b[0m\n"]


def test_columns_grow_but_what_is_very_long_sticks_out() -> None:
    lines = body_of(
        told(passed("a", "/x"), passed("n" * 41, "/x"), passed("n" * 25, "/y" * 40), passed("이름", "/abc"))
    )
    assert lines == [
        f"  PASS  {'a':18}  POST /x   200   812 ms",
        f"  PASS  {'n' * 41}  POST /x   200   812 ms",
        f"  PASS  {'n' * 25}  POST {'/y' * 40}   200   812 ms",
        f"  PASS  이름{' ' * 21}  POST /abc   200   812 ms",
    ]


@pytest.mark.parametrize("width", [40, 50, 60, 80, 120])
def test_lines_fit_the_terminal(width: int) -> None:
    long_name, long_path = "name " * 10, "/path" * 20
    text = told(passed("a", "/x"), passed(long_name, long_path), skipped(), passed("a", "/x"), width=width)
    assert max(map(len, body_of(text))) <= width


def test_a_narrow_terminal_cuts_the_target_in_its_middle() -> None:
    assert body_of(told(passed(), width=60)) == ["  PASS  introduce     POST /v1/ch…completions   200   812 ms"]
    assert body_of(told(skipped(), width=50)) == [
        '  SKIP  summarise           needs "reply" from',
        '                            "remember", which',
        "                            failed",
    ]


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        (TransportError("timeout", "m"), "timeout   30.0 s"),
        (TransportError("dns", "m"), "dns   30.0 s"),
        (TransportError("response", "m"), "broken   30.0 s"),
        (TransportError("request", "m"), "not sent   30.0 s"),
    ],
)
def test_errors_are_named_where_the_status_stands(reason: TransportError, line: str) -> None:
    assert body_of(told(error(reason)))[0] == f"  FAIL  introduce           GET /slow   {line}"


def test_an_error_says_what_happened_and_what_to_do() -> None:
    assert body_of(told(error(TransportError("timeout", "No answer within 30 s.", "Raise the timeout."))))[1:] == [
        "        collections/chat.yaml:12",
        "          No answer within 30 s.",
        "          Raise the timeout.",
    ]


def test_values_of_several_lines_and_notes() -> None:
    result = failed("x", check(61, "$.a", '"x"\n"y"', "one\ntwo", "Did you mean $.b?"))
    assert body_of(told(result))[1:] == [
        "        collections/chat.yaml:61  $.a",
        '          expected  "x"',
        '                    "y"',
        "          got       one",
        "                    two",
        "          Did you mean $.b?",
    ]


def test_long_values_are_whole_in_a_log_and_wrapped_on_a_terminal() -> None:
    result = failed("x", check(61, "$.a", "1", "word " * 30 + "end"))
    assert body_of(told(result))[3] == "          got       " + "word " * 30 + "end"
    wrapped = body_of(told(result, width=60))[3:]
    assert wrapped[0] == "          got       word word word word word word word word"
    assert max(map(len, wrapped)) <= 60


def test_what_a_server_sends_cannot_start_a_line_or_move_the_cursor() -> None:
    result = failed("\x1b[2Jx\n::y", check(61, "$.a", "1", "\x1b[31m\n::error::x\n##[error]\u202e"))
    text = told(result, name="::n")
    assert "\x1b" not in text
    assert "\u202e" not in text
    for line in text.split("\n"):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


@pytest.mark.parametrize("words", range(30))
def test_wrapping_brings_no_command_to_the_start_of_a_line(words: int) -> None:
    text = "word " * words + "::error::x"
    result = failed("x", check(61, "$.a", text, text, text))._replace(advice=Advice(text, text))
    for line in told(result, skipped()._replace(reason=text), width=60).split("\n"):
        assert not line.lstrip().startswith("::")


def test_the_body_is_shown_where_it_helps() -> None:
    result = failed()._replace(exchange=exchange(response(500, b'{"detail": "boom"}')))
    assert body_of(told(result))[4:] == [
        "        The server sent 18 bytes of application/json:",
        "          {",
        '            "detail": "boom"',
        "          }",
    ]


def test_the_body_is_cut_after_some_lines() -> None:
    result = failed()._replace(exchange=exchange(response(500, b"<p>\n" * 99, "text/html; charset=utf-8")))
    assert body_of(told(result))[4:] == [
        "        The server sent 396 bytes of text/html:",
        *["          <p>"] * 10,
        "          … (-v shows more)",
    ]


def test_no_json_where_json_was_expected() -> None:
    result = failed("x", check(61, "$.a", "1", "no JSON"))._replace(
        exchange=exchange(response(200, b"oops", "text/plain"))
    )
    assert body_of(told(result))[-2:] == ["        The server sent 4 bytes of text/plain:", "          oops"]


def test_an_empty_body_is_named() -> None:
    result = failed()._replace(exchange=exchange(response(500, b"")))
    assert body_of(told(result))[-1] == "        The server sent no body."


@pytest.mark.parametrize(
    "result",
    [
        failed()._replace(advice=ADVICE, exchange=exchange(response(429, b'{"error": "said"}'))),
        failed("x", check(61, "$.a", "1", "2"))._replace(exchange=exchange(response(200, b'{"a": 2}'))),
    ],
    ids=["advice says it", "the check says it"],
)
def test_the_body_is_not_shown_where_it_adds_nothing(result: RequestResult) -> None:
    assert "The server sent" not in told(result)


def test_verbose_shows_request_and_response_of_everything() -> None:
    result = passed()._replace(exchange=exchange(response(200, b'{"a":1}', reason="OK")))
    assert told(result, verbosity=1) == (
        "collections/chat.yaml · ChatGPT API\n"
        "  PASS  introduce           POST /v1/chat/completions   200   812 ms\n"
        "        > POST https://api.openai.com/v1/chat/completions\n"
        "        > content-type: application/json\n"
        "        >\n"
        "        > {\n"
        '        >   "model": "gpt"\n'
        "        > }\n"
        "\n"
        "        < 200 OK\n"
        "        < content-type: application/json\n"
        "        <\n"
        "        < {\n"
        '        <   "a": 1\n'
        "        < }\n"
        "        7 bytes, first byte after 611 ms, body 201 ms, complete after 812 ms\n"
        "\n"
        "1 passed in 0.9 s\n"
    )


def test_verbose_cuts_long_bodies_and_very_verbose_does_not() -> None:
    result = passed()._replace(exchange=exchange(response(200, b"x" * 9000, "text/plain")))
    assert f"        < {'x' * 4000}\n        < … 5.0 kB more\n" in told(result, verbosity=1)
    assert f"        < {'x' * 9000}\n        9.0 kB, first" in told(result, verbosity=2)


def test_quiet_is_the_summary_alone() -> None:
    assert told(passed(), failed(), verbosity=-1) == (
        "1 passed, 1 failed in 0.9 s · send again: runner run collections/chat.yaml -k remember\n"
    )


def test_several_files() -> None:
    written: list[str] = []
    console = Console(written.append, Style())
    console(RunStarted(2))
    console(FileStarted("a.yaml", ""))
    console(RequestFinished(1, passed()))
    console(FileStarted("b.yaml", "B", "needs API_KEY, which is not set"))
    console(FileStarted("c.yaml", "C", "needs API_KEY, which is not set"))
    console(FileStarted("d.yaml", "D"))
    console(RequestFinished(2, passed()))
    console(RunFinished(RunResult({Status.PASS: 2}, 61.2, files_skipped=2)))
    line = "  PASS  introduce           POST /v1/chat/completions   200   812 ms\n"
    assert "".join(written) == (
        f"a.yaml\n{line}\n"
        "SKIP  b.yaml  needs API_KEY, which is not set\n"
        "SKIP  c.yaml  needs API_KEY, which is not set\n"
        f"\nd.yaml · D\n{line}\n"
        "2 passed, 2 files skipped in 61.2 s\n"
    )


def summary(result: RunResult, command: str = "runner run") -> str:
    written: list[str] = []
    console = Console(written.append, Style(), command=command)
    console(RunFinished(result))
    return "".join(written)


def run_of(*files: tuple[str, tuple[RequestResult, ...]]) -> RunResult:
    tally = Tally(sum(len(results) for _, results in files))
    for name, results in files:
        for one in results:
            tally.add(name, one)
    return tally.result(0.04, strict=False, interrupted=None)


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (run_of(), "No request was run\n"),
        (run_of(("a.yaml", (passed(),))), "1 passed in 40 ms\n"),
        (
            run_of(("a b.yaml", (failed("it's"),))),
            "1 failed in 40 ms · send again: runner run 'a b.yaml' -k 'it'\"'\"'s'\n",
        ),
        (
            run_of(("a.yaml", (failed("x"), failed("y")))),
            "2 failed in 40 ms · send again: runner run a.yaml\n",
        ),
        (
            run_of(("a.yaml", (failed(),)), ("b.yaml", (failed(),))),
            "2 failed in 40 ms · send again: runner run a.yaml b.yaml -k remember\n",
        ),
        (run_of(*((f"{n}.yaml", (failed(),)) for n in range(4))), "4 failed in 40 ms\n"),
        (run_of(("-", (failed(),))), "1 failed in 40 ms\n"),
        (run_of(("a.yaml", (failed("key ***"),))), "1 failed in 40 ms · send again: runner run a.yaml\n"),
        (run_of(("a.yaml", (failed("a\nb"),))), "1 failed in 40 ms · send again: runner run a.yaml\n"),
    ],
)
def test_summaries(result: RunResult, text: str) -> None:
    assert summary(result) == text


def test_the_summary_says_what_was_not_sent() -> None:
    interrupted = run_of(("a.yaml", (passed(),)))._replace(interrupted=ExitCode.INTERRUPTED, not_run=7)
    assert summary(interrupted) == "1 passed, 7 not sent in 40 ms · interrupted\n"


def test_the_summary_says_that_skips_fail() -> None:
    strict = run_of(("a.yaml", (skipped(),)))._replace(strict=True)
    assert summary(strict) == "1 skipped in 40 ms · skips count as failures (--strict)\n"
    both = strict._replace(warnings=2)
    assert summary(both) == "1 skipped, 2 warnings in 40 ms · skips and warnings count as failures (--strict)\n"


@pytest.mark.parametrize(("width", "separator"), [(69, " · "), (68, "\n")])
def test_the_command_to_send_again_is_not_broken_by_a_narrow_terminal(width: int, separator: str) -> None:
    text = told(failed("x"), verbosity=-1, width=width)
    assert text == f"1 failed in 0.9 s{separator}send again: runner run {FILE} -k x\n"


def test_the_command_to_send_again_keeps_its_options() -> None:
    assert summary(run_of(("a.yaml", (failed("x"),))), command="runner run --mock") == (
        "1 failed in 40 ms · send again: runner run --mock a.yaml -k x\n"
    )


ATTEMPTS = (Attempt(None, "connection", 0.003, "sent again after 480 ms"), Attempt(503, None, 0.012, "again\x1b[0m"))


def test_several_attempts_are_counted() -> None:
    text = told(passed()._replace(attempts=(*ATTEMPTS, Attempt(200, None, 0.812))))
    assert "PASS  introduce           POST /v1/chat/completions   200   812 ms   3 attempts\n" in text
    assert "attempt 1" not in text


def test_tries_are_counted_by_how_many_passed() -> None:
    text = told(passed()._replace(tries=(Status.PASS, Status.FAIL, Status.PASS), attempts=ATTEMPTS))
    assert "   812 ms   2 of 3 passed\n" in text


def test_verbose_tells_each_attempt() -> None:
    text = told(passed()._replace(attempts=(*ATTEMPTS, Attempt(200, None, 0.812))), verbosity=1)
    assert (
        "        attempt 1  connection    3 ms  sent again after 480 ms\n"
        "        attempt 2  503          12 ms  again\\x1b[0m\n"
        "        attempt 3  200         812 ms\n"
    ) in text


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_attempts_stay_on_the_line(width: int) -> None:
    attempts = tuple(Attempt(503, None, 0.1) for _ in range(12))
    text = told(passed("a name of thirty characters …"), passed()._replace(attempts=attempts), width=width)
    line = next(line for line in text.splitlines() if line.endswith("12 attempts"))
    assert len(line) <= width


def many(*failing: int, of: int = 60) -> list[RequestResult]:
    return [failed(f"request {at}") if at in failing else passed(f"request {at}") for at in range(of)]


def test_what_failed_far_above_is_told_again_at_the_end() -> None:
    broken = error(TransportError("dns", 'There is no host named "a.invalid".'))._replace(name="a" * 50)
    lines = told(*many(3), broken, *many(7, of=9)).split("\n")
    assert lines[-8:-2] == [
        "",
        "Failed:",
        f"  collections/chat.yaml:41  {'request 3':40}  status: expected 2xx, got 429",
        f'  collections/chat.yaml:12  {"a" * 39}…  There is no host named "a.invalid".',
        f"  collections/chat.yaml:41  {'request 7':40}  status: expected 2xx, got 429",
        "",
    ]
    assert lines[-2].startswith("67 passed, 3 failed")


def test_of_many_the_first_are_told_again() -> None:
    lines = told(*many(*range(60))).split("\n")
    again = lines[lines.index("Failed:") + 1 : -3]
    assert len(again) == 21
    assert again[19].split() == ["collections/chat.yaml:41", *"request 19 status: expected 2xx, got 429".split()]
    assert again[20] == "  … and 40 more"


@pytest.mark.parametrize("results", [many(of=100), many(35, of=50), many(*range(8), of=10)])
def test_what_is_in_sight_is_not_told_again(results: list[RequestResult]) -> None:
    assert "Failed:" not in told(*results)


def test_it_is_not_told_again_where_the_summary_alone_is_wanted_and_fits_the_terminal() -> None:
    assert told(*many(3), verbosity=-1).count("\n") == 1
    lines = told(*many(3), width=60).split("\n")
    line, behind = lines[lines.index("Failed:") + 1 :][:2]
    assert behind == ""
    assert len(line) == 60
    assert line.endswith("…")
