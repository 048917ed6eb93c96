"""What is expected of a server's certificate, held against the one that it showed."""

from __future__ import annotations

from runner.checks.matchers import MatchContext, Mismatch, Missing, evaluate
from runner.messages import Response
from runner.model import Matcher
from runner.node import Plain

NOT_ENCRYPTED = "nothing: the answer came without TLS, so there is no certificate"
NOT_CHECKED = "nothing: with verify: false (or --insecure) a certificate is not read"
TRUST = "Trust it by its file instead: tls: {ca: path}, or --ca FILE."


def certificate_mismatch(name: str, matcher: Matcher, response: Response, context: MatchContext) -> Mismatch | None:
    """``name`` is ``expires_in`` (in seconds), ``issuer`` or ``subject``."""
    if name == "expires_in":
        context = context.measuring("duration")
    found = response.certificate
    if found is None:
        encrypted = response.url.lower().startswith("https:")
        mismatch = evaluate(matcher, Missing(NOT_CHECKED if encrypted else NOT_ENCRYPTED), context)
        # What is not read is not known to be missing: not even exists: false holds.
        mismatch = mismatch or Mismatch("no certificate", NOT_CHECKED if encrypted else NOT_ENCRYPTED)
        return mismatch._replace(note=TRUST) if encrypted else mismatch
    values: dict[str, Plain] = {"expires_in": found.expires_in, "issuer": found.issuer, "subject": found.subject}
    return evaluate(matcher, values[name], context)
