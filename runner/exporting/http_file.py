"""A collection as a file of requests, as VS Code (REST Client) and the IDEs of JetBrains read it."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Final

from runner.auth.apply import authenticate, credentials_of
from runner.auth.tokens import Tokens
from runner.errors import RenderError
from runner.exporting.commands import ACCESS_TOKEN
from runner.exporting.exported import Exported
from runner.exporting.known import Known, requests_of
from runner.exporting.marks import Marks, Ready
from runner.exporting.parts import json_of, parts_of_body
from runner.exporting.references import References, Used
from runner.exporting.unsaid import notes_of, tell_of_checks, tell_of_collection, tell_of_request, tell_of_variables
from runner.messages import Request, Timeouts
from runner.model import Capture, Collection, RequestSpec
from runner.node import Node
from runner.resolve import DEFAULT_HEADERS
from runner.settings import redirects, timeouts
from runner.variables.filters import as_text
from runner.variables.template import placeholders
from runner.writing.names import unique

MADE: Final = {
    "$guid": "$guid",
    "$timestamp": "$timestamp",
    "$isoTimestamp": "$datetime iso8601",
    "$randomInt": "$randomInt 0 1001",
}
"""What is made up anew each time, in the words of REST Client."""
NO_WORD: Final = re.compile(r"\W+")
READ: Final = re.compile(
    r"^(?:###|<(?:@\w*)?\s|>>?!?\s|<>|HTTP/|[A-Z]{3,10}[ \t]+(?:https?://|\{\{|/)\S*(?:[ \t]+HTTP/[\d.]+)?[ \t]*$)",
    re.MULTILINE,
)
"""Lines of a body that end it, or stand for something else."""
OF_HTTPYAC: Final = re.compile(
    r"^\s*(?:#|//|/\*$|@\S|\?\?|===|\{\{[^}\n]*$|(?:query|mutation|fragment|gql)\b|(?:GET|POST|PUT|DELETE|PATCH)\s)",
    re.MULTILINE,
)
"""Lines that only httpyac takes for a comment, a variable, a check, a script, GraphQL or a request."""
NEEDS_ENCODING: Final = {
    "json": re.compile(r'["\\\x00-\x1f]'),
    "form": re.compile(r"[^\w.~*-]", re.ASCII),
    "query": re.compile(r"[&#+%]"),
}
"""Where a value is put in as it is, what would be read as something else."""
LINE_BREAK: Final = re.compile(r"\r\n?|\n")
METHOD: Final = re.compile("[A-Z]+")
FOREIGN: Final = re.compile(r"\{\{[^{}\n]+\}\}")


def to_http(collection: Collection) -> Exported:
    """The file, and what it does not say."""
    known = Known(collection)
    tell_of_collection(known)
    specs = list(requests_of(known))
    marks = Marks(known)
    writer = _Writer(known, marks, specs)
    blocks = [block for spec in specs if (block := "\n".join(writer.block(spec)))]
    tell_of_checks(specs, known)
    tell_of_variables(known, "In VS Code they are read from .env beside the file; elsewhere, give them a value there.")
    head = [f"# {line}" for line in known.hidden(collection.name).splitlines()[:1] if line.strip()]
    given = list(_variables(known, marks))
    top = "\n".join([*head, *([""] if head and given else []), *given])
    return Exported("\n\n".join([*([top] if top else []), *blocks]) + "\n", notes_of(known), len(blocks))


def _variables(known: Known, marks: Marks) -> Iterator[str]:
    """Those that requests refer to: with their values, secrets out of ``.env``."""
    yield from (f"@{name} = {_value(name, node, known)}" for name, node in known.referred(marks.values))
    yield from (f"@{name} = {value}" for name, value in known.inside.items())
    yield from (f"@{name} = {{{{$dotenv {name}}}}}" for name in known.outside)


def _value(name: str, node: Node, known: Known) -> str:
    text = as_text(node.plain())
    text = known.hidden(text.replace("<<", "{{").replace(">>", "}}") if node.templated else text)
    if "\n" in text or text != text.strip():
        known.note(node.location, f"{name} has lines or blanks at its ends, which do not come over")
    return " ".join(text.split("\n"))


class _Writer:
    """Writes the requests in their order: what one captures, those behind it refer to."""

    def __init__(self, known: Known, marks: Marks, specs: Sequence[RequestSpec]) -> None:
        self._known = known
        self._marks = marks
        self._references = References(marks.values)
        self._words: dict[int, str] = {}
        self._waiting: list[str] = []
        for spec in specs:
            word = NO_WORD.sub("_", str(spec.name.value)).strip("_") or "request"
            self._words[id(spec)] = unique(word, self._words.values(), "_")

    def block(self, spec: RequestSpec) -> Iterator[str]:
        """One request; nothing for one that cannot be made."""
        tell_of_request(spec, self._known, _said(spec))
        ready = self._marks.ready(spec)
        if ready is None:
            return
        try:
            token, request = _authenticated(spec, ready)
            body = list(self._body(spec, request))
        except (RenderError, _Unsaid) as error:
            said = error.diagnostic.message if isinstance(error, RenderError) else str(error)
            self._known.note(spec.location, f'"{spec.name.value}" is left out: {said}')
            return
        if token is not None:
            word = f"token_for_{self._words[id(spec)]}"
            yield from self._token(token, word, spec)
            yield ""
            self._references = References({**self._marks.values, f"{word}.response.body.$.access_token": ACCESS_TOKEN})
        yield f"### {_line(self._known.hidden(str(spec.name.value)))}"
        yield from _comments(self._known.hidden(spec.description))
        yield from self._waiting
        self._waiting = []
        self._tell_of_headers(spec, request)
        if spec.captures:
            yield f"# @name {self._words[id(spec)]}"
            self._waiting = [line for capture in spec.captures for line in self._capture(capture, spec)]
        if _goes_nowhere(spec):
            yield "# @no-redirect"
        yield from _limits(spec)
        idle = spec.timeout.get("idle") if spec.timeout is not None else None
        if idle is not None:
            self._known.note(idle.location, f'the idle timeout of "{spec.name.value}" is left out')
        yield f"{request.method} {self._named(request.url, spec)}"
        yield from self._headers(request, spec)
        if body:
            yield ""
            yield from body
        self._tell_of_raw(request.url.partition("?")[2], "query", spec)
        if spec.body is not None and spec.body.kind in ("json", "form"):
            self._tell_of_raw((request.body or b"").decode("utf-8", "replace"), spec.body.kind, spec)

    def _tell_of_raw(self, text: str, kind: str, spec: RequestSpec) -> None:
        """Variables whose values are encoded here, and put in as they are there."""
        for used in self._references.split(text):
            value = self._known.default(used.name) if isinstance(used, Used) else None
            if isinstance(used, Used) and isinstance(value, str) and NEEDS_ENCODING[kind].search(value):
                said = (
                    f'{used.name} is put into the {kind} of "{spec.name.value}" as it is, and its value needs encoding'
                )
                self._known.note(spec.location, said)

    def _token(self, request: Request, word: str, spec: RequestSpec) -> Iterator[str]:
        """What gets the access token for the request behind it."""
        yield f"### {_line(str(spec.name.value))}: access token"
        yield f"# @name {word}"
        yield f"{request.method} {self._named(request.url, spec)}"
        yield from self._headers(request, spec)
        yield ""
        yield self._named((request.body or b"").decode(), spec)

    def _headers(self, request: Request, spec: RequestSpec) -> Iterator[str]:
        """Those that are meant; what the tools send by themselves is theirs."""
        for name, value in request.headers:
            if (name, value) not in DEFAULT_HEADERS and name.lower() != "content-length":
                yield f"{self._named(name, spec)}: {self._named(self._decoded(value), spec)}".rstrip()

    def _tell_of_headers(self, spec: RequestSpec, request: Request) -> None:
        """Those that the collection takes out, and the tools send all the same."""
        sent = {name.lower() for name, _ in request.headers}
        for key, value in spec.headers:
            name = str(key.value)
            if value.value is None and value.kind == "scalar" and name.lower() not in sent:
                said = f'"{spec.name.value}" is sent without {name}: the tools send one of their own'
                self._known.note(key.location, said)

    def _decoded(self, value: str) -> str:
        """A Basic header with variables inside as such files have it: they encode it when it is sent."""
        scheme, _, encoded = value.partition(" ")
        try:
            text = b64decode(encoded, validate=True).decode() if scheme == "Basic" else ""
        except ValueError:
            return value
        return f"Basic {text}" if len(self._references.split(text)) > 1 else value

    def _body(self, spec: RequestSpec, request: Request) -> Iterator[str]:
        if not METHOD.fullmatch(request.method):
            raise _Unsaid(f"{request.method} is read as no method there")
        if request.body is None or spec.body is None:
            return
        if spec.body.kind == "file":
            yield f"< {_path(spec.body.node, self)}"
            return
        if spec.body.kind == "multipart":
            yield from self._parts(spec, request)
            return
        value = json_of(request)
        text = request.body.decode() if value is None else self._json(value[0])
        if READ.search(text):
            raise _Unsaid("a line of its body would be read as something else")
        if value is None:
            self._tell_of_text(text, spec.body.node)
        yield from _lines_of(self._named(text, spec))

    def _tell_of_text(self, text: str, node: Node) -> None:
        """What of a text is not sent as it is, or not by all who read such a file."""
        lines = _lines_of(text)
        if lines != LINE_BREAK.split(text):
            self._known.note(node.location, "blanks and lines at the ends of this body do not come over")
        if "\r" in text.strip():
            self._known.note(node.location, "the line breaks of this body come over as \\n")
        if OF_HTTPYAC.search(text):
            said = (
                "httpyac reads a line of this body as something else, such as a comment; VS Code and JetBrains send it"
            )
            self._known.note(node.location, said)

    def _json(self, value: object) -> str:
        return json.dumps(value, indent=2, ensure_ascii=False)

    def _parts(self, spec: RequestSpec, request: Request) -> Iterator[str]:
        boundary = (request.header("content-type") or "").partition("boundary=")[2]
        for part in parts_of_body(spec, request):
            yield f"--{boundary}"
            yield from (self._named(line, spec) for line in part.head)
            yield ""
            text = "" if part.path is not None else part.data.decode()
            if READ.search(text):
                raise _Unsaid("a line of its body would be read as something else")
            if OF_HTTPYAC.search(text):
                self._tell_of_text(text, spec.node)
            yield self._named(text, spec) if part.path is None else f"< {_path(part.path, self)}"
        yield f"--{boundary}--"

    def named(self, text: str, node: Node) -> str:
        """``text`` with ``{{NAME}}`` in place of marks."""
        if FOREIGN.search(text):
            self._known.note(node.location, "what stands in {{…}} here is read as a variable there")
        return self._references.replace(text, self._reference)

    def _named(self, text: str, spec: RequestSpec) -> str:
        return self.named(text, spec.node)

    def _reference(self, used: Used) -> str:
        if used.name == "$randomHex":
            self._known.note(
                self._known.collection.source.name, "$randomHex makes up a value that there is nothing for"
            )
        return f"{{{{{MADE.get(used.name, used.name.removeprefix('$'))}}}}}"

    def _capture(self, capture: Capture, spec: RequestSpec) -> Iterator[str]:
        """The variable that stands for a part of the answer."""
        argument = "" if capture.argument is None else str(capture.argument.value)
        parts = {"json": f"body.{argument}", "header": f"headers.{argument}", "text": "body.*"}
        if capture.kind not in parts or (capture.argument is not None and capture.argument.templated):
            message = f"{capture.name} is captured in a way that there is nothing for: {capture.kind}"
            self._known.note(capture.node.location, message, "Set that variable there by hand.")
            return
        for word, given in (("filter", capture.filters), ("default", capture.default)):
            if given:
                self._known.note(capture.node.location, f"the {word} of the capture {capture.name} is left out")
        yield f"@{capture.name} = {{{{{self._words[id(spec)]}.response.{parts[capture.kind]}}}}}"


def _lines_of(text: str) -> Sequence[str]:
    """The lines of a body without blank ones at its ends, which are read as the end of what stands before or after."""
    lines = LINE_BREAK.split(text)
    full = [number for number, line in enumerate(lines) if line.strip()]
    return [*lines[full[0] : full[-1]], lines[full[-1]].rstrip()] if full else []


class _Unsaid(Exception):
    """A request that such a file cannot say."""


def _authenticated(spec: RequestSpec, ready: Ready) -> tuple[Request | None, Request]:
    """The request with its credentials as such files have them, and the one that gets the token for it before."""
    credentials = credentials_of(spec.auth, ready.means)
    if credentials is None or spec.auth is None:
        return None, ready.request
    scheme, fields = spec.auth.scheme, credentials.values
    if scheme in ("basic", "digest"):
        words = (fields["username"], fields["password"])
        separator = ":" if any(" " in word or ":" in word for word in words) else " "
        return None, _with(ready.request, f"{scheme.capitalize()} {separator.join(words)}")
    if scheme == "aws_sigv4":
        session = fields.get("session_token", "")
        token = f" token:{session}" if session else ""
        place = f"region:{fields['region']} service:{fields['service']}"
        return None, _with(ready.request, f"AWS {fields['access_key']} {fields['secret_key']}{token} {place}")
    with closing(authenticate(ready.request, credentials, ready.means)) as flow:
        request = next(flow)
    if scheme != "oauth2":
        return None, request
    with closing(authenticate(ready.request, credentials, ready.means._replace(tokens=Tokens()))) as flow:
        return next(flow), request


def _with(request: Request, value: str) -> Request:
    kept = tuple(one for one in request.headers if one[0].lower() != "authorization")
    return request._replace(headers=(*kept, ("Authorization", value)))


def _comments(text: str) -> Iterator[str]:
    """Lines of which none says how the request is sent."""
    for line in filter(None, map(str.strip, text.splitlines())):
        yield f"# - {line}" if line.startswith("@") else f"# {line}"


def _said(spec: RequestSpec) -> set[str]:
    """The keys beside those of what is sent that such a file has a word for."""
    return {
        "description",
        *(["timeout"] if any(_limits(spec)) else []),
        *(["redirects"] if _goes_nowhere(spec) else []),
    }


def _limits(spec: RequestSpec) -> Iterator[str]:
    """Those of time that are no variable, as far as they are set."""
    if spec.timeout is None or any(True for _ in placeholders(spec.timeout)):
        return
    limit = timeouts(spec.timeout.plain())
    if limit.connect is not None:
        yield f"# @connection-timeout {_duration(limit.connect)}"
    if limit.total != Timeouts().total or limit.connect is None:
        yield f"# @timeout {_duration(limit.total)}"


def _duration(seconds: float) -> str:
    return f"{seconds:g}" if seconds == int(seconds) else f"{round(seconds * 1000)} ms"


def _goes_nowhere(spec: RequestSpec) -> bool:
    return spec.redirects is not None and not spec.redirects.templated and redirects(spec.redirects.plain()) == 0


def _path(node: Node, writer: _Writer) -> str:
    """A file, as such a file names it: beside itself."""
    text = str(node.value)
    text = text.replace("<<", "{{").replace(">>", "}}") if node.templated else writer.named(text, node)
    return text if text.startswith(("/", ".")) else f"./{text}"


def _line(text: str) -> str:
    return " ".join(text.split())
