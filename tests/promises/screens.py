"""What would be obeyed by a terminal, a browser or a CI server, in every part of an answer."""

from __future__ import annotations

import json
from typing import Final

from tests.promises.answers import headed
from tests.promises.faults import failing, faulty, odd
from tests.servers import Script, answers, ok
from tests.streams import chunk, sse

JSON: Final = "Content-Type: application/json"
STREAM: Final = "Content-Type: text/event-stream"
OWNED: Final = {
    "escape sequences": "\x1b[2J\x1b[31mowned\x1b]0;owned\x07\x1b]8;;http://x\x07",
    "eight-bit control characters": "\x9b2J\x9d0;owned\x9c",
    "marks that turn text": "\u202eowned\u202c\u2066owned\u2069\u200f\u061c",
    "marks that nobody sees": "\u200b\u2060\ufeff\u00ad\U000e0041\U000e0001",
    "other line ends": "a\u2028::error::owned\u2029::error::owned\x85::error::owned\x0b\x0c::error::owned",
    "carriage returns": "PASS\r::error::owned\r\r\n::error::owned",
    "backspaces": "FAIL\b\b\b\bPASS\x7f",
    "commands of GitHub": "::error::owned\n::add-mask::x\n::stop-commands::y\n  ::set-output name=a::b\n##[error]owned",
    "commands of Azure": "##vso[task.setvariable variable=a]owned\n##[section]owned\n ##vso[task.complete]",
    "commands of TeamCity": "##teamcity[buildStatus status='SUCCESS']",
    "markup": "<script>alert(1)</script><img src=x onerror=a()>[x](javascript:a())|@owned|`\n# owned\n[red]owned[/red]",
    "ends of XML and scripts": "]]></failure></script><!--\x00\ufffe\uffff",
    "lines of TAP": "ok 1 - owned\nBail out!\n1..0\n# TODO\n...\n---",
}
IN_A_LINE: Final = {
    name: text for name, text in OWNED.items() if "\n" not in text and "\r" not in text and "\0" not in text
}
"""What may stand in one line of a head."""


def document(value: object, status: str = "200 OK") -> Script:
    body = json.dumps(value).encode()
    return answers(headed(JSON, f"Content-Length: {len(body)}", status=status, body=body))


def utf8(*headers: str, status: str = "200 OK") -> bytes:
    """A head whose characters are UTF-8."""
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Length: 0", *headers, "", ""]).encode()


def everywhere(text: str) -> object:
    """An answer of a model, and an error, with ``text`` in each place that is shown."""
    choice = {"index": 0, "message": {"role": text, "content": text}, "finish_reason": text}
    return {
        "model": text,
        "id": text,
        "choices": [choice],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1},
        text: text,
    }


EQUAL: Final = "{text: {equals: x}, json: {$.a: x, $.b: x}}"

FAULTS = tuple(
    fault._replace(group="screens")
    for fault in (
        *(odd(f"{name} in the reason", answers(utf8(status=f"200 {text}")), "200") for name, text in IN_A_LINE.items()),
        *(
            failing(f"{name} in a header", answers(utf8(f"A: {text}")), "header A", expect="{headers: {A: x, B: x}}")
            for name, text in IN_A_LINE.items()
        ),
        *(
            failing(f"{name} in a text", answers(ok(text.encode(), "Content-Type: text/plain")), "text", expect=EQUAL)
            for name, text in OWNED.items()
        ),
        *(
            failing(f"{name} in JSON", document({"a": text, text: 1}), "$.a", expect=EQUAL)
            for name, text in OWNED.items()
        ),
        *(
            failing(
                f"{name} in an error",
                document({"error": {"message": text, "type": text, "code": text}}, "429 No"),
                "429",
                expect="{status: 200}",
            )
            for name, text in OWNED.items()
        ),
        *(odd(f"{name} in a model's answer", document(everywhere(text)), "PASS") for name, text in OWNED.items()),
        *(
            failing(
                f"{name} in a stream",
                answers(
                    ok(
                        b"event: "
                        + text.splitlines()[0].encode()
                        + b"\n"
                        + sse(chunk({"content": text}), {"error": {"message": text}}),
                        STREAM,
                    )
                ),
                "event 2 is an error",
            )
            for name, text in OWNED.items()
        ),
        *(
            failing(
                f"{name} in a cookie",
                answers(utf8(f"Set-Cookie: a{text}={text}; Path=/")),
                "cookie b",
                expect="{cookies: {b: x}}",
            )
            for name, text in IN_A_LINE.items()
        ),
        *(
            faulty(f"{name} in a redirect", answers(utf8(f"Location: foo:{text}", status="302 F")), "no http URL")
            for name, text in IN_A_LINE.items()
        ),
        *(
            faulty(f"{name} in what is not HTTP", answers(text.encode() + b"\n", keep=False), "not HTTP")
            for name, text in OWNED.items()
        ),
    )
)
