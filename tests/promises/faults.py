"""What a faulty server does, and what the program must make of it. The lists are in the modules beside it."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from runner.errors import ExitCode
from runner.messages import ErrorKind
from tests.servers import Script

SECRET: Final = 'sk-"/+=<Zq 0!7\\x&9~?????'
"""The API key of all runs here: of characters that formats escape."""
OTHER_SECRET: Final = "cap-7f%3a91/c2+e5"
"""One that a server gives, or that belongs to a proxy."""
ANYTHING: Final = "{status: {lt: 600}}"
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Fault(NamedTuple):
    """``says`` are words that the program has to say; ``kind`` is the kind of its error, None for an answer that is
    judged: then ``code`` is how the run has to end. Legal but odd answers are a pass.

    ``request`` are further lines of the request in YAML, ``after`` whole requests behind it, ``expect`` is what it
    expects; ``deadline`` the seconds that it has, ``total`` those of the whole run where that is more.
    ``tls`` makes the server's side of TLS, with certificates in the folder that it is given; ``ca.pem`` there is what
    the program trusts. ``<<ELSEWHERE>>`` is the URL of another server that must see no secret."""

    name: str
    script: Script
    says: str
    kind: ErrorKind | None = "response"
    code: ExitCode = ExitCode.NO_RESPONSE
    request: str = ""
    deadline: float = 10.0
    tls: Callable[[Path], ssl.SSLContext] | None = None
    group: str = "answers"
    method: str = "POST"
    url: str = "<<SERVER>>/ask?api_key=<<API_KEY|urlencode>>"
    expect: str = ANYTHING
    max_size: str = "1 MB"
    after: str = ""
    arguments: tuple[str, ...] = ()
    environ: Mapping[str, str] = NOTHING
    files: Mapping[str, str] = NOTHING
    total: float = 0.0
    idle: str = "60s"


def faulty(name: str, script: Script, says: str, kind: ErrorKind = "response", /, **more: object) -> Fault:
    """What is no usable answer: it ends in an error of this kind."""
    return Fault(name, script, says, kind)._replace(**more)  # type: ignore[arg-type]


def odd(name: str, script: Script, says: str = "PASS", /, **more: object) -> Fault:
    """An answer that is legal, however odd it is: it passes."""
    return Fault(name, script, says, None, ExitCode.OK)._replace(**more)  # type: ignore[arg-type]


def failing(name: str, script: Script, says: str, /, **more: object) -> Fault:
    """An answer that is whole and does not hold what is expected."""
    return Fault(name, script, says, None, ExitCode.CHECK_FAILED)._replace(**more)  # type: ignore[arg-type]


REQUEST: Final = """\
  - name: {name}
    url: {url}
    method: {method}
    headers:
      Authorization: Bearer <<API_KEY>>
      X-API-Key: <<API_KEY>>
      Cookie: session=<<API_KEY|urlencode>>
    timeout: {{total: {deadline}s, idle: {idle}}}
    max_size: {max_size}
    expect: {expect}
{request}
{after}
"""
BEGIN: Final = "name: Faults\nsecrets: [API_KEY, LOGIN]\nrequests:\n"


def collection(faults: Mapping[str, Fault]) -> str:
    """The file that is run: a request for each fault, by its name."""
    return BEGIN + "".join(_request(name, fault) for name, fault in faults.items())


def _request(name: str, fault: Fault) -> str:
    return REQUEST.format(**{**fault._asdict(), "name": name})


def goes_with_others(fault: Fault) -> bool:
    """Whether nothing of the run is special, so that one run can have several such faults."""
    plain = Fault("", fault.script, "")
    special = ("tls", "after", "arguments", "environ", "files", "total", "max_size", "method", "deadline")
    return all(getattr(fault, name) == getattr(plain, name) for name in special)
