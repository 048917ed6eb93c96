"""Ways to lead a request, and what it carries, to somebody else: redirects, cookies, proxies, ``.netrc``."""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import quote

from tests.promises.answers import headed
from tests.promises.faults import OTHER_SECRET, SECRET, failing, faulty, odd
from tests.servers import Arrived, Client, Script, answers, ok

BODY: Final = "    json: {key: <<API_KEY>>}"


def redirect(location: str, status: str = "302 Found", *headers: str) -> bytes:
    return headed(f"Location: {location}", "Content-Length: 0", *headers, status=status)


def leads(location: str, status: str = "302 Found", *headers: str) -> Script:
    """Redirects each request; ``<<ELSEWHERE>>`` and ``<<PORT>>`` are known by then."""

    def script(client: Client) -> None:
        client.server.opened += [1] if location.endswith(":1/") else []
        while client.read_request() is not None:
            places = {"<<ELSEWHERE>>": client.server.elsewhere, "<<PORT>>": str(client.server.port)}
            filled = location
            for name, place in places.items():
                filled = filled.replace(name, place)
            client.send(redirect(filled, status, *headers))

    return script


def gives_then_leads(client: Client) -> None:
    """Gives a secret, then redirects whoever comes with it."""
    while client.read_request() is not None:
        first = len(client.server.arrived) == 1
        body = json.dumps({"token": OTHER_SECRET}).encode()
        client.send(ok(body, "Content-Type: application/json") if first else redirect(client.server.elsewhere))


def only_here(client: Client) -> None:
    """Answers, if nothing of ``.netrc`` has come along."""
    request = client.read_request()
    if request is not None:
        wrong = any(value.startswith("Basic") for value in request.values("authorization"))
        client.send(ok(b"wrong" if wrong else b"own"))


def tunnel(reply: bytes, *, keep: bool = False) -> Script:
    """A proxy that answers CONNECT so."""
    return answers(reply, keep=keep)


def passes_on(client: Client) -> None:
    """A proxy that answers by itself, and says what came to it."""
    request: Arrived | None = client.read_request()
    if request is not None:
        client.send(ok(request.head))


AFTER: Final = """\
  - name: again
    url: <<SERVER>>/again?t=<<token>>
    headers: {X-Token: <<token>>, Cookie: "t=<<token>>"}
"""
CAPTURE: Final = "    capture: {token: $.token}"
REFUSED: Final = "to something that is no http URL"
ELSEWHERE: Final = "<<ELSEWHERE>>/x"

