"""What will be run: the selected requests of each file, what each needs, and every variable looked up beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from runner import settings
from runner.engine.filled import Filled
from runner.errors import RenderError
from runner.load.bodies import BODY_KINDS
from runner.model import Collection, RequestSpec
from runner.node import Node
from runner.resolve import NO_OVERRIDES, Overrides, Resolver
from runner.source import Diagnostic
from runner.variables.credentials import declare_credentials
from runner.variables.scope import Variables
from runner.variables.template import Placeholder, placeholders

MADE = frozenset(
    {"method", *BODY_KINDS, "timeout", "redirects", "max_size", "tls", "proxy", "cookies", "delay", "retry", "poll"}
)
"""Keys whose values, once filled, may still not be what a request can be made from; others have checks of their own."""
Selector = Callable[[RequestSpec, str], bool]


class Planned(NamedTuple):
    """One request to run. ``position`` is its place among all requests of its file, from 0; ``sources`` maps each
    variable that it takes from a response to the request that captures it; ``needs`` are the other requests that must
    have passed."""

    spec: RequestSpec
    name: str
    position: int
    sources: Mapping[str, str] = MappingProxyType({})
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """One file's run: its own variables, its requests in order. ``skipped`` is why none of them runs."""

    collection: Collection
    variables: Variables
    overrides: Overrides = NO_OVERRIDES
    requests: tuple[Planned, ...] = ()
    skipped: str = ""

    @cached_property
    def resolver(self) -> Resolver:
        return Resolver(self.collection.folder, self.variables, self.overrides)


def plan_job(
    collection: Collection, variables: Variables, selected: Selector, overrides: Overrides = NO_OVERRIDES
) -> tuple[Job, list[Diagnostic]]:
    """The job of one collection, and everything that keeps it from being run."""
    declare_credentials(collection, variables)
    job = Job(collection, variables, overrides)
    problems: dict[Diagnostic, None] = {}
    reason = _unmet(job, problems)
    if reason:
        return Job(collection, variables, overrides, (), reason), []
    everything: list[Planned] = []
    captured: dict[str, str] = {}
    names: dict[str, Node] = {}
    written: dict[str, str] = {}
    for index, spec in enumerate(collection.requests):
        name = _name(job, spec, problems)
        written[str(spec.name.value)] = name
        needs = tuple(written[str(node.value)] for node in spec.needs)
        everything.append(Planned(spec, name, index, _sources(job, spec, captured), needs))
        captured.update((capture.name, name) for capture in spec.captures)
        if name in names:
            message = f'two requests are named "{name}" once their placeholders are filled'
            hint = f"The first is on line {names[name].line}. Give each request a name of its own."
            problems[Diagnostic("duplicate-name", message, hint, spec.name.source, spec.name.span)] = None
        names[name] = spec.name
    chosen = _chosen(everything, selected)
    captures: dict[str, str] = {}
    filled = Filled(collection, variables)
    for one in chosen:
        problems.update(dict.fromkeys(_preflight(job, one, captures, filled)))
        captures.update((capture.name, one.name) for capture in one.spec.captures)
    problems.update(dict.fromkeys(filled.problems()))
    return Job(collection, variables, overrides, tuple(chosen)), sorted(problems, key=_place)


def _place(problem: Diagnostic) -> tuple[int, int]:
    """By which problems stand in the order of the file."""
    return problem.span[:2] if problem.span is not None else (0, 0)


def _unmet(job: Job, problems: dict[Diagnostic, None]) -> str:
    """Why the whole file is skipped: the variables that it requires and that are not set."""
    missing = []
    for node in job.collection.requires:
        try:
            if job.variables.lookup(str(node.value)) is None:
                missing.append(str(node.value))
        except RenderError as error:
            problems[error.diagnostic] = None
    if not missing:
        return ""
    return f"needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not set"


def _name(job: Job, spec: RequestSpec, problems: dict[Diagnostic, None]) -> str:
    if not spec.name.templated:
        return str(spec.name.value)
    try:
        return job.resolver.name(spec)
    except RenderError as error:
        problems[error.diagnostic] = None
        return str(spec.name.value)


