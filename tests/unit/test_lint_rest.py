"""Requests that check nothing, keys over http://, numbers as text."""

from __future__ import annotations

from typing import Final

import pytest

from tests.unit.linting import found, lines, told

URL = "url: 'https://h.example/'"


@pytest.mark.parametrize(
    "request_text",
    [
        "expect: {status: 2xx}",
        "expect: {error: timeout}",
        "capture: {a: $.a}",
        "skip: later",
        "method: DELETE",
        "method: head",
        "json: {model: m}, turns: [{user: hello}, {user: again, expect: {status: 200}}]",
    ],
)
def test_a_request_that_checks_something(request_text: str) -> None:
    assert told(f"requests: [{{{URL}, {request_text}}}]", "checks-nothing") == []


@pytest.mark.parametrize("more", ["method: GET", "expect: {}", "json: {model: m}, turns: [{user: a}, {user: b}]"])
def test_a_request_that_checks_nothing_is_told_once(more: str) -> None:
    text = f"requests:\n- {{{URL}, expect: {{status: 200}}}}\n- {{{URL}, name: bare, {more}}}\n"
    assert lines(text, "checks-nothing") == [3]


def test_expectations_of_defaults_count_and_so_do_requests_for_their_effect() -> None:
    assert lines(f"defaults: {{expect: {{status: 200}}}}\nrequests: [{{{URL}}}]", "checks-nothing") == []
    text = f"""\
setup: [{{{URL}}}]
requests:
- {{name: reset, {URL}, method: POST}}
- {{name: look, {URL}, needs: reset, expect: {{json: {{$.a: 1}}}}}}
teardown: [{{{URL}}}]
"""
    assert lines(text, "checks-nothing") == []


HOLDING: Final = (
    *(
        "[0-9]*",
        "a?",
        "(ok)?",
        "^[a-z]*",
        "[a-z]*$",
        "^[^a]*",
        "ok|",
        "(?!.*error)",
        "^(a|b)?",
        r"\w*",
        "(?i)x*",
        "x{0}",
        "(?=a|$)",
    ),
)
FAILING: Final = (
    *("^[0-9]*$", "^$", "^(?!.*error)", "^(?!.*error).*$", r"^\w*$", r"\b", "^[^a]*$", r"^$|^\W", "(?<!a)$", "^a"),
    *("a|b", r"^\s*\Z", "^(|a)$", "<<X>>*"),
)


@pytest.mark.parametrize(
    ("expect", "count"),
    [
        ("json: {$.a: {contains: ''}}", 1),
        ("json: {$.a: {contains: a}}", 0),
        ("json: {$.a: {matches: .*}}", 1),
        ("json: {$.a: {matches: .+}}", 0),
        *((f"json: {{$.a: {{matches: '{one}'}}}}", 1) for one in HOLDING),
        *((f"json: {{$.a: {{matches: '{one}'}}}}", 0) for one in FAILING),
        ("json: {$.a: {length: {gte: 0}}}", 1),
        ("json: {$.a: {length: {gt: 0}}}", 0),
        ("json: {$.a: {length: 0}}", 0),
        ("json: {$.a: {gte: 0}}", 0),
        ("json: {$.a: {exists: true}}", 0),
        ("json: {$.a: {not: {contains: ''}}}", 0),
        ("json: {$.a: {each: {starts_with: ''}}}", 1),
        ("json: {$.a: {json: {$.b: {ends_with: ''}}}}", 1),
        ("text: {contains: ''}", 1),
        ("status: {gte: 100}", 1),
        ("status: {gt: 100}", 0),
        ("status: {gte: 200}", 0),
        ("status: {exists: true}", 1),
        ("duration: {gte: 0}", 1),
        ("duration: {gt: 0}", 0),
        ("size: {gte: 0}", 1),
        ("redirects: {gte: 1}", 0),
        ("usage: {total_tokens: {gte: 0}}", 0),
        ("headers: {x-a: {contains: ''}}", 1),
    ],
)
def test_expectations_that_always_hold(expect: str, count: int) -> None:
    assert len(told(f"requests: [{{{URL}, expect: {{{expect}}}}}]", "always-holds")) == count


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("http://api.example.com/v1", True),
        ("HTTP://api.example.com", True),
        ("http://10.0.0.7:8080/", True),
        ("http://localhost.example.com/", True),
        ("https://api.example.com/", False),
        ("http://localhost:8080/", False),
        ("http://LOCALHOST/", False),
        ("http://api.localhost/", False),
        ("http://127.0.0.1:1/", False),
        ("http://127.8.8.8/", False),
        ("http://[::1]:8080/", False),
        ("http://0.0.0.0:8080/", False),
        ("http://host.docker.internal:11434/", False),
        ("http://<<HOST>>/", False),
        ("http://api.<<HOST>>/", False),
        ("<<SOMEWHERE>>/http://x.example/", False),
    ],
)
def test_a_key_goes_in_the_clear(address: str, is_open: bool) -> None:
    expected = [3] if is_open else []
    start = "\nrequests:\n- {expect: {status: 200}, auth: {bearer: <<API_KEY>>}, "
    assert lines(f"{start}url: '{address}'}}", "key-over-http") == expected
    text = f"variables:\n  A: <<B>>\n  B: '{address}'\nrequests:\n- {{auth: {{bearer: <<API_KEY>>}}, url: <<A>>/x}}\n"
    assert lines(text, "key-over-http") == expected
    text = f"defaults:\n  auth: {{bearer: <<API_KEY>>}}\n  base_url: '{address}'\nrequests: [{{url: /a}}, {{url: /b}}]"
    assert set(lines(text, "key-over-http")) == set(expected)


