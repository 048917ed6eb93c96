"""A collection shown or exported as commands for curl and imported again says the same: the commands that come out are
equal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from runner.errors import ExitCode
from runner.importing.env_text import env_line
from runner.variables.letting_in import lets_in
from runner.writing.collection import collection_text
from runner.writing.layout import Value
from tests.command import Program

SECRETS = {"API_KEY": 'sk "quoted" \\ key/+%é', "OTHER_TOKEN": "t0ken-0123456789", "PASSWORD": "pass/word:1234"}
LETTERS = st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cc", "Cs"])
TEXT = st.text(LETTERS, max_size=12)
LINES = st.text(st.characters(codec="utf-8", exclude_characters=""), max_size=40)
NAME = st.from_regex(r"[a-z][a-zA-Z0-9_.-]{0,8}", fullmatch=True)
PLAIN = st.sampled_from(("<<API_KEY>>", "a <<OTHER_TOKEN>> b", "<<PASSWORD>>"))


def without_contradiction(keys: Mapping[str, Value], body: Mapping[str, Value]) -> dict[str, Value]:
    """What is not given is not written; a header that says who it is goes without ``auth``, one that says what the
    body is without parts."""
    headers = keys["headers"] if isinstance(keys["headers"], dict) else {}
    left_out = {"auth"} if "Authorization" in headers else set()
    if "content-type" in headers and "multipart" in body:
        left_out.add("headers")
    return {key: value for key, value in keys.items() if value is not None and key not in left_out}


def escaped(text: str) -> str:
    """Text that holds no placeholder by chance."""
    return text.replace("<<", "(").replace("\\", "/")


SOME = TEXT.map(escaped) | PLAIN
KEY = st.text(LETTERS, min_size=1, max_size=12).map(escaped).filter(lambda text: not lets_in(text))
"""The name of no secret: those are taken out by imports."""
VALUE = SOME | st.integers(0, 10**9)
HEADER = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12).map(escaped) | PLAIN
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | SOME,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3),
    max_leaves=8,
)
FILES: Mapping[str, bytes] = {
    "notes.txt": b"Notes.\n",
    "data.csv": b"a,b\r\n",
    "bytes": b"\x00\xff",
    "sub/a b,c;d.txt": b"x",
    "picture.png": b"\x89PNG\r\n",
}
FIELDS: tuple[Mapping[str, Value], ...] = (
    {"at": "@notes.txt", "less": "<notes.txt", "quoted": '"quoted"', "type": "a;type=text/html", "blank": " a"},
    {"equals": "=a", "bracket": "(a", "key": "<<API_KEY>>", "empty": ""},
    {"lines": "a\r\nb", "file": {"file": "bytes"}},
    {"csv": {"file": "./data.csv"}, "bytes": {"file": "bytes"}, "folder": {"file": "sub/a b,c;d.txt"}},
    {"named": {"file": "notes.txt", "filename": 'a"b.txt'}, "other": {"file": "data.csv", "filename": "x;y,z.png"}},
    {"type": [{"file": "bytes", "type": "image/png"}, {"file": "picture.png", "type": "application/octet-stream"}]},
    {"same": {"file": "data.csv", "type": "text/csv"}, "csv": {"file": "data.csv", "type": "application/octet-stream"}},
)
BODIES = st.one_of(
    st.just({}),
    JSON.map(lambda value: {"json": value}),
    LINES.map(lambda text: {"text": escaped(text)}),
    st.dictionaries(KEY, VALUE, min_size=1, max_size=4).map(lambda form: {"form": form}),
    st.dictionaries(NAME, SOME, min_size=1, max_size=3).map(lambda fields: {"multipart": fields}),
    st.just({"graphql": {"query": "query q($id: ID!) {\n  a(id: $id)\n}", "variables": {"id": "<<API_KEY>>"}}}),
    st.just({"multipart": {"note": "a", "file": {"file": "notes.txt"}}}),
    st.just({"file": "notes.txt"}),
    st.sampled_from(FIELDS).map(lambda fields: {"multipart": fields}),
)
AUTH = st.sampled_from(
    (
        None,
        {"bearer": "<<API_KEY>>"},
        {"basic": {"username": "ann", "password": "<<PASSWORD>>"}},
        {"digest": {"username": "ann", "password": "<<PASSWORD>>"}},
        {"api_key": {"name": "X-Custom", "value": "<<OTHER_TOKEN>>"}},
        {"api_key": {"name": "key", "value": "<<OTHER_TOKEN>>", "in": "query"}},
        {
            "aws_sigv4": {
                "access_key": "AKID",
                "secret_key": "<<PASSWORD>>",
                "region": "eu-west-1",
                "service": "execute-api",
            }
        },
    )
)
REQUESTS = st.builds(
    lambda keys, body: {**without_contradiction(keys, body), **body},
    st.fixed_dictionaries(
        {
            "url": st.sampled_from(
                (
                    "http://h.example/",
                    "https://h.example/v1/items",
                    "https://h.example:8443/a/<<OTHER_TOKEN>>/b",
                    "https://h.example/a?x=1&y=a,b&y=c",
                    "https://h.example/é/[1]/{a}/../b?q",
                )
            ),
            "method": st.sampled_from((None, "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "X-ODD")),
            "query": st.none() | st.dictionaries(KEY, VALUE | st.lists(VALUE, min_size=2, max_size=3), max_size=3),
            "headers": st.none()
            | st.dictionaries(NAME.map(lambda name: f"x-{name.lower()}"), HEADER | st.just(""), max_size=3)
            | st.sampled_from(
                (
                    {"Authorization": "Token <<API_KEY>>", "Accept": None, "X-A": ["1", "2"]},
                    {"content-type": "application/vnd.api+json", "User-Agent": "mine/1.0"},
                    {"Content-Type": None, "User-Agent": None, "Accept-Encoding": None},
                    {"Cookie": "a=b", "accept": "text/html"},
                )
            ),
            "auth": AUTH,
            "cookies": st.none() | st.just({"theme": "dark", "sid": "<<OTHER_TOKEN>>"}),
            "timeout": st.sampled_from((None, "10s", "250ms", {"connect": "2s", "total": "5s"}, {"connect": "2s"})),
            "redirects": st.sampled_from((None, 0, 3, 10)),
            "tls": st.sampled_from(
                (None, {"verify": False}, {"ca": "notes.txt"}, {"cert": "notes.txt", "key": "notes.txt"})
            ),
            "proxy": st.sampled_from((None, "none", "http://127.0.0.1:9", "http://ann:<<OTHER_TOKEN>>@p.example:8080")),
        }
    ),
    BODIES,
)


NO_VARIABLES: Mapping[str, Value] = {}
VARIABLES: Mapping[str, Value] = {
    "HOST": "https://h.example",
    "THEME": "dark",
    "AGENT": "mine/1.0",
    "REGION": "eu-west-1",
}
"""Variables of the file: they stand where these texts do."""


def write_files(folder: Path) -> None:
    """What the requests send."""
    (folder / "sub").mkdir(exist_ok=True)
    for name, data in FILES.items():
        (folder / name).write_bytes(data)


class Tripper:
    """Shows and imports in one folder."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.program = Program(patch, folder)
        self.script = ""
        write_files(folder)
        lines = [env_line(name, value) for name, value in SECRETS.items()]
        (folder / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def shown(self, file: str) -> str:
        ended = self.program.run("show", file, "--as", "curl")
        assert ended.code == ExitCode.OK, ended.text
        return ended.out

    def exported(self, file: str) -> str:
        """The commands of the script: what stands above them are the variables."""
        ended = self.program.run("export", "curl", file)
        assert ended.code == ExitCode.OK, ended.text
        self.script = ended.out
        return ended.out.partition("\n# request ")[2]

    def imported(self, commands: str, file: str) -> str:
        (self.folder / "commands.sh").write_text(commands, encoding="utf-8", newline="")
        ended = self.program.run("import", "curl", "commands.sh", "-o", file, "--force")
        assert ended.code == ExitCode.OK, f"{commands}\n{ended.text}"
        return ended.err


@pytest.fixture
def tripper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tripper:
    return Tripper(tmp_path, monkeypatch)


def written(
    tripper: Tripper, requests: list[Mapping[str, Value]], variables: Mapping[str, Value] = NO_VARIABLES
) -> None:
    named = [{"name": f"request {number}", **request} for number, request in enumerate(requests)]
    keys: dict[str, Value] = {"secrets": list(SECRETS), "variables": dict(variables), "requests": named}
    text = collection_text({name: value for name, value in keys.items() if value})
    for name in variables:
        text = text.replace(str(variables[name]), f"<<{name}>>").replace(
            f"{name}: <<{name}>>", f"{name}: {variables[name]}"
        )
    (tripper.folder / "c.yaml").write_text(text, "utf-8")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=st.lists(REQUESTS, min_size=1, max_size=3))
