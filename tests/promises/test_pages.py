"""The pages for people hold what the lists and the ledger hold."""

from __future__ import annotations

from tests.promises import faults_page
from tests.promises.ledger import PROMISES
from tests.promises.tables import measured_rows


def test_the_page_of_faults_is_made_from_the_lists() -> None:
    assert faults_page.PAGE.read_text("utf-8") == faults_page.page(), "python -m tests.promises.faults_page writes it"


def test_every_promise_is_on_the_page_kept_with_the_bound_that_is_measured_against() -> None:
    rows = measured_rows()
    assert [(promise, bound) for promise, bound, _, _ in rows] == [
        (promise.text, f"{promise.bound:g} {promise.unit}") for promise in PROMISES.values()
    ]
    for promise, (_, _, measured, runs) in zip(PROMISES.values(), rows, strict=True):
        assert float(measured) <= promise.bound
        assert int(runs.replace(",", "")) > 0
