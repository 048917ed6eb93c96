"""Takes what proves a password or a key out of a request before it is shown: the answer of Digest, a signature."""

from __future__ import annotations

import re

from runner.messages import Exchange, Request
from runner.redact import MASK

PROOF = re.compile(r'(\AAWS4-HMAC-SHA256 .*Signature=|\ADigest .*response=")[0-9a-f]+')


def without_proof(exchange: Exchange) -> Exchange:
    """``exchange`` as it may be shown: whoever has the proof can try passwords against it, or send it once more."""
    request = shown(exchange.request)
    return exchange if request is exchange.request else exchange._replace(request=request)


def shown(request: Request) -> Request:
    headers = tuple(
        (name, PROOF.sub(rf"\g<1>{MASK}", value)) if name == "Authorization" else (name, value)
        for name, value in request.headers
    )
    return request if headers == request.headers else request._replace(headers=headers)
