"""What the plugin knows during one session of pytest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pytest

from runner.plugin.asked import Asked


@dataclass
class State:
    """``declared`` are the markers that the project itself declares; ``open`` ends the runs that are under way, by
    file."""

    asked: Asked
    declared: frozenset[str]
    open: dict[str, Callable[[], object]] = field(default_factory=dict)


STATE: Final = pytest.StashKey[State]()
