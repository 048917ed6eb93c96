"""What lets somebody in, by its name or its looks, what only stands where such a value belongs, and how the variable
is called that takes it."""

from __future__ import annotations

import re
from typing import Final

from runner.model import SecretRules
from runner.variables.secrets import is_secret

RULES: Final = SecretRules()
SIGNATURES: Final = frozenset(("sig", "signature", "x-amz-signature", "x-goog-signature"))
NO_SECRETS: Final = re.compile(
    r"(?:x[-_])?(?:idempotency|public|publishable|sort|partition|primary|foreign)[-_]?key"
    r"|(?:x[-_])?(?:next|prev|previous|page|cursor|continuation|sync)(?:[-_]?page)?[-_]?token"
    r"|sec[-_].*",
    re.IGNORECASE,
)
"""Names with KEY or TOKEN in them that keep nobody out."""
HOLE: Final = re.compile(
    r"<[^<>]*>|\{[^{}]*\}|\[[^\[\]]*\]|\*{3,}|x{3,}|\.{3}|…|.*(?:\.{3}|…)"
    r"|.*\bYOUR[-_ ].*|.*[-_]HERE|(?:API|ACCESS)[-_]?(?:KEY|TOKEN)|TOKEN|.*\*{3}.*",
    re.IGNORECASE | re.DOTALL,
)
"""What documentation writes where a secret belongs."""

SHAPE: Final = re.compile(
    r"\b(?:sk-[A-Za-z0-9_-]{20,}|[rs]k_live_[0-9A-Za-z]{16,}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,}"
    r"|glpat-[\w-]{20,}|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|xox[abprs]-[0-9A-Za-z-]{10,}|hf_[A-Za-z0-9]{30,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
"""What keys look like that large services hand out."""


def lets_in(name: str, *, plain_key: bool = True) -> bool:
    """Whether the value of this name lets somebody in; a bare ``key`` is one only in a query or a header."""
    if NO_SECRETS.fullmatch(name) or (not plain_key and name.lower() in ("key", "auth")):
        return False
    return name.lower() in SIGNATURES or is_secret(name, RULES)


def variable_name(text: str, otherwise: str = "VALUE") -> str:
    """``X-Api-Key`` as the name of a variable: ``X_API_KEY``; ``otherwise`` where nothing of it is a letter."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").upper() or otherwise
    return name if name[0].isalpha() else f"_{name}"
