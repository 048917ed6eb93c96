from __future__ import annotations

import pytest

from runner.llm.errors import explain_error, is_billing, told_wait
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
        (401, "invalid_request_error", "invalid_api_key", "runner env shows where its value comes from"),
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


KEY_OF_GOOGLE: Plain = [{"error": {"code": 400, "message": "x", "details": [{"reason": "API_KEY_INVALID"}]}}]
POOR = "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing."


@pytest.mark.parametrize(
    ("status", "document", "word"),
    [
        # OpenAI and Azure
        (404, openai("The model `x` does not exist", "invalid_request_error", "model_not_found"), "no such model"),
        (404, {"error": {"code": "DeploymentNotFound", "message": "The API deployment …"}}, "no deployment"),
        (401, {"error": {"code": "401", "message": "Access denied due to invalid subscription key"}}, "credentials"),
        (429, {"error": {"code": "429", "message": "Requests have exceeded the token rate limit"}}, "Too many"),
        (400, {"error": {"code": "content_filter", "message": "x"}}, "content filter"),
        # Anthropic
        (401, {"type": "error", "error": {"type": "authentication_error", "message": "x-api-key"}}, "credentials"),
        (400, {"type": "error", "error": {"type": "invalid_request_error", "message": POOR}}, "no credit left"),
        (
            400,
            {"type": "error", "error": {"type": "invalid_request_error", "message": "prompt is too long: 9 > 8"}},
            "too long for the model",
        ),
        (404, {"type": "error", "error": {"type": "not_found_error", "message": "model: claude-9"}}, "no such model"),
        (413, {"type": "error", "error": {"type": "request_too_large", "message": "x"}}, "larger than"),
        (529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "overloaded"),
        # Gemini
        (400, KEY_OF_GOOGLE, "key is not valid"),
        (
            404,
            {"error": {"code": 404, "message": "models/gemini-9 is not found for API", "status": "NOT_FOUND"}},
            "no such model",
        ),
        (
            400,
            {"error": {"code": 400, "message": "The input token count (9) exceeds the maximum number of tokens"}},
            "too long for the model",
        ),
        (429, {"error": {"code": 429, "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED"}}, "Too many"),
        (503, {"error": {"code": 503, "message": "x", "status": "UNAVAILABLE"}}, "overloaded"),
        # Ollama, vLLM, llama.cpp, OpenRouter, FastAPI
        (404, {"error": "model 'llama9' not found"}, "ollama pull"),
        (404, {"error": {"message": 'model "llama9" not found, try pulling it first', "code": None}}, "ollama pull"),
        (404, {"object": "error", "message": "The model `x` does not exist.", "code": 404}, "no such model"),
        (
            400,
            {"object": "error", "message": "This model's maximum context length is 8 tokens.", "code": 400},
            "too long for the model",
        ),
        (400, {"error": {"code": 400, "message": "x", "type": "exceed_context_size_error"}}, "too long for the model"),
        (503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}, "still loading"),
        (402, {"error": {"code": 402, "message": "Insufficient credits"}}, "no credit left"),
        (401, {"detail": "Invalid token"}, "did not accept the credentials"),
        (404, {"detail": "Not Found"}, "path of the URL"),
    ],
)
def test_what_providers_send_is_explained(status: int, document: Plain, word: str) -> None:
    text = remedy(status, document, host="api.example.com")
    assert word in text
    assert text.count(".") >= 2  # what happened, and what to do
    assert "{" not in text


@pytest.mark.parametrize(
    ("status", "word"),
    [(401, "credentials"), (402, "payment"), (407, "proxy"), (413, "larger"), (429, "Too many"), (529, "overloaded")],
)
@pytest.mark.parametrize("kind", ["text/plain", "text/html", ""])
def test_a_status_speaks_for_itself_where_the_body_is_no_json(status: int, word: str, kind: str) -> None:
    headers: Headers = (("Content-Type", kind), ("Retry-After", "7"))
    advice = explain_error(status, headers, None, "api.example.com")
    assert advice is not None
    assert advice.says == ""
    assert word in advice.remedy
    assert ("web page" in advice.remedy) is (kind == "text/html")
    assert ("7.0 s" in advice.remedy) is (status in (429, 529))


def test_words_never_make_a_rate_limit_a_bill() -> None:
    assert "Too many" in remedy(429, openai(POOR))
    assert not is_billing(429, openai(POOR))
    assert not is_billing(429, openai("INSUFFICIENT QUOTA: insufficient_quota", "requests", "rate_limit_exceeded"))
    assert is_billing(429, openai("Slow down", "requests", "insufficient_quota"))
    assert is_billing(402, None)


def test_google_says_in_the_body_how_long_to_wait() -> None:
    details: Plain = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"}]
    error: Plain = {"error": {"code": 429, "message": "x", "status": "RESOURCE_EXHAUSTED", "details": details}}
    assert told_wait(429, error) == 34.5
    assert "asks to wait 34.5 s." in remedy(429, error)
    assert "asks to wait 2.0 s (Retry-After)." in remedy(429, error, (*JSON, ("Retry-After", "2")))


@pytest.mark.parametrize("delay", ["", "s", "-1s", "34", 5, None, "1e9s", ["1s"]])
def test_an_odd_delay_says_nothing(delay: Plain) -> None:
    details: Plain = [1, {"retryDelay": delay}]
    assert told_wait(429, {"error": {"code": 429, "message": "x", "details": details}}) is None
    assert told_wait(429, None) is None


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