@pytest.mark.parametrize(
    ("part", "is_key"),
    [
        ("headers: {authorization: Bearer <<X>>}", True),
        ("headers: {X-Api-Key: <<X>>}", True),
        ("headers: {X-Api-Key: null}", False),
        ("query: {api_key: <<X>>}", True),
        ("cookies: {session: <<X>>}", True),
        ("json: {a: [<<MY_TOKEN>>]}", True),
        ("json: {a: <<MAX_TOKENS:-5>>}", False),
        ("headers: {Idempotency-Key: <<$guid>>}", False),
        ("expect: {json: {$.a: <<MY_TOKEN>>}}", False),
        ("tags: [a]", False),
    ],
)
def test_what_a_key_is(part: str, is_key: bool) -> None:
    assert bool(told(f"requests: [{{url: 'http://h.example', {part}}}]", "key-over-http")) == is_key


def test_a_token_endpoint_is_an_address_as_well() -> None:
    text = """\
requests:
- url: https://h.example
  auth: {oauth2: {token_url: "http://login.example/token", client_id: a, client_secret: <<S>>}}
"""
    assert lines(text, "key-over-http") == [3]


MODEL = "requests:\n- {url: 'https://h.example', expect: {status: 200}, json: {model: m, %s}}\n"


@pytest.mark.parametrize(
    ("variables", "part", "count"),
    [
        ("", 'max_tokens: "200"', 1),
        ("", "max_tokens: 200", 0),
        ("", "temperature: '0.5'", 1),
        ("", "options: {num_ctx: '4096'}", 1),
        ("", "max_tokens: <<N:-200>>", 1),
        ("", "max_tokens: <<N:-200|int>>", 0),
        ("", "max_tokens: <<N:-many>>", 0),
        ("", "max_tokens: <<N>>", 0),
        ('N: "200"', "max_tokens: <<N>>", 1),
        ("N: 200", "max_tokens: <<N>>", 0),
        ("N: 200", "max_tokens: <<N:-300>>", 0),
        ("N: 200", 'max_tokens: "<<N>>"', 1),
        ("N: 200", 'max_tokens: "<<N|string>>"', 0),
        ("N: 200", '"max_tokens": "<<N>>"', 0),
        ("N: 200", '"a": [1, "<<N>>"]', 0),
        ("N: 200", 'a: [1, "<<N>>"]', 1),
        ("N: 200", 'prompt: "<<N>> times"', 0),
        ("N: true", 'flag: "<<N>>"', 0),
        ("N: text", 'user: "<<N>>"', 0),
        ("", "user: '12345'", 0),
        ("", "max_tokens: <<$randomInt>>", 0),
    ],
)
def test_numbers_of_a_model(variables: str, part: str, count: int) -> None:
    text = f"variables: {{{variables}}}\n{MODEL % part}"
    assert len(told(text, "quoted-number")) == count


def test_a_body_without_a_model_may_have_what_it_likes() -> None:
    assert told("requests: [{url: 'https://h.example', json: {n: '5', seed: '7'}}]", "quoted-number") == []


@pytest.mark.parametrize(
    ("matcher", "count"),
    [
        ("{lt: '5'}", 1),
        ("{lt: 5}", 0),
        ("{between: ['1', '5']}", 2),
        ("{gte: '2024-10-04'}", 0),
        ("'5'", 0),
        ("{one_of: ['1', '2']}", 0),
        ("{length: {lte: <<N:-3>>}}", 1),
        ("{each: {gt: '0'}}", 1),
        ("{not: {json: {$.b: {gt: '0'}}}}", 1),
        ("{lte: <<N>>}", 0),
    ],
)
def test_comparisons_with_text(matcher: str, count: int) -> None:
    text = f"requests: [{{url: 'https://h.example', expect: {{json: {{$.a: {matcher}}}}}}}]"
    assert len(told(text, "quoted-number")) == count


