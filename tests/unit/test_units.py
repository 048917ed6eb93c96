from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from runner.units import DURATIONS, SIZES, format_duration, format_size, parse_duration, parse_size


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (0, 0),
        (2, 2),
        (1.5, 1.5),
        ("500ms", 0.5),
        ("30s", 30),
        ("2m", 120),
        ("1h", 3600),
        ("14d", 1_209_600),
        ("3", 3),
        (" 1.5 s ", 1.5),
        ("0s", 0),
    ],
)
def test_durations(written: object, seconds: float) -> None:
    assert parse_duration(written) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("written", "size"),
    [(512, 512), ("10kB", 10_000), ("10KB", 10_000), ("50MB", 50_000_000), ("1GB", 10**9), ("1KiB", 1024), ("7", 7)],
)
def test_sizes(written: object, size: int) -> None:
    assert parse_size(written) == size


NO_AMOUNTS: list[object] = [
    *(None, True, False, -1, -0.5, float("nan"), float("inf"), float("-inf"), -(10**400)),
    *("", "s", "1 x", "1M", "30S", "-1s", "+1s", "1e3", "1_000", "٣s", "1s 2s", "1,5s", ".5s", [], {}, ["1s"]),
    "1" * 16,
]


@pytest.mark.parametrize("written", NO_AMOUNTS, ids=str)
def test_what_is_no_amount(written: object) -> None:
    with pytest.raises(ValueError, match=r"^(it is|there is no unit)"):
        parse_duration(written)
    with pytest.raises(ValueError, match=r"^(it is|there is no unit)"):
        parse_size(written)


def test_a_huge_number_is_still_one() -> None:
    assert parse_duration(10**400) == 10**400


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()))
def test_nothing_but_value_errors(written: object) -> None:
    for parse in (parse_duration, parse_size):
        with suppress(ValueError):
            assert parse(written) >= 0


@given(st.integers(0, 10**12), st.sampled_from(sorted(DURATIONS)), st.sampled_from(sorted(SIZES)))
def test_a_unit_is_a_factor(amount: int, time: str, space: str) -> None:
    assert parse_duration(f"{amount}{time}") == pytest.approx(amount * DURATIONS[time])
    assert parse_size(f"{amount}{space}") == pytest.approx(amount * SIZES[space])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.812, "812 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (2.44, "2.4 s"),
        (99.94, "99.9 s"),
        (99.96, "1 min 40 s"),
        (200, "3 min 20 s"),
        (119.6, "2 min 0 s"),
    ],
)
def test_durations_are_shown_short(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (12_345, "12.3 kB"), (4_000_000, "4.0 MB")],
)
def test_sizes_are_shown_short(size: int, text: str) -> None:
    assert format_size(size) == text
