from __future__ import annotations

import pytest

from runner.llm.errors import explain_error
from runner.messages import Headers
from runner.node import Plain

JSON: Headers = (("content-type", "application/json"),)
QUOTA = (
    "The account has no credit left or no payment method. Retrying will not help: "
    "add a payment method or raise the limit, then create the request again."
)


def openai(message: str, kind: str | None = None, code: Plain = None) -> Plain:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def says(status: int, document: Plain) -> str:
    advice = explain_error(status, JSON, document)
    assert advice is not None
    return advice.says


def remedy(status: int, document: Plain, headers: Headers = JSON, host: str = "") -> str:
    advice = explain_error(status, headers, document, host)
    assert advice is not None
    return advice.remedy


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (openai("Too many", "requests", "rate_limit_exceeded"), "rate_limit_exceeded: Too many"),
        (openai("Not given", "invalid_request_error"), "invalid_request_error: Not given"),
        (openai("Bad", None, 400), "Bad"),
        (openai("Bad", "server_error", "400"), "server_error: Bad"),
        (openai("model_not_found: no such model", None, "model_not_found"), "model_not_found: no such model"),
        (openai("", None, "quota"), "quota"),
        (openai("two\n lines", None, None), "two lines"),
        ({"error": "model 'x' not found"}, "model 'x' not found"),
        (
            {"error": "invalid_client", "error_description": "Unknown client"},
            "invalid_client: Unknown client",
        ),
        (
            [{"error": {"code": 429, "message": "Used up", "status": "RESOURCE_EXHAUSTED"}}],
            "RESOURCE_EXHAUSTED: Used up",
        ),
        (
            {"object": "error", "message": "Too long", "type": "BadRequestError", "code": 400},
            "BadRequestError: Too long",
        ),
        ({"detail": "Not Found"}, "Not Found"),
        (
            {"detail": [{"loc": ["body", "messages", 0], "msg": "field required", "type": "missing"}]},
            "body.messages.0: field required",
        ),
        ({"detail": [{"msg": str(number)} for number in range(5)]}, "0; 1; 2 and 2 more"),
        (
            {
                "type": "error",
                "error": {"type": "overloaded_error", "message": "Overloaded"},
                "request_id": "r",
            },
            "overloaded_error: Overloaded",
        ),
        ({"type": "about:blank", "title": "Forbidden", "detail": "Not yours"}, "Forbidden: Not yours"),
        ({"message": "Nope"}, "Nope"),
    ],
)
def test_reads_every_shape(document: Plain, expected: str) -> None:
    assert says(400, document) == expected


NO_ERRORS: list[Plain] = [
    None,
    True,
    5,
    "text",
    [],
    ["error"],
    [[[{"error": "x"}]]],
    {},
    {"id": 1},
    {"detail": {"a": 1}},
    {"detail": []},
    {"error": None},
    {"error": {}},
    {"error": ""},
    {"error": []},
    {"error": {"message": 5, "code": ["x"]}},
]


@pytest.mark.parametrize("document", NO_ERRORS)
def test_what_is_no_error_says_nothing(document: Plain) -> None:
    assert explain_error(400, JSON, document) is None


def test_a_successful_body_is_no_error() -> None:
    assert explain_error(200, JSON, {"id": 1, "message": "hello", "detail": "x"}) is None
    assert says(200, {"error": {"message": "late", "type": "server_error"}}) == "server_error: late"
    assert says(200, {"object": "error", "message": "flat"}) == "flat"


def test_a_web_page_is_noted() -> None:
    advice = explain_error(502, (("Content-Type", "text/html; charset=utf-8"),), None)
    assert advice is not None
    assert "web page" in advice.remedy
    assert explain_error(502, (("Content-Type", "text/plain"),), None) is None
    assert explain_error(502, (), None) is None


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("insufficient_quota", "insufficient_quota"),
        ("insufficient_quota", None),
        (None, "insufficient_quota"),
        ("requests", "credit_balance_exhausted"),
        (None, "organization_spend_limit_exceeded"),
        (None, "project_spend_limit_exceeded"),
        (None, "organization_usage_limit_exceeded"),
    ],
)
def test_quota_is_told_by_type_and_code(kind: str | None, code: str | None) -> None:
    assert remedy(429, openai("You exceeded your current quota", kind, code)) == QUOTA


