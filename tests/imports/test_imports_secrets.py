"""Secrets in what is imported: none gets into the collection or onto the screen, each keeps its own place; and what is
written beside the collection replaces nothing."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Final

import pytest

from runner.errors import ExitCode
from runner.importing.har.archive import read_har
from runner.node import Plain
from runner.source import Source
from tests.command import Ended, Program
from tests.unit.loading import read

KEY = "sk-0123456789-abcdef"


def curl(folder: Path, patch: pytest.MonkeyPatch, command: str, *more: str) -> Ended:
    return Program(patch, folder).run("import", "curl", command, *more)


def written(folder: Path) -> tuple[dict[str, Plain], str]:
    """The collection, and the env file."""
    collection = read((folder / "c.yaml").read_text("utf-8")).plain()
    assert isinstance(collection, dict)
    env = folder / ".env"
    return collection, env.read_text("utf-8") if env.exists() else ""


def postman(folder: Path, patch: pytest.MonkeyPatch, request: Plain, **item: Plain) -> tuple[str, str]:
    """The text of a collection of this one request, and of its env file; what is told has no secret in it."""
    document = {"info": {"name": "x", "schema": "v2.1.0"}, "item": [{"name": "a", "request": request, **item}]}
    (folder / "p.json").write_text(json.dumps(document), encoding="utf-8")
    ended = Program(patch, folder).run("import", "postman", "p.json", "-o", "c.yaml", "--force")
    assert KEY not in ended.text
    return (folder / "c.yaml").read_text("utf-8"), written(folder)[1]


def test_each_of_many_secrets_keeps_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"curl https://h.example/{n} -H 'Authorization: Bearer key-number-{n}'" for n in range(4)]
    curl(tmp_path, monkeypatch, "\n".join(lines), "-o", "c.yaml")
    collection, env = written(tmp_path)
    names = ["API_KEY", "API_KEY_2", "API_KEY_3", "API_KEY_4"]
    assert env.splitlines() == [f"{name}=key-number-{n}" for n, name in enumerate(names)]
    requests = collection["requests"]
    assert isinstance(requests, list)
    assert [one["auth"] for one in requests if isinstance(one, dict)] == [{"bearer": f"<<{name}>>"} for name in names]


@pytest.mark.parametrize(
    "command",
    [
        'K={} ; curl h.example -H "x-api-key: $K"',
        'K={} ; curl h.example -H "Authorization: Bearer $K"',
        'K={} ; curl h.example -H "Authorization: Token $K"',
        'K={} ; curl h.example -u "ann:$K"',
        'K={} ; curl h.example -u "$K:"',
        'K={} ; curl "h.example?api_key=$K"',
        'K={} ; curl h.example -d "password=$K"',
        'K={} ; curl h.example -F "client_secret=$K"',
        'K={} ; curl h.example -b "session=$K"',
        'K={} ; curl h.example --json "{{\\"auth\\": {{\\"password\\": \\"$K\\"}}}}"',
        '$env:K = "{}"\ncurl.exe h.example -H "x-api-key: $env:K"',
        'PS C:\\> $env:K="{}"; curl.exe h.example -H "x-api-key: $env:K"',
        'H="Authorization: Bearer {}0123456789" ; curl h.example -H "$H"',
    ],
)
def test_a_variable_is_a_secret_by_where_it_is_used(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = curl(tmp_path, monkeypatch, command.format(KEY), "-o", "c.yaml")
    collection, env = written(tmp_path)
    assert (ended.code, KEY in ended.text, KEY in str(collection)) == (ExitCode.OK, False, False)
    assert KEY in env
    assert "its value goes to .env" in ended.err
    if command.startswith("K="):
        assert (collection["secrets"], "variables" in collection) == (["K"], False)


def test_a_variable_that_lets_nobody_in_stays_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    curl(
        tmp_path,
        monkeypatch,
        'M=small ; curl h.example --json "{\\"model\\": \\"$M\\"}" -u "$M:pw-12345"',
        "-o",
        "c.yaml",
    )
    assert written(tmp_path)[0]["variables"] == {"M": "small"}


def test_a_variable_of_postman_is_a_secret_by_where_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bearer = {"type": "bearer", "bearer": [{"key": "token", "value": "{{k}}"}]}
    document = {
        "info": {"name": "x", "schema": "v2.1.0"},
        "auth": bearer,
        "variable": [{"key": "k", "value": KEY}],
        "item": [{"name": "a", "request": "https://h.example"}],
    }
    (tmp_path / "p.json").write_text(json.dumps(document), encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", "postman", "p.json", "-o", "c.yaml")
    collection, env = written(tmp_path)
    assert (KEY in ended.text, collection["secrets"], env) == (False, ["k"], f"k={KEY}\n")
    assert "variables" not in collection


def test_a_secret_that_is_a_word_changes_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    curl(tmp_path, monkeypatch, "curl https://password.example/password -u admin:password", "-o", "c.yaml")
    collection, env = written(tmp_path)
    assert env == "PASSWORD=password\n"
    requests = collection["requests"]
    assert isinstance(requests, list)
    assert requests[0] == {
        "name": "GET /password",
        "url": "https://password.example/password",
        "auth": {"basic": {"username": "admin", "password": "<<PASSWORD>>"}},
    }


def test_what_is_printed_is_what_would_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = "curl https://json.example/json -u admin:json -d '{\"json\": 1}'"
    printed = curl(tmp_path, monkeypatch, command).out
    curl(tmp_path, monkeypatch, command, "-o", "c.yaml")
    assert printed == (tmp_path / "c.yaml").read_text("utf-8")
    assert "url: https://json.example/json" in printed


def test_a_variable_of_the_command_and_a_key_in_the_clear_are_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = f'curl https://h.example -H "X-Other: $API_KEY" -H "Authorization: Bearer {KEY}"'
    curl(tmp_path, monkeypatch, command, "-o", "c.yaml")
    text, (_, env) = (tmp_path / "c.yaml").read_text("utf-8"), written(tmp_path)
    assert "X-Other: <<API_KEY>>" in text
    assert "bearer: <<API_KEY_2>>" in text
    assert f"API_KEY_2={KEY}" in env


@pytest.mark.parametrize(
    "command",
    [
        f"curl https://h.example -H 'X-Pagerduty-Token: {KEY}'",
        f"curl https://h.example -H 'Cursor-Api-Key: {KEY}' -H 'NextCloud-Token: {KEY}2'",
        f"curl https://h.example -d 'a=1&client_secret={KEY}&a=2'",
        f"DB=https://bob:{KEY}@h.example\ncurl $DB/x",
        f"curl 'https://h.example/x?b=1&api_key={KEY}&b=2&c'",
        f"curl https://h.example\nAuthorization: Bearer {KEY}",
        f"curl https://h.example\n{KEY}",
    ],
    ids=["token", "names", "form", "address", "query", "broken line", "line of its own"],
)
def test_no_secret_of_a_command_stays(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = curl(tmp_path, monkeypatch, command, "-o", "c.yaml")
    text = (tmp_path / "c.yaml").read_text("utf-8") if (tmp_path / "c.yaml").exists() else ""
    assert KEY not in text + ended.text
    assert KEY[:12] not in ended.text


@pytest.mark.parametrize(
    "name", ["Idempotency-Key", "next_page_token", "nextPageToken", "cursor-token", "publicKey", "Sec-WebSocket-Key"]
)
def test_what_lets_nobody_in_stays_in_the_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    curl(tmp_path, monkeypatch, f"curl https://h.example -H '{name}: {KEY}'", "-o", "c.yaml")
    assert KEY in (tmp_path / "c.yaml").read_text("utf-8")


POSTED: Final[dict[str, Plain]] = {"method": "POST", "url": "h.example"}


@pytest.mark.parametrize(
    "request_",
    [
        {"url": f"https://h.example/?api_key={KEY}"},
        {"url": f"https://bob:{KEY}@h.example/"},
        {"url": "h.example", "header": [{"key": "X-Client-Secret", "value": KEY}]},
        {"url": "h.example", "header": [{"key": "Cookie", "value": f"theme=dark; session={KEY}"}]},
        {
            "method": "POST",
            "url": "h.example",
            "body": {"mode": "urlencoded", "urlencoded": [{"key": "client_secret", "value": KEY}]},
        },
        {
            "method": "POST",
            "url": "h.example",
            "body": {"mode": "formdata", "formdata": [{"key": "password", "value": KEY}]},
        },
        {**POSTED, "body": {"mode": "raw", "raw": json.dumps({"user": {"password": KEY}})}},
    ],
    ids=["query", "address", "header", "cookie", "form", "multipart", "json"],
)
def test_no_secret_of_postman_stays(request_: Plain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, env = postman(tmp_path, monkeypatch, request_)
    assert KEY not in text
    assert KEY in env


def test_no_secret_of_a_saved_answer_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer: Plain = {
        "name": "ok",
        "code": 200,
        "header": [{"key": "Set-Cookie", "value": f"session={KEY}; Path=/"}],
        "body": json.dumps({"access_token": f"{KEY}-2", "total_tokens": 5, "token": "short"}),
        "_postman_previewlanguage": "json",
    }
    text, env = postman(tmp_path, monkeypatch, {"url": "h.example"}, response=[answer])
    assert KEY not in text
    assert "Set-Cookie: session=<<SESSION>>; Path=/" in text
    assert "access_token: <<ACCESS_TOKEN>>\n          total_tokens: 5\n          token: short\n" in text
    assert sorted(env.splitlines()) == [f"ACCESS_TOKEN={KEY}-2", f"SESSION={KEY}"]


def test_no_secret_of_an_answer_without_a_type_or_of_an_address_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer: Plain = {
        "name": "moved",
        "code": 302,
        "header": [{"key": "Location", "value": f"https://h.example/?a=1&access_token={KEY}&b=2#id_token={KEY}-3"}],
        "body": json.dumps({"user": {"access_token": f"{KEY}-2"}}),
    }
    text, env = postman(tmp_path, monkeypatch, {"url": "h.example"}, response=[answer])
    assert KEY not in text
    assert "Location: https://h.example/?a=1&access_token=<<ACCESS_TOKEN_2>>&b=2#id_token=<<ID_TOKEN>>" in text
    assert '"access_token": "<<ACCESS_TOKEN>>"' in text
    assert sorted(env.splitlines()) == [f"ACCESS_TOKEN={KEY}-2", f"ACCESS_TOKEN_2={KEY}", f"ID_TOKEN={KEY}-3"]


def test_what_a_folder_repeats_of_the_collection_stands_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def bearer(name: str) -> Plain:
        return {"type": "bearer", "bearer": [{"key": "token", "value": f"{{{{{name}}}}}"}]}

    item: Plain = {"name": "a", "request": "https://h.example"}
    document: Plain = {
        "info": {"name": "x", "schema": "v2.1.0"},
        "auth": bearer("A_KEY"),
        "item": [
            {"name": "same", "auth": bearer("A_KEY"), "item": [item]},
            {"name": "other", "auth": bearer("B_KEY"), "item": [item]},
            {"name": "none", "auth": {"type": "noauth"}, "item": [item]},
        ],
    }
    (tmp_path / "p.json").write_text(json.dumps(document), encoding="utf-8")
    Program(monkeypatch, tmp_path).run("import", "postman", "p.json", "-o", "c.yaml")
    requests = written(tmp_path)[0]["requests"]
    assert isinstance(requests, list)
    found = [one.get("auth") for one in requests if isinstance(one, dict)]
    assert found == [None, {"bearer": "<<B_KEY>>"}, "none"]


UPLOAD = (
    "curl h.example -H 'Content-Type: multipart/form-data; boundary=B' --data-raw "
    '$\'--B\\r\\nContent-Disposition: form-data; name="f"; filename="{name}"\\r\\n\\r\\n{text}\\r\\n--B--\\r\\n\''
)


def test_files_of_one_name_are_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = "\n".join(UPLOAD.format(name="blob", text=text) for text in ("first", "second"))
    curl(tmp_path, monkeypatch, both, "-o", "c.yaml")
    assert [(tmp_path / name).read_text() for name in ("blob", "blob-2")] == ["first", "second"]
    text = (tmp_path / "c.yaml").read_text("utf-8")
    assert text.index("f: {file: blob}") < text.index("f: {file: blob-2, filename: blob}")


@pytest.mark.parametrize("force", [(), ("--force",)], ids=["asked", "forced"])
def test_a_file_of_the_source_takes_no_other_place(
    force: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    (folder / "blob").symlink_to(out / "stolen")
    for name in ("c.yaml", "blob"):
        ended = curl(folder, monkeypatch, UPLOAD.format(name=name, text="theirs"), "-o", "c.yaml", *force)
        assert ended.code == ExitCode.USAGE
        assert f"the source has a file named {name}" in ended.err
    assert (list(out.iterdir()), (folder / "c.yaml").exists()) == ([], False)


def test_a_link_that_leads_nowhere_is_something_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.yaml").symlink_to("../elsewhere.yaml")
    assert curl(tmp_path, monkeypatch, "curl h.example", "-o", "c.yaml").code == ExitCode.USAGE


def test_nothing_is_written_where_the_secrets_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff\n")
    ended = curl(tmp_path, monkeypatch, f"curl h.example -H 'X-Api-Key: {KEY}'", "-o", "c.yaml")
    assert ended.code == ExitCode.USAGE
    assert sorted(one.name for one in tmp_path.iterdir()) == [".env"]


def test_the_env_file_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    curl(tmp_path, monkeypatch, f"curl h.example -H 'X-Api-Key: {KEY}'", "-o", "c.yaml")
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0


def test_curl_has_no_environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "e.json").write_text("{}", encoding="utf-8")
    ended = curl(tmp_path, monkeypatch, "curl h.example", "--with", "e.json")
    assert (ended.code, "--with is for environments" in ended.err) == (ExitCode.USAGE, True)


@pytest.mark.parametrize("name", [".env", "a/.env", ".env.dev"])
def test_a_collection_is_no_env_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its text would replace the secrets that have just been written there."""
    ended = curl(tmp_path, monkeypatch, f"curl https://h.example -H 'X-Api-Key: {KEY}'", "-o", name, "--force")
    assert ended.code == ExitCode.USAGE
    assert "is where secrets are kept" in ended.err
    assert not (tmp_path / name).exists()


