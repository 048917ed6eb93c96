"""What a collection file says: frozen, checked for shape, positions kept; values stay nodes until they are sent."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from runner.folder import Folder
from runner.node import Node, Plain
from runner.source import Diagnostic, Location, Source

if TYPE_CHECKING:  # few files have prices, or a load test
    from runner.load_plan import LoadPlan
    from runner.usage import Price

Pairs: TypeAlias = tuple[tuple[Node, Node], ...]
"""A mapping as written: key node and value node, in order."""

Prices: TypeAlias = "tuple[tuple[Node, Price], ...]"

BodyKind = Literal["json", "text", "form", "multipart", "file", "graphql"]
Phase = Literal["setup", "requests", "teardown"]
"""The list of a file that a request stands in."""
AuthScheme = Literal["bearer", "basic", "digest", "api_key", "oauth2", "aws_sigv4"]
ExpectKind = Literal[
    "status",
    "headers",
    "cookies",
    "json",
    "text",
    "schema",
    "duration",
    "size",
    "redirects",
    "stream",
    "usage",
    "tool_calls",
    "certificate",
]
ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*|<<[^>]*>>")
RESPONSE_KEYS = frozenset({"expect", "capture"})
NEVER_FILLED = frozenset({"description", "tags", "needs", "examples", "data", "matrix", "weight"})
"""Keys whose placeholders stay as they are while a request is made; ``examples`` are filled by the mock server, and
``needs`` has names as they are written."""
CaptureKind = Literal["json", "header", "cookie", "status", "text", "regex", "duration", "url"]


class Body(NamedTuple):
    """The one body of a request. For ``file`` the node is a path relative to the collection."""

    kind: BodyKind
    node: Node


class AuthSpec(NamedTuple):
    """An authentication scheme and its fields (``bearer`` has one, named ``token``)."""

    scheme: AuthScheme
    fields: Mapping[str, Node]
    node: Node


class Test(NamedTuple):
    """One operator of a matcher. ``operand`` is as written; ``inner`` is set where the operand holds matchers:
    one (``not``, ``length``, ``each``, ``any``) or pairs of JSONPath and matcher (``json``)."""

    operator: str
    operand: Node
    inner: Matcher | tuple[tuple[Node, Matcher], ...] | None = None


class Matcher(NamedTuple):
    """What a value must be: every test must hold. A bare scalar or list is one ``equals`` test."""

    node: Node
    tests: tuple[Test, ...]
    ignore_case: bool = False


class Expectation(NamedTuple):
    """One line under ``expect``. ``subject`` is the JSONPath, the name of the header or cookie, or what is looked at
    of the certificate, the stream or the tokens (None for the other kinds);
    ``node`` is the value as written (for ``schema`` a path or an inline schema, ``matcher`` is None)."""

    kind: ExpectKind
    node: Node
    subject: Node | None = None
    matcher: Matcher | None = None

    @property
    def place(self) -> Node:
        """The node whose line a failure shows."""
        return self.subject if self.subject is not None else self.node


class Condition(NamedTuple):
    """One line under ``when``: the placeholder of a variable, and what its value must be for the request to be sent."""

    subject: Node
    matcher: Matcher


class Capture(NamedTuple):
    """What to keep from a response under ``name``. ``argument`` is the JSONPath, header or cookie name or
    regular expression (None for ``status``, ``text``, ``duration``, ``url``). No file says ``history``: a turn keeps
    the messages that were sent and the reply to them, for the next one."""

    name: str
    kind: CaptureKind | Literal["history"]
    node: Node
    argument: Node | None = None
    filters: tuple[str, ...] = ()
    default: Node | None = None
    secret: bool = False


class Turn(NamedTuple):
    """One turn of a conversation: ``node`` is the request that it is sent as, ``capture`` what it captures by itself,
    ``kept`` what it keeps for the next one (None for the last)."""

    name: Node
    node: Node
    capture: Node | None
    kept: Capture | None


class RequestMatch(NamedTuple):
    """What a request to the mock server must look like for an example to answer it."""

    headers: tuple[tuple[Node, Matcher], ...] = ()
    query: tuple[tuple[Node, Matcher], ...] = ()
    json: tuple[tuple[Node, Matcher], ...] = ()
    text: Matcher | None = None


class Example(NamedTuple):
    """A saved response. ``body`` is one of ``json``, ``text``, ``file``, ``events`` or None for an empty one.
    ``delay`` is waited before the answer, ``event_delay`` before each event, in seconds."""

    name: str
    node: Node
    status: int = 200
    headers: Pairs = ()
    body_kind: Literal["json", "text", "file", "events"] | None = None
    body: Node | None = None
    delay: float = 0.0
    event_delay: float = 0.0
    when: RequestMatch | None = None


class Row(NamedTuple):
    """Values that everything runs with once: a data row (``number`` counts from 1), a combination of a matrix
    (``place`` counts them, from 1, each with each row)."""

    number: int | None = None
    values: Mapping[str, Plain] = MappingProxyType({})
    place: int = 0
    whole: bool = True

    def only(self, names: Container[str]) -> Row:
        """Without what nothing speaks of: a line that is no header may be made of secrets."""
        kept = {name: value for name, value in self.values.items() if name in names}
        return self if len(kept) == len(self.values) else self._replace(values=kept, whole=False)


NO_ROW = Row()


class RequestSpec(NamedTuple):
    """One request, ``defaults`` merged in: ``node`` is all of it as one mapping, at the request's own place.

    A None means the key is absent: the documented default holds.
    ``conversation`` is the name of the request whose turn this is, ``written`` that request.
    Every node may hold placeholders, so what a node means (a duration, a number of redirects) is read again
    once they are filled; what has none was checked when the file was read.
    """

    name: Node
    node: Node
    url: Node
    method: Node | None = None
    base_url: Node | None = None
    description: str = ""
    tags: tuple[str, ...] = ()
    weight: float | None = None
    query: Pairs = ()
    headers: Pairs = ()
    auth: AuthSpec | None = None
    body: Body | None = None
    cookies: Node | None = None
    timeout: Node | None = None
    redirects: Node | None = None
    max_size: Node | None = None
    tls: Node | None = None
    proxy: Node | None = None
    delay: Node | None = None
    skip: Node | None = None
    retry: Node | None = None
    poll: Node | None = None
    stream: Node | None = None
    when: tuple[Condition, ...] = ()
    needs: tuple[Node, ...] = ()
    expect: tuple[Expectation, ...] = ()
    expect_error: Node | None = None
    pass_rate: Node | None = None
    phase: Phase = "requests"
    captures: tuple[Capture, ...] = ()
    examples: tuple[Example, ...] = ()
    rows: tuple[Row, ...] = (NO_ROW,)
    conversation: Node | None = None
    written: Node | None = None

    @property
    def location(self) -> Location:
        """The line to show for the request as a whole."""
        return self.node.location

    @property
    def requests(self) -> tuple[RequestSpec, ...]:
        """Itself: what an include has several of."""
        return (self,)

    @property
    def target(self) -> str:
        """Method and path as written, for a list of requests."""
        return target_of(self.method, self.url, has_body=self.body is not None)

    def nodes(self, *, response: bool) -> Iterator[Node]:
        """What placeholders may stand in: that which makes the request, or that which is held against the response."""
        for key, node in self.node.items:
            if key.value not in NEVER_FILLED and (key.value in RESPONSE_KEYS) is response:
                yield node


class Include(NamedTuple):
    """Another file's requests, run where this stands. ``only`` are the names of those that are wanted, none for all;
    ``given`` is its ``with``: values that go before those of the file's own ``variables``."""

    node: Node
    collection: Collection
    only: tuple[str, ...] = ()
    given: Mapping[str, Node] = MappingProxyType({})
    phase: Phase = "requests"

    def wants(self, spec: RequestSpec, phase: Phase) -> bool:
        """Whether it runs for itself: what a file does before and after its requests always does."""
        return not self.only or phase != "requests" or str(spec.name.value) in self.only

    @property
    def requests(self) -> tuple[RequestSpec, ...]:
        """Those that are wanted."""
        return tuple(spec for spec, _ in self.phased)

    @property
    def phased(self) -> Iterator[tuple[RequestSpec, Phase]]:
        """The same, each with the list of the including file that it counts as part of."""
        for spec, phase in self.collection.phased:
            if self.wants(spec, phase):
                yield spec, "teardown" if phase == "teardown" else self.phase


