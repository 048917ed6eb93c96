"""What is fuzzed by hand, over its seeds: those that are made, and every input that once was a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import FOUND, TARGETS, all_seeds, target


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_are_no_faults(name: str) -> None:
    one = target(name)
    seeds = all_seeds(one)
    assert len(set(seeds)) > 2
    for seed in seeds:
        one.fuzz(seed)


def test_every_module_is_a_target() -> None:
    folder = Path(__file__).parent
    written = {path.stem for path in folder.glob("*.py") if "\ndef fuzz(" in path.read_text("utf-8")}
    assert written == set(TARGETS)
    assert {path.name for path in FOUND.glob("*")} <= written
