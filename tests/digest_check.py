"""The server's side of RFC 7616, written apart from the program: the challenge, and whether an answer fits it."""

from __future__ import annotations

from hashlib import md5, sha256
from typing import Final
from urllib.request import parse_http_list, parse_keqv_list

REALM: Final = "reports, internal"
OPAQUE: Final = "5ccc069c403ebaf9f0171e9517f40e41"
USERNAME: Final = "ann"
PASSWORD: Final = "open sesame: \u00fc"
ALGORITHMS: Final = ("MD5", "MD5-sess", "SHA-256", "SHA-256-sess")


def challenge(nonce: str, algorithm: str, *extra: str) -> str:
    """A value of ``WWW-Authenticate``."""
    fields = [f'realm="{REALM}"', f'nonce="{nonce}"', f'opaque="{OPAQUE}"', 'qop="auth,auth-int"', *extra]
    return "Digest " + ", ".join([*fields, f"algorithm={algorithm}"])


def accepts(authorization: str, method: str, target: str, nonce: str, algorithm: str) -> bool:
    """Whether this value of ``Authorization`` is that of the user, for this request and this nonce."""
    scheme, _, rest = authorization.partition(" ")
    given = parse_keqv_list(parse_http_list(rest))
    expected = {"username": USERNAME, "nonce": nonce, "uri": target, "opaque": OPAQUE, "algorithm": algorithm}
    expected |= {"qop": "auth", "nc": "00000001"}
    if scheme != "Digest" or any(given.get(name) != value for name, value in expected.items()):
        return False

    def hashed(text: str) -> str:
        data = text.encode()
        return (sha256(data) if "SHA-256" in algorithm else md5(data, usedforsecurity=False)).hexdigest()

    first = hashed(f"{USERNAME}:{REALM}:{PASSWORD}")
    if algorithm.endswith("-sess"):
        first = hashed(f"{first}:{nonce}:{given['cnonce']}")
    second = hashed(f"{method}:{target}")
    return given["response"] == hashed(f"{first}:{nonce}:{given['nc']}:{given['cnonce']}:{given['qop']}:{second}")
