"""What to do about an API's error: a table by its names and the status, never by words in its message."""

from __future__ import annotations

from typing import NamedTuple

from runner.llm.retry_after import number
from runner.messages import Headers
from runner.units import format_duration


class Rule(NamedTuple):
    """Holds for an error with one of ``names`` and one of ``statuses``; an empty set stands for any.
    In ``remedy``, ``{host}`` is the server and ``{wait}`` what it says on when to try again."""

    remedy: str
    names: frozenset[str] = frozenset()
    statuses: frozenset[int] = frozenset()

    def holds(self, status: int, names: frozenset[str]) -> bool:
        named = not self.names or not self.names.isdisjoint(names)
        return named and (not self.statuses or status in self.statuses)


def _named(names: str, remedy: str) -> Rule:
    return Rule(remedy, frozenset(names.split()))


def _status(statuses: set[int], remedy: str, names: str = "") -> Rule:
    return Rule(remedy, frozenset(names.split()), frozenset(statuses))


QUOTA = (
    "The account has no credit left or no payment method. Retrying will not help: add a payment method "
    "or raise the limit, then create the request again."
)
OVERLOADED = "{host} is overloaded; nothing is wrong with the request.{wait} Send it again later."
RATE_LIMIT = "Too many requests or tokens in a short time.{wait} Send it again then, with fewer at once."
NO_KEY = (
    "No usable key arrived. Send one as the API asks for it, mostly in a header: Authorization: Bearer <<API_KEY>>."
)
FORBIDDEN = (
    "The key is known but may not do this. Check which project, region and permissions it has, or ask the "
    "account's owner."
)
FILTERED = "A content filter stopped it. Retrying will not help: change the messages."
NO_MODEL = "Check the model's name, and that this account may use it. GET /v1/models lists what there is."
TOO_LARGE = "The request's body is larger than the server accepts. Send less at a time."

BILLING = frozenset(
    "insufficient_quota credit_balance_exhausted organization_spend_limit_exceeded project_spend_limit_exceeded "
    "organization_usage_limit_exceeded billing_hard_limit_reached billing_not_active billing_error".split()
)
"""Names of errors about money: sending again never helps."""

RULES = (
    Rule(QUOTA, BILLING),
    _status(
        {402},
        "{host} asks for a payment first: the account has no credit left, or its payment method was refused. "
        "Retrying will not help.",
    ),
    _named(
        "context_length_exceeded string_above_max_length",
        "The messages and the answer together are too long for the model. Send fewer or shorter messages, "
        "or ask for a shorter answer (max_tokens).",
    ),
    _named("model_not_found deploymentnotfound", NO_MODEL),
    _named("content_filter content_policy_violation responsibleaipolicyviolation", FILTERED),
    _named(
        "invalid_api_key api_key_invalid",
        "The key that Authorization carries is not valid at {host}. Check it for missing or extra characters "
        "and that it belongs to this service, or create a new one.",
    ),
    _status({401}, NO_KEY, "invalid_request_error"),
    _status(
        {401},
        "{host} did not accept the credentials. Check that the request carries a key, and that it is the "
        "right one for this service.",
    ),
    _status({403}, FORBIDDEN),
    _status({413}, TOO_LARGE),
    _named("request_too_large", TOO_LARGE),
    _named("mock", ""),
    _status(
        {404},
        "Check the path of the URL, and the names in the request (the model's, for example): one of them "
        "does not exist at {host}.",
    ),
    _named("server_is_overloaded overloaded_error", OVERLOADED),
    _status({429}, RATE_LIMIT),
    _named("rate_limit_exceeded rate_limit_error slow_down", RATE_LIMIT),
    _status({503, 529}, OVERLOADED),
    _status(
        {500, 502, 504},
        "The fault is at {host}, not in the request.{wait} Send it again later; if it lasts, look at the "
        "service's status page.",
    ),
)
"""The first rule that holds counts."""


def remedy_for(status: int, names: frozenset[str], headers: Headers, host: str = "") -> str:
    """One or two sentences, empty where there is nothing sensible to say."""
    rule = next((one for one in RULES if one.holds(status, names)), None)
    if rule is None:
        return ""
    text = rule.remedy.replace("{host}", host or "the server").replace("{wait}", _wait(headers))
    return text[:1].upper() + text[1:] if not host else text


def _wait(headers: Headers) -> str:
    """What the server says on when to try again, in its own header's terms."""
    given = {name.lower(): value.strip() for name, value in headers}
    milliseconds, after = given.get("retry-after-ms", ""), given.get("retry-after", "")
    seconds = number(milliseconds, 0.001)
    if seconds is None:
        seconds = number(after, 1.0)
    if seconds is not None:
        return f" The server asks to wait {format_duration(seconds)} (Retry-After)."
    return f" The server asks to wait until {after[:40]} (Retry-After)." if after else ""
