"""What is known before a load test starts: files, users, time, thresholds; or what keeps it from starting."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple, TypeVar, cast

from runner import registry
from runner.cli.arguments import LoadArguments
from runner.cli.context import Context
from runner.cli.running.planning import plan, tell_warnings
from runner.cli.running.rates import Rates
from runner.engine.budget import Budget
from runner.errors import NothingToRun, UsageError
from runner.load_plan import BadThreshold, LoadPlan, Threshold, doubt_of_written, read_threshold
from runner.load_testing.failures import Failures
from runner.load_testing.fast import Surroundings, Used
from runner.load_testing.files import LoadFile
from runner.load_testing.secrets import Lasting
from runner.load_testing.thresholds import with_default
from runner.load_testing.trial import Resources
from runner.loading.problems import suggestion
from runner.model import Collection
from runner.report.style import printable
from runner.transport.base import Transport
from runner.transport.certificates import Contexts
from runner.units import DURATION_HINT, parse_duration
from runner.usage import Usage

T = TypeVar("T")
MOST_AT_ONCE = 100
"""Users that start in a second where nothing is said: of more, the start itself would be what is measured."""


class Prepared(NamedTuple):
    """``titles`` are the names of requests in statistics, by file; ``rounds`` those of requests that rounds send.
    ``seconds`` is None for a test that goes on until it is stopped."""

    files: Sequence[LoadFile]
    resources: Resources
    titles: Mapping[str, Sequence[str]]
    rounds: frozenset[str]
    thresholds: Sequence[Threshold]
    users: int
    spawn_rate: float
    seconds: float | None
    max_cost: Decimal | None

    @property
    def budget(self) -> Budget | None:
        """A new one for each test."""
        return None if self.max_cost is None else Budget(None, self.max_cost)


def prepare(arguments: LoadArguments, context: Context) -> Prepared:
    """Read, check and plan everything; raises what keeps the test from starting."""
    lasting = Lasting(context.redactor)
    found = plan(arguments.inputs, arguments.selection, replace(context, redactor=lasting))
    makers = found.makers()
    tell_warnings(found.session.warnings, context, arguments.color, strict=arguments.strict)
    if not makers:
        reason = next((one.message for one in found.session.warnings if one.rule == "skipped"), "")
        raise NothingToRun("no file can be run", reason)
    names = _file_names([collection for collection, _ in makers])
    files = [
        LoadFile(collection, plans, title, rows=found.session.rows(collection))
        for (collection, plans), title in zip(makers, names, strict=True)
    ]
    titles, by_node = _titles(files, context)
    whole = [(file.title, file.collection.load or LoadPlan()) for file in files]
    plans = [one for _, one in whole]
    users = _agreed("--users", arguments.users, [one.users for one in plans]) or 1
    if arguments.headless and not arguments.worker and users < len(files):
        message = f"{users} {'user' if users == 1 else 'users'} cannot run {len(files)} files"
        raise UsageError(message, f"Each file has users of its own: give --users {len(files)}, or more.")
    _warm_up(files)
    if arguments.spawn_rate is not None and not math.isfinite(arguments.spawn_rate):
        raise UsageError("--spawn-rate: this is no number", "Write how many users start in a second: --spawn-rate 10.")
    rate = _agreed("--spawn-rate", arguments.spawn_rate, [one.spawn_rate for one in plans])
    lasting.begin()
    return Prepared(
        files,
        _resources(context, lasting, by_node),
        titles,
        frozenset(
            by_node[id(one.node)] for file in files for one in file.collection.requests if one.phase == "requests"
        ),
        with_default([*_of_files(whole), *_of_line(arguments, titles, context)], titles),
        users,
        rate or min(users, MOST_AT_ONCE),
        _agreed("--run-time", _seconds(arguments.run_time), [one.seconds for one in plans]),
        _max_cost(arguments.max_cost),
    )


def _resources(context: Context, lasting: Lasting, titles: Mapping[int, str]) -> Resources:
    open_live = cast("Callable[[object, object], Callable[[], Transport]]", registry.load(registry.LIVE_TRANSPORT))
    around = Surroundings(
        context.clock,
        context.environ,
        Contexts(context.environ),
        open_live(context.clock, context.environ),
        Used(),
    )

    def mark(value: object) -> None:
        lasting.add(str(value))

    failures = Failures(context.redactor)
    return Resources(context.clock, context.random, mark, around, Rates(context).cost_of, failures, titles)


def _warm_up(files: Sequence[LoadFile]) -> None:
    """The list of prices takes long to read, and all users would wait for it in the middle of the test."""
    bodies = [spec.body for file in files for spec in file.collection.requests if spec.body is not None]
    if any(body.kind == "json" and body.node.get("model") is not None for body in bodies):
        cost = cast("Callable[[Usage], object]", registry.load(registry.COST))
        cost(Usage(prompt_tokens=1, completion_tokens=1, total_tokens=2, model="gpt-4.1-mini"))


def _file_names(collections: Sequence[Collection]) -> list[str]:
    """What stands before the names of requests: nothing where there is one file."""
    return [one.source.name for one in collections] if len(collections) > 1 else [""]


def _titles(files: Sequence[LoadFile], context: Context) -> tuple[dict[str, list[str]], dict[int, str]]:
    """The names of requests in statistics by file, masked, and by the node of the request."""
    by_file: dict[str, list[str]] = {}
    by_node: dict[int, str] = {}
    for file in files:
        for spec in file.collection.requests:
            title = printable(context.redactor.text(file.title_of(str(spec.name.value))))
            by_node[id(spec.node)] = title
            by_file.setdefault(file.title, []).append(title)
    return by_file, by_node


def _of_files(plans: Sequence[tuple[str, LoadPlan]]) -> list[Threshold]:
    return [
        one._replace(file=file, request=f"{file}: {one.request}" if file and one.request else one.request)
        for file, plan in plans
        for one in plan.thresholds
    ]


def _of_line(arguments: LoadArguments, titles: Mapping[str, Sequence[str]], context: Context) -> list[Threshold]:
    known = {title for file in titles.values() for title in file}
    found = []
    for text in arguments.thresholds:
        try:
            one = read_threshold(text)
        except BadThreshold as error:
            raise UsageError(f"--threshold {printable(text)}: {error.message}", error.hint) from None
        if one.request and one.request not in known:
            message = f'--threshold: there is no request "{printable(one.request)}"'
            raise UsageError(message, suggestion(one.request, known, "There are"))
        if doubts := doubt_of_written(text):
            message, hint = f"--threshold {printable(text)}: {doubts[0]}", doubts[1]
            if arguments.strict:
                raise UsageError(message, hint)
            context.warn(f"Warning: {message}\n  {hint}")
        found.append(one)
    return found


def _agreed(option: str, given: T | None, said: Sequence[T | None]) -> T | None:
    """What the command line says, else what the files say, which must be the same; raises ``UsageError``."""
    values = {one for one in said if one is not None}
    if given is not None or not values:
        return given
    if len(values) > 1:
        raise UsageError(f"{option}: the files say different things", f"Give {option} on the command line.")
    return values.pop()


def _seconds(text: str) -> float | None:
    if not text:
        return None
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise UsageError(f"--run-time: {error}", DURATION_HINT) from None
    if not seconds:
        raise UsageError("--run-time: a test takes some time", DURATION_HINT)
    return seconds


def _max_cost(cost: float | None) -> Decimal | None:
    if cost is not None and not math.isfinite(cost):
        raise UsageError("--max-cost: this is no amount", "Write dollars: --max-cost 0.05.")
    return None if cost is None else Decimal(repr(cost))
