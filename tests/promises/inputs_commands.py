"""Command lines, environments, settings, standard input, folders, saved results and the memory of failures."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Unpack

from runner.errors import ExitCode
from tests.promises.inputs import (
    ENV,
    SECRET,
    Case,
    Content,
    Group,
    Input,
    asking,
    collection,
)
from tests.promises.inputs_files import fifo, link

RIGHT: Final = collection(asking())
USAGE: Final = ExitCode.USAGE
RUN: Final = ("run", "c.yaml", "--report=json=reports/json")


def line(name: str, said: str, *words: str, **case: Unpack[Case]) -> Input:
    """A command line beside a right collection, which is not sent."""
    return Input(name, said, USAGE, RIGHT, words)._replace(**case)


OPTIONS: Final = (
    line(
        "an option that there is not", "No such option: --verbos (Possible options: --var, --verbose)", *RUN, "--verbos"
    ),
    line("an option of control characters", "No such option: --\\x1b[2J", *RUN, "--\x1b[2J"),
    line("a command that there is not", "No such command '::error::forged'.", "::error::forged"),
    line("a command of bytes that are no text", "No such command '\\udcff\\udcfe'.", "\udcff\udcfe"),
    line(
        "no command",
        "Usage: runner [OPTIONS] COMMAND [ARGS]... Send the requests of YAML collections and check the responses.",
    ),
    line(
        "a secret whose name was left out",
        "--var: what was given is not NAME=VALUE Write --var NAME=VALUE, in quotes if it holds spaces.",
        *RUN,
        "--var",
        SECRET,
    ),
    line(
        "a variable of 100 kB",
        "1 passed",
        *RUN,
        "--var",
        "A=" + "x" * 100_000,
        files=collection(asking("    json: <<A>>\n")),
        code=ExitCode.OK,
        sent=1,
    ),
    line(
        "a time limit below nought",
        "--timeout: this is not a duration: it is less than zero Write a number of seconds, or a number with ms, s, m,",
        *RUN,
        "--timeout",
        "-1",
    ),
    line(
        "a time limit that is no number, as an option",
        "--timeout: this is not a duration: it is not a number with a unit Write a number of seconds, or a number with",
        *RUN,
        "--timeout",
        "nan",
    ),
    line(
        "a time limit of a sign",
        "--timeout: this is not a duration",
        *RUN,
        "--timeout",
        "\u221e",
    ),
    line("no jobs", "Invalid value for '-j' / '--jobs': 0 is not in the range 1<=x<=256.", *RUN, "-j", "0"),
    line(
        "a million jobs",
        "Invalid value for '-j' / '--jobs': 1000000 is not in the range 1<=x<=256.",
        *RUN,
        "-j",
        "1000000",
    ),
    line("jobs of 5,000 digits", "Invalid value for '-j' / '--jobs': '", *RUN, "-j", "9" * 5000),
    line(
        "a billion retries",
        "Invalid value for '--retries': 1000000000 is not in the range 0<=x<=99.",
        *RUN,
        "--retries",
        "1000000000",
    ),
    line(
        "a rate of nought",
        '--rate: "0/s" is no rate Write how many requests in which time: 10/s, 90/m, 1000/h.',
        *RUN,
        "--rate",
        "0/s",
    ),
    line(
        "a rate without end",
        '--rate: "1e400/s" is no rate Write how many requests in which time: 10/s, 90/m, 1000/h.',
        *RUN,
        "--rate",
        "1e400/s",
    ),
    line(
        "costs that are no number",
        "--max-cost: this is no amount Write dollars: --max-cost 0.05.",
        *RUN,
        "--max-cost",
        "nan",
    ),
    line(
        "a delay without end",
        "--delay: this is longer than 30 days Write a number of seconds, or a number with ms, s, m, h or d: 500ms,",
        *RUN,
        "--delay",
        "99999999999999d",
    ),
    line(
        "a proxy that is a file",
        "--proxy: only http and https proxies are supported, not file Write http://host:port, or none.",
        *RUN,
        "--proxy",
        "file:///etc/passwd",
    ),
    line(
        "a proxy with a line break",
        "--proxy: a proxy is a URL of a host and perhaps a port, or none Write http://host:port, or none.",
        *RUN,
        "--proxy",
        "http://a\r\nX: 1",
    ),
    line(
        "an address that is none",
        '--resolve: "b" is not a port from 1 to 65535 Write HOST:',
        *RUN,
        "--resolve",
        "a:b:c",
    ),
    line(
        "a report of a kind that there is not",
        "--report: there is no kind '../../etc/passwd' Kinds are html, json, ndjson, junit, tap, markdown, github.",
        *RUN,
        "--report",
        "../../etc/passwd=x",
    ),
    line(
        "a colour that there is not",
        "Invalid value for '--color': '\\x1b[31m' is not one of 'auto', 'always', 'never'.",
        *RUN,
        "--color",
        "\x1b[31m",
    ),
    line(
        "a certificate that is not there",
        "--ca: there is no file missing\\n::error::x.pem It is a PEM file with certificates to trust.",
        *RUN,
        "--ca",
        "missing\n::error::x.pem",
    ),
    line(
        "tokens of a model that there is not",
        "~1 token \\x1b[2J price unknown estimated by",
        "tokens",
        "--text",
        "hello",
        "--model",
        "\x1b[2J",
        code=ExitCode.OK,
    ),
    line(
        "a schema of what there is not",
        "Invalid value for '[collection|report|load-report]': '../../etc/passwd' is not one of 'collection', "
        "'report', 'load-report'.",
        "schema",
        "../../etc/passwd",
    ),
)


def path(name: str, said: str, *paths: str, **case: Unpack[Case]) -> Input:
    """What stands where a collection should."""
    return Input(name, said, ExitCode.NOTHING_RUN, RIGHT, ("check", *paths))._replace(**case)


def many_files(where: Path) -> None:
    inner = where / "many"
    inner.mkdir()
    for number in range(5_000):
        (inner / f"{number}.yaml").symlink_to("../c.yaml") if number % 1000 == 0 else (inner / f"{number}.txt").touch()


def nested(where: Path) -> None:
    """As deep as a path may be long."""
    (where / "/".join(["d"] * 900)).mkdir(parents=True)


def unreadable(where: Path) -> None:
    (where / "closed").mkdir()
    (where / "closed" / "c.yaml").write_text(asking(), encoding="utf-8")
    (where / "closed").chmod(0)


def odd_names(where: Path) -> None:
    (where / "odd").mkdir()
    for name in (b"a\n::error::b.yaml", b"\x1b[2J.yaml", b"\xff\xfe.yaml", "\u202e.yaml".encode()):
        (where / "odd" / os.fsdecode(name)).write_text(asking(), encoding="utf-8")


PATHS: Final = (
    path(
        "a line beyond all lines",
        "there is no file c.yaml:999999999999",
        "c.yaml:999999999999",
        code=ExitCode.NOTHING_RUN,
    ),
    path("a line and a column beyond all", "ok c.yaml 1 request", "c.yaml:2:999999999", code=ExitCode.OK),
    path("10,000 paths to one file", "ok c.yaml 1 request", *(["c.yaml"] * 10_000), code=ExitCode.OK),
    path("a file name of 100 kB", "there is no file", "a" * 100_000),
    path(
        "a path that is empty",
        "a path is empty Is the variable in it set? This folder is written as a dot.",
        "",
        code=USAGE,
    ),
    path("a path of bytes that are no text", "there is no file \\udcff\\udcfe.yaml", "\udcff\udcfe.yaml"),
    path(
        "a path with a line break and an escape",
        "there is no file a\\n::error::b\\x1b[2J.yaml",
        "a\n::error::b\x1b[2J.yaml",
    ),
    path(
        "a path that is a link to itself",
        "l.yaml is a link that leads in a circle",
        "l.yaml",
        make=link("l.yaml", "l.yaml"),
    ),
    path(
        "a path that is a pipe",
        "the file is empty A collection needs at least requests: with one request below it.",
        "p.yaml",
        make=fifo("p.yaml"),
        code=ExitCode.INVALID,
    ),
    path(
        "a path that is /dev/zero",
        "/dev/zero is larger than 50.0 MB Take a smaller one.",
        "/dev/zero",
        deadline=15.0,
        code=ExitCode.INVALID,
    ),
    path("a folder of 5,000 files", "ok many/0.yaml", "many", make=many_files, code=ExitCode.OK),
    path("a folder of 900 folders in each other", "ok c.yaml 1 request", ".", make=nested, code=ExitCode.OK),
    path(
        "files with odd names in a folder, listed",
        "odd/\\x1b[2J.yaml ask GET /ask line 2 odd/a\\n::error::b.yaml ask GET /ask line 2 odd/\\u202e.yaml ask",
        "odd",
        make=odd_names,
        code=ExitCode.OK,
        arguments=("list", "odd"),
    ),
    path(
        "a folder that cannot be read",
        "cannot be read: Permission denied",
        ".",
        make=unreadable,
        code=ExitCode.INVALID,
        unprivileged=True,
    ),
    path(
        "a collection and a picture in one folder",
        "d.yaml is not UTF-8 text: the byte at line 1, column 1 cannot be read",
        ".",
        files=collection(asking(), d__yaml=b"\x89PNG\xff\xfe"),
        code=ExitCode.INVALID,
    ),
)


def typed(name: str, said: str, content: Content, **case: Unpack[Case]) -> Input:
    """A collection on standard input."""
    return Input(name, said, typed=content, arguments=("check", "-"))._replace(**case)


TYPED: Final = (
    typed(
        "nothing on standard input",
        "nothing came from standard input Look at the command before the pipe: it is to print a collection.",
        b"",
    ),
    typed("60 MB on standard input", "<stdin> is larger than 50.0 MB Take a smaller one.", lambda: b"#" * 60_000_000),
    typed(
        "standard input twice",
        "- is given twice, but standard input can be read only once Leave one out.",
        asking(),
        arguments=("check", "-", "-"),
        code=USAGE,
    ),
    typed(
        "an include from standard input that leads out",
        "../outside.yaml leaves the collection's folder",
        "requests: [{include: ../outside.yaml}]\n",
        beside={"outside.yaml": asking()},
    ),
    typed("a bomb on standard input", "this is nested more than 100 levels deep", b"[" * 1_000_000),
)


def setting(name: str, said: str, text: Content, **case: Unpack[Case]) -> Input:
    """A file ``runner.toml`` beside a right collection."""
    return Input(name, said, files={**RIGHT, "runner.toml": text}, arguments=RUN)._replace(**case)


def variable(name: str, said: str, environ: Mapping[str, str], **case: Unpack[Case]) -> Input:
    return Input(name, said, USAGE, RIGHT, RUN, environ)._replace(**case)


SETTINGS: Final = (
    setting("settings that are cut off", "this is not TOML: invalid value (at the end)", "timeout = "),
    setting("settings with a NUL", "this is not TOML: found invalid character '\\x00'", b"timeout = '1s\0'\n"),
    setting("settings of 100,000 brackets", "this is not TOML: it is nested too deeply", "var = " + "[" * 100_000),
    setting("settings of 10,000 levels", "this is not TOML: it is nested too deeply", "a" + ".a" * 10_000 + " = 1\n"),
    setting(
        "a setting that there is not", "\\x1b[2J::error::x: there is no such option", '"\\u001b[2J::error::x" = 1\n'
    ),
    setting("a setting of a number that is none", "max-cost: this is no amount", "max-cost = nan\n"),
    setting(
        "a setting of 10,000 digits", "this is not TOML: a number has too many digits", "jobs = " + "9" * 10_000 + "\n"
    ),
    setting(
        "a secret in a line of settings that is wrong",
        'this is not TOML: expected "\'" (at the end)',
        f"API_KEY = '{SECRET}\n",
    ),
    setting(
        "an env file of settings that leads to /dev/zero",
        "/dev/zero is larger than 1 MB Take a smaller one. env-file is set by runner.toml:1.",
        "env-file = ['/dev/zero']\n",
    ),
    Input("settings that are a pipe", "1 passed", ExitCode.OK, RIGHT, RUN, make=fifo("runner.toml"), sent=1),
    Input(
        "settings that are /dev/zero",
        "1 passed",
        ExitCode.OK,
        RIGHT,
        RUN,
        make=link("runner.toml", "/dev/zero"),
        sent=1,
    ),
    Input(
        "a pyproject.toml of others that is broken",
        "1 passed",
        ExitCode.OK,
        {**RIGHT, "pyproject.toml": "[tool.other\nx = "},
        RUN,
        sent=1,
    ),
    Input(
        "settings shown that are hostile",
        "\\x3a:error::x: this is no name of a variable",
        files={**RIGHT, "runner.toml": '[var]\nA = "\\u001b[2J"\n"::error::x" = "y"\n'},
        arguments=("env", "--options"),
    ),
    variable(
        "a variable with nonsense for an option",
        "RUNNER_TIMEOUT: this is not a duration: it is not a number with a unit Write a number of seconds, or a number",
        {"RUNNER_TIMEOUT": "\x1b[2Jnan"},
    ),
    variable(
        "a variable of bytes that are no text for an option",
        "RUNNER_TIMEOUT: this is not a duration: it is not a number with a unit Write a number of seconds, or a number",
        {"RUNNER_TIMEOUT": "\udcff"},
    ),
    variable(
        "an option twice by variables",
        "RUNNER_NO_PROGRESS and RUNNER_PROGRESS set the same option Leave one of them out.",
        {"RUNNER_PROGRESS": "1", "RUNNER_NO_PROGRESS": "1"},
    ),
    variable(
        "100 variables with nonsense that are no option",
        "1 passed",
        {f"RUNNER_X{number}": "\x1b[2J" for number in range(100)},
        code=ExitCode.OK,
        sent=1,
    ),
    variable(
        "an environment of bytes that are no text, shown",
        "c.yaml SERVER http://127.0.0.1:",
        {"A": "\udcff\udcfe"},
        files=collection(asking("    json: <<A>>\n")),
        arguments=ENV,
        code=ExitCode.OK,
    ),
    variable(
        "a home that is no folder",
        "1 passed",
        {"HOME": "/dev/null", "XDG_CACHE_HOME": "\x1b[2J"},
        code=ExitCode.OK,
        sent=1,
    ),
    variable(
        "a width of the screen that is none",
        "1 passed",
        {"COLUMNS": "-5", "LINES": "x", "TERM": "\x1b[2J"},
        code=ExitCode.OK,
        sent=1,
    ),
    variable(
        "a proxy in the environment that is none",
        "1 passed",
        {"HTTP_PROXY": "::error::", "ALL_PROXY": "\x1b[2J"},
        code=ExitCode.OK,
        sent=1,
    ),
    variable(
        "trusted certificates in the environment that are none",
        "1 passed",
        {"SSL_CERT_FILE": "/dev/zero", "REQUESTS_CA_BUNDLE": "/dev/zero"},
        code=ExitCode.OK,
        sent=1,
    ),
)


def result(verdict: str = "passed", name: str = "ask") -> dict[str, object]:
    """A saved result of one request, as ``--report json`` writes it."""
    return {
        "format": "collection-runner-report",
        "version": 1,
        "name": name,
        "verdict": verdict,
    }


def saved(name: str, said: str, content: Content, **case: Unpack[Case]) -> Input:
    return Input(name, said, files={"r.json": content}, arguments=("report", "r.json"))._replace(**case)


START: Final = json.dumps({"type": "start", "format": "collection-runner-report", "version": 1})
REPORTS: Final = (
    saved(
        "a result that is cut off",
        "r.json is no saved result: it is not JSON: line 1, column 40: a text begins here and does not end Save one",
        b'{"format": "collection-runner-report", "vers',
    ),
    saved(
        "a result of another version",
        "r.json is no saved result: its version is 99, and only version 1 is known here Save one with: runner run",
        json.dumps({**result(), "version": 99}),
    ),
    saved(
        "a result with nothing in it",
        'r.json is no saved result: at $: has no "started"; it has "format", "version", "name", "verdict" Save one',
        json.dumps(result()),
    ),
    saved(
        "a result of 100,000 levels",
        "r.json is no saved result: it is not JSON: it is nested too deeply Save one with: runner run",
        b'{"a":' * 100_000,
    ),
    saved(
        "a result of 300,000 values",
        'r.json is no saved result: its "format" is not "collection-runner-report" Save one with: runner run',
        lambda: b'{"format": "x", "files": [' + b"{}," * 300_000 + b"1]}",
        deadline=20.0,
    ),
    saved(
        "a result of numbers that cannot be",
        "r.json is no saved result: it is not JSON: NaN is not a JSON value Save one with: runner run",
        b'{"format": "collection-runner-report", "version": NaN}',
    ),
    saved(
        "a result whose version is a text of 10 MB",
        'r.json is no saved result: its version is "\\u001b[2J',
        lambda: b'{"format": "collection-runner-report", "version": "' + b"\\u001b[2J" * 1_000_000 + b'"}',
    ),
    saved(
        "a page in the place of a result",
        'r.json is no saved result: it is not JSON: line 1, column 1: a value is expected, not "<" Save one with:',
        b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    ),
    saved(
        "a picture in the place of a result",
        "r.json is no saved result: it is not JSON: it is not UTF-8: byte 0 is 0x89 Save one with: runner run",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    ),
    saved(
        "a result with a secret and control characters",
        'r.json is no saved result: at $: has no "started"; it has "format", "version", "name", "verdict" Save one',
        json.dumps({**result(), "verdict": f"\x1b[2J{SECRET}\n::error::x"}),
    ),
    saved(
        "lines of a result, one broken",
        "r.json is no saved result: line 2: line 1, column 16: a comma or the closing bracket is expected, but the",
        f'{START}\n{{"type": "file"\n{{"type": "end"}}\n',
    ),
    saved(
        "lines of a result of an unknown kind",
        "r.json is no saved result: line 2: its type is none of start, file, request, end Save one with: runner run",
        f'{START}\n{{"type": "\\u001b[2J::error::x"}}\n',
    ),
    saved(
        "lines of a result, a request before its file",
        "r.json is no saved result: line 2: a request stands before the file that it is of Save one with: runner run",
        f'{START}\n{{"type": "request"}}\n',
    ),
    saved(
        "a result that is a pipe",
        "p is no saved result: it is not JSON: it is empty Save one with: runner run",
        b"",
        arguments=("report", "p"),
        make=fifo("p"),
    ),
    saved(
        "a result that is /dev/zero",
        "/dev/zero is larger than 200.0 MB Take a smaller one.",
        b"",
        arguments=("report", "/dev/zero"),
        deadline=15.0,
    ),
    saved(
        "a result that is not there",
        "there is no file a \\x23#[error]b Save one with: runner run",
        b"",
        arguments=("report", "a\n##[error]b"),
    ),
    saved(
        "two results that are none, compared",
        'r.json is no saved result: its "format" is not "collection-runner-report" Save one with: runner run',
        b"{}",
        arguments=("report", "r.json", "--compare", "r.json", "--report", "html=out.html"),
    ),
)


def remembered(
    name: str, said: str, content: Content | None, done: Callable[[Path], None] | None = None, **case: Unpack[Case]
) -> Input:
    """A memory of failures that is not what a run wrote: what ``--last-failed`` makes of it."""

    def place(where: Path) -> None:
        known = where / "cache" / "runner" / f"{hashlib.sha256(os.fsencode(where)).hexdigest()[:24]}.json"
        known.parent.mkdir(parents=True)
        if content is not None:
            known.write_bytes(
                content() if callable(content) else content if isinstance(content, bytes) else content.encode()
            )
        if done is not None:
            done(known)

    environ = {"XDG_CACHE_HOME": "<<FOLDER>>/cache"}
    arguments = (*RUN, "--last-failed")
    return Input(name, said, ExitCode.NOTHING_RUN, RIGHT, arguments, environ, place)._replace(**case)


MEMORIES: Final = (
    remembered(
        "a memory that is cut off",
        "is damaged A run without --last-failed writes it anew.",
        '{"format": 1, "folder": "',
    ),
    remembered(
        "a memory that is a picture", "is damaged A run without --last-failed writes it anew.", b"\x89PNG\r\n\x1a\n\xff"
    ),
    remembered(
        "a memory of another folder",
        "is damaged A run without --last-failed writes it anew.",
        '{"format": 1, "folder": "/", "live": {}}',
    ),
    remembered("a memory that is a folder", "cannot be read: Is a directory", None, lambda known: known.mkdir()),
    remembered(
        "a memory that is /dev/zero",
        "is damaged A run without --last-failed writes it anew.",
        None,
        lambda known: known.symlink_to("/dev/zero"),
    ),
    remembered(
        "a memory that is a folder, in a plain run",
        "1 passed",
        None,
        lambda known: known.mkdir(),
        arguments=RUN,
        code=ExitCode.OK,
        sent=1,
    ),
)

GROUPS: Final = (
    Group("Command lines", OPTIONS),
    Group("Paths", PATHS),
    Group("Standard input", TYPED),
    Group("Settings and environments", SETTINGS),
    Group("Saved results", REPORTS),
    Group("The memory of failures", MEMORIES),
)
INPUTS: Final = tuple(one for group in GROUPS for one in group.inputs)
