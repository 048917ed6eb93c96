from __future__ import annotations

import pytest

from runner.model import SecretRules
from runner.variables.secrets import is_secret, written_secrets

PARTS = "KEY APIKEY TOKEN SECRET PASSWORD PASSWD CREDENTIAL CREDENTIALS AUTH".split()
SECRET = [
    *PARTS,
    *(part.lower() for part in PARTS),
    *(f"MY_{part}" for part in PARTS),
    *(f"my-{part.lower()}-2" for part in PARTS),
    *(f"my{part.title()}" for part in PARTS),
    *("API_KEY", "apiKey", "api.key", "accessToken", "HTTPAuth", "OPENAI_API_KEY_2", "KEY1", "_key", "Token.value"),
]
PLAIN = [
    *("MAX_TOKENS", "TOKENS", "AUTHOR", "AUTHORITY", "MONKEY", "KEYBOARD", "keys", "tokenizer", "SECRETS", "passwords"),
    *("BASE_URL", "MODEL", "authn", "A", "x1", "turkey", "OAUTH"),
]


@pytest.mark.parametrize("name", SECRET)
def test_a_name_says_that_it_is_secret(name: str) -> None:
    assert is_secret(name, SecretRules())
    assert not is_secret(name, SecretRules(excluded=frozenset({name})))


@pytest.mark.parametrize("name", PLAIN)
def test_a_name_that_only_looks_like_one(name: str) -> None:
    assert not is_secret(name, SecretRules())
    assert is_secret(name, SecretRules(listed=frozenset({name})))


def test_what_is_taken_out_is_out() -> None:
    both = SecretRules(frozenset({"PIN"}), frozenset({"PIN"}))
    assert not is_secret("PIN", both)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("API_KEY: sk-12345678", {"sk-12345678"}),
        ("  apiKey: 'sk 1234'", {"sk 1234"}),
        ('{"token": "abcdef", "x": 1}', {"abcdef"}),
        ("API_KEY=sk-12345678", {"sk-12345678"}),
        ("Authorization: Bearer sk-12345678", {"sk-12345678"}),
        ("auth: {bearer: sk-12345678}", {"sk-12345678"}),
        ("x: <<API_KEY:-sk-12345678>>", {"sk-12345678"}),
        ("PIN: 12345", set()),
        ("MODEL: gpt-4.1-mini", set()),
        ("API_KEY: <<OTHER>>", set()),
        ("max_tokens: 20000", set()),
    ],
)
def test_secrets_on_a_line(line: str, found: set[str]) -> None:
    assert found <= set(written_secrets(line, line))
    assert bool(found) is bool(set(written_secrets(line, line)))


def test_a_file_lists_its_secrets() -> None:
    text = "secrets:\n  - PIN\n  - OTHER\nx: 1\n"
    assert "12345" in set(written_secrets("PIN: 12345", text))
    assert not set(written_secrets("MODEL: 12345", text))
