"""Makes once what is the same each time: most requests of a load test are sent a million times as they are."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from runner.auth.apply import authenticate, credentials_of
from runner.auth.flow import Means
from runner.auth.tokens import Tokens
from runner.clock import SystemClock
from runner.engine.job import Job, Planned
from runner.errors import RenderError
from runner.load_testing.script import varies
from runner.load_testing.sure import Sure, sure_of
from runner.messages import Request
from runner.model import RequestSpec
from runner.resolve import Resolver
from runner.settings import PassRate, PollPolicy, RetryPolicy
from runner.variables.template import is_made_up

PLAIN_SCHEMES: Final = frozenset({"bearer", "basic", "api_key"})
"""Those that send one request, which depends on nothing but the values that they are given."""


def fixed(job: Job) -> Job:
    """``job``, with those requests made beforehand in which nothing can change."""
    if varies(job):
        return job
    return job._replace(requests=tuple(map(_fixed, job.requests)))


def _fixed(planned: Planned) -> Planned:
    spec = planned.spec
    if any(is_made_up(node) for node in spec.nodes(response=False)):
        return planned
    try:
        made = _Made(planned)
    except RenderError:
        return planned  # it is told when it is sent
    spec = spec._replace(auth=None) if made.has_credentials else spec
    return planned._replace(spec=spec, scope=planned.scope._replace(resolver=made))


def sure_requests(job: Job) -> dict[str, Sure]:
    """By name those requests of a job that was fixed of which it may be sure that they pass."""
    found = {}
    for planned in job.requests:
        resolver = planned.scope.resolver
        sure = sure_of(planned, resolver.request(planned.spec)) if isinstance(resolver, _Made) else None
        if sure is not None:
            found[planned.name] = sure
    return found


class _Made(Resolver):
    """Of one request: what it is made of does not change."""

    def __init__(self, planned: Planned) -> None:
        scope, spec = planned.scope, planned.spec
        super().__init__(scope.collection.folder, scope.variables, scope.overrides)
        own = scope.resolver
        self._delay, self._retry, self._poll = own.delay(spec), own.retry(spec), own.poll(spec)
        self._pass_rate, self._streams = own.pass_rate(spec), own.reads_streams(spec)
        self._request = own.request(spec)
        self.has_credentials = spec.auth is not None and spec.auth.scheme in PLAIN_SCHEMES
        if self.has_credentials:
            self._request = _with_credentials(self._request, planned)

    def request(self, spec: RequestSpec) -> Request:  # noqa: ARG002  # it is of this one alone
        return self._request

    def delay(self, spec: RequestSpec) -> float:  # noqa: ARG002  # as above
        return self._delay

    def retry(self, spec: RequestSpec) -> RetryPolicy | None:  # noqa: ARG002  # as above
        return self._retry

    def poll(self, spec: RequestSpec) -> PollPolicy | None:  # noqa: ARG002  # as above
        return self._poll

    def pass_rate(self, spec: RequestSpec) -> PassRate | None:  # noqa: ARG002  # as above
        return self._pass_rate

    def reads_streams(self, spec: RequestSpec) -> bool:  # noqa: ARG002  # as above
        return self._streams


def _with_credentials(request: Request, planned: Planned) -> Request:
    """The request as its scheme sends it."""
    variables = planned.scope.variables
    means = Means(variables, SystemClock(), Tokens(), variables.hide)
    with closing(authenticate(request, credentials_of(planned.spec.auth, means), means)) as flow:
        return next(flow)
