"""``--cert`` and ``--key``: a certificate of one's own, shown to a server that asks for it."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from tests.certificates import Certificate
from tests.command import Ended, Program, RunningClock
from tests.servers import ok, serve_bytes
from tests.unit.test_transport_tls import elsewhere, folder, local

__all__ = ["elsewhere", "folder", "local"]


@pytest.fixture
def working(tmp_path: Path, local: Certificate, elsewhere: Certificate) -> Path:
    """A folder with the certificates under short names; ``other`` is one that the server does not know."""
    for name, one in (("ca", local), ("own", elsewhere), ("other", local)):
        shutil.copy(one.cert, tmp_path / f"{name}.pem")
        shutil.copy(one.key, tmp_path / f"{name}.key")
    both = (tmp_path / "own.pem").read_text(encoding="utf-8") + (tmp_path / "own.key").read_text(encoding="utf-8")
    (tmp_path / "both.pem").write_text(both, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    return tmp_path


@pytest.fixture
def asking(local: Certificate, elsewhere: Certificate) -> ssl.SSLContext:
    """What a server speaks TLS with that asks for a certificate."""
    return local.server(client_ca=elsewhere.cert)


def run(monkeypatch: pytest.MonkeyPatch, working: Path, *arguments: str) -> Ended:
    return Program(monkeypatch, working, clock=RunningClock()).run(*arguments)


def collection(working: Path, url: str, tls: str = "{}") -> str:
    """The path of a file in another folder, to whose paths the options' are not relative."""
    text = f"requests: [{{name: a, url: '{url}/', tls: {tls}}}]"
    (working / "sub/c.yaml").write_text(text, encoding="utf-8")
    return "sub/c.yaml"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--cert", "own.pem", "--key", "own.key"), 0),
        (("--cert", "both.pem"), 0),
        (("--cert", "other.pem", "--key", "other.key"), 4),
        ((), 4),
    ],
    ids=str,
)
def test_a_server_that_asks_for_a_certificate(
    options: tuple[str, ...],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    working: Path,
    asking: ssl.SSLContext,
) -> None:
    with serve_bytes(ok(), tls=asking) as server:
        path = collection(working, server.url)
        ended = run(monkeypatch, working, "run", path, "--ca", "ca.pem", *options)
        assert ended.code == code, ended.text
        assert len(server.arrived) == (1 if code == 0 else 0)


def test_the_option_wins_over_the_file_with_its_key(
    monkeypatch: pytest.MonkeyPatch,
    working: Path,
    asking: ssl.SSLContext,
) -> None:
    for name in ("other.pem", "other.key", "ca.pem"):
        shutil.copy(working / name, working / "sub" / name)
    with serve_bytes(ok(), tls=asking) as server:
        path = collection(working, server.url, "{ca: ca.pem, cert: other.pem, key: other.key}")
        assert run(monkeypatch, working, "run", path).code == 4
        assert run(monkeypatch, working, "run", path, "--cert", "both.pem").code == 0
        assert run(monkeypatch, working, "run", path, "--cert", "own.pem", "--key", "own.key").code == 0


def test_curl_and_the_next_run_get_both(monkeypatch: pytest.MonkeyPatch, working: Path) -> None:
    path = collection(working, "https://127.0.0.1:1")
    options = ("--cert", "own.pem", "--key", "own.key")
    shown = run(monkeypatch, working, "show", "--as", "curl", path, *options).out
    assert f"--cert '{working}/own.pem' \\\n  --key '{working}/own.key'" in shown
    shown = run(monkeypatch, working, "show", "--as", "curl", path, "--cert", "both.pem").out
    assert ("--cert" in shown, "--key" in shown) == (True, False)
    ended = run(monkeypatch, working, "run", path, *options)
    assert ended.out.endswith("send again: runner run --cert own.pem --key own.key sub/c.yaml -k a\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--key", "own.key"), "--key needs a --cert beside it"),
        (("--cert", "none.pem"), "--cert: there is no file none.pem"),
        (("--cert", "own.pem", "--key", "none.key"), "--key: there is no file none.key"),
        (("--cert", "sub"), "--cert: sub cannot be read: Is a directory"),
        (("--cert", "own.pem"), "--cert: there is no private key in own.pem"),
        (("--cert", "own.key"), "--cert: there is no certificate in own.key"),
        (("--cert", "own.pem", "--key", "own.pem"), "--key: there is no private key in own.pem"),
        (("--cert", "x" * 300), "--cert: there is no file xxx"),
    ],
    ids=range(8),
)
@pytest.mark.parametrize("command", ["run", "show"])
def test_what_cannot_be_used_is_said_before_anything_is_sent(
    command: str, options: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, working: Path
) -> None:
    ended = run(monkeypatch, working, command, collection(working, "https://127.0.0.1:1"), *options)
    assert (ended.code, ended.out, said in ended.err) == (2, "", True), ended.err


@pytest.mark.parametrize(
    "command", [("ec", "-aes128"), ("pkcs8", "-topk8", "-v2", "aes128")], ids=["traditional", "PKCS #8"]
)
def test_a_key_with_a_password_is_refused(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, working: Path
) -> None:
    tool = ["openssl", *command, "-in", "own.key", "-out", "locked.key", "-passout", "pass:secret"]
    subprocess.run(tool, cwd=working, check=True, capture_output=True)
    path = collection(working, "https://127.0.0.1:1")
    ended = run(monkeypatch, working, "run", path, "--cert", "own.pem", "--key", "locked.key")
    assert (ended.code, ended.out) == (2, "")
    assert "--key: the private key in locked.key has a password, which runner cannot ask for\n" in ended.err
    (working / "locked.pem").write_bytes((working / "own.pem").read_bytes() + (working / "locked.key").read_bytes())
    ended = run(monkeypatch, working, "run", path, "--cert", "locked.pem")
    assert "--cert: the private key in locked.pem has a password" in ended.err
