"""Certificates: what ``tls`` in a file and ``--insecure`` and ``--ca`` accept."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.clock import SystemClock
from tests.command import Program
from tests.servers import Server, ok, serve_bytes

COLLECTION = "requests: [{{name: one, url: <<SERVER>>/{}}}]\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the certificate ``cert.pem`` for 127.0.0.1, which nobody has signed."""
    if shutil.which("openssl") is None:
        pytest.skip("the command openssl, which makes the certificate, is not installed")
    made = tmp_path_factory.mktemp("tls")
    names = ("-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem")
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    subprocess.run(("openssl", "req", "-x509", *kind, *names), cwd=made, check=True, capture_output=True)
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    context.load_verify_locations(folder / "cert.pem")
    context.verify_mode = ssl.CERT_OPTIONAL
    with serve_bytes(ok(b"{}"), tls=context) as running:
        yield running


CERTIFICATE = ", tls: {ca: cert.pem}, expect: {certificate: %s}"
CASES = {
    "not trusted": ("", (), 4),
    "an error that is expected": (", expect: {error: tls}", (), 0),
    "verify: false": (", tls: {verify: false}", (), 0),
    "verify: true": (", tls: {verify: true}", (), 4),
    "ca": (", tls: {ca: cert.pem}", (), 0),
    "a certificate of its own": (", tls: {ca: cert.pem, cert: cert.pem, key: key.pem}", (), 0),
    "--insecure": ("", ("--insecure",), 0),
    "--insecure wins": (", tls: {verify: true}", ("--insecure",), 0),
    "--ca": ("", ("--ca", "cert.pem"), 0),
    "its certificate": (CERTIFICATE % "{expires_in: {between: [29d, 30d]}, subject: CN=test, issuer: CN=test}", (), 0),
    "a variable": (", tls: {ca: '<<CA>>'}", ("--var", "CA=cert.pem"), 0),
}


@pytest.mark.parametrize("name", CASES)
def test_whom_it_trusts(name: str, folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    keys, options, code = CASES[name]
    path = folder / "c.yaml"
    path.write_text(COLLECTION.format(keys), encoding="utf-8")
    ended = Program(monkeypatch, folder, clock=SystemClock()).run(
        "run", *options, "--var", f"SERVER={server.url}", path.name
    )
    assert ended.code == code, ended.text
    assert ("is not trusted" in ended.out) is (code == 4)


EXPECTATIONS = {
    "soon": ("{expires_in: {gt: 31d}}", (), "certificate expires_in"),
    "somebody else's": ("{issuer: {contains: Let's Encrypt}}", (), 'contains "Let\'s Encrypt"'),
    "not checked": ("{expires_in: {gt: 1d}}", ("--insecure",), "a certificate is not read"),
    "not checked, so not missing": ("{subject: {exists: false}}", ("--insecure",), "a certificate is not read"),
}


@pytest.mark.parametrize("name", EXPECTATIONS)
def test_a_certificate_that_is_not_as_expected(
    name: str, folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, options, said = EXPECTATIONS[name]
    path = folder / "certificate.yaml"
    path.write_text(COLLECTION.format(CERTIFICATE % expected), encoding="utf-8")
    program = Program(monkeypatch, folder, clock=SystemClock())
    ended = program.run("run", *options, "--var", f"SERVER={server.url}", path.name)
    assert ended.code == 1, ended.text
    assert said in ended.out


def test_the_mock_has_no_certificate(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "mocked.yaml"
    keys = ", expect: {certificate: {expires_in: {gt: 1d}}}, examples: [{json: 1}]"
    path.write_text(COLLECTION.format(keys), encoding="utf-8")
    ended = Program(monkeypatch, folder).run("run", "--mock", "--var", "SERVER=https://api.example.com", path.name)
    assert "SKIP  one" in ended.out, ended.text
    assert "the mock server has none" in ended.out
