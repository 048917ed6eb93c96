from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import Ended, Program

Files = dict[str, str]


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, files: Files, *arguments: str, **environ: str) -> Ended:
    """A command in a folder with these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Program(monkeypatch, folder, environ).run(*arguments)


def rows(ended: Ended) -> dict[str, list[str]]:
    """The lines of a table by their first cell."""
    cells = [line.split() for line in ended.out.splitlines() if line.startswith("  ")]
    return {first: rest for first, *rest in cells}


ONE = "requests: [{name: one, url: 'http://127.0.0.1:1/<<PATH_PART:-x>>'}]\n"


ENV = """\
variables: {URL: "https://<<HOST_NAME>>/<<PART:-p>>", AUTHZ: "Bearer <<login>>", STATE: missing, N: 5, UNUSED: x}
requests:
- {name: in, url: <<URL>>, capture: {login: $.t}, text: "<<STATE>> <<N>> <<PIN_KEY:-on-the-spot>> <<WORD:-word>>"}
- {name: out, url: <<URL>>, headers: {authorization: <<AUTHZ>>}, expect: {text: <<$guid>>}}
"""


def test_env_shows_every_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ended = run(monkeypatch, tmp_path, {"c.yaml": ENV}, "env", "c.yaml", HOST_NAME="h.example", N="7")
    found = rows(ended)
    assert ended.code == 0, ended.text
    assert found["URL"][:2] == ["https://h.example/p", "variables,"]
    assert found["HOST_NAME"] == ["h.example", "the", "environment", "line", "1"]
    assert found["PART"][:2] == ["p", "the"]
    assert found["STATE"][:2] == ["missing", "variables,"]
    assert found["N"][:3] == ["7", "the", "environment"]
    assert found["login"] == ["captured", "from", '"in"', "line", "1"]
    assert found["AUTHZ"] == ["captured", "from", '"in"', "line", "4"]
    assert found["PIN_KEY"][:2] == ["***", "the"]
    assert found["WORD"][:2] == ["word", "the"]
    assert found["UNUSED"][:2] == ["x", "variables,"]
    assert "on-the-spot" not in ended.text


def test_env_fails_when_something_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ended = run(monkeypatch, tmp_path, {"c.yaml": ENV}, "env", "c.yaml", N="x")
    assert ended.code == 3
    assert rows(ended)["HOST_NAME"][:4] == ["missing", "in", "every", "source"]
    assert rows(ended)["URL"][:4] == ["missing", "HOST_NAME", "has", "no"]
    assert rows(ended)["N"][:4] == ["missing", "N", "from", "the"]


def test_env_masks_before_it_cuts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = f"variables: {{LONG: {'a' * 35}<<X_KEY>>}}\nrequests: [{{url: 'http://h/', text: <<LONG>>}}]\n"
    ended = run(monkeypatch, tmp_path, {"c.yaml": text}, "env", "c.yaml", X_KEY="öä\u200büß-secret")
    assert rows(ended)["LONG"][0] == f"{'a' * 35}***"
    assert "öä" not in ended.text


def test_env_masks_what_a_later_file_says_is_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    request = "requests: [{url: 'http://h/', text: <<VALUE>>}]\n"
    files = {"a.yaml": request, "b.yaml": f"secrets: [VALUE]\n{request}"}
    ended = run(monkeypatch, tmp_path, files, "env", "a.yaml", "b.yaml", VALUE="hidden-value")
    assert "hidden-value" not in ended.text
    assert ended.out.count("***") == 2


def test_list_shows_what_is_selected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (
        "name: All\nrequests: [{name: 名前, url: 'http://h/a?k=1', tags: [x, y]}, {name: b, url: <<U>>/b, json: {}},"
        "{name: c, url: 'http://h/c'}]\n"
    )
    files = {"c.yaml": text}
    ended = run(monkeypatch, tmp_path, files, "list", "c.yaml")
    assert ended.out.splitlines() == [
        "c.yaml · All",
        "  名前  GET /a   line 2  [x] [y]",
        "  b     POST /b  line 2",
        "  c     GET /c   line 2",
    ]
    assert run(monkeypatch, tmp_path, files, "list", "c.yaml", "--tag", "x").out.count("line") == 1
    assert run(monkeypatch, tmp_path, files, "list", "c.yaml", "-k", "none").code == 5


def test_check_looks_at_what_would_be_skipped_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "requires: [API_KEY]\nrequests: [{name: a, url: 'http://h/<<API_KEY>>', timeout: <<T:-soon>>}]\n"
    ended = run(monkeypatch, tmp_path, {"c.yaml": text}, "check", "c.yaml")
    assert (ended.code, "this is not a duration" in ended.out) == (3, True), ended.text
    assert run(monkeypatch, tmp_path, {"c.yaml": text}, "run", "c.yaml").code == 0


def test_check_warns_of_what_has_no_value_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "requests: [{name: a, url: 'http://h/<<API_KEY>>/<<GONE>>/<<GONE>>'}]\n"
    ended = run(monkeypatch, tmp_path, {"c.yaml": text}, "check", "c.yaml")
    assert (ended.code, ended.out.count("warning: GONE has no value"), "API_KEY has" in ended.out) == (0, 1, False)
    assert run(monkeypatch, tmp_path, {"c.yaml": text}, "check", "--strict", "c.yaml").code == 3
    checked = ONE.replace("x>>'}", "x>>', expect: {status: 2xx}}")
    assert run(monkeypatch, tmp_path, {"c.yaml": checked}, "check", "c.yaml").out == "ok  c.yaml  1 request\n"


SHOWN = """\
requests:
- {name: first, url: 'http://h.example/a', capture: {id: $.id}}
- {name: made, url: 'http://h.example/<<id>>'}
- {name: later, url: 'http://h.example/b', skip: as <<id>> says}
- {name: never, url: 'http://h.example/c', skip: for good}
- {name: now, url: 'http://h.example/d', skip: <<EMPTY>>}
- {name: lost, url: 'http://h.example/e', file: gone.txt}
"""


@pytest.mark.parametrize("command", [("show",), ("show", "--as", "curl"), ("run", "--dry-run")], ids=str)
def test_what_cannot_be_shown_says_why(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = {"c.yaml": SHOWN.replace("file: gone.txt", "json: <<HALF|json>>")}
    ended = run(monkeypatch, tmp_path, files, *command, "c.yaml", EMPTY="", HALF='"\\ud800"')
    assert (ended.code, ended.err) == (3, ended.err)
    ended = run(monkeypatch, tmp_path, files, *command, "-k", "e", "c.yaml", EMPTY="", HALF="1")
    assert ended.code == 0, ended.text
    for words in (
        'made when "id" from "first" is known',
        "skipped: for good",
        "http://h.example/d",
        "http://h.example/e",
    ):
        assert words in run(monkeypatch, tmp_path, files, *command, "c.yaml", EMPTY="", HALF="1").out
    assert "http://h.example/b" not in ended.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--timeout", "soon"), "--timeout: this is not a duration"),
        (("--timeout", "0"), "--timeout: a limit of zero leaves no time at all"),
        (("--timeout", "31d"), "--timeout: this is longer than 30 days"),
        (("--ca", "none.pem"), "--ca: there is no file none.pem"),
        (("--ca", "x" * 300), "--ca: there is no file xxx"),
        (("--tag", "a and"), "--tag: a tag is missing"),
        (("--tag", "(" * 5000), "--tag: this is too long"),
        (("--var", "no-value"), "--var: what was given is not NAME=VALUE"),
        (("--var", "sk-abcdefgh"), "--var: what was given is not NAME=VALUE"),
        (("--var", "=x"), "--var: what was given is not NAME=VALUE"),
        (("--var", "1A=sk-secret"), "--var: what was given is not NAME=VALUE"),
    ],
    ids=range(11),
)
def test_options_that_make_no_sense(
    options: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended = run(monkeypatch, tmp_path, {"c.yaml": ONE}, "run", "c.yaml", *options)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
    assert "sk-" not in ended.err


def test_the_last_of_several_values_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    options = ("--var", "PATH_PART=a", "--var", "PATH_PART=b=c")
    assert "127.0.0.1:1/b=c" in run(monkeypatch, tmp_path, {"c.yaml": ONE}, "run", "--dry-run", "c.yaml", *options).out


def test_a_warning_is_told_once_for_all_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "requests: [{url: 'http://127.0.0.1:1/<<A_KEY>>'}]\n"
    files = {"a.yaml": text, "b.yaml": text}
    ended = run(monkeypatch, tmp_path, files, "run", "--dry-run", "a.yaml", "b.yaml", A_KEY="abc")
    assert ended.err.count("the secret A_KEY is shorter than four characters") == 1


def test_all_files_are_looked_at_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = {"a.yaml": ONE, "b.yaml": "requests: 1\n", "c.yaml": "requests: [{url: 5}]\n"}
    ended = run(monkeypatch, tmp_path, files, "run", "a.yaml", "b.yaml", "c.yaml")
    assert (ended.code, ended.out) == (3, "")
    assert "2 errors in 2 files" in ended.err


def test_a_file_that_is_skipped_is_shown_as_such(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = {"c.yaml": f"requires: [API_KEY]\n{ONE}", "d.yaml": ONE}
    ended = run(monkeypatch, tmp_path, files, "run", "--dry-run", "c.yaml", "d.yaml")
    assert ended.out.splitlines()[:2] == ["c.yaml", "  SKIP  needs API_KEY, which is not set"]
    assert ended.code == 0


def test_what_is_required_and_empty_is_told_to_be_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = {"c.yaml": f"requires: [API_KEY]\n{ONE}", "d.yaml": ONE, ".env": "API_KEY=\n"}
    ended = run(monkeypatch, tmp_path, files, "run", "--dry-run", "c.yaml", "d.yaml")
    assert ended.out.splitlines()[:2] == ["c.yaml", "  SKIP  needs API_KEY, which is empty in .env"]
    ended = run(monkeypatch, tmp_path, files, "env", "c.yaml")
    assert rows(ended)["API_KEY"][:4] == ["missing", "empty", "in", ".env"]


def test_env_shows_what_is_required(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ended = run(monkeypatch, tmp_path, {"c.yaml": f"requires: [API_KEY]\n{ONE}"}, "env", "c.yaml")
    assert (ended.code, rows(ended)["API_KEY"][0]) == (3, "missing")


def test_send_again_repeats_where_variables_come_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = {"c.yaml": ONE, ".env.a b": "PATH_PART=env", "x.env": "PATH_PART=file"}
    ended = run(monkeypatch, tmp_path, files, "run", "c.yaml", "--env", "a b", "--var", "X=it's", "--var", "A_KEY=abcd")
    assert "send again: runner run --env 'a b' --var 'X=it'\"'\"'s' --var A_KEY=… c.yaml -k one" in ended.out
    ended = run(monkeypatch, tmp_path, files, "run", "c.yaml", "--env-file", "x.env")
    assert "send again: runner run --env-file x.env c.yaml -k one" in ended.out


def test_a_literal_credential_is_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (
        "requests: [{name: a, url: 'http://127.0.0.1:1/', headers: {Authorization: Bearer in-the-clear-1},"
        " text: in-the-clear-1}, {name: b, url: 'http://127.0.0.1:1/', auth: {bearer: in-the-clear-2}}]\n"
    )
    for command in (("show",), ("show", "--as", "curl"), ("run", "-vv"), ("run", "--dry-run", "-v"), ("list",)):
        ended = run(monkeypatch, tmp_path, {"c.yaml": text}, *command, "c.yaml")
        assert "in-the-clear" not in ended.text, ended.text


def test_the_schema_is_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert json.loads(run(monkeypatch, tmp_path, {}, "schema").out)["type"] == "object"


def test_a_secret_of_an_env_file_that_nothing_uses_is_masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("API_TOKEN=unused-but-secret\n", encoding="utf-8")
    text = "requests: [{url: 'http://127.0.0.1:9/x', examples: [{text: it is unused-but-secret}]}]"
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    told = Program(monkeypatch, tmp_path, {}).run("run", "c.yaml", "--mock", "-v")
    assert ("unused-but-secret" in told.out, "it is ***" in told.out) == (False, True)
