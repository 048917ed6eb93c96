from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import runner
from tests.servers import Client, answers, ok, serve, serve_bytes

ROOT = Path(__file__).parents[2]
TWO = """\
variables: {{URL: "{url}", WORD: plain}}
requests:
  - name: first
    url: <<URL>>/one/<<WORD>>
    headers: {{x-key: <<API_KEY:-none-at-all>>}}
    expect: {{json: {{$.word: hello}}}}
    capture: {{word: $.word}}
  - name: second
    tags: [smoke]
    url: <<URL>>/two/<<word>>
    expect: {{status: 200}}
"""


def write(folder: Path, text: str, name: str = "c.yaml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def test_what_passed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with serve_bytes(ok(b'{"word": "hello"}')) as server:
        name = write(tmp_path, TWO.format(url=server.url))
        result = runner.run(name, cwd=tmp_path, variables={"WORD": 5}, environ={"API_KEY": "sk-very-secret"})
        lines = [one.line for one in server.arrived]
    assert lines == ["GET /one/5 HTTP/1.1", "GET /two/hello HTTP/1.1"]
    assert result.passed
    assert result
    assert result.exit_code == 0
    assert result.counts == {"PASS": 2, "FAIL": 0, "ERROR": 0, "SKIP": 0}
    assert [(one.file, one.name, one.line, one.http_status) for one in result.requests] == [
        ("c.yaml", "first", 3, 200),
        ("c.yaml", "second", 8, 200),
    ]
    assert result.summary().startswith("2 passed in ")
    first = result.requests[0]
    assert first.exchange is not None
    assert first.exchange.request.header("x-key") == "***"
    assert first.response is not None
    assert first.response.document.value == {"word": "hello"}
    assert result.failed == ()
    assert (result.tokens, result.cost) == (None, None)
    assert capfd.readouterr() == ("", "")


def test_what_failed(tmp_path: Path) -> None:
    with serve_bytes(ok(b'{"word": "sk-very-secret"}')) as server:
        path = tmp_path / write(tmp_path, TWO.format(url=server.url))
        result = runner.run(path, cwd=tmp_path, environ={"API_KEY": "sk-very-secret"})
    assert not result.passed
    assert not result
    assert result.exit_code is runner.ExitCode.CHECK_FAILED
    (failed,) = result.failed
    assert failed.failed_checks[0].got == '"***"'
    assert f'{path}:6  $.word\n          expected  "hello"\n          got       "***"' in failed.summary()
    text = result.summary()
    assert failed.summary().split("\n", 1)[1] in text
    assert text.splitlines()[0] == str(path)
    assert "second" not in text  # it was skipped, which is no failure
    assert "1 failed, 1 skipped in " in text.splitlines()[-1]
    assert result.requests[1].reason == 'needs "word" from "first", which failed'
    assert not result.requests[1].passed
    assert not result.requests[1].failed
    assert "sk-very-secret" not in repr(result.requests) + repr([one.result for one in result.requests]) + text


def test_a_secret_that_is_learned_later_is_masked_before_it(tmp_path: Path) -> None:
    collection = """\
requests:
  - {{name: early, url: "{url}/"}}
  - {{name: late, url: "{url}/", capture: {{session: {{json: $.token, secret: true}}}}}}
"""
    with serve_bytes(ok(b'{"token": "9f8e7d6c5b"}')) as server:
        result = runner.run(write(tmp_path, collection.format(url=server.url)), cwd=tmp_path)
    assert [one.response.body for one in result.requests if one.response] == [b'{"token": "***"}'] * 2


def test_what_is_selected_and_kept(tmp_path: Path) -> None:
    with serve_bytes(ok(b'{"word": "hello"}')) as server:
        name = write(tmp_path, TWO.format(url=server.url))
        by_name = runner.run(name, cwd=tmp_path, name="FIRST", repeat=2, exchanges=False)
        by_tag = runner.run(name, cwd=tmp_path, tags="smoke")
        assert len(server.arrived) == 4
    assert [(one.name, one.round) for one in by_name.requests] == [("first", "(1 of 2)"), ("first", "(2 of 2)")]
    assert {one.exchange for one in by_name.requests} == {None}
    assert [one.name for one in by_tag.requests] == ["first", "second"]


def test_the_first_failure_ends_the_run_and_strict_counts_skips(tmp_path: Path) -> None:
    skipping = "requests: [{name: a, url: 'http://127.0.0.1:1/', skip: not today}]"
    name = write(tmp_path, skipping)
    assert runner.run(name, cwd=tmp_path).passed
    strict = runner.run(name, cwd=tmp_path, strict=True)
    assert not strict.passed
    assert "not today" in strict.summary()
    with serve_bytes(ok()) as server:
        first = f"{{name: a, url: '{server.url}', expect: {{status: 201}}}}"
        two = write(tmp_path, f"requests: [{first}, {{name: b, url: '{server.url}'}}]", "two.yaml")
        result = runner.run(two, cwd=tmp_path, fail_fast=True)
        assert len(server.arrived) == 1
    assert [one.name for one in result.requests] == ["a"]
    assert result.totals.not_run == 1


@pytest.mark.parametrize(
    ("options", "kind", "says"),
    [
        ({"timeout": "soon"}, runner.UsageError, "timeout: this is not a duration"),
        ({"timeout": -1}, runner.UsageError, "timeout: this is not a duration"),
        ({"timeout": float("nan")}, runner.UsageError, "timeout: this is not a duration"),
        ({"jobs": 0}, runner.UsageError, "jobs: 0 is not in the range. It is from 1 to 256."),
        ({"max_cost": float("nan")}, runner.UsageError, "max_cost: nan is not in the range. It is at least 0."),
        ({"max_cost": float("inf")}, runner.UsageError, "max_cost: this is no amount. Write dollars: max_cost 0.05."),
        ({"tags": "a or"}, runner.UsageError, "tags: a tag is missing before the end"),
        ({"variables": {"a b": "x"}}, runner.UsageError, 'variables: "a b" cannot be the name of a variable'),
        ({"variables": {"A": ["sk-very-secret"]}}, runner.UsageError, "variables: the value of A is a list"),
        ({"proxy": "http://u:sk-very-secret@h:x"}, runner.UsageError, "proxy: "),
        ({"name": "third"}, runner.NothingToRun, "no request is selected. There are first, second."),
        ({"env": "prod"}, runner.InvalidFiles, "error: there is no file .env.prod\n"),
        ({"env_files": ["sk-very-secret"]}, runner.InvalidFiles, "error: *** cannot be read"),
        ({"strict": True, "variables": {"NIX": "1"}}, runner.InvalidFiles, "error: --var NIX changes nothing"),
    ],
)
def test_a_mistake_says_what_is_wrong(
    options: dict[str, object], kind: type[Exception], says: str, tmp_path: Path
) -> None:
    name = write(tmp_path, TWO.format(url="http://127.0.0.1:1"))
    with pytest.raises(kind) as raised:
        runner.run(name, cwd=tmp_path, environ={"API_KEY": "sk-very-secret"}, **options)  # type: ignore[arg-type]
    assert says in str(raised.value)
    assert "sk-very-secret" not in str(raised.value)
    again = pickle.loads(pickle.dumps(raised.value))  # noqa: S301  # as a pool of processes does
    assert str(again) == str(raised.value)


def test_a_wrong_file_is_shown_and_its_secrets_are_not(tmp_path: Path) -> None:
    name = write(tmp_path, "variables: {API_KEY: sk-very-secret}\nrequests: [{url: 1, API_KEY: sk-very-secret}]\n")
    for read in (runner.run, runner.load):
        with pytest.raises(runner.InvalidFiles) as raised:
            read(name, cwd=tmp_path)
        assert str(raised.value).startswith("c.yaml:2:")
        assert str(raised.value).endswith("in 1 file")
        assert "sk-very-secret" not in str(raised.value)


def test_warnings_of_files_are_told(tmp_path: Path) -> None:
    name = write(tmp_path, "requests: [{name: a, url: 'http://127.0.0.1:1/{{x}}', skip: not now}]\n")
    (warning,) = runner.run(name, cwd=tmp_path).warnings
    assert warning.startswith("c.yaml:1:")
    assert "warning: {{x}} is sent as it stands\n" in warning
    assert "in 1 file" not in warning
    assert runner.load(name, cwd=tmp_path).warnings == (warning,)


def test_what_a_listener_raises_ends_the_run_after_teardown(tmp_path: Path) -> None:
    collection = """\
requests: [{{name: a, url: "{url}/a"}}, {{name: b, url: "{url}/b"}}]
teardown: [{{name: c, url: "{url}/c"}}]
"""
    seen: list[runner.Event] = []

    def watch(event: runner.Event) -> None:
        seen.append(event)
        if isinstance(event, runner.RequestFinished):
            raise RuntimeError("enough")  # noqa: TRY004  # the event is as it should be

    with serve_bytes(ok()) as server:
        name = write(tmp_path, collection.format(url=server.url))
        with pytest.raises(RuntimeError, match="enough"):
            runner.run(name, cwd=tmp_path, on_event=watch)
        assert [one.line.split()[1] for one in server.arrived] == ["/a", "/c"]
    assert isinstance(seen[-1], runner.RequestFinished)


def test_it_leaves_the_process_alone(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), gc.isenabled(), gc.get_freeze_count()
    during: list[object] = []
    with serve_bytes(ok(b'{"word": "hello"}')) as server:
        name = write(tmp_path, TWO.format(url=server.url))
        options = {"cwd": tmp_path, "on_event": lambda _event: during.append(signal.getsignal(signal.SIGINT))}
        thread = Thread(target=lambda: runner.run(name, **options))  # type: ignore[arg-type]
        thread.start()
        thread.join()
        assert len(server.arrived) == 2
        assert set(during) == {before[0]}
        runner.run(name, cwd=tmp_path)
    after = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), gc.isenabled(), gc.get_freeze_count()
    assert after == before


