from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from runner import settings
from runner.folder import Folder
from runner.messages import Timeouts, Tls
from runner.node import Plain
from runner.settings import BadValue
from tests.unit.test_strict_json import PLAIN


@pytest.mark.parametrize(("written", "method"), [("get", "GET"), ("Post", "POST"), ("M-SEARCH", "M-SEARCH")])
def test_methods(written: str, method: str) -> None:
    assert settings.method(written) == method


@pytest.mark.parametrize("written", ["", " GET", "GET ", "GE T", "GET\n", "1GET", "GÉT", None, 1, ["GET"], "GET /"])
def test_what_is_no_method(written: Plain) -> None:
    with pytest.raises(BadValue):
        settings.method(written)


@pytest.mark.parametrize(
    "written",
    ["http://h", "https://h.example:8443/a?b#c", "http://[::1]:80/", "http://127.0.0.1", "http://bücher.example/"],
)
def test_urls(written: str) -> None:
    assert settings.url(written) == written


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("http://", "its host is not a name"),
        ("http:///path", "its host is not a name"),
        ("http://:80/", "its host is not a name"),
        ("http://a b/", "its host is not a name"),
        ("http://h:0/", "its port cannot be 0"),
        ("http://h:99999/", "its port is not a number"),
        ("http://h:http/", "its port is not a number"),
        ("http://[::1/", "it cannot be read"),
        ("http://ann:secret@h/", "a user name and password"),
        (5, "a URL is text, this is a number"),
        (None, "a URL is text"),
    ],
)
def test_what_is_no_url(written: Plain, message: str) -> None:
    with pytest.raises(BadValue) as caught:
        settings.url(written)
    assert message in caught.value.message
    assert "secret" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("written", ["http://h/v1?key=1", "http://h/v1#top", "http://h:99999/v1"])
def test_what_paths_cannot_continue(written: str) -> None:
    with pytest.raises(BadValue):
        settings.base_url(written)


def test_timeouts() -> None:
    assert settings.timeouts("5s") == Timeouts(None, 5, None)
    assert settings.timeouts({"connect": 1, "idle": "2s"}) == Timeouts(1, 60, 2)
    assert settings.timeouts({"total": "1m"}) == Timeouts(None, 60, None)
    assert settings.timeouts({}) == Timeouts()


@pytest.mark.parametrize("written", [0, "0s", -1, "x", None, True, [1], {"conect": 1}, "31d", 10**400])
def test_what_is_no_timeout(written: Plain) -> None:
    with pytest.raises(BadValue):
        settings.timeouts(written)


def test_a_wrong_limit_names_its_key() -> None:
    with pytest.raises(BadValue) as caught:
        settings.timeouts({"total": 1, "idle": 0})
    assert caught.value.key == "idle"


@pytest.mark.parametrize(("written", "count"), [(False, 0), (0, 0), (10, 10), (100, 100)])
def test_redirects(written: Plain, count: int) -> None:
    assert settings.redirects(written) == count


@pytest.mark.parametrize("written", [True, -1, 101, 1.0, "3", None])
def test_what_is_no_number_of_redirects(written: Plain) -> None:
    with pytest.raises(BadValue):
        settings.redirects(written)


@pytest.mark.parametrize("written", ["1001GB", 10**400, -1, "1 parsec"])
def test_what_is_no_size(written: Plain) -> None:
    with pytest.raises(BadValue):
        settings.size(written)


@pytest.mark.parametrize(
    "written", ["http://p", "http://p:8080/", "https://ann:p%40ss@p:1", "HTTP://[::1]:80", "http://127.0.0.1:65535"]
)
def test_proxies(written: str) -> None:
    assert settings.proxy(written) == written
    assert settings.proxy("none") == ""


@pytest.mark.parametrize(
    "written",
    [
        "",
        "p:8080",
        "NONE",
        "socks5://p",
        "ftp://p",
        "http://",
        "http://:80",
        "http://p:0",
        "http://p:65536",
        "http://p:x",
        "http://p/path",
        "http://p?q",
        "http://p#f",
        "http://p q",
        "http://p\n",
        " http://p",
        "http://[::1",
        None,
        8080,
        ["http://p"],
        False,
    ],
)
def test_what_is_no_proxy(written: Plain) -> None:
    with pytest.raises(BadValue):
        settings.proxy(written)


@pytest.mark.parametrize("written", ["image/png", "text/plain; charset=utf-8", "application/vnd.a+json", "x/y;a"])
def test_media_types(written: str) -> None:
    assert settings.media_type(written) == written


@pytest.mark.parametrize("written", ["", "image", "image/", "/png", "a/b\r\nX: y", "a/b\n", "a/b; ü", "a b/c", None, 1])
def test_what_is_no_media_type(written: Plain) -> None:
    with pytest.raises(BadValue):
        settings.media_type(written)


def test_a_delay_may_be_nothing_at_all() -> None:
    assert settings.duration(0) == 0


def test_files_of_tls_are_beside_the_collection(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("x")
    found = settings.tls({"verify": False, "ca": "ca.pem"}, Folder.of(tmp_path))
    assert found == Tls(verify=False, ca=str((tmp_path / "ca.pem").resolve()))
    both = settings.tls({"cert": "ca.pem", "key": "ca.pem"}, Folder.of(tmp_path))
    assert both.cert == both.key == found.ca


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ({"verify": "no"}, "verify"),
        ({"ca": "none.pem"}, "ca"),
        ({"ca": ""}, "ca"),
        ({"ca": 5}, "ca"),
        ({"ca": "x" * 300}, "ca"),
        ({"ca": "x\0y"}, "ca"),
        ({"ca": "\ud800"}, "ca"),
        ({"key": "ca.pem"}, "key"),
        ({"cafile": "ca.pem"}, ""),
        (True, ""),
    ],
    ids=range(10),
)
def test_what_is_wrong_with_tls_names_its_key(written: Plain, key: str, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("x")
    with pytest.raises(BadValue) as caught:
        settings.tls(written, Folder.of(tmp_path))
    assert caught.value.key == key


CONVERSIONS: list[Callable[[Plain], object]] = [
    settings.method,
    settings.url,
    settings.duration,
    settings.size,
    settings.timeouts,
    settings.redirects,
    settings.proxy,
    settings.media_type,
    lambda value: settings.tls(value, Folder.of(Path("/nowhere"))),
]


@given(PLAIN | st.text().map("http://{}".format), st.sampled_from(CONVERSIONS))
def test_a_setting_is_taken_or_refused(value: Plain, convert: Callable[[Plain], object]) -> None:
    with suppress(BadValue):
        convert(value)


def test_the_first_wait_may_be_longer_than_the_usual_longest() -> None:
    policy = settings.retry({"delay": "60s"})
    assert (policy.delay, policy.max_delay) == (60.0, 60.0)
