"""Checks the keys of a request that say how it is sent: limits of time, redirects, TLS, retries and the like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from runner import settings
from runner.folder import Folder
from runner.loading.fields import check_setting, read_fields
from runner.loading.parts import check_cookies
from runner.loading.problems import Problems, close_to
from runner.node import Node, Plain
from runner.settings import Convert

SENDING_KEYS: Final = frozenset(
    {"method", "timeout", "redirects", "max_size", "proxy", "delay", "cookies", "retry", "poll", "stream", "tls"}
)


NEARLY: Final = 0.65
COMMON_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
OTHER_METHODS: Final = frozenset(
    "ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT CONNECT COPY LABEL LINK LIST LOCK MERGE MKACTIVITY MKCALENDAR MKCOL "
    "MKREDIRECTREF MKWORKSPACE MOVE ORDERPATCH PRI PROPFIND PROPPATCH PURGE QUERY REBIND REPORT SEARCH TRACE UNBIND "
    "UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL VIEW".split()
)
"""Those that are registered, and some that caches and stores have."""


def check_sending(fields: Mapping[str, Node], folder: Folder, problems: Problems) -> None:
    """Those of ``fields`` that say how to send."""
    before = problems.count
    check_setting(fields.get("method"), settings.method, problems)
    if problems.count == before:
        _doubt_method(fields.get("method"), problems)
    _check_mapping(fields.get("timeout"), "timeout", settings.TIMEOUT_PARTS, settings.timeouts, problems)
    check_setting(fields.get("redirects"), settings.redirects, problems)
    check_setting(fields.get("max_size"), settings.size, problems)
    check_setting(fields.get("proxy"), settings.proxy, problems)
    check_setting(fields.get("delay"), settings.duration, problems)
    check_cookies(fields.get("cookies"), problems)
    _check_mapping(fields.get("retry"), "retry", settings.RETRY_PARTS, settings.retry, problems)
    _check_mapping(fields.get("poll"), "poll", settings.POLL_PARTS, settings.poll, problems)
    check_setting(fields.get("stream"), settings.stream, problems)
    parts = dict.fromkeys(settings.TLS_KEYS, _anything)
    _check_mapping(fields.get("tls"), "tls", parts, lambda value: settings.tls(value, folder), problems)


def _doubt_method(node: Node | None, problems: Problems) -> None:
    """A method may be any word, but one that is nearly a common one is likely misspelt."""
    if node is None or node.templated or not isinstance(node.value, str):
        return
    word = node.value.upper()
    meant = "" if word in COMMON_METHODS or word in OTHER_METHODS else close_to(word, COMMON_METHODS, NEARLY)
    if meant:
        hint = f"Did you mean {meant}?"
        problems.warning("misspelt-method", node, f"{word} is no method that servers commonly know", hint)


def _check_mapping(
    node: Node | None, what: str, parts: Mapping[str, Convert], convert: Callable[[Plain], object], problems: Problems
) -> None:
    """A setting that may be a mapping: its keys first, then their values. Where one of them holds a placeholder the
    others are looked at alone, since whether they go together cannot be known."""
    before = problems.count
    if node is not None and node.kind == "mapping":
        read_fields(node, tuple(parts), what, problems)
    if problems.count != before:
        return
    check_setting(node, convert, problems)
    for key, value in node.items if node is not None and node.templated else ():
        check_setting(value, parts[str(key.value)], problems)


def _anything(value: Plain) -> object:
    return value
