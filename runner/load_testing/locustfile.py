"""A collection in a locustfile of one's own, beside other users: ``Shop = collection_user("shop.yaml")``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from locust import User, events

from runner.api.mistakes import readable
from runner.cli.arguments import Inputs, LoadArguments
from runner.cli.context import Context
from runner.load_testing.prepared import prepare
from runner.load_testing.trial import Trial
from runner.load_testing.userclasses import user_classes


def collection_user(
    path: str | Path, variables: Mapping[str, str] | None = None, *, env: str = "", weight: float = 1.0
) -> type[User]:
    """The class of users that run the collection at ``path``, as ``runner load`` has it: for ``locust -f``, whose
    options say how many there are and for how long; thresholds are not looked at. ``weight`` is Locust's own, beside
    other classes. Raises what keeps it from being run, with all that is wrong in its text."""
    context = Context.of_process()
    given = [f"{name}={value}" for name, value in (variables or {}).items()]
    with readable(context):
        prepared = prepare(LoadArguments(Inputs([str(path)], given, env)), context)
    trial = Trial(prepared.resources)
    events.test_start.add_listener(lambda **_: trial.begin())
    events.test_stopping.add_listener(lambda **_: trial.halt.stop("the load test was over"))
    [found] = user_classes(prepared.files, trial)
    found.weight = weight
    return found
