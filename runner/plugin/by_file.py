"""How xdist deals out tests where collections are among them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runner.plugin.asked import ENDINGS


def by_file(config: pytest.Config, log: object) -> object:
    """The requests of a file go to one worker, in order; all other tests go where there is time, or with their group,
    as ever."""
    from xdist import scheduler  # type: ignore[import-untyped]  # noqa: PLC0415  # whoever calls this has it

    grouped = config.getoption("dist") == "loadgroup"
    scheduling = (scheduler.LoadGroupScheduling if grouped else scheduler.LoadScopeScheduling)(config, log)
    scope_of: Callable[[str], str] = scheduling._split_scope if grouped else str  # noqa: SLF001  # for its subclasses

    def scope(nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.endswith(ENDINGS) else scope_of(nodeid)

    scheduling._split_scope = scope  # noqa: SLF001  # the same
    made: object = scheduling
    return made
