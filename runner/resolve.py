"""Makes the request to send from what is written and the variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar
from urllib.parse import quote, unquote, urlencode, urlsplit

from runner import __version__, settings
from runner.content import Content, Contents, rendered_pairs
from runner.cookies import sent_cookies, with_cookies, without_cookies
from runner.errors import RenderError
from runner.folder import Folder
from runner.loading.parts import NOT_IN_COOKIES, WRONG_COOKIE, WRONG_TYPE, fits_multipart
from runner.messages import Headers, Options, Pin, Request, Timeouts, Tls
from runner.model import RequestSpec
from runner.node import Node, Plain
from runner.settings import HTTP, BadValue, PassRate, PollPolicy, RetryPolicy
from runner.source import Diagnostic
from runner.variables.filters import as_text
from runner.variables.scope import Variables

T = TypeVar("T")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
DEFAULT_HEADERS: Headers = (
    ("User-Agent", f"collection-runner/{__version__}"),
    ("Accept", "*/*"),
    ("Accept-Encoding", "gzip, deflate"),
)
HALF = "half a character (a lone surrogate)"


class Overrides(NamedTuple):
    """What the command line says of every request; it wins over the file. ``timeout`` in seconds;
    ``retries`` counts for requests that say nothing of it themselves; ``delay`` in seconds is the least wait before
    each."""

    timeout: float | None = None
    insecure: bool = False
    ca: str | None = None
    proxy: str | None = None
    retries: int = 0
    delay: float = 0.0
    cert: str | None = None
    key: str | None = None
    pins: tuple[Pin, ...] = ()


NO_OVERRIDES = Overrides()


class Resolver:
    """Makes the requests of one collection; raises ``RenderError`` where a value does not fit."""

    def __init__(self, folder: Folder, variables: Variables, overrides: Overrides = NO_OVERRIDES) -> None:
        self._folder = folder
        self._variables = variables
        self._overrides = overrides
        self._contents = Contents(folder, variables)

    def name(self, spec: RequestSpec) -> str:
        """The name of the request as reports show it."""
        return self._variables.render_text(spec.name)

    def request(self, spec: RequestSpec) -> Request:
        """The request, without what ``auth`` adds."""
        method = self.setting(spec.method, settings.method) or ("POST" if spec.body is not None else "GET")
        url, cookies = self.url(spec), self._cookies(spec.cookies)
        headers, options = self._with_cookies(self._headers(spec), cookies), self._options(spec, cookies)
        if spec.body is None:
            return Request(method, url, headers, None, options)
        content = self._contents.make(spec.body)
        return Request(method, url, self._with_type(spec, headers, content), content.data, options)

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
        if "#" in url:
            self._check_fragment(url, spec.url)
        try:
            return add_query(url.split("#")[0], rendered_pairs(self._variables, spec.query))
        except UnicodeEncodeError:
            raise RenderError(_diagnostic("url", place, f"a value in the query holds {HALF}", "")) from None

    def _check_fragment(self, url: str, place: Node) -> None:
        """A secret must not be sent in part: what is shown of it then would not be masked either."""
        for name, value in self._variables.secret_texts().items():
            if "#" in value and value in url:
                message = f"the secret {name} holds a #, and the URL would end there"
                raise RenderError(_diagnostic("url", place, message, f"Write <<{name}|urlencode>>."))

    def _base(self, node: Node) -> str:
        base = self._variables.render_text(node).strip()
        try:
            return settings.base_url(base) if HTTP.match(base) else base
        except BadValue as error:
            raise RenderError(_diagnostic("url", node, error.message, error.hint)) from None

    def _headers(self, spec: RequestSpec) -> Headers:
        headers = [(name, value.strip()) for name, value in rendered_pairs(self._variables, spec.headers)]
        written = {self._name(key) for key, _ in spec.headers}
        headers += [(name, value) for name, value in DEFAULT_HEADERS if name.lower() not in written]
        return tuple(headers)

    def _with_type(self, spec: RequestSpec, headers: Headers, content: Content) -> Headers:
        """What is written goes before the body's own type, but for parts, which cannot be read without theirs."""
        written = [(key, value) for key, value in spec.headers if self._name(key) == "content-type"]
        if not content.type_is_needed:
            return headers if written else (*headers, ("Content-Type", content.media_type))
        for name, value in headers:
            if name.lower() == "content-type" and not fits_multipart(value):
                raise RenderError(_diagnostic("content-type", written[0][1], *WRONG_TYPE))
        kept = tuple(pair for pair in headers if pair[0].lower() != "content-type")
        return (*kept, ("Content-Type", content.media_type))

    def _name(self, key: Node) -> str:
        """A header's name in lower case."""
        return self._variables.render_text(key).lower()

    def _with_cookies(self, headers: Headers, cookies: dict[str, str | None]) -> Headers:
        """What ``cookies`` says goes before what a header written by hand says."""
        sent = [(name, value) for name, value in cookies.items() if value is not None]
        headers = with_cookies(without_cookies(headers, cookies), sent)
        for name, value in sent_cookies(headers):
            self._variables.hide_cookie(name, value)
        return headers

    def _cookies(self, node: Node | None) -> dict[str, str | None]:
        """Names and values; None for a cookie that is not to be sent."""
        cookies: dict[str, str | None] = {}
        for key, one in node.items if node is not None else ():
            value = self._variables.render(one)
            text = None if value is None else as_text(value)
            if text is not None and NOT_IN_COOKIES.search(text):
                raise RenderError(_diagnostic("cookie", one, *WRONG_COOKIE))
            cookies[self._variables.render_text(key)] = text
        return cookies

    def delay(self, spec: RequestSpec) -> float:
        """Seconds to wait before sending."""
        return max(self.setting(spec.delay, settings.duration) or 0.0, self._overrides.delay)

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
        """The reason to skip the request, empty if there is none. What says no is neither: ``SKIP=false``."""
        value = self._variables.render(spec.skip) if spec.skip is not None else ""
        text = as_text(value)
        if spec.skip is not None and text.strip().lower() in settings.NO_REASONS:
            message = f'the reason to skip is filled with "{text}", which is none'
            raise RenderError(_diagnostic("skip", spec.skip, message, settings.CONDITION_HINT))
        return text

    def reads_streams(self, spec: RequestSpec) -> bool:
        """Whether an event stream is read as one."""
        return self.setting(spec.stream, settings.stream) is not False

    def _options(self, spec: RequestSpec, cookies: dict[str, str | None]) -> Options:
        given = self._overrides
        default = Options()
        redirects = self.setting(spec.redirects, settings.redirects)
        tls = self.setting(spec.tls, lambda value: settings.tls(value, self._folder)) or default.tls
        timeouts = self.setting(spec.timeout, settings.timeouts) or default.timeouts
        if given.timeout is not None:
            timeouts = Timeouts(timeouts.connect, given.timeout, timeouts.idle)
        if given.insecure or given.ca is not None:
            tls = Tls(tls.verify and not given.insecure, given.ca or tls.ca, tls.cert, tls.key)
        if given.cert is not None:
            tls = tls._replace(cert=given.cert, key=given.key)  # the file's key is of another certificate
        max_size = self.setting(spec.max_size, settings.size)
        return Options(
            timeouts=timeouts,
            redirects=default.redirects if redirects is None else redirects,
            max_size=default.max_size if max_size is None else max_size,
            tls=tls,
            proxy=self._proxy(spec),
            kept_cookies=spec.cookies is None or spec.cookies.kind == "mapping",
            without_cookies=tuple(name for name, value in cookies.items() if value is None),
            pins=given.pins,
        )

    def _proxy(self, spec: RequestSpec) -> str | None:
        """The proxy's URL, its password masked from now on."""
        given = self._overrides.proxy
        proxy = self.setting(spec.proxy, settings.proxy) if given is None else given
        password = urlsplit(proxy).password if proxy else None
        if password:
            self._variables.hide(password)
            self._variables.hide(unquote(password))
        return proxy

    def setting(self, node: Node | None, convert: Callable[[Plain], T]) -> T | None:
        """What ``node`` is converted to, its placeholders filled; None where there is none."""
        if node is None:
            return None
        try:
            value = self._variables.render(node)
            return convert(settings.from_outside(value) if node.templated else value)
        except BadValue as error:
            place = node.get(error.key) if error.key else None
            raise RenderError(_diagnostic("value", place or node, error.message, error.hint)) from None


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