def test_the_value_of_a_header_is_text() -> None:
    text = "requests: [{url: 'https://h.example', expect: {headers: {x-left: {gt: '0'}}}}]"
    assert told(text, "quoted-number") == []


def test_a_name_that_a_row_or_a_capture_gives_is_left_alone() -> None:
    text = "matrix: {N: [1, 2]}\n" + MODEL % "max_tokens: <<N:-200>>"
    assert told(text, "quoted-number") == []
    text = f"requests: [{{{URL}, capture: {{N: $.n}}}}]\nteardown:" + (MODEL % "n: <<N:-2>>").partition(":")[2]
    assert told(text, "quoted-number") == []


@pytest.mark.parametrize(
    ("expect", "count"),
    [
        ("duration: {lt: 2000}", 1),
        ("duration: {lte: '2000'}", 1),
        ("duration: {between: [0, 500]}", 1),
        ("duration: {not: {gt: 300}}", 1),
        ("stream: {first_content: {lt: 800}}", 1),
        ("duration: {lt: 199}", 0),
        ("duration: {lt: 2000ms}", 0),
        ("duration: {lt: 2000s}", 0),
        ("duration: {lt: <<MOST>>}", 0),
        ("size: {lt: 2000}", 0),
        ("usage: {total_tokens: {lt: 2000}}", 0),
    ],
)
def test_limits_in_seconds_that_are_milliseconds(expect: str, count: int) -> None:
    assert len(told(f"requests: [{{{URL}, expect: {{{expect}}}}}]", "duration-unit")) == count


@pytest.mark.parametrize(
    ("method", "meant"),
    [
        ("PSOT", "POST"),
        ("pots", "POST"),
        ("GTE", "GET"),
        ("PACTH", "PATCH"),
        ("DELET", "DELETE"),
        ("post", ""),
        ("PURGE", ""),
        ("PROPPATCH", ""),
        ("REPORT", ""),
        ("LIST", ""),
        ("FLUSH", ""),
        ("<<METHOD>>", ""),
    ],
)
def test_methods_that_are_nearly_one(method: str, meant: str) -> None:
    text = f"requests: [{{method: {method}, {URL}, expect: {{status: 200}}}}]"
    hints = [one.diagnostic.hint for one in found(text) if one.diagnostic.rule == "misspelt-method"]
    assert hints == ([f"Did you mean {meant}?"] if meant else [])


@pytest.mark.parametrize(
    ("part", "count"),
    [
        ('json: {"a": 1, content": 2}', 1),
        ('json: {"a": {"b": [x"]}}', 1),
        ('json: {"a": Hello!"}', 1),
        ('headers: {X-A: abc"}', 1),
        ('json: {"a": 1, "content": 2}', 0),
        ("json: {'a\"': 1}", 0),
        ('json: {a: 19", b: say "yes"}', 0),
        ('json: {a: "it is \\""}', 0),
        ('expect: {text: {contains: x"}}', 0),
        ("json: {\u201ca\u201d: \u201cb\u201d, c: [\u00abd\u00bb]}", 3),
        ('json: {a: \'\u201cb\u201d\', "c": "\u201cd\u201d"}', 0),
        ("json: {a: \u201cYes\u201d he said, b: it\u2019s}", 0),
    ],
)
def test_quotes_that_were_not_opened(part: str, count: int) -> None:
    assert len(told(f"requests: [{{{URL}, {part}}}]", "stray-quote")) == count


@pytest.mark.parametrize(
    ("part", "count"),
    [
        ("json: {a:1, b: {c:x}, d: [{e:f}]}", 3),
        ("query: {a:b}", 1),
        ("json: {'a:1': , b: null, c, d: http://e:80, f:g: 1, http://x}", 0),
        ('json: {"a":1, "b": {"c":"d"}}', 0),
        ("json: {a:1: null, b:2: ~}", 0),
        ("json: {<<A>>:1}", 1),
    ],
)
def test_colons_in_braces_without_a_space(part: str, count: int) -> None:
    assert len(told(f"requests: [{{{URL}, {part}}}]", "missing-space")) == count


@pytest.mark.parametrize(
    ("below", "count"),
    [
        ("    json:\n      a:1\n      b:2\n", 1),
        ("    json: # why\n      a:\n        b:c\n", 1),
        ("    json:\n      a: b:c\n      d:\n        - e:f\n", 0),
        ("    json:\n      a:\n        http://x\n      b:\n        'c:d'\n", 0),
        ("    text:\n      a:1\n    description:\n      note:this\n", 0),
        ("    json:\n      a: |\n        b:c\n", 0),
    ],
)
def test_colons_below_a_key_without_a_space(below: str, count: int) -> None:
    assert len(told(f"requests:\n  - {URL}\n{below}", "missing-space")) == count
