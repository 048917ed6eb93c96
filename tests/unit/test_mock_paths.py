from __future__ import annotations

import pytest

from runner.mock.paths import path_pattern


@pytest.mark.parametrize(
    ("url", "base_url", "path"),
    [
        ("https://api.example.com/v1/chat", "", "/v1/chat"),
        ("https://api.example.com", "", "/"),
        ("https://api.example.com/", "", "/"),
        ("https://api.example.com?x=1", "", "/"),
        ("https://api.example.com/v1?x=/a/b#c", "", "/v1"),
        ("<<BASE_URL>>/v1/chat", "", "/v1/chat"),
        ("<<BASE_URL>>", "", "/"),
        ("<<BASE_URL:-http://localhost/x>>/v1", "", "/v1"),
        ("https://<<HOST>>/v1", "", "/v1"),
        ("https://<<HOST>>:<<PORT>>/v1", "", "/v1"),
        ("<<SCHEME>>://<<HOST>>/v1", "", "/v1"),
        ("/chat", "https://api.example.com/v1", "/v1/chat"),
        ("chat", "https://api.example.com/v1/", "/v1/chat"),
        ("/chat", "<<BASE_URL>>/v1", "/v1/chat"),
        ("chat", "<<BASE_URL>>", "/chat"),
        ("", "https://api.example.com/v1/", "/v1"),
        ("?x=1", "https://api.example.com/v1", "/v1"),
        ("", "https://api.example.com", "/"),
        ("/todos/<<id>>", "<<BASE_URL>>", "/todos/7"),
        ("/todos/<<id>>", "<<BASE_URL>>", "/todos/a%2Fb"),
        ("/todos/<<id:-a/b>>/x", "", "/todos/1/x"),
        ("/v<<N>>/todos", "", "/v2/todos"),
        ("/a/<<B>>-<<C>>.json", "", "/a/x-y.json"),
        ("/größe/ä%20b", "", "/gr%C3%B6%C3%9Fe/%C3%A4%20b"),
    ],
)
def test_fits(url: str, base_url: str, path: str) -> None:
    assert path_pattern(url, base_url).fits(path)


@pytest.mark.parametrize(
    ("url", "base_url", "path"),
    [
        ("<<BASE_URL>>/v1/chat", "", "/v1/chat/completions"),
        ("<<BASE_URL>>/v1/chat", "", "/chat"),
        ("<<BASE_URL>>/v1/chat", "", "/v1/chat/"),
        ("/todos/<<id>>", "", "/todos"),
        ("/todos/<<id>>", "", "/todos/"),
        ("/todos/<<id>>", "", "/todos/1/2"),
        ("/v<<N>>/todos", "", "/w2/todos"),
        ("/a.c", "", "/abc"),
        ("/a<<B>>.c", "", "/axyc"),
        ("/Todos", "", "/todos"),
    ],
)
def test_does_not_fit(url: str, base_url: str, path: str) -> None:
    assert not path_pattern(url, base_url).fits(path)


def test_shown_as_written() -> None:
    assert path_pattern("<<BASE_URL>>/todos/<<id>>?x=1").shown == "/todos/<<id>>"
    assert path_pattern("todos", "https://user:secret@host/api").shown == "/api/todos"


def test_open_segments() -> None:
    assert path_pattern("<<BASE_URL>>/todos/<<id>>/<<part>>").open_segments == 2
    assert path_pattern("<<BASE_URL>>/todos/search").open_segments == 0
