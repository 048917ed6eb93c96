from __future__ import annotations

from runner.cli.commands.mocking import Mock, make_routes
from runner.engine.plan import plan_job
from runner.messages import REQUEST_HEADER
from runner.mock.messages import MockRequest
from runner.mock.server import MockServer
from tests.command import StillClock
from tests.unit.loading import collection, scope_of

TEXT = "requests: [{name: a, url: 'http://h.example/a', examples: [{text: hello}]}]"


def test_what_has_ended_is_forgotten() -> None:
    found = collection(TEXT)
    job, _ = plan_job(found, scope_of(found), lambda _spec, _name: True)
    routes = make_routes([])
    asked = MockRequest("GET", "/a", headers=((REQUEST_HEADER, "7.0"),))
    with MockServer(routes, StillClock()) as server:
        mock = Mock(server, routes)
        mock.begin(7, job)
        assert routes.answer(asked).body == b"hello"
        mock.end(7)
        assert (routes.answer(asked).status, b"unknown_request" in routes.answer(asked).body) == (400, True)
