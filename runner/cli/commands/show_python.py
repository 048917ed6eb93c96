"""What ``show --as python`` prints of a request."""

from __future__ import annotations

from contextlib import closing

from runner.auth.apply import authenticate, credentials_of
from runner.auth.flow import Means
from runner.engine.job import Planned
from runner.exporting.commands import ACCESS_TOKEN, Script
from runner.exporting.python.call import Ready, call_of
from runner.exporting.python.literals import TOKEN, Literals
from runner.exporting.references import References


def python_call(planned: Planned, means: Means) -> Script:
    """A call of the library requests, secrets out of the environment; raises ``RenderError``."""
    spec = planned.spec
    ready = Ready(spec, planned.scope.resolver.request(spec), means)
    with closing(authenticate(ready.request, credentials_of(spec.auth, means), means)) as flow:
        next(flow)  # what credentials are made of are secrets from here on
    references = References({TOKEN: ACCESS_TOKEN, **planned.scope.variables.secret_texts()})
    call = call_of(ready, Literals(references, from_environment=True), "requests")
    return Script("\n".join(call.lines), call.notes)