SHAPED = "ghp_" + "0123456789" * 3 + "abcdef"


@pytest.mark.parametrize(
    "data",
    [
        f"caf\xe9 {KEY} {SHAPED}".encode("latin-1"),
        b"\x89PNG\xff" + f"{KEY}\0{SHAPED}".encode() + b"\xfe\0",
        f"\ufeff{KEY} {SHAPED}".encode("utf-16-le"),
        f"\ufeff{KEY} {SHAPED}".encode("utf-16-be"),
        f"d\xe9j\xe0 {KEY} {SHAPED} ".encode("latin-1") + "d\xe9j\xe0-vu-0123".encode(),
    ],
)
@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream"])
def test_no_secret_stays_in_bytes_that_are_no_text(data: bytes, kind: str) -> None:
    content: Plain = {"mimeType": kind, "encoding": "base64", "text": base64.b64encode(data).decode()}
    sent: Plain = [{"name": "X-Api-Key", "value": KEY}, {"name": "X-Auth-Token", "value": "d\xe9j\xe0-vu-0123"}]
    entry: Plain = {
        "request": {"method": "GET", "url": "https://h.example/a", "headers": sent},
        "response": {"status": 200, "content": content},
    }
    draft = read_har(Source("a.har", json.dumps({"log": {"entries": [entry]}})))
    (written,) = draft.files.values()
    flat = written.replace(b"\0", b"")
    assert KEY.encode() not in flat
    assert SHAPED.encode() not in flat
    assert "d\xe9j\xe0-vu-0123".encode() not in flat
    assert flat.count(b"<<X_API_KEY>>") == flat.count(b"<<API_KEY>>") == 1
    assert written[:1] == data[:1]
    assert set(draft.secrets.values()) == {KEY, SHAPED, "d\xe9j\xe0-vu-0123"}


def test_a_named_secret_in_text_of_another_encoding_goes_out() -> None:
    data = f'{{"name": "Jos\xe9", "access_token": "{KEY}"}}'.encode("latin-1")
    content: Plain = {
        "mimeType": "application/json; charset=latin-1",
        "encoding": "base64",
        "text": base64.b64encode(data).decode(),
    }
    entry: Plain = {
        "request": {"method": "GET", "url": "https://h.example/a"},
        "response": {"status": 200, "content": content},
    }
    draft = read_har(Source("a.har", json.dumps({"log": {"entries": [entry]}})))
    assert list(draft.files.values()) == [data.replace(KEY.encode(), b"<<ACCESS_TOKEN>>")]
    assert draft.secrets == {"ACCESS_TOKEN": KEY}
