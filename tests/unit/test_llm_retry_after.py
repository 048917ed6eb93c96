from __future__ import annotations

import pytest
from hypothesis import given, strategies

from runner.llm.retry_after import asked_wait

NOW = 1_728_017_290.25  # 2024-10-04T04:48:10.25Z


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ((("Retry-After", "3"),), 3),
        ((("retry-after", " 0 "),), 0),
        ((("Retry-After", "0.25"),), 0.25),
        ((("Retry-After", "9"), ("Retry-After-Ms", "1500")), 1.5),
        ((("Retry-After", "9"), ("retry-after-ms", "soon")), 9),
        ((("Retry-After", "Fri, 04 Oct 2024 04:48:20 GMT"),), 9.75),
        ((("Retry-After", "Friday, 04-Oct-24 04:48:20 GMT"),), 9.75),
        ((("Retry-After", "Fri Oct  4 04:48:20 2024"),), 9.75),
        ((("Retry-After", "Fri, 04 Oct 2024 04:48:10 GMT"),), None),
        ((("Retry-After", "-1"),), None),
        ((("Retry-After", "1e3"),), None),
        ((("Retry-After", "nan"),), None),
        ((("Retry-After", "٣"),), None),
        ((("Retry-After", ""),), None),
        ((("Retry-After", "Fri, 99 Oct 2024 04:48:20 GMT"),), None),
        ((), None),
    ],
)
def test_what_a_server_asks_for(headers: tuple[tuple[str, str], ...], seconds: float | None) -> None:
    assert asked_wait(headers, NOW) == seconds


@given(strategies.text(max_size=80), strategies.text(max_size=80))
def test_whatever_stands_there_is_a_wait_or_nothing(after: str, milliseconds: str) -> None:
    found = asked_wait((("retry-after", after), ("retry-after-ms", milliseconds)), NOW)
    assert found is None or found >= 0


@given(strategies.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,6} [0-9:]{1,9} (GMT|[+-][0-9]{1,6})"))
def test_dates_that_are_none_are_no_accident(text: str) -> None:
    found = asked_wait((("retry-after", text),), NOW)
    assert found is None or found >= 0
