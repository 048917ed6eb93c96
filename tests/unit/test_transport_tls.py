from __future__ import annotations

import shutil
import ssl
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.clock import SystemClock
from runner.messages import ErrorKind, Options, Request, Response, Timeouts, Tls, TransportError
from runner.transport.live import LiveTransport
from tests.certificates import NAMES, Certificate, make_certificate, make_expired
from tests.servers import Client, Script, ok, serve, serve_bytes


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("the command openssl, which makes the certificates, is not installed")
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="session")
def local(folder: Path) -> Certificate:
    return make_certificate(folder, "local", "-days", "2", "-addext", NAMES)


@pytest.fixture(scope="session")
def elsewhere(folder: Path) -> Certificate:
    return make_certificate(folder, "elsewhere", "-days", "2", "-addext", "subjectAltName=DNS:elsewhere.test")


@pytest.fixture(scope="session")
def expired(folder: Path) -> Certificate:
    return make_expired(folder)


@pytest.fixture
def live() -> Iterator[LiveTransport]:
    transport = LiveTransport(SystemClock(), {})
    yield transport
    transport.close()


def get(live: LiveTransport, url: str, tls: Tls = Tls()) -> Response | TransportError:  # noqa: B008
    options = Options(Timeouts(total=3), tls=tls)
    exchange = live.send(Request("GET", f"{url}/?api_key=secret", options=options))
    outcome = exchange.response or exchange.error
    assert outcome is not None
    assert "secret" not in repr(exchange.error)
    return outcome


def failed(outcome: Response | TransportError) -> TransportError:
    assert isinstance(outcome, TransportError)
    return outcome


def passed(outcome: Response | TransportError) -> Response:
    assert isinstance(outcome, Response), outcome
    return outcome


def test_a_self_signed_certificate_is_not_trusted(live: LiveTransport, local: Certificate) -> None:
    with serve_bytes(ok(), tls=local.server()) as server:
        error = failed(get(live, server.url))
        assert (error.kind, server.arrived) == ("tls", [])
        assert error.message == f"The certificate of 127.0.0.1:{server.port} is not trusted: it is self-signed."
        assert "--ca FILE" in error.hint
        assert "--insecure" in error.hint


def test_a_certificate_is_trusted_by_its_file(live: LiveTransport, local: Certificate) -> None:
    with serve_bytes(ok(), tls=local.server()) as server:
        for _ in range(3):
            assert passed(get(live, server.url, Tls(ca=local.cert))).status == 200
        assert passed(get(live, f"https://localhost:{server.port}", Tls(ca=local.cert))).status == 200
        assert [request.connection for request in server.arrived] == [0, 0, 0, 1]


def test_options_of_one_request_do_not_reach_the_next(live: LiveTransport, local: Certificate) -> None:
    with serve_bytes(ok(), tls=local.server()) as server:
        passed(get(live, server.url, Tls(verify=False)))
        assert failed(get(live, server.url)).kind == "tls"
        passed(get(live, server.url, Tls(ca=local.cert)))
        assert failed(get(live, server.url)).kind == "tls"


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_may_name_what_is_trusted(local: Certificate, elsewhere: Certificate, variable: str) -> None:
    with serve_bytes(ok(), tls=local.server()) as server:
        live = LiveTransport(SystemClock(), {variable: local.cert})
        passed(get(live, server.url))
        assert failed(get(live, server.url, Tls(ca=elsewhere.cert))).kind == "tls"
        live.close()


def test_without_a_check_nothing_of_the_environment_brings_it_back(
    local: Certificate, elsewhere: Certificate, tmp_path: Path
) -> None:
    for bundle in (elsewhere.cert, str(tmp_path / "missing.pem")):
        with serve_bytes(ok(), tls=elsewhere.server()) as server, warnings.catch_warnings():
            warnings.simplefilter("error")
            live = LiveTransport(SystemClock(), {"REQUESTS_CA_BUNDLE": bundle})
            passed(get(live, server.url, Tls(verify=False)))
            passed(get(live, server.url, Tls(verify=False, ca=local.cert)))
            live.close()


def test_a_certificate_for_another_host_is_refused(live: LiveTransport, elsewhere: Certificate) -> None:
    with serve_bytes(ok(), tls=elsewhere.server()) as server:
        error = failed(get(live, server.url, Tls(ca=elsewhere.cert)))
        assert (error.kind, "is for another host" in error.message) == ("tls", True)
        error = failed(get(live, f"https://localhost:{server.port}", Tls(ca=elsewhere.cert)))
        assert (error.kind, "is for another host" in error.message) == ("tls", True)


def test_an_expired_certificate_is_refused(live: LiveTransport, expired: Certificate) -> None:
    with serve_bytes(ok(), tls=expired.server()) as server:
        error = failed(get(live, server.url, Tls(ca=expired.cert)))
        assert (error.kind, "has expired" in error.message) == ("tls", True), error


def test_plain_http_on_an_https_url_is_said(live: LiveTransport) -> None:
    def plain(client: Client) -> None:
        client.sock.recv(1000)
        client.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        client.hang()

    with serve(plain) as server:
        error = failed(get(live, f"https://127.0.0.1:{server.port}"))
        assert (error.kind, "does not speak TLS" in error.message) == ("tls", True), error
        assert "http://" in error.hint


def test_tls_on_an_http_url_is_said(live: LiveTransport, local: Certificate) -> None:
    with serve_bytes(ok(), tls=local.server()) as server:
        error = failed(get(live, f"http://127.0.0.1:{server.port}"))
        assert error.kind in ("response", "connection"), error


