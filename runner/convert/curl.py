"""A request as a shell command for curl that sends the same body and the same headers."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import quote, quote_plus

from runner.messages import Headers, Options, Request, Timeouts
from runner.redact import Redactor
from runner.resolve import DEFAULT_HEADERS

LONGEST_ARGUMENT = 100_000
"""Bytes of one argument: Linux takes 128 KiB; what a shell's own ``printf`` writes has no limit."""

EXPECT_FROM = 1024
"""Bytes of a body from which some versions of curl ask ``Expect: 100-continue`` first."""

LONGEST_COOKIES = 8000
"""Characters of cookies that curl takes with ``-b``; a header may be longer."""

NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]")
PLAIN = re.compile(r"[ -$&(-\[\]-~]*")
"""ASCII without what is written in another way: quotes, percent signs, backslashes."""
NOT_TYPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\udc80-\udcff]")
DOT_SEGMENT = re.compile(r"/\.{1,2}(?:/|$|\?)")
ORIGIN = re.compile(r"([^/?#]*//)(?:[^/?#]*@)?([^/?#]*)([^#]*)")
STANDS_IN_A_URL = "!#$%&'()*+,/:;=?@[]~"

WITH_LENGTH = frozenset({"POST", "PUT", "PATCH"})
"""Methods that are sent with ``Content-Length: 0`` where there is no body."""

LAST = ("user-agent", "accept", "accept-encoding", "cookie", "content-type", "authorization")
"""Headers that stand behind the others, in this order, whether they were written or came by themselves."""

AS_JSON = r"""sed 's/[\\"]/\\&/g'"""
AS_FILE_NAME = "sed 's/\"/%22/g'"
AS_PERCENT = r"od -An -v -tx1 | tr ' ' % | tr -d '\n'"


MADE: Final[Mapping[str, str]] = {
    "$guid": '"$(uuidgen)"',
    "$timestamp": '"$(date +%s)"',
    "$isoTimestamp": '"$(date -u +%Y-%m-%dT%H:%M:%SZ)"',
    "$randomInt": '"$(( $(od -An -N2 -tu2 /dev/urandom) % 1001 ))"',
    "$randomHex": "\"$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n')\"",
}
"""What makes up a value like one of our dynamic ones."""


class Reference(NamedTuple):
    """A stretch of text that the shell fills in from a variable."""

    shell: str


Piece: TypeAlias = str | Reference
Mask: TypeAlias = Callable[[str], str]
Known: TypeAlias = dict[tuple[str, Headers, Options, bool | None], tuple[tuple[str, ...], tuple[str, ...]]]
"""By all that they are made from, the arguments for headers and for options."""
MOST_KNOWN = 200


class Login(NamedTuple):
    """Credentials that curl makes the header of by itself: the option that says how, user and password."""

    option: str
    user: str
    password: str


class Files(NamedTuple):
    """A body that curl makes out of files: the arguments for it, and whether its content type is curl's own, too."""

    arguments: Callable[[Secrets], list[str]]
    is_form: bool


