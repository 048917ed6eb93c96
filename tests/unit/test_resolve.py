from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from runner import __version__
from runner.errors import RenderError
from runner.folder import Folder
from runner.messages import Options, Request, Timeouts, Tls
from runner.resolve import NO_OVERRIDES, Overrides, Resolver, add_query, with_header
from runner.source import Diagnostic
from tests.unit.loading import NOWHERE, collection, scope, scope_of

URL = "url: 'http://h.example/x'"


def made(
    written: str,
    outside: Mapping[str, str] | None = None,
    *,
    folder: Path = NOWHERE,
    overrides: Overrides = NO_OVERRIDES,
) -> Request:
    """The request that a line in braces and variables from outside make."""
    found = collection(f"defaults: {{base_url: 'http://base.example/v1'}}\nrequests: [{{{written}}}]", folder)
    return Resolver(Folder.of(folder), scope(options=outside), overrides).request(found.requests[0])


def refused(written: str, outside: Mapping[str, str], folder: Path = NOWHERE) -> Diagnostic:
    with pytest.raises(RenderError) as caught:
        made(written, outside, folder=folder)
    return caught.value.diagnostic


URLS = {
    "a space at either end": ("url: ' http://h.example/x '", "http://h.example/x"),
    "a fragment is dropped": ("url: 'http://h.example/x#top'", "http://h.example/x"),
    "before the query is added": ("url: 'http://h.example/x#top', query: {a: 1}", "http://h.example/x?a=1"),
    "a query is continued": ("url: 'http://h.example/x?a=1', query: {b: 2}", "http://h.example/x?a=1&b=2"),
    "one that is empty too": ("url: 'http://h.example/x?', query: {b: 2}", "http://h.example/x?b=2"),
    "one that ends with &": ("url: 'http://h.example/x?a=1&', query: {b: 2}", "http://h.example/x?a=1&b=2"),
    "names and values are encoded": (
        f"{URL}, query: {{'a b&c': 'd/e=f+ü'}}",
        "http://h.example/x?a%20b%26c=d%2Fe%3Df%2B%C3%BC",
    ),
    "a list repeats the name": (
        f"{URL}, query: {{a: [1, two, true, 1.5]}}",
        "http://h.example/x?a=1&a=two&a=true&a=1.5",
    ),
    "null leaves it out": (f"{URL}, query: {{a: null, b: [null, 1], c: []}}", "http://h.example/x?b=1"),
    "empty text does not": (f"{URL}, query: {{a: ''}}", "http://h.example/x?a="),
    "the base is continued": ("url: /x, query: {a: 1}", "http://base.example/v1/x?a=1"),
    "without a slash": ("url: x", "http://base.example/v1/x"),
    "capitals": ("url: 'HTTP://h.example/x'", "HTTP://h.example/x"),
    "a placeholder can be all of it": ("url: <<U>>", "https://u.example/"),
    "or what is relative": ("url: <<P>>", "http://base.example/v1/p?q=1"),
    "names can be placeholders": (f"{URL}, query: {{<<N>>: <<N>>}}", "http://h.example/x?name=name"),
}


@pytest.mark.parametrize(("written", "url"), URLS.values(), ids=URLS)
def test_urls(written: str, url: str) -> None:
    assert made(written, {"U": "https://u.example/", "P": "p?q=1", "N": "name"}).url == url


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("http://", "is not a URL that can be sent to"),
        ("ftp://h.example/", "is not a URL"),
        ("http://h.example:99999/", "its port is not a number"),
        ("http://h.example/a\nb", "the URL holds a control character"),
        ("http://h.example/a\x7fb", "the URL holds a control character"),
        ("http://ann:pass-word@h.example/", "a user name and password"),
    ],
    ids=range(6),
)
def test_what_a_variable_makes_no_url_of(value: str, message: str) -> None:
    found = collection("requests: [{url: <<U>>}]")
    with pytest.raises(RenderError) as caught:
        Resolver(Folder.of(NOWHERE), scope(options={"U": value})).request(found.requests[0])
    assert message in caught.value.diagnostic.message
    assert "pass-word" not in str(caught.value.diagnostic[:3])


@pytest.mark.parametrize("base", ["http://b.example/v1?a=1", "http://b.example/#x", "http://b.example:0", "b.example"])
def test_what_a_variable_makes_no_base_of(base: str) -> None:
    found = collection("defaults: {base_url: <<B>>}\nrequests: [{url: /x}]")
    with pytest.raises(RenderError) as caught:
        Resolver(Folder.of(NOWHERE), scope(options={"B": base})).request(found.requests[0])
    assert caught.value.diagnostic.span is not None
    assert caught.value.diagnostic.span.line == 1