@pytest.mark.parametrize(
    ("kind", "code"),
    [("requests", "rate_limit_exceeded"), ("rate_limit_error", None), ("tokens", "slow_down"), (None, 429)],
)
def test_rate_limit_is_not_quota_whatever_its_words(kind: str | None, code: Plain) -> None:
    text = remedy(429, openai("INSUFFICIENT QUOTA, check your billing: insufficient_quota", kind, code))
    assert "Too many requests" in text
    assert "payment" not in text


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("Retry-After", "20", "20.0 s (Retry-After)"),
        ("retry-after", "0.5", "500 ms (Retry-After)"),
        ("retry-after-ms", "1500", "1.5 s"),
        ("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT", "until Wed, 21 Oct 2026 07:28:00 GMT"),
    ],
)
def test_rate_limit_says_when_to_try_again(header: str, value: str, expected: str) -> None:
    headers = (*JSON, (header, value))
    assert expected in remedy(429, openai("Slow", None, "rate_limit_exceeded"), headers)


@pytest.mark.parametrize("value", ["", "1e400", "-5", "9" * 400, "٣", "1.2.3"])
def test_an_odd_retry_after_does_no_harm(value: str) -> None:
    assert "Too many requests" in remedy(429, openai("Slow"), (*JSON, ("Retry-After", value)))


@pytest.mark.parametrize(
    ("status", "kind", "code", "word"),
    [
        (401, "invalid_request_error", "invalid_api_key", "Check it for missing or extra characters"),
        (401, "invalid_request_error", None, "No usable key arrived"),
        (401, "authentication_error", None, "did not accept the credentials"),
        (402, None, None, "payment method"),
        (403, "permission_error", None, "may not do this"),
        (404, "invalid_request_error", "model_not_found", "model's name"),
        (404, "invalid_request_error", None, "path of the URL"),
        (400, "invalid_request_error", "context_length_exceeded", "too long for the model"),
        (400, None, "content_filter", "content filter"),
        (413, "request_too_large", None, "larger than the server accepts"),
        (500, "server_error", None, "not in the request"),
        (503, None, "server_is_overloaded", "overloaded"),
        (529, "overloaded_error", None, "overloaded"),
        (502, None, None, "not in the request"),
    ],
)
def test_remedies(status: int, kind: str | None, code: str | None, word: str) -> None:
    text = remedy(status, openai("It failed", kind, code), host="api.example.com")
    assert word in text
    assert "{" not in text


def test_finer_names_below_the_error_are_read() -> None:
    google: Plain = [{"error": {"code": 400, "message": "x", "details": [{"reason": "API_KEY_INVALID"}]}}]
    azure: Plain = {"error": {"message": "x", "innererror": {"code": "ResponsibleAIPolicyViolation"}}}
    assert "is not valid" in remedy(400, google)
    assert "content filter" in remedy(400, azure)


def test_the_host_is_named() -> None:
    assert "at api.example.com" in remedy(401, openai("x", None, "invalid_api_key"), host="api.example.com")
    assert remedy(503, openai("x")).startswith("The server is overloaded")


def test_unknown_errors_have_no_remedy() -> None:
    assert remedy(418, openai("I am a teapot", "teapot")) == ""
    assert remedy(400, openai("Bad", "invalid_request_error")) == ""


@pytest.mark.parametrize(
    "message",
    [
        "Incorrect API key provided: sk-abcd1234. You can find it",
        "Incorrect API key provided: sk-ab***************1234. You can",
        "Your api key: ****1234 is invalid",
        "The key sk-proj-abc***1234 was refused",
    ],
)
def test_no_part_of_a_key_is_repeated(message: str) -> None:
    text = says(401, openai(message, None, "invalid_api_key"))
    assert "1234" not in text
    assert "sk-" not in text
    assert "***" in text


def test_long_messages_are_clipped() -> None:
    text = says(400, openai("word " * 500))
    assert len(text) <= 300
    assert text.endswith("…")
