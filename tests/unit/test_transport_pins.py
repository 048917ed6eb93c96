"""``--resolve``: the connection goes elsewhere, the name stays."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runner.clock import SystemClock
from runner.messages import Options, Pin, Request, Timeouts, Tls
from runner.settings import BadValue
from runner.transport.live import LiveTransport
from runner.transport.pins import pinned, read_pin
from tests.certificates import make_certificate
from tests.command import Ended, Program, RunningClock
from tests.servers import Client, ok, serve, serve_bytes
from tests.unit.test_transport_tls import folder

__all__ = ["folder"]
HOST = "api.pinned.test"


@contextmanager
def transport() -> Iterator[LiveTransport]:
    live = LiveTransport(SystemClock(), {})
    yield live
    live.close()


def options(*pins: Pin, tls: Tls = Tls(), proxy: str | None = None) -> Options:  # noqa: B008
    return Options(Timeouts(total=3), tls=tls, proxy=proxy, pins=pins)


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("h.example:443:127.0.0.1", Pin("h.example", 443, "127.0.0.1")),
        ("H.Example.:65535:[::1]", Pin("h.example", 65535, "::1")),
        ("h.example:1:::1", Pin("h.example", 1, "::1")),
        ("*:80:10.0.0.1", Pin("*", 80, "10.0.0.1")),
        ("[::1]:80:10.0.0.1", Pin("::1", 80, "10.0.0.1")),
        ("127.0.0.1:80:127.0.0.2", Pin("127.0.0.1", 80, "127.0.0.2")),
    ],
)
def test_what_is_written_is_read(text: str, pin: Pin) -> None:
    assert read_pin(text) == pin
    assert read_pin(str(pin)) == pin


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "this is not HOST:PORT:ADDRESS"),
        ("h:80", "this is not HOST:PORT:ADDRESS"),
        ("127.0.0.1", "this is not HOST:PORT:ADDRESS"),
        ("::1:80:1.1.1.1", '"" is not a host'),
        ("[::1:80:1.1.1.1", "this is not HOST:PORT:ADDRESS"),
        ("[h]:80:1.1.1.1", '"[h]" is not a host'),
        ("h h:80:1.1.1.1", '"h h" is not a host'),
        ("*.h:80:1.1.1.1", '"*.h" is not a host'),
        ("bücher.example:80:1.1.1.1", '"bücher.example" is not a host'),
        ("https://h:80:1.1.1.1", '"//h" is not a port from 1 to 65535'),
        ("h:0:1.1.1.1", '"0" is not a port from 1 to 65535'),
        ("h:65536:1.1.1.1", '"65536" is not a port from 1 to 65535'),
        ("h:٨٠:1.1.1.1", '"٨٠" is not a port from 1 to 65535'),
        ("h:80:", '"" is not an IP address'),
        ("h:80:localhost", '"localhost" is not an IP address'),
        ("h:80:1.1.1", '"1.1.1" is not an IP address'),
        ("h:80:[::1", '"[::1" is not an IP address'),
        ("h:80:1.1.1.1\n", '"1.1.1.1\n" is not an IP address'),
    ],
)
def test_what_is_no_pin_is_said(text: str, said: str) -> None:
    with pytest.raises(BadValue, match=f"^{re.escape(said)}$") as raised:
        read_pin(text)
    assert "HOST:PORT:ADDRESS" in raised.value.hint


def test_a_name_goes_before_any_and_the_last_before_the_first() -> None:
    pins = [read_pin(text) for text in ("h:80:1.1.1.1", "*:80:2.2.2.2", "h:80:3.3.3.3", "*:81:4.4.4.4")]
    assert [pinned(pins, "H.", 80), pinned(pins, "other", 80), pinned(pins, "h", 81)] == [
        "3.3.3.3",
        "2.2.2.2",
        "4.4.4.4",
    ]
    assert (pinned(pins, "h", 82), pinned([], "h", 80)) == (None, None)


def test_the_host_stays_what_it_was() -> None:
    with serve_bytes(ok()) as server, transport() as live:
        pin = Pin(HOST, server.port, "127.0.0.1")
        for host in (HOST, HOST.upper()):
            answer = live.send(Request("GET", f"http://{host}:{server.port}/a", options=options(pin))).response
            assert answer is not None
            assert answer.url == f"http://{host.lower()}:{server.port}/a"
            assert answer.timings.lookup is None
        assert [request.values("host") for request in server.arrived] == [[f"{HOST}:{server.port}"]] * 2


def test_any_host_and_an_address_are_led_elsewhere() -> None:
    with serve_bytes(ok()) as server, transport() as live:
        pin = Pin("*", server.port, "127.0.0.1")
        for host in (HOST, "192.0.2.1", "[2001:db8::1]"):
            assert live.send(Request("GET", f"http://{host}:{server.port}/", options=options(pin))).response
        assert [request.values("host")[0] for request in server.arrived] == [
            f"{host}:{server.port}" for host in (HOST, "192.0.2.1", "[2001:db8::1]")
        ]


def test_ipv6_is_connected_to() -> None:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("there is no IPv6 here")
    port = listener.getsockname()[1]
    with listener, transport() as live:
        listener.close()
        error = live.send(Request("GET", f"http://{HOST}:{port}/", options=options(Pin(HOST, port, "::1")))).error
    assert error is not None
    assert error.message == f"{HOST}:{port} (by --resolve at ::1) refused the connection."


def test_another_port_is_looked_up_as_ever() -> None:
    with serve_bytes(ok()) as server, transport() as live:
        pin = Pin("localhost", server.port + 1, "192.0.2.1")
        assert live.send(Request("GET", f"http://localhost:{server.port}/", options=options(pin))).response


def test_a_redirect_is_led_elsewhere_too() -> None:
    def script(client: Client) -> None:
        while (request := client.read_request()) is not None:
            there = request.line.split()[1] == "/there"
            location = f"http://other.pinned.test:{client.server.port}/there"
            client.send(ok() if there else f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode())
            if not there:
                return

    with serve(script) as server, transport() as live:
        pin = Pin("*", server.port, "127.0.0.1")
        assert live.send(Request("GET", f"http://{HOST}:{server.port}/", options=options(pin))).response
        assert [request.values("host")[0].split(":")[0] for request in server.arrived] == [HOST, "other.pinned.test"]


def test_server_name_and_certificate_are_those_of_the_name(folder: Path) -> None:
    named = make_certificate(folder, "pinned", "-days", "2", "-addext", f"subjectAltName=DNS:{HOST}")
    asked: list[str | None] = []
    context = named.server()
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    with serve_bytes(ok(), tls=context) as server, transport() as live:
        for host in (HOST, "other.pinned.test"):
            pin, tls = Pin(host, server.port, "127.0.0.1"), Tls(ca=named.cert)
            exchange = live.send(Request("GET", f"https://{host}:{server.port}/", options=options(pin, tls=tls)))
            assert (exchange.error is None) is (host == HOST), exchange.error
        assert exchange.error is not None
        assert "is for another host" in exchange.error.message
    assert asked == [HOST, "other.pinned.test"]


def test_behind_a_proxy_only_its_own_name_is_led_elsewhere() -> None:
    with serve_bytes(ok()) as proxy, transport() as live:
        through = f"http://proxy.pinned.test:{proxy.port}"
        pins = (Pin("proxy.pinned.test", proxy.port, "127.0.0.1"), Pin(HOST, 80, "192.0.2.1"))
        answer = live.send(Request("GET", f"http://{HOST}/a", options=options(*pins, proxy=through))).response
        assert answer is not None
        assert proxy.arrived[0].line == f"GET http://{HOST}/a HTTP/1.1"


def run(monkeypatch: pytest.MonkeyPatch, working: Path, text: str, *arguments: str) -> Ended:
    (working / "c.yaml").write_text(text, encoding="utf-8")
    return Program(monkeypatch, working, clock=RunningClock()).run(*arguments)


def test_the_option(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with serve_bytes(ok()) as server:
        text = f"requests: [{{name: a, url: 'http://{HOST}:{server.port}/', expect: {{status: 500}}}}]"
        pins = ("--resolve", f"{HOST}:{server.port}:127.0.0.1", "--resolve", "*:1:[::1]")
        ended = run(monkeypatch, tmp_path, text, "run", "c.yaml", *pins)
        assert (ended.code, "GET /   200" in ended.out) == (1, True), ended.text
        again = f"send again: runner run --resolve {HOST}:{server.port}:127.0.0.1 --resolve '*:1:[::1]' c.yaml -k a\n"
        assert ended.out.endswith(again)
        shown = run(monkeypatch, tmp_path, text, "show", "--as", "curl", "c.yaml", *pins).out
        assert f"--resolve '{HOST}:{server.port}:127.0.0.1' \\\n  --resolve '*:1:[::1]'" in shown


def test_the_mock_is_asked_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = f"requests: [{{url: 'http://{HOST}/', examples: [{{json: {{}}}}]}}]"
    assert run(monkeypatch, tmp_path, text, "run", "--mock", "c.yaml", "--resolve", f"{HOST}:80:192.0.2.1").code == 0


@pytest.mark.parametrize("command", ["run", "show"])
def test_a_wrong_option(command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ended = run(monkeypatch, tmp_path, "requests: 1", command, "c.yaml", "--resolve", f"{HOST}:443:elsewhere")
    assert (ended.code, ended.out) == (2, "")
    assert '--resolve: "elsewhere" is not an IP address' in ended.err


def test_a_token_is_fetched_from_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    token = b'{"access_token": "t-1234567", "token_type": "Bearer"}'
    with serve_bytes(ok(token, "Content-Type: application/json"), ok()) as server:
        url = f"http://{HOST}:{server.port}"
        auth = f"{{oauth2: {{token_url: '{url}/token', client_id: a, client_secret: secret-of-a}}}}"
        text = f"requests: [{{url: '{url}/', auth: {auth}}}]"
        ended = run(monkeypatch, tmp_path, text, "run", "c.yaml", "--resolve", f"*:{server.port}:127.0.0.1")
        assert ended.code == 0, ended.text
        assert [request.line.split()[1] for request in server.arrived] == ["/token", "/"]