@example(requests=[{"url": "http://h.example/", "headers": {"Content-Type": None}, "json": "<<API_KEY>>"}])
@example(
    requests=[
        {"url": "http://h.example/", "headers": {"Content-Type": None}, "method": "POST", "text": text}
        for text in (":=", "a=b c", "a=b&c=%20d", "a=b+c")
    ]
)
def test_shown_imported_and_shown_again_is_the_same_command(
    tripper: Tripper, requests: list[Mapping[str, Value]]
) -> None:
    written(tripper, requests)
    first = tripper.shown("c.yaml")
    tripper.imported(first, "d.yaml")
    assert tripper.shown("d.yaml") == first, (tripper.folder / "d.yaml").read_text("utf-8") + json.dumps(requests)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=st.lists(REQUESTS, min_size=1, max_size=3))
def test_exported_imported_and_exported_again_is_the_same_command(
    tripper: Tripper, requests: list[Mapping[str, Value]]
) -> None:
    written(tripper, requests, VARIABLES)
    first = tripper.exported("c.yaml")
    assert first
    assert not [value for value in SECRETS.values() if value in tripper.script]
    tripper.imported(tripper.script, "d.yaml")
    assert tripper.exported("d.yaml") == first, (tripper.folder / "d.yaml").read_text("utf-8") + json.dumps(requests)
