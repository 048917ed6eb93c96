"""Counts what is fuzzed with the promise that there is never a traceback."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.promises.conftest import PREFIX


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,  # noqa: ARG001  # pytest's names
    call: pytest.CallInfo[None],  # noqa: ARG001
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test here fails where the program raises what it should not."""
    report = yield
    if report.when == "call":
        report.user_properties.append((f"{PREFIX}tracebacks", float(report.failed)))
    return report
