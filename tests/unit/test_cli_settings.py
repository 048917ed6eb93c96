from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final

import pytest
import typer

from runner.cli import app
from runner.cli.app import COMMANDS
from runner.cli.arguments import Call, Inputs, ListArguments
from runner.cli.settings import options
from tests.command import Ended, Program

ROOT: Final = Path(__file__).parents[2]
FAILS: Final = """\
requests:
- {name: one, tags: [smoke], url: 'http://h.example/<<PART:-x>>', examples: [{status: 500}]}
- {name: two, url: 'http://h.example/', examples: [{status: 500}]}
"""
OF_GITHUB: Final = (
    "RUNNER_ARCH RUNNER_DEBUG RUNNER_ENVIRONMENT RUNNER_NAME RUNNER_OS RUNNER_TEMP RUNNER_TOOL_CACHE RUNNER_WORKSPACE "
    "RUNNER_TRACKING_ID RUNNER_PERFLOG RUNNER_USER RUNNER_VERSION RUNNER_HELP RUNNER_PATH"
).split()
"""Variables of GitHub's own program of this name, and others that mean something elsewhere."""


def write(folder: Path, **files: str) -> None:
    """Files by names in which ``__`` stands for a dot."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")


def run(monkeypatch: pytest.MonkeyPatch, working: Path, *arguments: str, **environ: str) -> Ended:
    return Program(monkeypatch, working, environ).run(*arguments)


def table(ended: Ended) -> dict[str, tuple[str, str]]:
    """Value and origin of each option; of a variable by ``var NAME``."""
    assert ended.code == 0, ended.text
    found = {}
    for line in ended.out.splitlines():
        name, value, origin = re.split("  +", line)
        found[name] = (value, origin)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository of its own, so that the search ends there."""
    (tmp_path / ".git").mkdir()
    write(tmp_path, c__yaml=FAILS)
    return tmp_path


