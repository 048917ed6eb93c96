"""A verifier of AWS signatures, written apart from the program: what a service does with a request that came in."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from tests.servers import Arrived

PARTS: Final = re.compile(r"AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})")


def verified(request: Arrived, access_key: str, secret_key: str) -> bool:
    """Whether the signature is that of this request. Its path and query need no other form than they came in."""
    found = PARTS.fullmatch(request.values("authorization")[0])
    assert found is not None, request.values("authorization")
    credential, names, signature = found.groups()
    key_id, day, region, service, end = credential.split("/")
    moment = request.values("x-amz-date")[0]
    assert (key_id, end, moment[:8]) == (access_key, "aws4_request", day)
    method, target, _ = request.line.split(" ")
    path, _, query = target.partition("?")
    lines = [
        f"{name}:{','.join(' '.join(value.split()) for value in request.values(name))}" for name in names.split(";")
    ]
    body = hashlib.sha256(request.body).hexdigest()
    assert request.values("x-amz-content-sha256") in ([], [body])
    canonical = "\n".join([method, path, query, *lines, "", names, body])
    key = f"AWS4{secret_key}".encode()
    for word in (day, region, service, end):
        key = hmac.digest(key, word.encode(), "sha256")
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", moment, credential.partition("/")[2], hashed])
    return hmac.digest(key, text.encode(), "sha256").hex() == signature
