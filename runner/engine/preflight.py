"""Looks up every placeholder and makes every request as far as it can be known, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from runner import settings
from runner.engine.filled import Filled
from runner.engine.job import Planned
from runner.errors import RenderError
from runner.loading.bodies import BODY_KINDS
from runner.model import Collection, RequestSpec
from runner.node import Node
from runner.resolve import Resolver
from runner.source import Diagnostic
from runner.variables.template import Placeholder, placeholders

MADE = frozenset(
    {"method", *BODY_KINDS, "timeout", "redirects", "max_size", "tls", "proxy", "cookies", "delay", "retry", "poll"}
)
"""Keys whose values, once filled, may still not be what a request can be made from; others have checks of their own."""


class Preflight:
    """Of one file's run."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._filled: dict[int, Filled] = {}

    def of(self, chosen: Sequence[Planned]) -> Mapping[Diagnostic, None]:
        """Every placeholder that nothing fills and every value that does not fit."""
        problems: dict[Diagnostic, None] = {}
        captures: dict[str, str] = {}
        later = {capture.name for one in chosen for capture in one.spec.captures}
        for one in chosen:
            problems.update(dict.fromkeys(self._prices(one, later)))
            if one.spec.node.templated:
                problems.update(dict.fromkeys(self._problems(one, captures)))
            captures.update((capture.name, one.name) for capture in one.spec.captures)
        for filled in self._filled.values():
            problems.update(dict.fromkeys(filled.problems()))
        return problems

    def _problems(self, planned: Planned, captures: Mapping[str, str]) -> Iterable[Diagnostic]:
        spec, variables = planned.spec, planned.scope.variables
        own = {**captures, **dict.fromkeys((capture.name for capture in spec.captures), planned.name)}
        made_later = False
        for response, known in ((False, captures), (True, own)):
            for node in spec.nodes(response=response):
                for placeholder, scalar in placeholders(node):
                    if placeholder.name in known or not variables.uses(placeholder.name).isdisjoint(known):
                        made_later |= not response
                    elif not placeholder.name.startswith("$"):
                        yield from self._look_up(planned, placeholder, scalar)
        filled = self._filled_of(planned)
        if not made_later:
            yield from _settings(planned.scope.resolver, spec)
        filled.check_request(spec, captures)
        filled.check_response(spec, own)

    def _prices(self, planned: Planned, later: Container[str]) -> Iterable[Diagnostic]:
        """The models that prices are for; ``later`` are the variables that responses give."""
        for key, _ in planned.scope.collection.prices:
            for placeholder, scalar in placeholders(key):
                uses = (placeholder.name, *planned.scope.variables.uses(placeholder.name))
                if not placeholder.name.startswith("$") and not any(one in later for one in uses):
                    yield from self._look_up(planned, placeholder, scalar)

    def _filled_of(self, planned: Planned) -> Filled:
        scope = planned.scope
        found = self._filled.get(id(scope.variables))
        if found is None:
            found = self._filled[id(scope.variables)] = Filled(scope.collection, scope.variables)
        return found

    def _look_up(self, planned: Planned, placeholder: Placeholder, scalar: Node) -> Iterable[Diagnostic]:
        variables = planned.scope.variables
        try:
            if variables.lookup(placeholder.name) is None and placeholder.default is None:
                yield variables.missing(placeholder, scalar, self._captured_by(placeholder.name))
            elif placeholder.filters:
                variables.fill(placeholder, scalar)
        except RenderError as error:
            yield error.diagnostic

    def _captured_by(self, name: str) -> str:
        """Where a variable is captured that is not there yet: later in the file."""
        for spec in self._collection.requests:
            if any(capture.name == name for capture in spec.captures):
                own = spec.node.source is self._collection.source
                place = f"line {spec.node.line}" if own else str(spec.location)
                return f'It is captured by "{spec.name.value}" ({place}), which does not run before this.'
        return ""


def _settings(resolver: Resolver, spec: RequestSpec) -> Iterable[Diagnostic]:
    """What the values make of the request, where no response is needed to know it."""
    try:
        resolver.url(spec)
        resolver.skip(spec)
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
        lambda: resolver.skip(spec),
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
