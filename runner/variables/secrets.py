"""Which variables are secret."""

from __future__ import annotations

import re

from runner.model import SecretRules

SECRET_PARTS = frozenset("KEY APIKEY TOKEN SECRET PASSWORD PASSWD CREDENTIAL CREDENTIALS AUTH".split())
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def is_secret(name: str, rules: SecretRules) -> bool:
    """By the file's own word, else by the parts of the name: ``API_KEY`` and ``accessToken`` are, ``AUTHOR`` is not."""
    if name in rules.excluded:
        return False
    return name in rules.listed or any(part.upper() in SECRET_PARTS for part in PART.findall(name))