def _sources(job: Job, spec: RequestSpec, captured: dict[str, str]) -> dict[str, str]:
    """The variables of ``spec`` that earlier requests capture, with their names."""
    if not captured or not spec.node.templated:
        return {}
    nodes = [node for response in (False, True) for node in spec.nodes(response=response)]
    written = dict.fromkeys(found.name for node in nodes for found, _ in placeholders(node))
    used = [one for name in written for one in (name, *(() if name in captured else sorted(job.variables.uses(name))))]
    return {name: captured[name] for name in used if name in captured}


def _chosen(everything: Sequence[Planned], selected: Selector) -> list[Planned]:
    """The selected requests, those that they take values from, and around them all of setup and teardown."""
    chosen = [one for one in everything if selected(one.spec, one.name)]
    around = [one for one in everything if one.spec.phase != "requests"] if chosen else []
    return _with_sources(everything, [*chosen, *around])


def _with_sources(everything: Sequence[Planned], chosen: Iterable[Planned]) -> list[Planned]:
    """The chosen requests and those that they need or take values from, in the order of the file."""
    by_name = {one.name: one for one in everything}
    wanted: set[str] = set()
    waiting = list(chosen)
    while waiting:
        one = waiting.pop()
        if one.name not in wanted:
            wanted.add(one.name)
            waiting.extend(by_name[source] for source in (*one.needs, *one.sources.values()))
    return [one for one in everything if one.name in wanted]


def _preflight(job: Job, planned: Planned, captures: dict[str, str], filled: Filled) -> Iterable[Diagnostic]:
    """Every placeholder that nothing fills and every value that does not fit, as far as it can be known."""
    spec = planned.spec
    if not spec.node.templated:
        return
    own = {**captures, **dict.fromkeys((capture.name for capture in spec.captures), planned.name)}
    unknown = {True: False, False: False}
    for response, known in ((False, captures), (True, own)):
        for node in spec.nodes(response=response):
            for placeholder, scalar in placeholders(node):
                if placeholder.name in known or not job.variables.uses(placeholder.name).isdisjoint(known):
                    unknown[response] = True
                elif not placeholder.name.startswith("$"):
                    yield from _look_up(job, placeholder, scalar)
    if not unknown[False]:
        yield from _settings(job, spec)
        filled.check_request(spec)
    if not unknown[True]:
        filled.check_response(spec)


def _look_up(job: Job, placeholder: Placeholder, scalar: Node) -> Iterable[Diagnostic]:
    try:
        if job.variables.lookup(placeholder.name) is None and placeholder.default is None:
            yield job.variables.missing(placeholder, scalar, _captured_by(job.collection, placeholder.name))
        elif placeholder.filters:
            job.variables.fill(placeholder, scalar)
    except RenderError as error:
        yield error.diagnostic


def _captured_by(collection: Collection, name: str) -> str:
    """Where a variable is captured that is not there yet: later in the file."""
    for spec in collection.requests:
        if any(capture.name == name for capture in spec.captures):
            return f'It is captured by "{spec.name.value}" (line {spec.node.line}), which does not run before this.'
    return ""


def _settings(job: Job, spec: RequestSpec) -> Iterable[Diagnostic]:
    """What the values make of the request, where no response is needed to know it."""
    resolver = job.resolver
    try:
        resolver.url(spec)
        if any(node.templated for key, node in spec.node.items if key.value in MADE):
            resolver.request(spec)
            resolver.delay(spec)
            resolver.retry(spec)
            resolver.poll(spec)
    except RenderError:
        yield from _wrong_settings(resolver, spec)


def _wrong_settings(resolver: Resolver, spec: RequestSpec) -> Iterable[Diagnostic]:
    """Each setting on its own, so that one mistake does not hide the next."""
    steps: tuple[Callable[[], object], ...] = (
        lambda: resolver.setting(spec.method, settings.method),
        lambda: resolver.url(spec),
        lambda: resolver.setting(spec.timeout, settings.timeouts),
        lambda: resolver.setting(spec.redirects, settings.redirects),
        lambda: resolver.setting(spec.max_size, settings.size),
        lambda: resolver.setting(spec.proxy, settings.proxy),
        lambda: resolver.delay(spec),
        lambda: resolver.retry(spec),
        lambda: resolver.poll(spec),
        lambda: resolver.request(spec),
    )
    for step in steps:
        try:
            step()
        except RenderError as error:
            if error.diagnostic.rule != "missing-variable":
                yield error.diagnostic
