"""requests' adapter, with our own connections below it and without what it does twice."""

from __future__ import annotations

import ssl
from functools import cached_property
from typing import Any, cast

import requests
import requests.adapters

from runner.messages import Tls
from runner.transport.certificates import Contexts
from runner.transport.connection import Line, Pool, SecurePool, WireResponse
from runner.transport.failures import Failure

POOLS = 100
"""How many origins may have an open connection at the same time."""


class Adapter(requests.adapters.HTTPAdapter):
    """Sends what ``line`` holds over a kept or a new connection; one for each set of TLS options."""

    def __init__(self, line: Line, tls: Tls, contexts: Contexts) -> None:
        self._line = line
        self._tls = tls
        self._contexts = contexts
        self._pools: dict[tuple[str, str], Pool | SecurePool] = {}
        super().__init__(pool_connections=POOLS, pool_maxsize=1)
        _use_own_pools(self.poolmanager)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Looked up for the first https address."""
        return self._contexts.of(self._tls)

    def exchange(self, scheme: str, authority: str, proxy: str | None) -> WireResponse:
        """Send the message on the line; the response's body is still to be read."""
        prepared = requests.PreparedRequest()
        prepared.method = self._line.method
        prepared.url = f"{scheme}://{authority}/"
        prepared.headers = requests.structures.CaseInsensitiveDict()
        proxies = {} if proxy is None else {scheme: proxy}
        return cast("WireResponse", self.send(prepared, stream=True, proxies=proxies).raw)

    def get_connection_with_tls_context(
        self, request: Any, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Pool | SecurePool:
        """The pool for an origin: looked up by requests once, then kept."""
        key = (str(request.url), next(iter(proxies.values()), ""))
        pool = self._pools.get(key)
        if pool is None:
            if len(self._pools) >= POOLS:
                self.close()
            found = super().get_connection_with_tls_context(request, verify, proxies=proxies, cert=cert)
            pool = self._pools[key] = cast("Pool | SecurePool", found)
            pool.line = self._line
        return pool

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> tuple[Any, Any]:
        """Our own context carries every TLS option."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"ssl_context": self._context} if host["scheme"] == "https" else {}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        if not proxy.lower().startswith(("http://", "https://")):
            kind = proxy.partition("://")[0]
            message = f'The environment names a proxy of the kind "{kind}", which is not supported.'
            raise Failure(
                "request",
                message,
                "Only http:// and https:// proxies are; look at ALL_PROXY and HTTPS_PROXY.",
            )
        if proxy.lower().startswith("https://"):
            kwargs["proxy_ssl_context"] = self._context
        manager = super().proxy_manager_for(proxy, **kwargs)
        _use_own_pools(manager)
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing is left to do: the context has it all."""

    def request_url(self, request: Any, proxies: Any) -> str:  # noqa: ARG002  # the library names them
        """The request line is written elsewhere; urllib3 only wants to see some path."""
        return "/"

    def build_response(self, req: Any, resp: Any) -> requests.Response:  # noqa: ARG002  # as above
        """Just the raw response, without the cookie jar and the guess at an encoding."""
        response = requests.Response()
        response.raw = resp
        return response

    def close(self) -> None:
        self._pools.clear()
        super().close()


def _use_own_pools(manager: Any) -> None:
    manager.pool_classes_by_scheme = {"http": Pool, "https": SecurePool}
