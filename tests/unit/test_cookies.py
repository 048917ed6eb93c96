from __future__ import annotations

import pytest

from runner.cookies import sent_cookies, with_cookies, without_cookies
from runner.messages import Headers
from runner.model import SecretRules
from runner.variables.secrets import cookie_secrets

A = ("A", "1")


@pytest.mark.parametrize(
    ("line", "pairs"),
    [
        ("a=1", [("a", "1")]),
        ("a=1; b=2;c=3 ;", [("a", "1"), ("b", "2"), ("c", "3")]),
        ("a=b=c; flag; =x; e=", [("a", "b=c"), ("e", "")]),
        ('a="1 2"; a=2', [("a", '"1 2"'), ("a", "2")]),
    ],
)
def test_a_header_is_taken_apart(line: str, pairs: list[tuple[str, str]]) -> None:
    assert sent_cookies((A, ("cookie", line))) == pairs


@pytest.mark.parametrize(
    ("headers", "cookies", "expected"),
    [
        ((A,), [], (A,)),
        ((A,), [("a", "1")], (A, ("Cookie", "a=1"))),
        ((A,), [("a", "1"), ("a", "2")], (A, ("Cookie", "a=1; a=2"))),
        ((("COOKIE", "a=1; flag"), A), [("a", "2"), ("b", "3")], (A, ("Cookie", "a=1; flag; b=3"))),
        ((("Cookie", "a=1"), ("cookie", "b=2")), [("c", "3")], (("Cookie", "a=1; b=2; c=3"),)),
        ((("Cookie", "odd"),), [("odd", "3")], (("Cookie", "odd; odd=3"),)),
        ((("Cookie", " left ; alone"),), [], (("Cookie", " left ; alone"),)),
    ],
)
def test_cookies_are_added(headers: Headers, cookies: list[tuple[str, str]], expected: Headers) -> None:
    assert with_cookies(headers, cookies) == expected


def test_cookies_are_taken_out() -> None:
    headers = (("Cookie", "a=1; b=2; a=3; flag"), A)
    assert without_cookies(headers, {"a"}) == (A, ("Cookie", "b=2; flag"))
    assert without_cookies(headers, {"c"}) is headers
    assert without_cookies(headers, ()) is headers
    assert without_cookies((("Cookie", "a=1"), A), ["a"]) == (A,)


@pytest.mark.parametrize(
    "name", "sid SID connect.sid x_sid PHPSESSID JSESSIONID sessionid session csrftoken XSRF-TOKEN auth api_key "
    "remember_me jwt accessToken ASP.NET_SessionId".split()
)  # fmt: skip
def test_a_cookie_that_lets_somebody_in_is_secret(name: str) -> None:
    assert cookie_secrets(name, "0123456789", SecretRules()) == ("0123456789",)
    assert cookie_secrets(name, "true", SecretRules()) == ()
    assert cookie_secrets(name, "0123456789", SecretRules(excluded=frozenset({name}))) == ()


@pytest.mark.parametrize("name", "theme lang side inside consent country _ga AUTHOR obsidian".split())
def test_any_other_is_secret_if_scripts_must_not_see_it_or_the_file_says_so(name: str) -> None:
    assert cookie_secrets(name, "0123456789", SecretRules()) == ()
    assert cookie_secrets(name, "0123456789", SecretRules(), hidden=True) == ("0123456789",)
    assert cookie_secrets(name, "0123456789", SecretRules(listed=frozenset({name}))) == ("0123456789",)


def test_a_value_is_secret_decoded_as_well() -> None:
    assert set(cookie_secrets("sid", '"s%3Aabcdefg"', SecretRules())) == {"s%3Aabcdefg", "s:abcdefg"}