DEFAULTS = (("User-Agent", f"collection-runner/{__version__}"), ("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate"))
HEADERS = {
    "none": ("", DEFAULTS),
    "own ones come first": (", headers: {A: 1}", (("A", "1"), *DEFAULTS)),
    "and win": (", headers: {user-agent: x}", (("user-agent", "x"), *DEFAULTS[1:])),
    "null takes one away": (", headers: {USER-AGENT: null}", DEFAULTS[1:]),
    "a list repeats it": (", headers: {A: [1, x]}", (("A", "1"), ("A", "x"), *DEFAULTS)),
    "blanks around a value": (", headers: {A: '  x '}", (("A", "x"), *DEFAULTS)),
    "placeholders": (", headers: {X-<<N>>: <<N>>}", (("X-name", "name"), *DEFAULTS)),
    "as the name of a default": (", headers: {<<AGENT>>: x}", (("User-agent", "x"), *DEFAULTS[1:])),
}


@pytest.mark.parametrize(("written", "headers"), HEADERS.values(), ids=HEADERS)
def test_headers(written: str, headers: tuple[tuple[str, str], ...]) -> None:
    assert made(URL + written, {"N": "name", "AGENT": "User-agent"}).headers == headers


BODIES = {
    "json": ("json: {a: [1, <<N>>, null, 1.50, ü]}", '{"a": [1, "5", null, 1.5, "ü"]}', "application/json"),
    "a placeholder": ("json: <<N|int>>", "5", "application/json"),
    "nothing": ("json: null", "null", "application/json"),
    "text": ("text: a <<N>> ü", "a 5 ü", "text/plain; charset=utf-8"),
    "empty text": ("text: ''", "", "text/plain; charset=utf-8"),
    "form": (
        "form: {a b: ü&, c: [1, 2], d: null, <<N>>: x y}",
        "a+b=%C3%BC%26&c=1&c=2&5=x+y",
        "application/x-www-form-urlencoded",
    ),
    "a file": ("file: data.json", '{"raw": 1 }', "application/json"),
    "a file that a variable names": ("file: d<<A>>.json", '{"raw": 1 }', "application/json"),
    "one of no known kind": ("file: data.unknown", "\xff", "application/octet-stream"),
}


@pytest.mark.parametrize(("written", "body", "content_type"), BODIES.values(), ids=BODIES)
def test_bodies(written: str, body: str, content_type: str, tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text('{"raw": 1 }')
    (tmp_path / "data.unknown").write_bytes(b"\xff")
    request = made(f"{URL}, {written}", {"N": "5", "A": "ata"}, folder=tmp_path)
    assert request.body == (b"\xff" if body == "\xff" else body.encode())
    assert (request.method, request.header("content-type")) == ("POST", content_type)


def test_a_content_type_of_ones_own() -> None:
    assert made(f"{URL}, json: 1, headers: {{content-TYPE: x}}").header("Content-Type") == "x"
    assert made(f"{URL}, json: 1, headers: {{content-type: null}}").header("Content-Type") is None


@pytest.mark.parametrize(("written", "method"), [("", "GET"), (", method: put", "PUT"), (", method: <<M>>", "PATCH")])
def test_methods(written: str, method: str) -> None:
    assert made(URL + written, {"M": "patch"}).method == method
    assert made(f"{URL}, text: x{written}", {"M": "patch"}).method == (method if written else "POST")


HALF = {
    "query": ("query: {a: <<H|json>>}", "a value in the query holds half a character"),
    "the name in a query": ("query: {<<H|json>>: a}", "a value in the query holds half a character"),
    "json": ("json: <<H|json>>", "it holds half a character"),
    "text": ("text: <<H|json>>", "it holds half a character"),
    "form": ("form: {a: <<H|json>>}", "it holds half a character"),
    "a file": ("file: <<H|json>>", "it holds half a character"),
    "tls": ("tls: {ca: <<H|json>>}", "it holds half a character"),
    "a filter": ("text: <<H|json|sha256>>", "it holds half a character"),
}


@pytest.mark.parametrize(("written", "message"), HALF.values(), ids=HALF)
def test_half_a_character_is_told(written: str, message: str) -> None:
    assert message in refused(f"{URL}, {written}", {"H": '"\\ud800"'}).message


def test_files_that_cannot_be_sent(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "none", "../x", ".", ""):
        assert refused(f"{URL}, file: <<F>>", {"F": name}, tmp_path).rule in ("missing-file", "outside", "path")


OPTIONS = {
    "what is not said": ("", {}, Options()),
    "a timeout": (", timeout: 5s", {}, Options(Timeouts(None, 5, None))),
    "as text from outside": (", timeout: <<N>>", {"N": "5"}, Options(Timeouts(None, 5, None))),
    "inside a mapping": (", timeout: {idle: <<N>>}", {"N": "5"}, Options(Timeouts(None, 60, 5))),
    "redirects": (", redirects: 3", {}, Options(redirects=3)),
    "none": (", redirects: false", {}, Options(redirects=0)),
    "none from outside": (", redirects: <<N>>", {"N": "false"}, Options(redirects=0)),
    "as many as outside says": (", redirects: <<N>>", {"N": "3"}, Options(redirects=3)),
    "a size": (", max_size: 1kB", {}, Options(max_size=1000)),
    "no body at all": (", max_size: 0", {}, Options(max_size=0)),
    "tls": (", tls: {verify: false}", {}, Options(tls=Tls(verify=False))),
}


@pytest.mark.parametrize(("written", "outside", "options"), OPTIONS.values(), ids=OPTIONS)
def test_options(written: str, outside: dict[str, str], options: Options) -> None:
    assert made(URL + written, outside).options == options


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("timeout: <<N>>", "0"),
        ("timeout: <<N>>", "soon"),
        ("redirects: <<N>>", "many"),
        ("redirects: <<N>>", "true"),
        ("max_size: <<N>>", "-1"),
        ("method: <<N>>", "A B"),
        ("method: <<N>>", "true"),
    ],
)
def test_settings_from_outside_are_held_against_what_they_may_be(written: str, value: str) -> None:
    assert refused(f"{URL}, {written}", {"N": value}).rule == "value"