def test_settings_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "runner.toml").write_text("mock = true\nstrict = true\n", encoding="utf-8")
    with serve_bytes(ok(b'{"word": "hello"}')) as server:
        name = write(tmp_path, TWO.format(url=server.url))
        assert runner.run(name, cwd=tmp_path, environ={"RUNNER_MOCK": "1", "RUNNER_TIMEOUT": "x"}).passed
        assert len(server.arrived) == 2


def test_ctrl_c_ends_the_run_after_teardown(tmp_path: Path) -> None:
    collection = """\
requests: [{{name: slow, url: "{url}/slow"}}, {{name: never, url: "{url}/never"}}]
teardown: [{{name: clean, url: "{url}/clean"}}]
"""
    script = "import runner\ntry: runner.run('c.yaml')\nexcept KeyboardInterrupt: print('interrupted')\n"

    def slow(client: Client) -> None:
        while (request := client.read_request()) is not None:
            if "/slow" in request.line:
                process.send_signal(signal.SIGINT)
            else:
                client.send(ok())

    with serve(slow) as server:
        write(tmp_path, collection.format(url=server.url))
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # fmt: skip
        out, _ = process.communicate(timeout=30)
        assert [one.line.split()[1] for one in server.arrived] == ["/slow", "/clean"]
    assert (out, process.returncode) == ("interrupted\n", 0)