class SecretRules(NamedTuple):
    """Which variables a file declares secret, and which it takes out."""

    listed: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()


class Collection(NamedTuple):
    """One collection file. ``folder`` is where its relative paths start, and says where they must stay; ``items`` are
    what stands in ``setup``, ``requests`` and ``teardown`` in this order; they run once for each of ``rows``, in
    ``parallel`` as far as they do not need each other; ``prices`` are the file's own, each with the name of its model:
    of two for one model the last counts; ``load`` is what it says of its load test."""

    source: Source
    folder: Folder
    name: str
    description: str = ""
    variables: Mapping[str, Node] = MappingProxyType({})
    secrets: SecretRules = SecretRules()
    requires: tuple[Node, ...] = ()
    items: tuple[RequestSpec | Include, ...] = ()
    rows: tuple[Row, ...] = (NO_ROW,)
    parallel: bool = False
    prices: Prices = ()
    load: LoadPlan | None = None
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def own_requests(self) -> tuple[RequestSpec, ...]:
        """Those that stand in the file itself."""
        return tuple(item for item in self.items if isinstance(item, RequestSpec))

    @property
    def includes(self) -> tuple[Include, ...]:
        return tuple(item for item in self.items if isinstance(item, Include))

    @property
    def requests(self) -> tuple[RequestSpec, ...]:
        """All of them, those of included files where these stand."""
        return tuple(spec for spec, _ in self.phased)

    @property
    def phased(self) -> Iterator[tuple[RequestSpec, Phase]]:
        """The same, each with the list of this file that it counts as part of."""
        for item in self.items:
            yield from ((item, item.phase),) if isinstance(item, RequestSpec) else item.phased


def target_of(method: Node | None, url: Node, *, has_body: bool) -> str:
    """``POST /v1/items``: the method, and the URL without what stands for scheme and host, without its query."""
    word = str(method.value).upper() if method is not None else "POST" if has_body else "GET"
    text = str(url.value)
    origin = ORIGIN.match(text)
    path = text[origin.end() if origin else 0 :].split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]
    return f"{word} {path or '/'}"
