"""What an API's error body says, whichever of the known shapes it has, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from runner.llm.fields import list_of, mapping_of, words_of
from runner.llm.remedies import BILLING, PAYMENT_REQUIRED, Failure, remedy_for
from runner.llm.retry_after import number, wait_text
from runner.messages import Headers, header_of
from runner.node import Plain
from runner.results import Advice

MAX_SAYS = 300
MAX_DETAILS = 3
NOT_JSON = "The answer is a web page, not JSON."
NOT_JSON_REMEDY = (
    "It may come from a proxy or a gateway instead of the API: check the URL, and the proxy settings of this machine."
)
OTHER_PAGE_REMEDY = (
    "It may be the page of a login or of a proxy, or a site's own: check the URL, and whether the request carries what "
    "lets it in."
)
SPEAKING = frozenset({401, 402, 407, 408, 413, 429, 529})
"""Statuses that say what happened without a body."""

STARRED = re.compile(r"[^\s\"',;]*\*{3,}[^\s\"',;]*[^\s\"',;.]|\*{3,}")
GIVEN_KEY = re.compile(r"(\bapi[ _-]?key(?: provided)?: ?)[^\s\"',;]+[^\s\"',;.]", re.IGNORECASE)
"""Services repeat a key, or parts of it, in what they say about it."""


class ApiError(NamedTuple):
    """An error body, read. ``code`` is the most telling name that it gives (may be empty); ``names`` are all
    of them, in lower case. ``wait`` is how many seconds it asks to wait (Google's ``retryDelay``)."""

    message: str
    code: str = ""
    names: frozenset[str] = frozenset()
    wait: float | None = None


def explain_error(status: int, headers: Headers, document: Plain, host: str = "") -> Advice | None:
    """What the API says and what to do about it. ``document`` is the body as JSON, None if it is not JSON.
    None if the body is no error in a shape that is known, and the status says too little."""
    if document is None:
        return _explain_page(status, headers, host)
    error = read_error(document, status)
    if error is None:
        return None
    failure = Failure(status, error.names, error.message)
    return Advice(_says(error), remedy_for(failure, wait_text(headers, error.wait), host))


def explain_other_page(headers: Headers) -> Advice | None:
    """What to do about a web page that comes with the right status, where JSON is expected."""
    return Advice("", f"{NOT_JSON} {OTHER_PAGE_REMEDY}") if _is_page(headers) else None


def _is_page(headers: Headers) -> bool:
    return "html" in (header_of(headers, "content-type") or "").lower()


def explain_inside(status: int, headers: Headers, document: Plain, host: str = "") -> Advice | None:
    """The same for an error in the middle of a stream, which may name the status that it would have had."""
    error = document.get("error") if isinstance(document, dict) else None
    code = str(error.get("code")) if isinstance(error, dict) else ""
    return explain_error(int(code) if re.fullmatch("[45][0-9][0-9]", code) else status, headers, document, host)


def is_billing(status: int, document: Plain) -> bool:
    """Whether there is no credit or quota left, by the status, or by the body's type and code, not by its words."""
    error = read_error(document, status)
    return status == PAYMENT_REQUIRED or (error is not None and not BILLING.isdisjoint(error.names))


def told_wait(status: int, document: Plain) -> float | None:
    """How many seconds an error body asks to wait; None if it does not."""
    error = read_error(document, status)
    return error.wait if error is not None else None


def _explain_page(status: int, headers: Headers, host: str) -> Advice | None:
    """A body that is no JSON: a page of something on the way, or an error of which only the status is to be read."""
    remedy = remedy_for(Failure(status), wait_text(headers), host) if status in SPEAKING else ""
    if _is_page(headers):
        return Advice("", " ".join(filter(None, (NOT_JSON, remedy or NOT_JSON_REMEDY))))
    return Advice("", remedy) if remedy else None


def read_error(document: Plain, status: int) -> ApiError | None:
    """The error in a body: under ``error`` (OpenAI, Anthropic), as text there (Ollama), in a list (Gemini),
    flat (older vLLM, RFC 9457), or as ``detail`` (FastAPI)."""
    if isinstance(document, list):
        return read_error(document[0], status) if document and isinstance(document[0], dict) else None
    if not isinstance(document, dict):
        return None
    error = document.get("error")
    if isinstance(error, dict):
        return _from_mapping(error)
    if isinstance(error, str) and error:
        return _from_text(error, document)
    if document.get("object") == "error" or status >= 400:
        return _from_flat(document)
    return None


def _from_mapping(error: dict[str, Plain]) -> ApiError | None:
    names = [error.get("code"), error.get("type"), error.get("status"), *_reasons(error)]
    words = [name for name in names if isinstance(name, str) and name and not name.isdigit()]
    message = words_of(error.get("message")) or words_of(error.get("detail"))
    if not message and not words:
        return None
    lowered = frozenset(word.lower() for word in words)
    return ApiError(message, words[0] if words else "", lowered, _retry_delay(error))


def _reasons(error: dict[str, Plain]) -> Iterator[Plain]:
    """Finer names below the error: Google's ``details[].reason``, Azure's ``innererror.code``."""
    for one in list_of(error.get("details")):
        yield mapping_of(one).get("reason")
    yield mapping_of(error.get("innererror")).get("code")


def _retry_delay(error: dict[str, Plain]) -> float | None:
    """Google's ``details[].retryDelay``, such as ``34s``."""
    told = (mapping_of(one).get("retryDelay") for one in list_of(error.get("details")))
    text = next((one for one in told if isinstance(one, str)), "")
    return number(text.removesuffix("s"), 1.0) if text.endswith("s") else None


def _from_text(error: str, document: dict[str, Plain]) -> ApiError:
    """``{"error": "…"}``: the text is the message, or OAuth's name of an error beside its description."""
    description = words_of(document.get("error_description")) or words_of(document.get("message"))
    if description:
        return ApiError(description, error, frozenset({error.lower()}))
    return ApiError(error)


def _from_flat(document: dict[str, Plain]) -> ApiError | None:
    message = words_of(document.get("message")) or _detail(document.get("detail"))
    title = words_of(document.get("title"))
    if title and message:
        return ApiError(f"{title}: {message}")
    if not message:
        return ApiError(title) if title else None
    return _from_mapping({**document, "message": message, "status": None})


def _detail(detail: Plain) -> str:
    """FastAPI's ``detail``: text, or a list of what does not hold, each with the place."""
    if not isinstance(detail, list):
        return words_of(detail)
    problems = [_problem(one) for one in detail if isinstance(one, dict)]
    more = f" and {len(problems) - MAX_DETAILS} more" if len(problems) > MAX_DETAILS else ""
    return "; ".join(problems[:MAX_DETAILS]) + more


def _problem(one: dict[str, Plain]) -> str:
    where = ".".join(map(str, list_of(one.get("loc"))))
    return f"{where}: {words_of(one.get('msg'))}" if where else words_of(one.get("msg"))


def _says(error: ApiError) -> str:
    """The error on one line, keys masked, no longer than is read."""
    named = error.code and not error.message.startswith(error.code)
    text = f"{error.code}: {error.message}" if named and error.message else error.message or error.code
    text = STARRED.sub("***", GIVEN_KEY.sub(r"\1***", " ".join(text.split())))
    return text if len(text) <= MAX_SAYS else text[: MAX_SAYS - 1].rstrip() + "…"
