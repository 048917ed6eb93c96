from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Program
from tests.unit.linting import lines

VALUE = "7Hq2xv90Lm3k44Zt"
WHOLE = "requests: [{url: 'https://h.example', expect: {status: 200}, %s}]"


@pytest.mark.parametrize(
    "part",
    [
        f"headers: {{Authorization: Bearer {VALUE}}}",
        f"headers: {{x-api-key: {VALUE}}}",
        f"headers: {{X-Access-Token: ['{VALUE}']}}",
        f"query: {{key: {VALUE}}}",
        f"cookies: {{sessionid: {VALUE}}}",
        f"auth: {{bearer: {VALUE}}}",
        f"auth: {{basic: {{username: ann, password: {VALUE}}}}}",
        f"auth: {{api_key: {{name: x-key, value: {VALUE}}}}}",
        f"auth: {{aws_sigv4: {{access_key: a, secret_key: {VALUE}, region: r, service: s}}}}",
        f"json: {{user: ann, password: {VALUE}}}",
        f"json: {{deep: [{{api_key: {VALUE}}}]}}",
        f"form: {{client_secret: {VALUE}}}",
        f"text: 'key <<API_KEY:-{VALUE}>>'",
        f"proxy: 'http://ann:{VALUE}@proxy.example:8080'",
        "text: 'my key is sk-proj-Ab3dEf6hIj9kLm2nOp5q'",
        "text: 'ghp_Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAb3d'",
        "json: {id: AKIAIOSFODNN7ABCDEFG}",
        "json: [eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N]",
        "text: '-----BEGIN RSA PRIVATE KEY----- MIIE'",
    ],
)
def test_a_secret_in_the_file_is_told_and_not_shown(part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(WHOLE % part, "secret-in-file") == [1]
    (tmp_path / "c.yaml").write_text(WHOLE % part, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("check", "c.yaml")
    assert "[secret-in-file]" in ended.out
    for secret in (VALUE, "Ab3dEf6hIj9k", "IOSFODNN7ABC", "dozjgNryP4J3"):
        assert secret not in ended.text


@pytest.mark.parametrize(
    "part",
    [
        "headers: {Authorization: Bearer <<API_KEY>>}",
        "headers: {Authorization: null}",
        "headers: {X-Api-Key: your-key-here}",
        "headers: {X-Api-Key: '***'}",
        "headers: {Idempotency-Key: 0a1b2c3d-4e5f-6789}",
        "headers: {Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==}",
        "query: {page_token: CAUQAA1b2c3d, sort_key: created}",
        "cookies: {theme: dark-and-solarized}",
        "auth: {bearer: test-key}",
        "auth: {basic: {username: admin4711, password: ''}}",
        "json: {token_type: bearer-and-more, max_tokens: 100, tokenizer: o200k_base, key: chart_key_2, password: null}",
        "json: {model: sk-small}",
        "text: <<API_KEY:-none>>",
        "examples: [{json: {access_token: tok_3f9c41d7a2, id: AKIAIOSFODNN7ABCDEFG}}]",
        "capture: {token: $.access_token.value}",
    ],
)
def test_what_is_none(part: str) -> None:
    assert lines(WHOLE % part, "secret-in-file") == []


def test_variables_rows_and_with_are_looked_at() -> None:
    text = f"""\
secrets: {{names: [LOGIN], not: [PAGE_TOKEN]}}
variables:
  LOGIN: {VALUE}
  PAGE_TOKEN: {VALUE}
  API_KEY: <<OTHER>>
  MAX_TOKENS: 20000
  PIN_SECRET: 48151623
  FLAG_TOKEN: true
data:
- {{PASSWORD: {VALUE}}}
requests:
- url: https://h.example/<<LOGIN>>
  matrix: {{DB_PASSWORD: [{VALUE}, none]}}
  expect: {{status: 200}}
"""
    assert lines(text, "secret-in-file") == [3, 7, 10, 13]


def test_what_is_sent_to_be_refused_may_be_wrong() -> None:
    text = f"""\
requests:
- {{url: 'https://h.example/a', auth: {{bearer: {VALUE}}}, expect: {{status: 401}}}}
- {{url: 'https://h.example/b', auth: {{bearer: {VALUE}}}, expect: {{status: [401, 403]}}}}
- {{url: 'https://h.example/c', auth: {{bearer: {VALUE}}}, expect: {{status: 404}}}}
"""
    assert lines(text, "secret-in-file") == [4]