REDIRECTS = (
    odd("redirect to another port", leads(ELSEWHERE)),
    odd("redirect to another port, 303", leads(ELSEWHERE, "303 S"), request=BODY),
    odd("redirect to another port, POST becomes GET", leads(ELSEWHERE, "301 M"), request=BODY),
    odd("redirect to another port, 307 without a body", leads(ELSEWHERE, "307 T")),
    faulty(
        "redirect of a body to another port, 307", leads(ELSEWHERE, "307 T"), "no body goes to another", request=BODY
    ),
    faulty(
        "redirect of a body to another port, 308", leads(ELSEWHERE, "308 P"), "no body goes to another", request=BODY
    ),
    faulty(
        "redirect of a PUT to another port", leads(ELSEWHERE), "no body goes to another", request=BODY, method="PUT"
    ),
    faulty("redirect by two slashes", leads("//127.0.0.1:<<PORT>>/../x"), "More than 10 redirects"),
    faulty(
        "redirect with a name and password in it",
        leads("http://user:pass@127.0.0.1:<<PORT>>/x"),
        "More than 10 redirects",
    ),
    faulty("redirect to localhost by its name", leads("http://localhost:<<PORT>>/"), "More than 10 redirects"),
    faulty("redirect to ::1", leads("http://[::1]:<<PORT>>/"), "[::1]:", "connection"),
    faulty("redirect to a port where nobody is", leads("http://127.0.0.1:1/"), "refused the connection", "connection"),
    faulty("redirect to port 0", leads("http://127.0.0.1:0/"), REFUSED),
    faulty("redirect to port 99999", leads("http://127.0.0.1:99999/"), REFUSED),
    faulty("redirect to a file", leads("file:///etc/passwd"), "'file': addresses are not followed"),
    faulty("redirect to a script", leads("javascript:alert(1)"), "'javascript': addresses are not followed"),
    faulty("redirect to data", leads("data:text/plain,hello"), "'data': addresses are not followed"),
    faulty("redirect to FTP", leads("ftp://127.0.0.1/"), "'ftp': addresses are not followed"),
    faulty("redirect to gopher", leads("gopher://127.0.0.1:<<PORT>>/_GET"), "'gopher': addresses are not followed"),
    faulty("redirect to a local socket", leads("unix:/var/run/docker.sock"), "'unix': addresses are not followed"),
    faulty("redirect to http without a host", leads("http:///etc/passwd"), "More than 10 redirects"),
    faulty("redirect to brackets that do not close", leads("http://[::1/"), REFUSED),
    faulty("redirect to a host of control characters", leads("http://a\x1b[2Jb/"), REFUSED),
    faulty("redirect with a tab in it", leads("http://127.0.0.1:<<PORT>>/\tx"), "More than 10 redirects"),
    faulty("redirect to a host of 100 kB", leads("http://" + "a" * 100_000 + "/"), REFUSED),
    faulty("redirect to a path of 100 kB", leads("/" + "a" * 100_000), "More than 10 redirects"),
    faulty("redirect to a name that cannot be", leads("http://xn--\u00fc.example/"), REFUSED),
    faulty("redirect in a circle", leads("/ask"), "More than 10 redirects"),
    faulty("redirect to itself", leads(""), "More than 10 redirects"),
    faulty("redirect when none is allowed more", leads("/x"), "More than 1 redirect;", request="    redirects: 1"),
    odd("redirect without an address", answers(headed("Content-Length: 0", status="302 F"))),
    odd("redirect that is not followed", leads("file:///etc/passwd"), request="    redirects: false"),
    odd("300 with an address", answers(redirect("file:///x", "300 M"))),
    odd("304 with an address", answers(headed("Location: file:///x", status="304 N"))),
    odd("201 with an address", answers(redirect("file:///x", "201 C"))),
    odd("refresh by a header", answers(ok(b"own", "Refresh: 0; url=file:///etc/passwd"))),
    odd("captured secret, redirected elsewhere", gives_then_leads, "2 passed", request=CAPTURE, after=AFTER),
)

NETRC: Final = f"machine 127.0.0.1 login ann password {OTHER_SECRET}\ndefault login ben password {OTHER_SECRET}\n"
PROXY: Final = {"HTTPS_PROXY": f"http://ann:{quote(OTHER_SECRET, safe='')}@127.0.0.1:<<PORT>>"}
PLAIN_PROXY: Final = {"HTTP_PROXY": PROXY["HTTPS_PROXY"]}
TUNNELLED: Final = {"url": "https://api.test/ask?api_key=<<API_KEY|urlencode>>", "environ": PROXY}
NO_PROXY: Final = "does not answer like a proxy"
GONE: Final = "closed the connection while TLS was being set up"

