"""Requests as curl commands: any shell reads them, what they send is the request, and no secret stands in them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from runner.convert.curl import to_curl
from runner.messages import Request
from runner.redact import Redactor
from tests.fuzz.choices import Choices
from tests.fuzz.redaction import left_of, maskable

METHODS = ("GET", "POST", "PUT", "HEAD", "DELETE", "M-SEARCH")
SECRET = "sk-\"/+=<Zq0!7\\x&9'"
URL = "http://127.0.0.1:1/a?b=c"


def seeds() -> Iterator[bytes]:
    """Path and query, a header's value, a secret and a body; then the method."""
    for number in range(len(METHODS)):
        for body in (b"", b'{"a": "it\'s $HOME `x` \\n"}', b"\x01\xff%s\\", b"@file"):
            yield b"\0".join(
                (b"x y/../[1]?q=%41&k=" + SECRET.encode(), b"Bearer " + SECRET.encode(), SECRET.encode(), body)
            ) + bytes([number])


def fuzz(data: bytes) -> None:
    choices = Choices(data)
    method, path, value, secret = choices.pick(METHODS), choices.text(), choices.text(), choices.text()
    body = choices.rest()
    commanded(Request(method, URL + path, (("X-Odd", value), ("Accept", "*/*"), ("User-Agent", "x")), body), secret)


def commanded(request: Request, secret: str) -> list[str]:
    """The words of the command; none where the shell has to run another command for one."""
    redactor = Redactor()
    secrets = {"API_KEY": secret} if maskable(secret) and secret == secret.strip("'") and redactor.add(secret) else {}
    command = to_curl(request, secrets, mask=redactor.text)
    shown = redactor.text(command)  # as all that is shown; what the shell's escapes would hide is masked before
    assert not secrets or not left_of(secret.strip(), shown), shown
    if '"$(' in command:
        return []  # quotes within quotes, which only a shell takes apart
    words = shlex.split(command)
    curl = words[words.index("curl") :]
    if not secrets:
        sent(request, words, curl)
    return words


def sent(request: Request, words: list[str], curl: list[str]) -> None:
    """Whether the words say what the request does, where there is no secret that a shell has to fill in."""
    if "-X" in curl:
        assert curl[curl.index("-X") + 1] == request.method
    headers = {curl[at + 1] for at, word in enumerate(curl) if word == "-H"}
    for name, value in request.headers:
        if value.strip() and value.isascii():
            assert f"{name}: {value}" in headers
    body = request.body or b""
    if "--data-raw" in curl:
        assert curl[curl.index("--data-raw") + 1].encode("utf-8", "surrogateescape") == body
    elif "--data-binary" in curl:
        assert unwritten(words[1]) == body


def unwritten(template: str) -> bytes:
    """What ``printf`` makes of a template."""
    text = template.replace("%%", "%").encode("ascii")
    return text.decode("unicode_escape").encode("latin-1")
