"""What tests of promises measure goes into one table, which ``summary`` prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

PREFIX = "promise:"


@pytest.fixture
def keep(record_property: Callable[[str, object], None]) -> Callable[[Mapping[str, float]], None]:
    """Puts the figures of one run into the table."""

    def record(figures: Mapping[str, float]) -> None:
        for name, figure in figures.items():
            record_property(PREFIX + name, figure)

    return record
