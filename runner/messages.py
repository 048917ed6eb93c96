"""HTTP as plain values: what is sent, what came back, and what went wrong; no library behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

from runner import strict_json
from runner.charset import decode_text
from runner.node import Plain

Headers: TypeAlias = tuple[tuple[str, str], ...]

REQUEST_HEADER = "Runner-Request"
"""Under ``runner run --mock``: the number of the request whose own examples shall answer."""

DONE = "[DONE]"
"""The data by which OpenAI's streams, and those like them, say that they are over."""
EVENT_STREAM = "text/event-stream"
LINES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"})
"""The types of bodies that come event by event, and line by line."""

ErrorKind = Literal["connection", "dns", "tls", "timeout", "response", "request"]
"""``response``: something came back that is no usable response (cut short, not HTTP, too large, too many
redirects). ``request``: it could not be sent as written."""


def header_values(headers: Headers, name: str) -> list[str]:
    """Every value of a header, in order; names compared without case."""
    wanted = name.lower()
    return [value for key, value in headers if key.lower() == wanted]


def header_of(headers: Headers, name: str) -> str | None:
    """The first value of a header; names compared without case."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


class Timeouts(NamedTuple):
    """Limits in seconds: for connecting, for the whole exchange, and between two pieces of a body."""

    connect: float | None = None
    total: float = 60.0
    idle: float | None = None


class Tls(NamedTuple):
    """How a server's certificate is checked, and the client's own; paths are absolute."""

    verify: bool = True
    ca: str | None = None
    cert: str | None = None
    key: str | None = None


class Pin(NamedTuple):
    """To connect to ``address`` instead of what the name ``host`` (``*`` for any) is looked up to, for this port."""

    host: str
    port: int
    address: str

    def __str__(self) -> str:
        """As ``--resolve`` takes it."""
        host, address = (f"[{one}]" if ":" in one else one for one in (self.host, self.address))
        return f"{host}:{self.port}:{address}"


class Options(NamedTuple):
    """How to send a request, beside what is sent. Sizes in bytes. ``proxy`` is a URL, empty for none, None for what
    the environment says. Cookies that were kept go along if ``kept_cookies``, but for those ``without_cookies``."""

    timeouts: Timeouts = Timeouts()
    redirects: int = 10
    max_size: int = 50_000_000
    tls: Tls = Tls()
    proxy: str | None = None
    kept_cookies: bool = True
    without_cookies: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()


class Request(NamedTuple):
    """A request exactly as it goes out, and how to send it."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None
    options: Options = Options()

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return header_of(self.headers, name)


class Timings(NamedTuple):
    """``total`` and ``first_byte`` in seconds from the start of the exchange, the others how long the phase
    took, redirects included. None for a phase that did not happen (a kept connection was used) or was not seen."""

    total: float
    first_byte: float | None = None
    lookup: float | None = None
    connect: float | None = None
    tls: float | None = None

    @property
    def body(self) -> float | None:
        """From the first byte of the answer to its last."""
        return None if self.first_byte is None else self.total - self.first_byte


NO_TIME = Timings(0.0)


class Certificate(NamedTuple):
    """What a server's certificate says, names as ``C=US, O=Example, CN=example.com``; ``expires_in`` in seconds from
    when it was looked at, negative if it has expired."""

    subject: str
    issuer: str
    expires_in: float


class Arrival(NamedTuple):
    """A piece of a body that came ``at`` seconds after the exchange began; ``start`` is where the piece begins in the
    decompressed body."""

    at: float
    start: int


class StreamEvent(NamedTuple):
    """One event of a stream, or one line. ``at`` is when the last of it came, in seconds since the exchange began; None
    where that is not known."""

    data: str
    name: str = ""
    at: float | None = None


class Stream(NamedTuple):
    """A body that is a stream, read. ``document`` is the message that its events make, and ``shape`` whose it is; of
    no known shape (an empty one) it is the list of events.

    ``fault`` says why the stream is not whole, ``error`` is what it says of an error itself. ``done`` is whether its
    end mark came. ``first_content`` is in seconds since the exchange began, ``longest_gap`` the longest time in which
    nothing of the content came; both None where that is not known. ``spread`` are the texts of all events, joined:
    once they are masked they tell whether a secret is cut in two by an event's end."""

    events: tuple[StreamEvent, ...]
    document: strict_json.Parsed
    shape: str = ""
    done: bool = False
    fault: str = ""
    error: Plain = None
    first_content: float | None = None
    longest_gap: float | None = None
    spread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Response:
    """The final response with its body whole and decompressed. ``url`` is where it came from,
    ``redirects`` the URLs that were left on the way. ``received`` is the body's size as it came, where ``body`` may
    be another (a secret in it is masked before it is shown). ``certificate`` is None where it was not checked.
    ``arrivals`` are there for a body that comes in pieces, ``stream`` where it was read as one: document and text are
    then those of the message that its events make."""

    status: int
    headers: Headers
    body: bytes
    url: str
    reason: str = ""
    redirects: tuple[str, ...] = ()
    timings: Timings = NO_TIME
    received: int | None = None
    certificate: Certificate | None = None
    arrivals: tuple[Arrival, ...] = ()
    stream: Stream | None = None

    @property
    def size(self) -> int:
        """The size of the decompressed body, in bytes."""
        return len(self.body) if self.received is None else self.received

    def header_values(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return header_values(self.headers, name)

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return header_of(self.headers, name)

    @cached_property
    def text(self) -> str:
        """The body as text, by the charset it names (UTF-8 otherwise); undecodable bytes become U+FFFD. A message that
        came as a stream is the JSON text that it would have come as."""
        if self.stream is not None:
            return strict_json.dumps(self.stream.document.value) if self.stream.shape else decode_text(self.body, "")
        return decode_text(self.body, self.header("content-type") or "")

    @cached_property
    def document(self) -> strict_json.Parsed:
        """The body read as JSON, once; ``document.error`` says why it is not JSON."""
        if self.stream is not None:
            return self.stream.document
        return strict_json.parse(self.body)


def media_type(headers: Headers) -> str:
    """The Content-Type without its parameters, in lower case; empty without one."""
    value = header_of(headers, "content-type") or ""
    return value.partition(";")[0].strip().lower()


def is_stream(headers: Headers) -> bool:
    """Whether a body comes event by event, or line by line, by its type."""
    kind = media_type(headers)
    return kind == EVENT_STREAM or kind in LINES


class TransportError(NamedTuple):
    """Why no usable response came: what happened, and what to do about it."""

    kind: ErrorKind
    message: str
    hint: str = ""


class Exchange(NamedTuple):
    """One request sent and what became of it: a response, or an error, never both.

    ``started`` is in seconds since the Unix epoch, ``duration`` in seconds. ``begun`` is what had come of a stream
    that then broke off."""

    request: Request
    response: Response | None
    error: TransportError | None
    started: float
    duration: float
    begun: Response | None = None