def test_the_command_line_wins(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text("x")
    written = f"{URL}, timeout: {{connect: 1, total: 2, idle: 3}}, tls: {{ca: own.pem, verify: true}}"
    own = str((tmp_path / "own.pem").resolve())
    assert made(written, folder=tmp_path).options == Options(Timeouts(1, 2, 3), tls=Tls(ca=own))
    assert made(written, folder=tmp_path, overrides=Overrides(timeout=9)).options.timeouts == Timeouts(1, 9, 3)
    assert made(written, folder=tmp_path, overrides=Overrides(insecure=True)).options.tls == Tls(verify=False, ca=own)
    assert made(written, folder=tmp_path, overrides=Overrides(ca="/other.pem")).options.tls == Tls(ca="/other.pem")
    assert made(URL, overrides=Overrides(ca="/other.pem")).options.tls == Tls(ca="/other.pem")
    unverified = f"{URL}, tls: {{verify: false}}"
    assert made(unverified, overrides=Overrides(ca="/other.pem")).options.tls == Tls(verify=False, ca="/other.pem")


def test_a_delay_and_a_reason_to_skip() -> None:
    [one] = collection(f"requests: [{{{URL}, delay: <<D>>, skip: as <<W>> says}}]").requests
    resolver = Resolver(Folder.of(NOWHERE), scope(options={"D": "1500ms", "W": "she"}))
    assert (resolver.delay(one), resolver.skip(one)) == (1.5, "as she says")
    [other] = collection(f"requests: [{{{URL}}}]").requests
    assert (resolver.delay(other), resolver.skip(other)) == (0.0, "")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("'because of #12'", "because of #12"),
        ("''", ""),
        ("true", "true"),
        ("12", "12"),
        ("false", None),
        ("'False '", None),
        ("'no'", None),
        ("0", None),
        ("null", None),
        ("[]", None),
    ],
)
def test_a_reason_to_skip_that_says_no_is_none(value: str, reason: str | None) -> None:
    text = f"variables: {{W: {value}}}\nrequests: [{{{URL}, skip: <<W>>}}]"
    found = collection(text)
    resolver = Resolver(Folder.of(NOWHERE), scope_of(found))
    if reason is not None:
        assert resolver.skip(found.requests[0]) == reason
        return
    with pytest.raises(RenderError) as raised:
        resolver.skip(found.requests[0])
    assert raised.value.diagnostic.rule == "skip"


def test_a_header_takes_the_place_of_all_of_its_name() -> None:
    request = Request("GET", "http://h/", (("A", "1"), ("B", "2"), ("a", "3")))
    assert with_header(request, "a", "4").headers == (("B", "2"), ("a", "4"))


@pytest.mark.parametrize("url", ["http://h/", "http://h/?", "http://h/?a=1"])
def test_no_pairs_change_nothing(url: str) -> None:
    assert add_query(url, []) == url
