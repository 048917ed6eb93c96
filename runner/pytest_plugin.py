"""What pytest calls: options, which files are collections, and that one worker gets a whole file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, cast

import pytest

from runner import registry
from runner.plugin.asked import ENDINGS, add_paths, asked_for
from runner.plugin.state import STATE, State

MakeCollector: TypeAlias = Callable[[pytest.Collector, Path], pytest.Collector]
Chooser: TypeAlias = Callable[[pytest.Config, object], object]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Few: what a run is sent with. What is to be run is pytest's own business."""
    group = parser.getgroup("runner", "collections of API requests")
    group.addoption("--runner-mock", action="store_true", help="Answer from the examples in the files.")
    group.addoption("--runner-env", metavar="NAME", default="", help="Read .env.NAME before .env.")
    group.addoption("--runner-var", metavar="NAME=VALUE", action="append", default=[], help="Set a variable.")
    group.addoption("--runner-timeout", metavar="TIME", default="", help="For each whole exchange: 10s, 500ms.")
    group.addoption("--runner-root", metavar="DIR", default="", help="Collections' files may be anywhere below it.")
    parser.addini(
        "runner_paths", "Collections (files, folders, patterns) that pytest runs when it is given no path.", "args"
    )


@pytest.hookimpl(tryfirst=True)  # before anybody adds markers to those that the project declares
def pytest_configure(config: pytest.Config) -> None:
    add_paths(config)
    config.stash[STATE] = State(asked_for(config), frozenset(config.getini("markers")))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file that is named itself, or one in a folder that is named if there are plainly requests in it."""
    if file_path.suffix not in ENDINGS:
        return None
    asked = parent.config.stash[STATE].asked
    if not asked.names(file_path) and not (asked.covers(file_path) and looks_like_one(file_path)):
        return None
    return cast(MakeCollector, registry.load(registry.COLLECTION_FILE))(parent, file_path)


def looks_like_one(path: Path) -> bool:
    """Whether it is a collection; most other files are told from one without anything being imported."""
    try:
        if b"requests" not in path.read_bytes():
            return False
    except OSError:
        return False
    return cast("Callable[[Path], bool]", registry.load(registry.IS_COLLECTION))(path)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What a failure or an interrupt left under way comes to its end."""
    for close in [*session.config.stash[STATE].open.values()]:
        close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """With collections among what is to be run, the requests of a file stay together; None leaves it to xdist."""
    if config.getoption("dist") not in ("load", "worksteal", "loadgroup"):
        return None

    def ignored(path: Path) -> bool:
        return bool(config.hook.pytest_ignore_collect(collection_path=path, config=config))

    if not config.stash[STATE].asked.any(looks_like_one, ignored):
        return None
    return cast(Chooser, registry.load(registry.BY_FILE))(config, log)
