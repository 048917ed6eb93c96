"""Which variables are secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from runner.model import SecretRules

SECRET_PARTS = frozenset("KEY APIKEY TOKEN SECRET PASSWORD PASSWD CREDENTIAL CREDENTIALS AUTH".split())
COOKIE = re.compile(r"sess|(?<![a-z])sid(?![a-z])|csrf|xsrf|jwt|remember", re.IGNORECASE)
"""What services call, beside the names above, the cookie that says who is there."""
LEAST_COOKIE = 8
"""Characters from which the value of a cookie can be a secret: ``true`` would be masked everywhere."""
USER_INFO = re.compile(r"://[^\s/@:'\"]*:([^\s/@'\"<]{4,})@")
NAMED = re.compile(
    r"""(?<!<<)(?<![\w.-])["']?([A-Za-z_][\w.-]*)["']?\s*[:=]\s*"""
    r"""(?=(?:"([^"]{4,})|'([^']{4,})|([^\s"'{\[<&*|>][^\s"']{3,})([^"'{\[<]{0,1000}?)(?=\s#|,\s|[\]}]|$)))"""
)
"""A name and its value as somebody writes them, right or wrong: quoted, or plain with what follows it."""
SCHEME = re.compile(r"""\b(?:bearer|basic)\b[\s:]+["']?([^\s"'<{\[,}\]]{4,})""", re.IGNORECASE)
DEFAULT = re.compile(r"<<\s*([A-Za-z_][\w.-]*)\s*:-([^|>]{4,})")
LISTED = re.compile(r"^secrets\s*:(.*(?:\n[ \t-].*)*)", re.MULTILINE)
NO_VALUES = frozenset(("", "Bearer", "Basic", "bearer", "basic"))
WORD = re.compile(r"[A-Za-z_][\w.-]*")
NO_SECRETS = frozenset(("auth", "token_url", "client_auth"))
"""Keys of the format that only sound like one."""
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def is_secret(name: str, rules: SecretRules) -> bool:
    """By the file's own word, else by the parts of the name: ``API_KEY`` and ``accessToken`` are, ``AUTHOR`` is not."""
    if name in rules.excluded:
        return False
    return name in rules.listed or any(part.upper() in SECRET_PARTS for part in PART.findall(name))


def is_login_cookie(name: str, rules: SecretRules) -> bool:
    """Whether a cookie of this name says who is there, which is as good as a password."""
    return name not in rules.excluded and (is_secret(name, rules) or COOKIE.search(name) is not None)


def cookie_secrets(name: str, value: str, rules: SecretRules, *, hidden: bool = False) -> tuple[str, ...]:
    """What must not be shown of a cookie, by its name or because the server keeps it from scripts (``hidden``): the
    value, and what it is once it is decoded."""
    plain = value.strip('"')
    if len(plain) < LEAST_COOKIE or name in rules.excluded:
        return ()
    if not (hidden or is_login_cookie(name, rules)):
        return ()
    return tuple({plain, unquote(plain)})


@lru_cache(maxsize=8)
def written_secrets(line: str, text: str) -> frozenset[str]:
    """What looks like the value of a secret in ``line`` of a file with this ``text``, which may be no YAML at all.
    Many mistakes may stand on one line, which may be the whole file."""
    return frozenset(_written(line, *_said_of_secrets(text)))


@lru_cache(maxsize=8)
def _said_of_secrets(text: str) -> tuple[SecretRules, bool]:
    """What a file says of its secrets, and whether it speaks of cookies."""
    listed = frozenset(word for found in LISTED.findall(text) for word in WORD.findall(found))
    return SecretRules(listed | {"authorization", "Authorization"}), "ookie" in text


def _written(line: str, rules: SecretRules, of_cookies: bool) -> Iterator[str]:  # noqa: FBT001  # of the file
    for name, double, single, plain, rest in NAMED.findall(line):
        if (is_secret(name, rules) and name not in NO_SECRETS) or (of_cookies and COOKIE.search(name)):
            found = {double, single, plain.rstrip(",]}"), (plain + rest).rstrip(",]} ")} - NO_VALUES
            yield from (one for one in found if not one.startswith(("${", "{{")))
    for value in (*SCHEME.findall(line), *USER_INFO.findall(line)):
        yield value
    for name, value in DEFAULT.findall(line):
        if is_secret(name, rules):
            yield value
