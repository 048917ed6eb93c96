"""``api_key``: a key in a header or in the query."""

from __future__ import annotations

from runner.auth.flow import Credentials, Flow, Means, with_credentials
from runner.messages import Request
from runner.resolve import add_query


def api_key(request: Request, credentials: Credentials, means: Means) -> Flow:
    name, key = credentials.get("name"), credentials.get("value")
    place = credentials.values.get("in", "header")
    means.mark_secret(key)
    if place == "query" and key:
        return (yield request._replace(url=add_query(request.url, [(name, key)])))
    if place != "header":
        raise credentials.wrong("is empty" if place == "query" else f'cannot be sent in "{place}"')
    return (yield with_credentials(request, credentials, (name, "", key)))
