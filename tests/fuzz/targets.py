"""What is fuzzed: the modules here that have ``seeds`` and ``fuzz``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

TARGETS: Final = (
    "answers", "curl", "env_files", "events", "jsonpath", "loader", "placeholders", "redaction", "reports",
    "strict_json", "wire",
)  # fmt: skip
FOUND: Final = Path(__file__).with_name("found")
"""Inputs that once were faults, a folder for each target: they stay seeds."""


class Target(NamedTuple):
    """``fuzz`` takes any bytes and raises only where the program is wrong."""

    name: str
    fuzz: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]


def target(name: str) -> Target:
    """The target of this name."""
    module = import_module(f"tests.fuzz.{name}")
    return Target(name, module.fuzz, module.seeds)


def all_seeds(one: Target) -> list[bytes]:
    """Those that are made and those that were found."""
    return [*one.seeds(), *(path.read_bytes() for path in sorted((FOUND / one.name).glob("*")))]
