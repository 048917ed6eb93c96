"""What an API's error means and what to do about it: a table by its names and the status."""

from __future__ import annotations

import re
from typing import NamedTuple


class Failure(NamedTuple):
    """What is known of an error: the status, the names that the body gives it in lower case, and what it says."""

    status: int
    names: frozenset[str] = frozenset()
    message: str = ""


class Rule(NamedTuple):
    """Holds for an error with one of ``names`` and one of ``statuses``; an empty set stands for any. ``words`` is a
    regular expression for what it says. Only where a status has no names to go by are words looked at, and nothing
    but the explanation depends on them.
    In ``remedy``, ``{host}`` is the server and ``{wait}`` what it says on when to try again."""

    remedy: str
    names: frozenset[str] = frozenset()
    statuses: frozenset[int] = frozenset()
    words: str = ""

    def holds(self, failure: Failure) -> bool:
        named = not self.names or not self.names.isdisjoint(failure.names)
        if not named or (self.statuses and failure.status not in self.statuses):
            return False
        return not self.words or re.search(self.words, failure.message[:MOST_READ], re.IGNORECASE) is not None


def _named(names: str, remedy: str) -> Rule:
    return Rule(remedy, frozenset(names.split()))


def _status(statuses: set[int], remedy: str, names: str = "") -> Rule:
    return Rule(remedy, frozenset(names.split()), frozenset(statuses))


def _said(statuses: set[int], words: str, remedy: str) -> Rule:
    return Rule(remedy, frozenset(), frozenset(statuses), words)


MOST_READ = 2000
PAYMENT_REQUIRED = 402


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
NO_MODEL = (
    "There is no such model at {host}, or this account may not use it. Check the model's name; GET /v1/models lists "
    "what there is."
)
NOT_PULLED = "This model is not on the machine. Get it with: ollama pull NAME; ollama list shows what is there."
NO_DEPLOYMENT = (
    "This Azure resource has no deployment of that name. Check the deployment in the URL (it is not the model's name); "
    "one that was just made needs some minutes."
)
TOO_LONG = (
    "The messages and the answer together are too long for the model. Send fewer or shorter messages, "
    "or ask for a shorter answer (max_tokens)."
)
BAD_KEY = (
    "The key is not valid at {host}. Check it for missing or extra characters and that it belongs to this service, "
    "or create a new one; runner env shows where its value comes from."
)
TOO_LARGE = "The request's body is larger than the server accepts. Send less at a time."

BILLING = frozenset(
    "insufficient_quota credit_balance_exhausted organization_spend_limit_exceeded project_spend_limit_exceeded "
    "organization_usage_limit_exceeded billing_hard_limit_reached billing_not_active billing_error".split()
)
"""Names of errors about money: sending again never helps."""

RULES = (
    Rule(QUOTA, BILLING),
    _status(
        {PAYMENT_REQUIRED},
        "{host} asks for a payment first: the account has no credit left, or its payment method was refused. "
        "Retrying will not help.",
    ),
    _named("context_length_exceeded string_above_max_length exceed_context_size_error", TOO_LONG),
    _named("deploymentnotfound", NO_DEPLOYMENT),
    _said({404}, r"^model ['\"].{1,200}['\"] not found", NOT_PULLED),
    _named("model_not_found", NO_MODEL),
    _named("content_filter content_policy_violation responsibleaipolicyviolation content_filtered", FILTERED),
    _named("invalid_api_key api_key_invalid", BAD_KEY),
    _said({400}, r"credit balance is too low", QUOTA),
    _said(
        {400, 413},
        r"prompt is too long|maximum context length|exceeds? the (available )?context|"
        r"input token count .{0,40}exceeds|context (length|window).{0,40}exceed",
        TOO_LONG,
    ),
    _said({404}, r"\bmodels?[ :/`'\"]", NO_MODEL),
    _said({503}, r"^loading model", "The server is still loading the model.{wait} Send it again in a moment."),
    _status({401}, NO_KEY, "invalid_request_error"),
    _status(
        {401},
        "{host} did not accept the credentials. Check that the request carries a key, and that it is the "
        "right one for this service.",
    ),
    _status({403}, FORBIDDEN),
    _status(
        {407},
        "The proxy wants to know who is asking. Write a user name and a password into the proxy's URL: "
        "http://USER:PASSWORD@HOST:PORT.",
    ),
    _status({408}, "{host} waited too long for the request or for the model.{wait} Send it again later."),
    _status({413}, TOO_LARGE),
    _named("request_too_large", TOO_LARGE),
    _named("mock", ""),
    _status(
        {404},
        "Something that the request names does not exist at {host}. Check the path of the URL, and the names in the "
        "request (the model's, for example).",
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


def remedy_for(failure: Failure, wait: str = "", host: str = "") -> str:
    """One or two sentences, empty where there is nothing sensible to say. ``wait`` is that of ``wait_text``."""
    rule = next((one for one in RULES if one.holds(failure)), None)
    if rule is None:
        return ""
    text = rule.remedy.replace("{host}", host or "the server").replace("{wait}", wait)
    return text[:1].upper() + text[1:] if not host else text
