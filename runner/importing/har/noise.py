"""What in an archive is no call of an API, and what a browser adds to one by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from runner.importing.json_source import Json, elements, mapping, text_of

CALLS: Final = frozenset(("xhr", "fetch", "eventsource", "beacon", "ping", "other"))
OF_PAGES: Final[Mapping[str, str]] = {
    "document": "pages",
    "stylesheet": "styles",
    "script": "scripts",
    "image": "images",
    "font": "fonts",
    "media": "media",
    "manifest": "other parts of pages",
    "texttrack": "media",
    "preflight": "preflights",
    "websocket": "WebSockets",
}
"""By the type that Chrome and Firefox give, in the words of a summary."""
KINDS: Final = (
    (re.compile(r"(?:text|application)/(?:x-)?(?:javascript|ecmascript)|application/wasm"), "scripts"),
    (re.compile(r"text/css"), "styles"),
    (re.compile(r"image/"), "images"),
    (re.compile(r"font/|application/(?:x-)?font|application/vnd\.ms-fontobject"), "fonts"),
    (re.compile(r"audio/|video/"), "media"),
    (re.compile(r"text/html|application/xhtml"), "pages"),
    (re.compile(r"application/manifest\+json"), "other parts of pages"),
)
BROWSERS: Final = re.compile(
    r":.*|sec-.*|user-agent|accept-(?:encoding|language|charset)|host|content-length|connection|keep-alive|pragma"
    r"|cache-control|dnt|origin|referer|upgrade-insecure-requests|te|priority|save-data|x-client-data"
    r"|if-(?:none-match|modified-since)|proxy-connection|transfer-encoding|via|x-forwarded-.*|forwarded|cookie2?"
    r"|expect|purpose|device-memory|downlink|ect|rtt|viewport-width|dpr|alt-used|http2-settings|upgrade",
    re.IGNORECASE,
)
"""Headers that a browser, or what stands between, writes by itself."""


def kind_of(entry: Mapping[str, Json]) -> str:
    """What an entry is, in the words of a summary; empty for a call of an API."""
    request, response = mapping(entry.get("request")), mapping(entry.get("response"))
    scheme = text_of(request.get("url")).partition(":")[0].lower()
    given = text_of(entry.get("_resourceType")).lower()
    method = text_of(request.get("method")).upper()
    if scheme in ("ws", "wss") or response.get("status") == 101:
        return "WebSockets"
    if scheme not in ("http", "https"):
        return "addresses that are not http"
    names = {text_of(mapping(one).get("name")).lower() for one in elements(request.get("headers"))}
    if method == "OPTIONS" and "access-control-request-method" in names:
        return "preflights"
    if method == "CONNECT":
        return "tunnels"
    if given in OF_PAGES and not (given == "document" and method not in ("GET", "HEAD")):
        return OF_PAGES[given]
    if given in CALLS or method not in ("GET", "HEAD"):
        return ""
    media = text_of(mapping(response.get("content")).get("mimeType")).lower()
    return next((word for pattern, word in KINDS if pattern.match(media)), "")