PROXIES = (
    faulty(
        "proxy that closes at CONNECT",
        tunnel(b""),
        "closed the connection when it was asked to",
        "connection",
        **TUNNELLED,
    ),
    faulty("proxy that speaks no HTTP", tunnel(b"SSH-2.0-OpenSSH_9.6\r\n"), NO_PROXY, "connection", **TUNNELLED),
    faulty("proxy that breaks off in its answer", tunnel(b"HTTP/1.1 200 OK\r\nA: "), GONE, "tls", **TUNNELLED),
    faulty(
        "proxy that wants a password",
        tunnel(headed("Proxy-Authenticate: Basic", status="407 P")),
        "(status 407)",
        "connection",
        **TUNNELLED,
    ),
    faulty(
        "proxy that refuses", tunnel(headed(status=f"403 {OTHER_SECRET}")), "(status 403)", "connection", **TUNNELLED
    ),
    faulty("proxy that redirects", tunnel(redirect("http://127.0.0.1:1/")), "(status 302)", "connection", **TUNNELLED),
    faulty("proxy that opens and closes", tunnel(headed(status="200 OK")), GONE, "tls", **TUNNELLED),
    faulty("proxy that opens and speaks plain HTTP", tunnel(headed() + ok(b"forged")), GONE, "tls", **TUNNELLED),
    faulty(
        "proxy that opens and says nothing",
        answers(headed()),
        "No connection to the proxy",
        "timeout",
        deadline=0.4,
        **TUNNELLED,
    ),
    faulty(
        "proxy that says nothing",
        lambda client: client.hang(),
        "No connection to the proxy",
        "timeout",
        deadline=0.4,
        **TUNNELLED,
    ),
    faulty(
        "proxy that drips",
        lambda client: client.drip(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 90, 0.02),
        "No connection to",
        "timeout",
        deadline=0.4,
        **TUNNELLED,
    ),
    faulty(
        "proxy with headers without end",
        tunnel(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100_000),
        GONE,
        "tls",
        **TUNNELLED,
    ),
    faulty(
        "proxy with a line without end",
        tunnel(b"HTTP/1.1 200 " + b"x" * 1_000_000),
        NO_PROXY,
        "connection",
        **TUNNELLED,
    ),
    faulty(
        "proxy with a status that is none", tunnel(b"HTTP/1.1 99999 X\r\n\r\n"), NO_PROXY, "connection", **TUNNELLED
    ),
    faulty(
        "proxy of an unknown kind",
        passes_on,
        'a proxy of the kind "socks5"',
        "request",
        **{**TUNNELLED, "environ": {"HTTPS_PROXY": f"socks5://ann:{quote(OTHER_SECRET, safe='')}@127.0.0.1:<<PORT>>"}},
    ),
    faulty(
        "proxy at no port",
        passes_on,
        "",
        "request",
        **{**TUNNELLED, "environ": {"HTTPS_PROXY": f"http://ann:{quote(OTHER_SECRET, safe='')}@127.0.0.1:none"}},
    ),
    faulty(
        "proxy for http that breaks off",
        answers(b"HTTP/1.1 200 OK\r\nA: ", keep=False),
        "middle of the answer's headers",
        url="http://api.test/ask",
        environ=PLAIN_PROXY,
    ),
    odd("proxy for http that sends its password back", passes_on, url="http://api.test/ask", environ=PLAIN_PROXY),
    odd(
        "no proxy for this machine",
        only_here,
        environ={**PLAIN_PROXY, "ALL_PROXY": "http://127.0.0.1:1"},
        expect="{text: own}",
    ),
    odd(
        "no proxy for what NO_PROXY names",
        only_here,
        url="http://api.test:<<PORT>>/ask",
        expect="{text: own}",
        arguments=("--resolve", "api.test:<<PORT>>:127.0.0.1"),
        environ={**PLAIN_PROXY, "NO_PROXY": ".test"},
    ),
)

OTHERS = (
    odd(".netrc at home", only_here, request="    auth: none\n", files={".netrc": NETRC}, expect="{text: own}"),
    odd(
        ".netrc in the environment", only_here, files={"netrc": NETRC}, environ={"NETRC": "netrc"}, expect="{text: own}"
    ),
    failing(
        "the key under another name",
        answers(ok(json.dumps({"renamed": SECRET}).encode())),
        "renamed",
        expect="{json: {$.renamed: x}}",
    ),
)

FAULTS = tuple(
    fault._replace(group=group)
    for group, faults in (("redirects", REDIRECTS), ("proxies and .netrc", (*PROXIES, *OTHERS)))
    for fault in faults
)
