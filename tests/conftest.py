"""Settings for all tests."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

collect_ignore_glob = ["*.yaml", "*.yml"]  # collections here are what tests are made of, none is run by itself

# How long one example takes says more about the machine than about the program.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what is to run in the background so, and the programs that tests interrupt would take it over.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Programs that tests start remember nothing where the user's own runs are remembered, and are in no CI job."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("GITHUB_ACTIONS", raising=False)  # else they would annotate the job that tests them
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of the promises, where some were measured; here, since xdist's own process reads no other conftest."""
    if hasattr(terminalreporter.config, "workerinput"):  # one of several processes, which knows its own tests alone
        return
    from tests.promises.summary import print_promises  # noqa: PLC0415  # reads reports with much that few tests need

    print_promises(terminalreporter)
