from __future__ import annotations

import re
from random import Random
from uuid import UUID

import pytest

from runner.variables.generators import DYNAMIC, Generators
from tests.command import StillClock

FORMS = {
    "$guid": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "$timestamp": "1728017290",
    "$isoTimestamp": r"2024-10-04T04:48:10\.250Z",
    "$randomInt": r"\d{1,3}|1000",
    "$randomHex": "[0-9a-f]{16}",
}


def generators(seed: int) -> Generators:
    return Generators(StillClock(), Random(seed))  # noqa: S311


@pytest.mark.parametrize("name", DYNAMIC)
def test_dynamic_values_have_their_form(name: str) -> None:
    for seed in range(50):
        assert re.fullmatch(FORMS[name], str(generators(seed).value(name)))


def test_an_id_is_one_of_rfc_9562() -> None:
    found = [UUID(str(generators(seed).value("$guid"))) for seed in range(50)]
    assert {(one.version, one.variant) for one in found} == {(4, "specified in RFC 4122")}


@pytest.mark.parametrize("name", ["$guid", "$randomInt", "$randomHex"])
def test_each_is_a_new_one(name: str) -> None:
    one = generators(1)
    assert len({one.value(name) for _ in range(20)}) > 10


def test_random_numbers_are_from_0_to_1000() -> None:
    one = generators(3)
    found = [one.value("$randomInt") for _ in range(20_000)]
    assert set(found) == set(range(1001))