class Secrets:
    """Finds the values of secret variables in text, also where they stand JSON-escaped or percent-encoded. What is
    left goes through ``mask`` before it is escaped for the shell, which hides a secret from whoever looks later."""

    def __init__(self, values: Mapping[str, str], mask: Mask = str) -> None:
        self._mask = mask
        self._forms: dict[str, Reference] = {}
        for name, value in values.items():
            for form, shell in forms(name, value):
                self._forms.setdefault(form, Reference(shell))
        longest_first = sorted(self._forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def split(self, text: str) -> list[Piece]:
        """The text in order, literal pieces and references; none of the literal ones is empty."""
        pieces: list[Piece] = []
        end = 0
        for match in self._pattern.finditer(text) if self._pattern else ():
            pieces += [text[end : match.start()], self._forms[match.group()]]
            end = match.end()
        pieces.append(text[end:])
        return [self._masked(piece) if isinstance(piece, str) else piece for piece in pieces if piece]

    def front(self, text: str) -> tuple[Reference, str] | None:
        """The reference that an address begins with, scheme and all, and what comes behind it."""
        match = self._pattern.match(text) if self._pattern else None
        if match is None or "://" not in match.group():
            return None
        return self._forms[match.group()], text[match.end() :]

    def _masked(self, text: str) -> str:
        """Of text that the shell's quotes and ``printf`` leave as it is, nothing is hidden from whoever looks later."""
        return text if PLAIN.fullmatch(text) else self._mask(text)


def forms(name: str, value: str) -> Iterator[tuple[str, str]]:
    """How a secret may stand in a request, and the shell's expression for it."""
    if not value:
        return
    variable = MADE.get(name) or f'"${NOT_IN_A_NAME.sub("_", name.strip())}"'
    yield value, variable
    for escaped in (json.dumps(value, ensure_ascii=False), json.dumps(value)):
        yield escaped[1:-1], f'"$(printf %s {variable} | {AS_JSON})"'
    if '"' in value and "\n" not in value and "\r" not in value:
        yield value.replace('"', "%22"), f'"$(printf %s {variable} | {AS_FILE_NAME})"'
    data = value.encode("utf-8", "surrogatepass")
    for encoded in (quote(data), quote(data, safe=""), quote_plus(data)):
        yield encoded, f'"$(printf %s {variable} | {AS_PERCENT})"'


def to_curl(
    request: Request,
    secrets: Mapping[str, str],
    login: Login | None = None,
    mask: Mask = str,
    files: Files | None = None,
) -> str:
    """A command for any POSIX shell. ``secrets`` is name → value as it stands in the request; the command
    has ``"$NAME"`` in its place. ``mask`` hides secrets that stand there in another form. The body is written as it
    is, unless ``files`` say what it is made of."""
    return _command(request, Secrets(secrets, mask), login, {}, files)


class Commander:
    """Writes many requests as commands; of headers and options that many of them have it remembers the arguments, as
    long as no secret is added."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._last: tuple[int, Mapping[str, str], Secrets, Known] = (0, {}, Secrets({}), {})

    def __call__(self, request: Request, secrets: Mapping[str, str]) -> str:
        """As ``to_curl``; from any thread."""
        count = self._redactor.count
        masked, before, found, known = self._last
        if count != masked or secrets != before or len(known) > MOST_KNOWN:
            found, known = Secrets(secrets, self._redactor.text), {}
            self._last = (count, secrets, found, known)
        return _command(request, found, None, known)


def _command(request: Request, found: Secrets, login: Login | None, known: Known, files: Files | None = None) -> str:
    if request.body is None and request.method in WITH_LENGTH:
        request = request._replace(body=b"")
    body = request.body
    key = (request.method, request.headers, request.options, None if body is None else len(body) >= EXPECT_FROM)
    steady = known.get(key)
    if steady is None:
        headed = _without_type(request) if files is not None and files.is_form else request
        steady = known[key] = (tuple(header_arguments(headed, found)), tuple(_options(request, found)))
    headers, options = steady
    source, data = body_arguments(body, found) if files is None else ("", files.arguments(found))
    arguments = [
        f"curl {quoted(url_pieces(request.url, found))}",
        *method_arguments(request),
        *login_arguments(login, found),
        *headers,
        *url_arguments(request.url),
        *options,
        *data,
    ]
    return source + " \\\n  ".join(arguments)


def _without_type(request: Request) -> Request:
    """For the headers beside a form: what says what the body is comes from curl."""
    kept = tuple(one for one in request.headers if one[0].lower() not in ("content-type", "content-length"))
    return request._replace(headers=kept, body=None)


def _options(request: Request, found: Secrets) -> Iterator[str]:
    yield from option_arguments(request.options)
    yield from proxy_arguments(request.options.proxy, found)


def url_pieces(url: str, secrets: Secrets) -> list[Piece]:
    """The URL without user info and fragment, percent-encoded where a character cannot stand in one."""
    front = secrets.front(url)
    if front is not None:
        rest = secrets.split(front[1].partition("#")[0])
        return [front[0], *(one if isinstance(one, Reference) else percent_encoded(one) for one in rest)]
    match = ORIGIN.match(url)
    scheme, host, target = match.groups() if match else ("", "", url)
    pieces = [one if isinstance(one, Reference) else percent_encoded(one) for one in secrets.split(target)]
    return [scheme, *secrets.split(host), *pieces]


def percent_encoded(text: str) -> str:
    """What cannot stand in a URL as its bytes. Half of a character, which is never sent, has bytes too."""
    return quote(text.encode("utf-8", "surrogatepass"), safe=STANDS_IN_A_URL)


def body_arguments(body: bytes | None, secrets: Secrets) -> tuple[str, list[str]]:
    """What writes the body into curl, empty if it is an argument; and the arguments."""
    if body is None:
        return "", []
    text = body.decode("utf-8", "surrogateescape")
    pieces = secrets.split(text)
    if len(body) > LONGEST_ARGUMENT or NOT_TYPED.search(text):
        return f"{printf(pieces)} |\n", ["--data-binary @-"]
    return "", [f"--data-raw {quoted(pieces)}"]


def quoted(pieces: list[Piece]) -> str:
    """One word of the shell: literal text in single quotes, where nothing is special to any shell."""
    words = []
    for is_text, run in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        joined = "".join(piece if isinstance(piece, str) else piece.shell for piece in run)
        words.append(single_quoted(joined) if is_text else joined)
    return "".join(words) or "''"


def single_quoted(text: str) -> str:
    return "'" + text.replace("'", r"'\''") + "'"


def printf(pieces: list[Piece]) -> str:
    """A command that writes exactly these bytes, whatever they are."""
    template = "".join("%s" if isinstance(piece, Reference) else octal(piece) for piece in pieces)
    references = [piece.shell for piece in pieces if isinstance(piece, Reference)]
    if template.startswith("-"):
        template = r"\055" + template[1:]  # no option of printf
    return " ".join(["printf", single_quoted(template), *references])


def octal(text: str) -> str:
    """Text for the format of ``printf``: printable ASCII as it is, all else as octal escapes."""
    special = {ord("\\"): "\\\\", ord("%"): "%%", ord("\n"): "\\n"}
    data = text.encode("utf-8", "surrogateescape")
    plain = range(32, 127)
    return "".join(special.get(byte) or (chr(byte) if byte in plain else f"\\{byte:03o}") for byte in data)


def method_arguments(request: Request) -> Iterator[str]:
    """The method, where curl would not choose it by itself."""
    natural = "GET" if request.body is None else "POST"
    if request.method == "HEAD" and request.body is None:
        yield "--head"
    elif request.method != natural:
        odd = NOT_IN_A_NAME.search(request.method)
        yield f"-X {single_quoted(request.method) if odd else request.method}"


def login_arguments(login: Login | None, secrets: Secrets) -> Iterator[str]:
    """User and password, and what curl does with them."""
    if login is not None:
        yield f"{login.option} --user {quoted([*secrets.split(login.user), ':', *secrets.split(login.password)])}"


def header_arguments(request: Request, secrets: Secrets) -> Iterator[str]:
    """Every header, and an end to those that curl would add by itself."""
    for name, value in sorted(request.headers, key=_place):
        if name.lower() == "content-length" and request.body is not None:
            continue  # curl counts by itself
        if name.lower() == "cookie" and "=" in value and len(value) <= LONGEST_COOKIES:
            yield f"-b {quoted(header_pieces(secrets.split(value)))}"
            continue
        credentials = secret_credentials(name, value, secrets)
        if credentials:
            yield f"--basic --user {quoted(credentials)}"
        elif value.strip():
            text = f"{name}: {value}"
            pieces: list[Piece] = [text] if (name, value) in DEFAULT_HEADERS else secrets.split(text)
            yield f"-H {quoted(header_pieces(pieces))}"
        else:
            yield f"-H {single_quoted(f'{name};')}"
    added = ["Accept", "User-Agent", "Accept-Encoding"]
    if request.body is not None:
        added += ["Content-Type", *(["Expect"] if len(request.body) >= EXPECT_FROM else [])]
    yield from (f"-H '{name}:'" for name in added if request.header(name) is None)
    if request.header("accept-encoding"):
        yield "--compressed"


def _place(header: tuple[str, str]) -> int:
    """Where a header stands: what is meant by it does not go by the order."""
    name = header[0].lower()
    return LAST.index(name) if name in LAST else -1


def header_pieces(pieces: list[Piece]) -> list[Piece]:
    """The same with other letters than ASCII as the bytes that HTTP has for them (Latin-1)."""
    return [
        piece
        if isinstance(piece, Reference) or piece.isascii()
        else Reference(f'"$({printf([piece.encode("latin-1", "replace").decode("utf-8", "surrogateescape")])})"')
        for piece in pieces
    ]


def secret_credentials(name: str, value: str, secrets: Secrets) -> list[Piece]:
    """User and password of a Basic header that hides a secret in base64; empty for any other header."""
    scheme, _, encoded = value.partition(" ")
    if name.lower() != "authorization" or scheme != "Basic":
        return []
    try:
        pieces = secrets.split(base64.b64decode(encoded, validate=True).decode())
    except (binascii.Error, UnicodeDecodeError):
        return []
    return pieces if any(isinstance(piece, Reference) for piece in pieces) else []


def url_arguments(url: str) -> Iterator[str]:
    """What keeps curl from reading the URL in a way of its own."""
    if "[" in url or "]" in url:
        yield "--globoff"
    if DOT_SEGMENT.search(url.partition("#")[0]):
        yield "--path-as-is"
    if url.lower().startswith("https:"):
        yield "--http1.1"


def option_arguments(options: Options) -> Iterator[str]:
    """How to send it: redirects, limits of time, certificates."""
    if options.redirects:
        yield f"--location --max-redirs {options.redirects}"
    else:
        yield "--no-location"
    yield from timeout_arguments(options.timeouts)
    if not options.tls.verify:
        yield "--insecure"
    for flag, path in (("cacert", options.tls.ca), ("cert", options.tls.cert), ("key", options.tls.key)):
        if path is not None:
            yield f"--{flag} {single_quoted(path)}"
    for pin in options.pins:
        yield f"--resolve {single_quoted(str(pin))}"


def proxy_arguments(proxy: str | None, secrets: Secrets) -> Iterator[str]:
    """The request's own proxy, which is used for every host; nothing where the environment decides."""
    if proxy:
        yield f"--proxy {quoted(secrets.split(proxy))} --noproxy ''"
    elif proxy is not None:
        yield "--noproxy '*'"


def timeout_arguments(timeouts: Timeouts) -> Iterator[str]:
    if timeouts.connect is not None:
        yield f"--connect-timeout {seconds(timeouts.connect)}"
    yield f"--max-time {seconds(timeouts.total)}"


def seconds(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
