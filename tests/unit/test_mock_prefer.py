from __future__ import annotations

import pytest

from runner.mock.prefer import Preference, read_preference


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], Preference()),
        (["example=success"], Preference("success")),
        (["code=429"], Preference(code="429")),
        (["Example=success"], Preference("success")),
        (['example="quota used up"'], Preference("quota used up")),
        (["example=quota used up"], Preference("quota used up")),
        (['example="a, b; c"'], Preference("a, b; c")),
        (['example="say \\"hi\\""'], Preference('say "hi"')),
        (["example = a , code = 404"], Preference("a", "404")),
        (["code=404; example=a"], Preference("a", "404")),
        (["respond-async, wait=10, example=a"], Preference("a")),
        (["return=minimal", "example=a"], Preference("a")),
        (["example=first, example=second"], Preference("first")),
        (["example=first", "example=second"], Preference("first")),
        (["example"], Preference("")),
        (["examples=a"], Preference()),
    ],
)
def test_read_preference(values: list[str], expected: Preference) -> None:
    assert read_preference(values) == expected


def test_nothing_preferred_is_false() -> None:
    assert not read_preference(["respond-async"])
    assert read_preference(["code=200"])
