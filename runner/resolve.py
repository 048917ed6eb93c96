"""Makes the request to send from what is written and the variables."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import quote, urlencode

from runner import __version__, settings, strict_json
from runner.errors import RenderError
from runner.load.files import FileProblem, inside, read_bytes_file
from runner.messages import Headers, Options, Request, Timeouts, Tls
from runner.model import Body, Pairs, RequestSpec
from runner.node import Node, Plain
from runner.settings import BadValue, PassRate, PollPolicy, RetryPolicy
from runner.source import Diagnostic
from runner.variables.filters import as_text
from runner.variables.scope import Variables

T = TypeVar("T")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
HTTP = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
DEFAULT_HEADERS: Headers = (
    ("User-Agent", f"collection-runner/{__version__}"),
    ("Accept", "*/*"),
    ("Accept-Encoding", "gzip, deflate"),
)
CONTENT_TYPES = {
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
    "form": "application/x-www-form-urlencoded",
}
MAX_BODY = 1_000_000_000
HALF = "half a character (a lone surrogate)"


class Overrides(NamedTuple):
    """What the command line says of every request; it wins over the file. ``timeout`` in seconds;
    ``retries`` counts for requests that say nothing of it themselves."""

    timeout: float | None = None
    insecure: bool = False
    ca: str | None = None
    retries: int = 0


NO_OVERRIDES = Overrides()


class Resolver:
    """Makes the requests of one collection; raises ``RenderError`` where a value does not fit."""

    def __init__(self, folder: Path, variables: Variables, overrides: Overrides = NO_OVERRIDES) -> None:
        self._folder = folder
        self._variables = variables
        self._overrides = overrides

    def name(self, spec: RequestSpec) -> str:
        """The name of the request as reports show it."""
        return self._variables.render_text(spec.name)

    def request(self, spec: RequestSpec) -> Request:
        """The request, without what ``auth`` adds."""
        body = self._body(spec.body) if spec.body is not None else None
        method = self.setting(spec.method, settings.method) or ("POST" if spec.body is not None else "GET")
        return Request(method, self.url(spec), self._headers(spec), body, self._options(spec))

    def url(self, spec: RequestSpec) -> str:
        """The whole URL: relative ones continue ``base_url``, ``query`` is added, a fragment is dropped."""
        url = self._variables.render_text(spec.url).strip()
        place = spec.url
        if not HTTP.match(url) and spec.base_url is not None:
            place = spec.base_url
            base = self._base(spec.base_url)
            url = base + url if url[:1] in ("", "?", "#") else f"{base.rstrip('/')}/{url.lstrip('/')}"
        if not HTTP.match(url):
            hint = "It starts with http:// or https:// and a host, once its placeholders are filled."
            raise RenderError(_diagnostic("url", place, f'"{url[:100]}" is not a URL that can be sent to', hint))
        if CONTROL.search(url):
            raise RenderError(_diagnostic("url", place, "the URL holds a control character", "Look at its variables."))
        try:
            settings.url(url)
        except BadValue as error:
            raise RenderError(_diagnostic("url", place, error.message, error.hint)) from None
        try:
            return add_query(url.split("#")[0], self.pairs(spec.query))
        except UnicodeEncodeError:
            raise RenderError(_diagnostic("url", place, f"a value in the query holds {HALF}", "")) from None

    def _base(self, node: Node) -> str:
        base = self._variables.render_text(node).strip()
        try:
            return settings.base_url(base) if HTTP.match(base) else base
        except BadValue as error:
            raise RenderError(_diagnostic("url", node, error.message, error.hint)) from None

    def pairs(self, pairs: Pairs) -> list[tuple[str, str]]:
        """Names and values as text, a list as several pairs; what is null is left out."""
        found: list[tuple[str, str]] = []
        for key, node in pairs:
            value = self._variables.render(node)
            name = self._variables.render_text(key)
            values = value if isinstance(value, list) else [value]
            found.extend((name, as_text(one)) for one in values if one is not None)
        return found

    def _headers(self, spec: RequestSpec) -> Headers:
        headers = [(name, value.strip()) for name, value in self.pairs(spec.headers)]
        written = {self._variables.render_text(key).lower() for key, _ in spec.headers}
        headers += [(name, value) for name, value in DEFAULT_HEADERS if name.lower() not in written]
        if spec.body is not None and "content-type" not in written:
            headers.append(("Content-Type", self._content_type(spec.body)))
        return tuple(headers)

    def _content_type(self, body: Body) -> str:
        if body.kind == "file":
            guess, _ = mimetypes.guess_type(self._variables.render_text(body.node))
            return guess or "application/octet-stream"
        return CONTENT_TYPES[body.kind]

    def _body(self, body: Body) -> bytes:
        if body.kind == "file":
            return self._file(body.node)
        try:
            if body.kind == "json":
                return strict_json.dumps(self._variables.render(body.node)).encode()
            if body.kind == "form":
                pairs = body.node.items
                return urlencode(self.pairs(tuple(pairs))).encode()
            return self._variables.render_text(body.node).encode()
        except (UnicodeEncodeError, strict_json.NotJson) as error:
            text = f"it holds {HALF}" if isinstance(error, UnicodeEncodeError) else str(error)
            raise RenderError(_diagnostic("body", body.node, f"the body cannot be sent: {text}", "")) from None

    def _file(self, node: Node) -> bytes:
        name = self._variables.render_text(node)
        try:
            path = inside(self._folder, name)
            return read_bytes_file(path, name, MAX_BODY)
        except FileProblem as error:
            raise RenderError(_diagnostic(error.rule, node, error.message, error.hint)) from None

    def delay(self, spec: RequestSpec) -> float:
        """Seconds to wait before sending."""
        return self.setting(spec.delay, settings.duration) or 0.0

    def retry(self, spec: RequestSpec) -> RetryPolicy | None:
        """When and how often to send again; None for never."""
        if spec.retry is None:
            return RetryPolicy(attempts=self._overrides.retries + 1) if self._overrides.retries else None
        return self.setting(spec.retry, settings.retry)

    def poll(self, spec: RequestSpec) -> PollPolicy | None:
        """How often and for how long to look whether everything holds; None for once."""
        return self.setting(spec.poll, settings.poll)

    def pass_rate(self, spec: RequestSpec) -> PassRate | None:
        """How many of how many tries must pass; None for a single one."""
        return self.setting(spec.pass_rate, settings.pass_rate)

    def skip(self, spec: RequestSpec) -> str:
        """The reason to skip the request, empty if there is none."""
        return self._variables.render_text(spec.skip) if spec.skip is not None else ""

    def _options(self, spec: RequestSpec) -> Options:
        given = self._overrides
        default = Options()
        redirects = self.setting(spec.redirects, settings.redirects)
        tls = self.setting(spec.tls, lambda value: settings.tls(value, self._folder)) or default.tls
        timeouts = self.setting(spec.timeout, settings.timeouts) or default.timeouts
        if given.timeout is not None:
            timeouts = Timeouts(timeouts.connect, given.timeout, timeouts.idle)
        if given.insecure or given.ca is not None:
            tls = Tls(tls.verify and not given.insecure, given.ca or tls.ca, tls.cert, tls.key)
        max_size = self.setting(spec.max_size, settings.size)
        return Options(
            timeouts,
            default.redirects if redirects is None else redirects,
            default.max_size if max_size is None else max_size,
            tls,
        )

    def setting(self, node: Node | None, convert: Callable[[Plain], T]) -> T | None:
        """What ``node`` is converted to, its placeholders filled; None where there is none."""
        if node is None:
            return None
        try:
            return convert(_number(self._variables.render(node), templated=node.templated))
        except BadValue as error:
            raise RenderError(_diagnostic("value", node, error.message, error.hint)) from None


def _number(value: Plain, *, templated: bool) -> Plain:
    """Settings read a number from outside, which is text, as the number that it says."""
    if not templated or not isinstance(value, str):
        return value
    if value in ("true", "false"):
        return value == "true"
    return int(value) if re.fullmatch(r"[0-9]{1,15}", value) else value


def add_query(url: str, pairs: Sequence[tuple[str, str]]) -> str:
    """``url`` with more query parameters behind those it has."""
    if not pairs:
        return url
    query = urlencode(pairs, quote_via=quote)
    separator = "&" if "?" in url and not url.endswith(("?", "&")) else "" if url.endswith(("?", "&")) else "?"
    return f"{url}{separator}{query}"


def with_header(request: Request, name: str, value: str) -> Request:
    """``request`` with this header in place of any of the same name."""
    kept = tuple((key, old) for key, old in request.headers if key.lower() != name.lower())
    return request._replace(headers=(*kept, (name, value)))


def _diagnostic(rule: str, node: Node, message: str, hint: str) -> Diagnostic:
    return Diagnostic(rule, message, hint, node.source, node.span)