def test_what_a_file_says(tmp_path: Path) -> None:
    write(tmp_path, "requests: [{name: inner, url: 'http://h.example/in'}]\n", "inner.yaml")
    text = "name: Whole\nsetup:\n- {name: log in, url: <<U>>/in, json: {}}\nrequests:\n- include: inner.yaml\n"
    found = runner.load(tmp_path / write(tmp_path, text + "- {name: b, tags: [x], url: <<U>>/b}\n"), cwd=tmp_path)
    assert found.name == "Whole"
    assert [(one.name, one.method, one.url, one.tags, one.line, one.phase) for one in found.requests] == [
        ("log in", "POST", "<<U>>/in", (), 3, "setup"),
        ("inner", "GET", "http://h.example/in", (), 1, "requests"),
        ("b", "GET", "<<U>>/b", ("x",), 6, "requests"),
    ]
    assert found.requests[1].file.endswith("inner.yaml")
    with pytest.raises(runner.UsageError, match="is a folder"):
        runner.load(".", cwd=tmp_path)
    with pytest.raises(runner.NothingToRun, match="there is no file nix"):
        runner.load("nix.yaml", cwd=tmp_path)


def test_the_names_are_there_and_cost_nothing() -> None:
    script = (
        "import runner, sys\n"
        "assert [one for one in sys.modules if one.startswith('runner')] == ['runner']\n"
        "assert not set(runner.__all__) - set(dir(runner))\n"
        "import runner.loading.discover\n"
        "assert callable(runner.load)\n"
        "from runner import *\n"
        "assert all(name in globals() for name in runner.__all__)\n"
        "try: runner.nix\n"
        "except AttributeError as error: print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("module 'runner' has no attribute 'nix'\n", "")


def test_answers_of_models_are_summed(tmp_path: Path) -> None:
    asked = '- {{name: {}, url: "{}/v1/chat/completions", json: {{model: gpt-4.1-mini, messages: []}}}}'
    body = b'{"model": "gpt-4.1-mini", "choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 5, '
    with serve(answers(ok(body + b'"total_tokens": 15}}', "Content-Type: application/json"))) as server:
        lines = [asked.format(name, server.url) for name in "ab"]
        text = 'prices: {"gpt-4.1-mini": {input: 1, output: 2}}\nrequests:\n' + "\n".join(lines)
        result = runner.run(write(tmp_path, text), cwd=tmp_path)
    assert [one.tokens for one in result.requests] == [15, 15]
    assert (result.tokens, str(result.cost)) == (30, "0.00004")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"tags": ["smoke"]}, "tags: this is a list. Give text."),
        ({"env_files": "a.env"}, "env_files: this is a str. Give a list."),
        ({"insecure": "no"}, "insecure: this is a str. Give True or False."),
        ({"jobs": "2"}, "jobs: this is a str. Give a number."),
        ({"jobs": True}, "jobs: this is a bool. Give a number."),
        ({"timeout": [1]}, "this list is no duration. Give text like 500ms, or a number of seconds."),
    ],
)
def test_an_argument_of_another_kind_is_told(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(runner.UsageError) as caught:
        runner.run("collections/chat.yaml", **arguments)
    assert str(caught.value) == says