def test_each_layer_goes_before_the_next(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def proxy(*arguments: str, **environ: str) -> tuple[str, str]:
        return table(run(monkeypatch, folder, "env", "--options", *arguments, **environ))["data"]

    assert proxy() == ("-", "default")
    write(folder, pyproject__toml='[tool.other]\ndata = "no"\n\n[tool.runner]\ndata = "p.csv"\n')
    assert proxy() == ("p.csv", "pyproject.toml:5")
    write(folder, runner__toml='data = "r.csv"\n')
    assert proxy() == ("r.csv", "runner.toml:1")
    assert proxy(RUNNER_DATA="") == ("r.csv", "runner.toml:1")
    assert proxy(RUNNER_DATA="v.csv") == ("v.csv", "RUNNER_DATA")
    assert proxy("--data", "c.csv", RUNNER_DATA="v.csv") == ("c.csv", "the command line")


def test_both_files_of_a_folder_hold_option_by_option(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, runner__toml="strict = true\n", pyproject__toml="[tool.runner]\nstrict = false\nretries = 3\n")
    found = table(run(monkeypatch, folder, "env", "--options"))
    assert found["strict"] == ("true", "runner.toml:1")
    assert found["retries"] == ("3", "pyproject.toml:3")


def test_the_nearest_folder_with_settings_decides(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    write(folder, runner__toml="strict = true\n")
    write(folder / "a", pyproject__toml="[tool.runner]\nretries = 3\n")
    write(inner, pyproject__toml="[project]\nname = 'runner'\n[tool.x]\nname = 'tool'\n")
    found = table(run(monkeypatch, inner, "env", "--options"))
    assert found["strict"] == ("false", "default")
    assert found["retries"] == ("3", "../pyproject.toml:2")
    write(inner, runner__toml="")
    assert table(run(monkeypatch, inner, "env", "--options"))["retries"] == ("0", "default")


def test_the_search_ends_at_the_repository(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    inner = folder / "clone" / "sub"
    (inner.parent / ".git").mkdir(parents=True)
    inner.mkdir()
    write(folder, runner__toml="strict = true\n")
    assert table(run(monkeypatch, inner, "env", "--options"))["strict"] == ("false", "default")
    write(inner.parent, runner__toml="strict = true\n")
    assert table(run(monkeypatch, inner, "env", "--options"))["strict"] == ("true", "../runner.toml:1")


def test_paths_are_relative_to_their_file(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    inner = folder / "sub"
    inner.mkdir()
    write(folder, runner__toml='env-file = ["a.env", "/b.env"]\ndata = "rows.csv"\nproxy = "none"\n')
    write(folder, a__env="PART=from-a-file\n", rows__csv="N\n1\n")
    found = table(run(monkeypatch, inner, "env", "--options"))
    assert found["env-file"][0] == "../a.env, /b.env"
    assert (found["data"][0], found["proxy"][0]) == ("../rows.csv", "none")
    write(folder, runner__toml='env-file = "a.env"\n')
    assert "from-a-file  ../a.env" in " ".join(run(monkeypatch, inner, "env", "../c.yaml").out.split("   "))
    shown = run(monkeypatch, inner, "env", "--options", RUNNER_ENV_FILE="x.env\ny.env\n")
    assert table(shown)["env-file"] == ("x.env, y.env", "RUNNER_ENV_FILE")


def test_names_may_be_written_in_several_ways(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, runner__toml='fail_fast = true\nno_progress = true\nverbose = 2\n"color" = "never"\n')
    found = table(run(monkeypatch, folder, "env", "--options"))
    assert found["fail-fast"] == ("true", "runner.toml:1")
    assert found["progress"] == ("false", "runner.toml:2")
    assert (found["verbose"][0], found["color"]) == ("2", ("never", "runner.toml:4"))
    found = table(run(monkeypatch, folder, "env", "--options", RUNNER_FAIL_FAST="0", RUNNER_NO_PROGRESS="off"))
    assert (found["fail-fast"][0], found["progress"][0]) == ("false", "true")


def test_a_place_is_that_of_the_key(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    text = '[x]\ny = """\n[tool.runner]\nstrict = 1\n"""\n[tool]\nrunner.strict = true\n[tool.x]\nretries = 1\n'
    write(folder, pyproject__toml=f"{text}[tool.runner.var]\nretries = 'x'\n")
    found = table(run(monkeypatch, folder, "env", "--options"))
    assert found["strict"] == ("true", "pyproject.toml:7")
    assert found["var retries"] == ("x", "pyproject.toml:11")
    write(folder, pyproject__toml="tool = {runner = {strict = true}}\n")
    assert table(run(monkeypatch, folder, "env", "--options"))["strict"] == ("true", "pyproject.toml:1")


def test_settings_do_what_options_do(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, runner__toml="fail-fast = true\nmock = true\n")
    ended = run(monkeypatch, folder, "run", "c.yaml")
    assert "1 failed, 1 not sent" in ended.out
    assert ended.err == "mock is set by runner.toml:2. Nothing goes to the real servers.\n"
    assert "2 failed" in run(monkeypatch, folder, "run", "c.yaml", RUNNER_FAIL_FAST="no").out
    write(folder, runner__toml='mock = true\ntag = "smoke"\n')
    assert "1 failed" in run(monkeypatch, folder, "run", "c.yaml").out.splitlines()[-1]
    assert "2 failed" in run(monkeypatch, folder, "run", "c.yaml", "--tag", "smoke or not smoke").out
    ended = run(monkeypatch, folder, "run", "c.yaml", RUNNER_TAG="none")
    assert ended.code == 5
    assert "tag is set by RUNNER_TAG." in ended.err


def test_options_of_other_commands_are_left_alone(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, runner__toml='timeout = "1s"\nport = 8000\nas = "curl"\nmock = true\n')
    assert run(monkeypatch, folder, "list", "c.yaml", RUNNER_PORT="high").code == 0
    assert run(monkeypatch, folder, "show", "c.yaml").out.startswith("# one\ncurl")
    assert run(monkeypatch, folder, "schema").code == 0


def test_what_decides_over_another_does_so_over_its_setting(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, runner__toml='quiet = true\nenv-file = "a.env"\n', a__env="PART=a\n")
    (folder / ".env.local").write_text("PART=local\n", encoding="utf-8")
    assert run(monkeypatch, folder, "run", "c.yaml", "--mock").out.count("\n") == 1
    assert "> GET http://h.example/a" in run(monkeypatch, folder, "run", "c.yaml", "--mock", "-v").out
    assert (
        "> GET http://h.example/local" in run(monkeypatch, folder, "run", "c.yaml", "--mock", "-v", "--env=local").out
    )


def test_variables_add_up_by_name(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, runner__toml='[var]\nPART = "r"\nN = 3\nYES = true\n')
    write(folder, pyproject__toml='[tool.runner]\nvar = ["PART=p", "ONLY=a=b c"]\n')
    found = table(run(monkeypatch, folder, "env", "--options", "--var", "Z=z", "--var", "N=4"))
    assert {name: one for name, one in found.items() if name.startswith("var")} == {
        "var PART": ("r", "runner.toml:2"),
        "var YES": ("true", "runner.toml:4"),
        "var ONLY": ("a=b c", "pyproject.toml:2"),
        "var Z": ("z", "the command line"),
        "var N": ("4", "the command line"),
    }
    ended = run(monkeypatch, folder, "run", "c.yaml", "--mock", "-v", "--strict")
    assert "http://h.example/r" in ended.out
    assert "changes nothing" not in ended.text
    ended = run(monkeypatch, folder, "env", "c.yaml", RUNNER_VAR="PART=v w\nX=y\n")
    assert ended.out.splitlines()[1].split("  ") == ["", "PART", "v w", "var, RUNNER_VAR", "line 2"]
    assert "var, runner.toml:2" in run(monkeypatch, folder, "env", "c.yaml").out
    assert "  --var  " in run(monkeypatch, folder, "env", "c.yaml", "--var", "PART=x").out
    ended = run(monkeypatch, folder, "run", "c.yaml", "--mock", "--var", "ZZ=1")
    assert "--var ZZ changes nothing" in ended.err


def test_secrets_are_masked(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    variables = '[var]\nAPI_KEY = "sk-from-file"\nPIN_KEY = "1"\n'
    write(folder, runner__toml=f'proxy = "http://ann:pass-word@p.example:1"\n{variables}')
    ended = run(monkeypatch, folder, "env", "--options", "--var", "MY_TOKEN=from-line", RUNNER_VAR="A_SECRET=from-var")
    found = table(ended)
    for name in ("API_KEY", "PIN_KEY", "MY_TOKEN", "A_SECRET"):
        assert found[f"var {name}"][0] == "***"
    for value in ("sk-from-file", "from-line", "from-var", "pass-word"):
        assert value not in ended.text


REPEAT: Final = """\
timeout = "9s"
strict = true
retries = 0
env-file = "a.env"
[var]
PART = "file"
"""


def again(ended: Ended) -> str:
    return ended.out.partition("send again: ")[2].strip()


def test_send_again_leaves_out_what_a_file_says(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, runner__toml=REPEAT, a__env="")
    assert again(run(monkeypatch, folder, "run", "c.yaml", "--mock", "-x")) == "runner run --mock c.yaml -k one"
    ended = run(monkeypatch, folder, "run", "c.yaml", "--mock", "-x", "--timeout", "8s", "--var", "PART=given")
    assert again(ended) == "runner run --mock --timeout 8s --var PART=given c.yaml -k one"
    variables = {"RUNNER_MOCK": "1", "RUNNER_STRICT": "0", "RUNNER_TIMEOUT": "7s", "RUNNER_VAR": "PART=v"}
    ended = run(monkeypatch, folder, "run", "c.yaml", "-x", **variables)
    assert again(ended) == "RUNNER_STRICT=0 runner run --mock --timeout 7s --var PART=v c.yaml -k one"


def test_variables_of_other_programs_do_not_matter(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    foreign = dict.fromkeys(OF_GITHUB, "1")
    plain = run(monkeypatch, folder, "run", "c.yaml", "--mock")
    assert run(monkeypatch, folder, "run", "c.yaml", "--mock", **foreign) == plain
    ended = run(monkeypatch, folder, "env", "--options", **foreign)
    assert ended == run(monkeypatch, folder, "env", "--options")
    ended = run(monkeypatch, folder, "env", "--options", RUNNER_TIMOUT="1s", RUNNER_OS="Linux")
    assert ended.err == "RUNNER_TIMOUT sets no option. Did you mean RUNNER_TIMEOUT?\n"


def test_no_option_has_the_variable_of_another_program() -> None:
    known = options.declared(app._every_parameter(), lambda _, value: value)  # noqa: SLF001  # the program's own list
    assert not {options.variable_of(name) for one in known for name in one.all_names} & set(OF_GITHUB)
    assert len(COMMANDS) > 1
    assert len(known) > 15


WRONG: Final = {
    'timout = "1s"': ("1:1", "timout: there is no such option", 'Did you mean "timeout"?'),
    "xyzzy = 1": ("1:1", "xyzzy: there is no such option", "Options are: as, ca, "),
    'retries = "2"': ("1:1", "retries: this takes a whole number, not text", "Write retries = 2, without quotes."),
    "retries = 2.5": ("1:1", "retries: this takes a whole number, not a number", "Write retries = 2"),
    "retries = true": ("1:1", "retries: this takes a whole number, not true or false", "Write retries = 2"),
    "retries = 100": ("1:1", "retries: 100 is not in the range 0<=x<=99", ""),
    "verbose = -1": ("1:1", "verbose: this cannot be less than 0", ""),
    "strict = 1": ("1:1", "strict: this takes true or false, not a number", "Write strict = true or strict = false."),
    "timeout = 10": ("1:1", "timeout: this takes text, not a number", 'Write timeout = "…", in quotes.'),
    "timeout = {total = 1}": ("1:1", "timeout: this takes text, not a table", "Write timeout"),
    "data = 2024-01-01": ("1:1", "data: this takes text, not a date or time", "Write data"),
    'timeout = "10 x"': ("1:1", 'timeout: this is not a duration: there is no unit "x"', "Write a number of seconds"),
    'color = "pink"': ("1:1", "color: 'pink' is not one of 'auto', 'always', 'never'", ""),
    "env-file = [1]": ("1:1", "env-file: this takes text or a list of texts, not a list of other things", "Write env"),
    "env-file = true": ("1:1", "env-file: this takes text or a list of texts, not true or false", "Write env-file"),
    'tag = ["a", "b"]': ("1:1", "tag: give it once", ""),
    'tag = "a and"': ("1:1", "tag: a tag is missing before the end", "Write names with"),
    'ca = "no.pem"': ("1:1", "ca: there is no file no.pem", "It is a PEM file"),
    'proxy = "x"': ("1:1", "proxy: a proxy is a URL", "Write http://host:port"),
    "dry-run = true": ("1:1", "dry-run: this can only be given on the command line", "The reason: a run that sends"),
    "watch = true": ("1:1", "watch: this can only be given on the command line", "The reason: a command that"),
    "last_failed = true": ("1:1", "last_failed: this can only be given", "The reason: it depends on what ran before."),
    "help = true": ("1:1", "help: this can only be given on the command line", "The reason: it shows a text"),
    "version = true": ("1:1", "version: this can only be given on the command line", "The reason: it shows a text"),
    "options = true": ("1:1", "options: this can only be given on the command line", "The reason: it is what shows"),
    'path = "x"': ("1:1", "path: this can only be given on the command line", "The reason: each command line"),
    'k = "x"': ("1:1", "k: this can only be given on the command line", "The reason: it selects requests for one run"),
    'output = "x"': ("1:1", "output: this can only be given on the command line", "The reason: it names what one call"),
    "strict = true\nprogress = true\nno-progress = true": (
        "3:1",
        "no-progress: this option is set in line 2 already",
        "Leave one of them out.",
    ),
    '[var]\n"1x" = "2"': ("2:2", "1x: this is no name of a variable", "Letters, digits and _"),
    "[var]\nX = 1.5": ("2:1", "X: the value of a variable is text here", 'Write X = "…", in quotes.'),
    "timeout = 10s": ("1:13", "this is not TOML: expected newline", "Text stands in quotes"),
    "strict = yes": ("1:10", "this is not TOML: invalid value", "Text stands in quotes"),
    "strict = [\n": ("1:11", "this is not TOML: invalid value (at the end)", "Text stands in quotes"),
    "strict = true\nstrict = true": ("2:14", "this is not TOML: cannot overwrite a value", "Text stands in quotes"),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_file_is_told_with_its_place(text: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    place, message, hint = WRONG[text]
    write(folder, runner__toml=f"{text}\n")
    ended = run(monkeypatch, folder, "run", "c.yaml", "--mock")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith(f"runner.toml:{place}: error: {message}"), ended.err
    assert f"\n      {hint}" in ended.err
    assert "1 error in 1 file" in ended.err


@pytest.mark.parametrize("text", [one for one in WRONG if not one.startswith(("[", "strict = ["))])
def test_a_wrong_table_of_another_file(text: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    place, message, _ = WRONG[text]
    line, _, column = place.partition(":")
    write(folder, pyproject__toml=f"[project]\nname = 'x'\n\n[tool.runner]\n{text}\n")
    ended = run(monkeypatch, folder, "run", "c.yaml", "--mock")
    assert ended.code == 3
    message = message.replace("line 2", "line 6")
    assert ended.err.startswith(f"pyproject.toml:{int(line) + 4}:{column}: error: {message}"), ended.err


def test_every_mistake_is_told_at_once(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, runner__toml="a = 1\nstrict = 2\n", pyproject__toml="[tool.runner]\nretries = 'x'\n")
    ended = run(monkeypatch, folder, "check", "c.yaml")
    assert "3 errors in 2 files" in ended.err


def test_files_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "runner.toml").write_bytes(b"strict = true\nenv = '\xff'\n")
    ended = run(monkeypatch, folder, "list", "c.yaml")
    assert (ended.code, ended.err.splitlines()[0]) == (
        3,
        "error: runner.toml is not UTF-8 text: line 2 cannot be read",
    )
    (folder / "runner.toml").write_bytes(b"#" * 1_000_001)
    assert "runner.toml is larger than 1 MB" in run(monkeypatch, folder, "list", "c.yaml").err
    (folder / "runner.toml").write_text("a = " + "[" * 5000, encoding="utf-8")
    assert run(monkeypatch, folder, "list", "c.yaml").code == 3
    (folder / "runner.toml").write_bytes(b"\xef\xbb\xbfstrict = true\r\n")
    assert table(run(monkeypatch, folder, "env", "--options"))["strict"] == ("true", "runner.toml:1")
    (folder / "runner.toml").unlink()
    write(folder, pyproject__toml="[tool]\nrunner = 1\n")
    ended = run(monkeypatch, folder, "list", "c.yaml")
    assert ended.err.startswith("pyproject.toml:2:1: error: tool.runner is no table\n"), ended.err
    write(folder, pyproject__toml="[tool.x\n")
    assert run(monkeypatch, folder, "list", "c.yaml").code == 0, "it is not ours to judge"


def test_missing_files_say_who_named_them(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, runner__toml='env = "nope"\n')
    assert "env is set by runner.toml:1." in " ".join(run(monkeypatch, folder, "run", "c.yaml", "--mock").err.split())
    write(folder, runner__toml='env-file = "nope.env"\n')
    told = " ".join(run(monkeypatch, folder, "run", "c.yaml", "--mock").err.split())
    assert "env-file is set by runner.toml:1." in told


@pytest.mark.parametrize(
    "text",
    [
        'proxy = "sk-secretvalue@host"',
        'proxy = "ftp://u:sk-secretvalue@host"',
        'runner = 1\nvar = ["sk-secretvalue", 5]',
        'PRIVATE_KEY = """\nsk-secretvalue==',
        'var = ["A=b",\n"sk-secretvalue" 5]',
        'var = ["sk-secretvalue"]',
        'var = "API_KEY=sk-secretvalue" 1',
        'API_KEY = "sk-secretvalue"',
    ],
)
def test_a_message_shows_no_secret_of_a_file(text: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, runner__toml=f"{text}\n")
    ended = run(monkeypatch, folder, "run", "c.yaml", "--mock")
    assert ended.code == 3
    assert "sk-secretvalue" not in ended.text


VARIABLES: Final = {
    ("RUNNER_RETRIES", "two"): ('RUNNER_RETRIES: "two" is not a whole number', ""),
    ("RUNNER_RETRIES", "100"): ("RUNNER_RETRIES: 100 is not in the range 0<=x<=99", ""),
    ("RUNNER_STRICT", "perhaps"): (
        'RUNNER_STRICT: "perhaps" is not true or false',
        "Write 1 or 0",
    ),
    ("RUNNER_COLOR", "pink"): ("RUNNER_COLOR: 'pink' is not one of 'auto', 'always', 'never'", ""),
    ("RUNNER_TIMEOUT", "soon"): ("RUNNER_TIMEOUT: this is not a duration", "Write a number of seconds"),
    ("RUNNER_TAG", "a and"): ("RUNNER_TAG: a tag is missing before the end", "Write names with"),
    ("RUNNER_TAG", "a\nb"): ("RUNNER_TAG: give it once", ""),
    ("RUNNER_VAR", "sk-secretvalue"): ("RUNNER_VAR: one of the texts is not NAME=VALUE", "Write NAME=VALUE"),
    ("RUNNER_DRY_RUN", "1"): ("RUNNER_DRY_RUN: --dry-run can only be given on the command line", "The reason: a run"),
}


@pytest.mark.parametrize(("name", "value"), VARIABLES)
def test_a_wrong_variable_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    message, hint = VARIABLES[name, value]
    ended = run(monkeypatch, folder, "run", "c.yaml", "--mock", **{name: value})
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"Error: {message}"), ended.err
    assert hint in ended.err
    assert "sk-secretvalue" not in ended.text


def test_two_variables_for_one_option(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    ended = run(monkeypatch, folder, "run", "c.yaml", "--mock", RUNNER_PROGRESS="1", RUNNER_NO_PROGRESS="1")
    assert ended.code == 2
    assert "RUNNER_NO_PROGRESS and RUNNER_PROGRESS set the same option" in ended.err


def test_a_mistake_on_the_command_line_stays_its_own(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, runner__toml='timeout = "1s"\n')
    ended = run(monkeypatch, folder, "run", "c.yaml", "--mock", "--timeout", "soon")
    assert (ended.code, ended.err.splitlines()[0].split(":")[1]) == (2, " --timeout")
    assert run(monkeypatch, folder, "env", "--options", "c.yaml").code == 2
    assert run(monkeypatch, folder, "env").code == 2


def with_more_options(
    paths: list[str],
    lanes: Annotated[int | None, typer.Option("--lanes", min=1)] = None,
    pace: Annotated[float, typer.Option("--pace")] = 1.0,
    badge: Annotated[str, typer.Option("--badge", metavar="FILE")] = "",
    *,
    watch: Annotated[bool, typer.Option("--watch")] = False,
) -> Call:
    """A command as somebody will write it."""
    return Call(
        "runner.cli.commands.listing:list_requests", ListArguments(Inputs([f"{paths} {lanes} {pace} {badge} {watch}"]))
    )


def test_a_new_option_needs_no_table(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    inner = folder / "sub"
    inner.mkdir()
    monkeypatch.setitem(COMMANDS, "list", f"{__name__}:with_more_options")
    assert table(run(monkeypatch, inner, "env", "--options"))["lanes"] == ("-", "default")
    write(folder, runner__toml='lanes = 8\npace = 2\nbadge = "c.pem"\n')
    found = table(run(monkeypatch, inner, "env", "--options", RUNNER_PACE="0.5"))
    assert found["lanes"] == ("8", "../runner.toml:1")
    assert found["pace"] == ("0.5", "RUNNER_PACE")
    assert found["badge"] == ("../c.pem", "../runner.toml:3")
    assert "watch" not in found
    assert "no file ['x'] 8 2.0 ../c.pem False" in run(monkeypatch, inner, "list", "x").err
    ended = run(monkeypatch, inner, "list", "x", RUNNER_WATCH="1")
    assert (ended.code, "RUNNER_WATCH: --watch can only be given" in ended.err) == (2, True)


def process(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUNNER_")}
    command = (sys.executable, "-X", "importtime", "-m", "runner", *arguments)
    environment = {**kept, "PYTHONPATH": str(ROOT), **environ}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_help_and_version_read_no_settings(folder: Path) -> None:
    write(folder, runner__toml="broken [\n")
    for arguments in (["--version"], ["--help"], ["run", "--help"], ["mock", "-h"], ["schema"]):
        done = process(folder, *arguments, RUNNER_RETRIES="x", RUNNER_PORT="7")
        assert done.returncode == 0, done.stderr
        assert "tomllib" not in done.stderr
        assert "default: 7" not in done.stdout
    assert process(folder, "list", "c.yaml").returncode == 3


def test_a_parser_is_imported_where_there_is_a_file(folder: Path) -> None:
    write(folder, pyproject__toml="[project]\nname = 'runner'\n[tool.ruff]\nline-length = 120\n")
    done = process(folder, "list", "c.yaml")
    assert "tomllib" not in done.stderr
    assert "runner.cli.settings.options" in process(folder, "list", "c.yaml", RUNNER_COLOR="never").stderr
    write(folder, runner__toml="color = 'always'\n")
    done = process(folder, "list", "c.yaml")
    assert "tomllib" in done.stderr
    assert "\x1b[" in done.stdout


REFUSED = [
    ("RUNNER_TIMEOUT", "abc", "this is not a duration"),
    ("RUNNER_DELAY", "soon", "this is not a duration"),
    ("RUNNER_RATE", "often", '"often" is no rate'),
    ("RUNNER_TAG", "a and", "a tag is missing"),
    ("RUNNER_TAG", "a\nb", "give it once"),
    ("RUNNER_CA", "nowhere.pem", "there is no file nowhere.pem"),
    ("RUNNER_CERT", "nowhere.pem", "there is no file nowhere.pem"),
    ("RUNNER_PROXY", "ftp://h", "only http and https proxies"),
    ("RUNNER_RESOLVE", "a:1", "this is not HOST:PORT:ADDRESS"),
    ("RUNNER_MAX_COST", "nan", "this is no amount"),
]


@pytest.mark.parametrize(("variable", "value", "why"), REFUSED)
def test_the_table_says_what_a_run_refuses(
    variable: str, value: str, why: str, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    environ = {"RUNNER_JOBS": "2", variable: value}
    shown = run(monkeypatch, folder, "env", "--options", **environ)
    refused = run(monkeypatch, folder, "run", "c.yaml", **environ)
    assert (shown.code, shown.err) == (refused.code, refused.err) == (2, refused.err)
    assert f"{variable}: {why}" in shown.err
    wrong = [line for line in shown.out.splitlines() if line.endswith("wrong")]
    name = variable.removeprefix("RUNNER_").lower().replace("_", "-")
    assert [line.split() for line in wrong] == [[name, *value.replace("\n", ", ").split(), variable, "wrong"]]


def test_everything_that_is_wrong_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, runner__toml='rate = "often"\nproxy = "ftp://ann:hunter2secret@h"\nkey = "k.pem"\ndelay = "1s"\n')
    shown = run(monkeypatch, folder, "env", "--options")
    marked = [line.split()[0] for line in shown.out.splitlines() if line.endswith("wrong")]
    assert (shown.code, marked) == (3, ["rate", "key", "proxy"])
    for text in ("runner.toml:1:1: error: rate:", "runner.toml:2:1: error: proxy:", "--key needs a --cert"):
        assert text in shown.err
    assert "hunter2secret" not in shown.text