def closes(client: Client) -> None:
    client.sock.recv(1000)


def hangs(client: Client) -> None:
    client.hang()


@pytest.mark.parametrize(("script", "kind"), [(closes, "tls"), (hangs, "timeout")])
def test_a_handshake_that_does_not_come_to_an_end(live: LiveTransport, script: Script, kind: ErrorKind) -> None:
    with serve(script) as server:
        options = Options(Timeouts(total=0.3 if kind == "timeout" else 10))
        error = live.send(Request("GET", f"https://127.0.0.1:{server.port}/", options=options)).error
        assert error is not None
        assert error.kind == kind
        options = Options(Timeouts(connect=0.2 if kind == "timeout" else 10, total=30))
        exchange = live.send(Request("GET", f"https://127.0.0.1:{server.port}/", options=options))
        assert exchange.error is not None
        assert (exchange.error.kind, exchange.duration < 1) == (kind, True)


def test_the_deadline_holds_over_tls(live: LiveTransport, local: Certificate) -> None:
    def drip(client: Client) -> None:
        client.read_request()
        client.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b"x" * 900, 0.02)

    with serve(drip, local.server()) as server:
        options = Options(Timeouts(total=0.4), tls=Tls(verify=False))
        exchange = live.send(Request("GET", server.url, options=options))
        assert exchange.error is not None
        assert (exchange.error.kind, exchange.duration < 1.2) == ("timeout", True)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"])
def test_a_body_without_the_end_mark_of_tls_is_cut_short(live: LiveTransport, local: Certificate, head: bytes) -> None:
    with serve_bytes(head + b"abc", keep=False, tls=local.server()) as server:
        assert failed(get(live, server.url, Tls(verify=False))).kind == "response"


def test_a_body_that_ends_with_the_end_mark_of_tls_is_whole(live: LiveTransport, local: Certificate) -> None:
    def script(client: Client) -> None:
        client.read_request()
        client.send(b"HTTP/1.1 200 OK\r\n\r\nabc")
        assert isinstance(client.sock, ssl.SSLSocket)
        client.sock.unwrap()

    with serve(script, local.server()) as server:
        assert passed(get(live, server.url, Tls(verify=False))).body == b"abc"


def test_a_server_may_ask_for_a_certificate(live: LiveTransport, local: Certificate, elsewhere: Certificate) -> None:
    with serve_bytes(ok(), tls=local.server(client_ca=elsewhere.cert)) as server:
        own = Tls(ca=local.cert, cert=elsewhere.cert, key=elsewhere.key)
        assert passed(get(live, server.url, own)).status == 200
        error = failed(get(live, server.url, Tls(ca=local.cert)))
        # The server's alert may be lost when it closes the connection on what was sent meanwhile.
        assert (error.kind in ("tls", "connection"), "cert: path" in error.hint) == (True, True), error


def test_files_that_cannot_be_used_are_named(live: LiveTransport, local: Certificate, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.pem")
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("not a certificate")
    locked = tmp_path / "locked.key"
    command = ["openssl", "ec", "-in", local.key, "-aes128", "-passout", "pass:x", "-out", str(locked)]
    subprocess.run(command, check=True, capture_output=True)
    with serve_bytes(ok(), tls=local.server()) as server:
        for tls, path in [
            (Tls(ca=missing), missing),
            (Tls(ca=str(wrong)), str(wrong)),
            (Tls(verify=False, cert=missing), missing),
            (Tls(verify=False, cert=str(wrong)), str(wrong)),
            (Tls(verify=False, cert=local.cert, key=str(locked)), local.cert),
        ]:
            error = failed(get(live, server.url, tls))
            assert (error.kind, path in error.message) == ("request", True), error
        live_with_variable = LiveTransport(SystemClock(), {"SSL_CERT_FILE": missing})
        error = failed(get(live_with_variable, server.url))
        live_with_variable.close()
        assert (error.kind, "SSL_CERT_FILE" in error.message) == ("request", True), error


def test_the_time_of_the_handshake(live: LiveTransport, local: Certificate) -> None:
    def late(client: Client) -> None:
        client.read_request()
        client.send(ok())

    with serve(late, tls=local.server()) as server:
        timings = passed(get(live, server.url, Tls(ca=local.cert))).timings
    assert timings.tls is not None
    assert timings.connect is not None
    assert timings.first_byte is not None
    assert 0 < timings.tls < timings.first_byte
    assert timings.tls + timings.connect <= timings.first_byte


def test_the_certificate_is_told(live: LiveTransport, folder: Path) -> None:
    made = make_certificate(folder, "told", "-days", "9", "-addext", NAMES, "-subj", "/C=KR/O=Ex, Inc./CN=told")
    with serve_bytes(ok(), tls=made.server()) as server:
        for _ in range(2):  # on a kept connection as well
            certificate = passed(get(live, server.url, Tls(ca=made.cert))).certificate
            assert certificate is not None
            assert certificate.subject == certificate.issuer == "C=KR, O=Ex, Inc., CN=told"
            assert 8.99 * 86400 < certificate.expires_in <= 9 * 86400


def test_a_certificate_that_is_not_checked_is_not_told(live: LiveTransport, local: Certificate) -> None:
    with serve_bytes(ok(), tls=local.server()) as server:
        assert passed(get(live, server.url, Tls(verify=False))).certificate is None
