from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from runner.engine.plan import plan_job
from runner.load_testing.values import Values, fingerprints, unlike_values, values_of
from tests.unit.loading import collection, scope_of

TEXT = """
variables:
  HOST: http://h.example
  BASE_URL: <<HOST>>/v1
  MODEL: small
  LIMIT: 3
  ID: <<$guid>>
  TRACE: <<PREFIX>>-<<$guid>>
  LINK: <<HOST>>/?t=<<TOKEN>>
  UNUSED: one
secrets: [TOKEN]
defaults: {base_url: <<BASE_URL>>}
requests:
  - {name: first, url: /a, capture: {found: $.found}}
  - name: second
    url: /<<found>>/<<ID>>
    tls: {ca: <<CA_FILE>>}
    proxy: http://<<PROXY_HOST>>:8080
    headers: {X-Trace: <<TRACE>>, X-Link: <<LINK>>}
    json: {model: <<MODEL>>}
    expect: {json: {$.n: {lte: <<LIMIT>>}}}
"""
GIVEN = {"PREFIX": "p", "TOKEN": "t-1234567", "CA_FILE": "loading.py", "PROXY_HOST": "p.example"}


def values(**more: str) -> Values:
    found = collection(TEXT, Path(__file__).parent)
    job, problems = plan_job(found, scope_of(found, {**GIVEN, **more}), lambda _spec, _name: True)
    assert problems == []
    return values_of(job.requests)


def differ(mine: Values, other: Values) -> str:
    told: Mapping[str, object] = json.loads(json.dumps(fingerprints(other, "k")))
    return unlike_values(mine, told, "k")


def test_the_same_is_the_same_whatever_is_made_up() -> None:
    assert sorted(values()) == ["BASE_URL", "HOST", "LIMIT", "MODEL", "PREFIX"]
    assert differ(values(), values()) == ""


@pytest.mark.parametrize(
    "more",
    [
        {"TOKEN": "t-7654321"},
        {"CA_FILE": "collection_files.py"},
        {"PROXY_HOST": "q.example"},
        {"UNUSED": "two"},
        {"found": "old"},
        {"MODEL": "small"},
        {"LIMIT": "3"},
        {"BASE_URL": "http://h.example/v1", "HOST": "http://h.example"},
    ],
)
def test_secrets_and_what_is_not_used_may_differ_and_so_may_where_a_value_is_from(more: dict[str, str]) -> None:
    assert differ(values(), values(**more)) == ""
    assert differ(values(**more), values()) == ""


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({"MODEL": "large"}, ["MODEL"]),
        ({"HOST": "http://other.example"}, ["BASE_URL", "HOST"]),
        ({"LIMIT": "4"}, ["LIMIT"]),
        ({"PREFIX": "q"}, ["PREFIX"]),
        ({"ID": "7"}, ["ID"]),
        ({"LINK": "http://h.example/?t=t-1234567"}, ["LINK"]),
    ],
)
def test_another_value_is_told_by_name_and_not_by_value(more: dict[str, str], names: list[str]) -> None:
    for told in (differ(values(), values(**more)), differ(values(**more), values())):
        assert [
            one for one in ("BASE_URL", "HOST", "ID", "LIMIT", "LINK", "MODEL", "PREFIX") if f"{one} (" in told
        ] == (names)
        assert not any(value in told for value in more.values() if len(value) > 1)


def test_what_a_worker_tells_holds_no_value_and_is_another_one_each_time() -> None:
    one, two = fingerprints(values(), "k"), fingerprints(values(), "l")
    assert "small" not in json.dumps(one)
    assert all(one[name][0] != two[name][0] for name in one)
    assert len({told[0] for told in one.values()}) == len(one)


@pytest.mark.parametrize("told", [{}, {"MODEL": None}, {"MODEL": []}, {"MODEL": "x"}, {"MODEL": [1, 2, 3]}])
def test_what_tells_nothing_is_not_alike(told: dict[str, object]) -> None:
    assert "MODEL (worker: none; master: variables, " in unlike_values(values(), told, "k")


def test_many_are_counted() -> None:
    assert unlike_values({}, {f"V{number}": ["f", "--var"] for number in range(7)}, "k").endswith(
        "V4 (worker: --var; master: none) and 2 more"
    )
