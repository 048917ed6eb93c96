import pytest

from runner import strict_json
from runner.messages import Request, Response, Stream, StreamEvent, Timings
from runner.redact import Redactor
from runner.report.exchange_text import body_lines, request_lines, response_lines, stream_lines, timing_line

URL = "https://api.example.com/v1"


def test_a_request() -> None:
    headers = (("Accept", "*/*"), ("X-Odd", "a\x1bb"))
    assert request_lines(Request("GET", URL, headers), None) == [
        f"GET {URL}",
        "Accept: */*",
        "X-Odd: a\\x1bb",
    ]


def test_a_request_with_a_body() -> None:
    headers = (("content-type", "text/plain; charset=latin-1"),)
    assert request_lines(Request("POST", URL, headers, b"caf\xe9\n\tx"), None) == [
        f"POST {URL}",
        "content-type: text/plain; charset=latin-1",
        "",
        "café",
        "    x",
    ]


def test_a_response_says_which_way_it_came() -> None:
    redirects = ("https://one/", "https://two/")
    response = Response(200, (("content-type", "text/plain"),), b"hello\n", URL, "OK", redirects)
    assert response_lines(response, None) == [
        "redirected from https://one/ to https://two/",
        f"redirected from https://two/ to {URL}",
        "200 OK",
        "content-type: text/plain",
        "",
        "hello",
    ]


def test_a_response_without_body_and_reason() -> None:
    assert response_lines(Response(204, (), b"", URL), None) == ["204"]


@pytest.mark.parametrize(
    ("timings", "text"),
    [
        (Timings(0.812, 0.611), "5 bytes, first byte after 611 ms, body 201 ms, complete after 812 ms"),
        (
            Timings(1.5, 0.5, 0.001, 0.02, 0.005),
            "5 bytes, name 1 ms, connection 20 ms, TLS 5 ms, first byte after 500 ms, body 1.0 s, complete after 1.5 s",
        ),
        (Timings(2.04), "5 bytes, complete after 2.0 s"),
    ],
)
def test_timings(timings: Timings, text: str) -> None:
    assert timing_line(Response(200, (), b"12345", URL, timings=timings)) == text


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (
            b'{"a":[1,{"b":null}],"c":"\xc3\xa9\\u001b"}',
            '{|  "a": [|    1,|    {|      "b": null|    }|  ],|  "c": "é\\u001b"|}',
        ),
        (
            b"\xef\xbb\xbf[1.50, 1E5, -0, 0.1e-07, 12345678901234567890123, true]",
            "[|  1.50,|  1E5,|  -0,|  0.1e-07,|  12345678901234567890123,|  true|]",
        ),
        (b'[ { }, [ ], "[{,:\\"}", {"":[0.0]} ]', '[|  {},|  [],|  "[{,:\\"}",|  {|    "": [|      0.0|    ]|  }|]'),
        (b'{"a": NaN}', '{"a": NaN}'),
        (b'{"a": 1, "a": 2}', '{"a": 1, "a": 2}'),
        (b"{not json", "{not json"),
        (b"12", "12"),
        (b"::error::x\r\n##[error]y\r\n\r\n", "\\x3a:error::x|\\x23#[error]y"),
    ],
)
def test_json_is_laid_out_and_other_text_is_left(body: bytes, lines: str) -> None:
    assert body_lines(body, "application/json", None) == lines.split("|")


@pytest.mark.parametrize(
    ("body", "content_type", "binary"),
    [
        (bytes(range(256)), "image/png", True),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "text/html", True),
        ("이름".encode("utf-16"), "text/plain; charset=utf-16", False),
        (b"mostly text, one bad byte: \xff", "text/plain", False),
        (b"\x1b[31mred\x1b[0m", "text/plain", False),
    ],
)
def test_binary_data_is_shown_as_its_size(body: bytes, content_type: str, *, binary: bool) -> None:
    assert body_lines(body, content_type, None)[0].endswith("of binary data)") is binary


def test_a_cut_body_says_how_much_is_left_out() -> None:
    assert body_lines(b"abcdef", "text/plain", 6) == ["abcdef"]
    assert body_lines("abcdé".encode(), "text/plain", 3) == ["abc", "… 3 bytes more"]
    assert body_lines(b"x" * 5000, "text/plain", 1000) == ["x" * 1000, "… 4.0 kB more"]


def test_halves_of_a_secret_in_two_events_are_not_shown() -> None:
    events = (StreamEvent("sk-sec"), StreamEvent("ret-value"))
    stream = Stream(events, strict_json.Parsed([one.data for one in events]), spread=("sk-secret-value",))
    redactor = Redactor()
    redactor.add("sk-secret-value")
    for limit in (None, 4000):
        shown = "\n".join(stream_lines(redactor.redact(stream), limit))
        assert ("sk-sec" in shown, "ret-value" in shown, "not shown" in shown) == (False, False, True)
