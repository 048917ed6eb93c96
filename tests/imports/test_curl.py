"""Commands as people paste them: what comes of them, what is told, and what is wrong with them. With IMPORTS_ACCEPT=1
the expected files are written anew: read them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from runner.errors import ExitCode, InvalidFiles
from runner.importing.curl.commands import read_curl
from runner.importing.scrubbing import finish
from runner.source import Diagnostic, Source
from runner.writing.collection import collection_text
from tests.command import Ended, Program
from tests.imports.made import expected

HERE: Final = Path(__file__).parent / "curl"
SOURCES: Final = sorted(path for path in HERE.iterdir() if path.suffix in (".sh", ".bat", ".ps1"))
BESIDE: Final = """a.pdf a.txt audio.mp3 b.pdf body-lotion.png body.json ca.crt ca.pem client.key client.pem payload.xml
photos/cat.jpg portrait.jpg request.json soap.png""".split()
"""The files that the commands send."""
IN_THE_CLEAR: Final = re.compile(
    "sk_test_4eC39|p@ss-word|p%40ss|3f9a2c7be1|Zm9vYmFy|changeit|secret-words|changeme|ghp_abc|AIzaSy|s3cr3t|pr0xy"
    "|0123456789abcdef|shpat_|gift-0123|xoxb-|eyJhbGci|AKIAIOS"
)


def imported(source: str, folder: Path, patch: pytest.MonkeyPatch, *more: str) -> Ended:
    return Program(patch, folder).run("import", "curl", source, *more)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_what_is_imported(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / path.name).write_bytes(path.read_bytes())
    for name in BESIDE:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    ended = imported(path.name, tmp_path, monkeypatch, "-o", "c.yaml")
    assert (ended.code, ended.out) == (ExitCode.OK, "")
    assert not IN_THE_CLEAR.search(ended.err)
    env = (tmp_path / ".env").read_text("utf-8") if (tmp_path / ".env").exists() else ""
    told = f"{ended.err}--- .env\n{env}" if env else ended.err
    assert told == expected(path.with_suffix(".txt"), told)
    text = (tmp_path / "c.yaml").read_text("utf-8")
    assert text == expected(path.with_suffix(".yaml"), text)
    assert not IN_THE_CLEAR.search(text)
    assert "needs a hand" not in ended.err
    assert Program(monkeypatch, tmp_path).run("check", "c.yaml").code == ExitCode.OK


def test_there_are_many_of_them() -> None:
    assert len(SOURCES) >= 40


def test_the_command_is_one_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = imported("curl -u ann:pa55-words https://h.example/a -d x=1", tmp_path, monkeypatch)
    assert ended.code == ExitCode.OK
    assert "form:\n      x: 1\n" in ended.out
    assert "pa55-words" not in ended.text
    assert "the command:1:6: a secret stood in the clear: it is <<PASSWORD>> now" in ended.err


@pytest.mark.parametrize(
    ("command", "place", "says"),
    [
        ("curl --heder 'a: b' https://h.example", "1:6", "curl has no option --heder Did you mean --header?"),
        ("curl https://h.example \\\n  --data-rwa x", "2:3", "no option --data-rwa Did you mean --data-raw?"),
        ("curl -sSLß https://h.example", "1:6", "curl has no option -ß in -sSLß"),
        ("curl \u2013H 'a: b' https://h.example", "1:6", "It begins with a dash that is none"),
        ("curl -X POST", "1:1", "this command has no URL"),
        ("curl https://h.example -H", "1:24", "-H needs a value"),
        ("curl https://h.example --request=POST", "1:24", "has its value behind a = curl wants a blank"),
        ("curl 'https://h.example", "1:6", "this ' is not closed"),
        ('curl "https://h.example', "1:6", 'this " is not closed'),
        ("curl https://h.example/$(date", "1:24", "what begins here is not closed"),
        ("curl https://h.example -H \u201ca: b\u201d", "1:27", "typographic quote"),
        (
            "curl https://h.example\n  -H 'a: b'",
            "2:3",
            "a line begins with an option Does the line before it lack a \\",
        ),
        ("curl ftp://h.example/a", "1:6", "only http and https are spoken here"),
        ("curl -m soon https://h.example", "1:6", "--max-time is a number of seconds"),
        ("curl -F picture https://h.example", "1:6", "a field is name=value"),
        ("curl -d @- https://h.example <<EOF\n{}", "1:30", "the text for <<EOF has no end"),
        ('curl ^"https://h.example ^\n -d x', "1:7", 'this " is not closed'),
        ("curl.exe https://h.example -d 'x", "1:31", "this ' is not closed"),
        ("curl.exe https://h.example\n  -d x", "2:3", "a line begins with an option Does the line before it lack a ^"),
        ("$env:A\nInvoke-WebRequest https://h.example", "2:1", "this is PowerShell's own command, not curl"),
        ("Invoke-RestMethod -Uri https://h.example", "1:1", "this is PowerShell's own command, not curl"),
        ("curl -Uri https://h.example -Method Get", "1:6", "this is PowerShell's own command, not curl"),
        ("curl https://h.example -d @<(jq", "1:28", "what begins here is not closed"),
        ("wget https://h.example", "1:1", "there is no curl command in it"),
        ("", "1:1", "there is no curl command in it"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    command: str, place: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c.sh").write_text(command, encoding="utf-8")
    ended = imported("c.sh", tmp_path, monkeypatch)
    assert (ended.code, ended.out) == (ExitCode.INVALID, "")
    assert f"c.sh:{place}: error: " in ended.err
    lines = [line for line in ended.err.splitlines() if "|" not in line[:8]]
    assert says in " ".join(" ".join(lines).split()), ended.err


def test_no_value_is_shown_where_something_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = ("topsecret", "sk-live", "AIza", "hunter", "tok-1", "bpass", "abcd1234", "glued")
    command = (
        "-u ann:topsecret-1 -H 'Authorization: Bearer sk-live-12345678' 'https://h/?key=AIza1&x=1' "
        "-d 'password=hunter22' --oauth2-bearer tok-12345 https://bo:bpass-99@h/ -b 'session=abcd1234' -uann:glued-1"
    )
    for wrong in ("--heder x", "-\u00dfann:glued", "--user=ann:glued", "-m hunter", "'"):
        for text in (f"curl {wrong} {command}", f"curl {command} {wrong}"):
            ended = imported(text, tmp_path, monkeypatch)
            assert ended.code == ExitCode.INVALID
            assert not [one for one in secrets if one in ended.text], ended.text


def test_no_value_is_shown_where_there_is_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("export OPENAI_API_KEY=sk-live-1", '$env:KEY = "sk-live-1"'):
        ended = imported(text, tmp_path, monkeypatch)
        assert (ended.code, "sk-live-1" in ended.text) == (ExitCode.INVALID, False), ended.text
    ended = imported("commands.sh", tmp_path, monkeypatch)
    assert "There is no file of that name." in ended.err


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("echo -n topsecret-1 | base64) $(echo -n topsecret-2", ["ECHO", "ECHO_2"]),
        ("cat <<EOF\ntopsecret\nEOF\n", ["CAT"]),
        ("gcloud auth print-access-token", ["GCLOUD_AUTH_PRINT_ACCESS_TOKEN"]),
        ("login --password topsecret", ["LOGIN_PASSWORD"]),
        ("cat ~/keys/deploy.token", ["DEPLOY_TOKEN"]),
        ("./topsecret", ["PRINTED"]),
        ("date) $(date", ["DATE"]),
    ],
)
def test_what_a_command_is_given_is_no_name(
    command: str, names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = imported(f'curl h.example -d "$({command})"', tmp_path, monkeypatch)
    assert (ended.code, "topsecret" in ended.text.lower()) == (ExitCode.OK, False), ended.text
    assert list(dict.fromkeys(re.findall(r"<<(\w+)>>", ended.out))) == names


def test_what_another_command_writes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = imported("curl h.example -d @<(jq -n '{a: \")\"}') 2> >(tee log)", tmp_path, monkeypatch)
    assert "file: printed\n" in ended.out
    assert "the command:1:20: what a command in <(…) prints is not known" in ended.err


def made(command: str) -> str:
    draft = read_curl(Source("c", command))
    return collection_text(draft.collection())


@pytest.mark.parametrize(
    ("command", "has"),
    [
        ("curl h.example -d 'a=\"b\" '\\''c'\\'", 'a: "\\"b\\" \'c\'"'),
        ('curl "h.example/${A}b$C"', "url: http://h.example/<<A>>b<<C>>"),
        ('curl "h.example/\\$A"', "url: http://h.example/$A"),
        ("curl h.example -d $'\\x41\\u00e9\\101\\n' -H 'Content-Type: text/plain'", "AéA"),
        ("curl h.exa\\\nmple/a", "url: http://h.example/a"),
        ("curl h.example # more", "url: http://h.example\n"),
        ("$ curl h.example \\\n> -H 'A: b'", "A: b"),
        ("curl h.example -H 'A: b' \\", "A: b"),
        ("curl -XPUT -HA:1 h.example", "A: 1"),
        ("curl h.example -d a=1 -G -d b=2", "query:\n      a: 1\n      b: 2"),
        ("curl h.example -d '{\"n\": 1e400}' -H 'Content-Type: application/json'", "text: '{\"n\": 1e400}'"),
        ("curl h.example --json '{\"a\"' --json ':1}'", "json:\n      a: 1"),
        ("curl h.example -b 'a=1; b=2'", "cookies:\n      a: 1"),
        ("curl h.example --oauth2-bearer $T", "auth: {bearer: <<T>>}"),
        ("curl h.example -H 'Authorization: Basic YW5uOnB3'", "username: ann, password: <<PASSWORD>>"),
        ("curl h.example -T a.txt", "file: a.txt"),
        ("curl h.example -d @/etc/passwd", "file: passwd"),
        ("curl h.example -d @../../x", "file: x"),
        ("curl -sf -o /dev/null -w '%{http_code}' h.example", "url: http://h.example\n"),
        ("curl -I h.example -L --max-redirs 3", "redirects: 3"),
        ("curl h.example -d 'x=<<NAME>>'", r"x: \<<NAME>>"),
        ('curl "h.example/a?token=$T"', "token: <<T>>"),
        ("curl h.example -H 'X: 1' -H 'X: 2'", "X: [1, 2]"),
        ("curl h.example/a h.example/b", "base_url: http://h.example"),
        (
            "curl -D >(grep -i x-id >&2) -o >(jq '.a | \")\"' > a.png) h.example -F model=x",
            "requests:\n  - name: POST /\n    url: http://h.example\n    multipart:\n      model: x\n",
        ),
        ("PS C:\\> $env:N = 'a b'\nPS C:\\> curl.exe h.example -d $env:N", "variables:\n  N: a b\n"),
    ],
)
def test_how_commands_are_read(command: str, has: str) -> None:
    assert has in made(command)


def test_a_file_that_came_with_the_command_replaces_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "body.bin").write_bytes(b"mine")
    ended = imported("curl h.example --data-binary $'\\xff\\xfe'", tmp_path, monkeypatch, "-o", "c.yaml")
    assert (ended.code, (tmp_path / "body.bin").read_bytes()) == (ExitCode.USAGE, b"mine")
    assert "body.bin is there already, with other content" in ended.err
    again = imported("curl h.example --data-binary $'\\xff\\xfe'", tmp_path, monkeypatch, "-o", "c.yaml", "--force")
    assert (again.code, (tmp_path / "body.bin").read_bytes()) == (ExitCode.OK, b"\xff\xfe")


PIECES: Final = st.sampled_from(
    (
        *"'\"\\$`^|&;<>(){}[]#@=:%! \n\t-",
        "curl ",
        "https://h.example",
        "-H ",
        "-d ",
        "-F ",
        "a: b",
        "$(",
        "${A",
        "<<E",
        "\r\n",
    )
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join),
    st.sampled_from(("curl h.example ", "curl.exe a ", 'curl ^"')),
)
@example("\r\n''", "curl.exe a ")
@example("|''", "curl.exe a ")
def test_whatever_is_pasted_there_is_a_collection_or_a_message(text: str, before: str) -> None:
    found: tuple[Diagnostic, ...] = ()
    try:
        draft = read_curl(Source("c", (before + text).encode("utf-8", "replace").decode("utf-8")))
        finish(draft)
        collection_text(draft.collection()).encode("utf-8")
    except InvalidFiles as error:
        found = tuple(error.diagnostics)
    assert all(one.location is not None and one.message for one in found)


@pytest.mark.parametrize(
    ("text", "headers", "requests"),
    [
        ("curl h.example/a -H X:\\ a\\ b\\ \n# next\ncurl h.example/b\n", {"X": "a b"}, 2),
        ("curl h.example/a \\ \n  -H X:b\n", {"X": "b"}, 1),
        ("curl h.example/a\\ \n  -H X:b\n", {"X": "b"}, 1),
        ("curl h.example/a -H X:a\\\nb\n", {"X": "ab"}, 1),
    ],
)
def test_a_backslash_at_the_end_of_a_line(text: str, headers: dict[str, str], requests: int) -> None:
    """With a blank behind it, it is that blank for a shell, or the end of the line for who pasted it."""
    draft = read_curl(Source("commands", text))
    assert len(draft.requests) == requests
    first = draft.requests[0]
    assert isinstance(first, dict)
    assert first["headers"] == headers
