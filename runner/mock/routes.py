"""Finds the example that answers a request: by method and path, by what is written, preference and ``when``; does no
I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from runner.errors import RenderError
from runner.messages import REQUEST_HEADER
from runner.mock.bodies import Filling, json_response, response_of
from runner.mock.likeness import Likeness
from runner.mock.matching import fits
from runner.mock.messages import MockRequest, MockResponse
from runner.mock.paths import PathPattern, path_pattern
from runner.mock.prefer import Preference, read_preference
from runner.mock.ranking import request_likeness
from runner.model import Example, RequestSpec
from runner.node import Node, Plain
from runner.strict_json import NotJson

Served: TypeAlias = tuple[RequestSpec, Filling]


class Route(NamedTuple):
    """One request of a collection as the mock sees it. It has two patterns where its URL's host is a variable
    whose value has a path of its own."""

    spec: RequestSpec
    method: str
    patterns: tuple[PathPattern, ...]
    filling: Filling

    @property
    def examples(self) -> tuple[Example, ...]:
        return self.spec.examples

    @property
    def openness(self) -> int:
        """How many segments of its path are placeholders."""
        return self.patterns[0].open_segments

    def fits_path(self, path: str) -> bool:
        return any(pattern.fits(path) for pattern in self.patterns)

    @property
    def listing(self) -> dict[str, Plain]:
        """What the mock says of it to somebody who asked for something else."""
        names: list[Plain] = [example.name for example in self.examples]
        return {"method": self.method, "path": self.patterns[0].shown, "examples": names}


class Routes:
    """All requests that the mock serves to whoever asks, in the order of the files, each with what fills its examples;
    and those of the jobs of ``runner run --mock`` that are under way, by number. Any thread may ask."""

    def __init__(self, requests: Iterable[Served] = ()) -> None:
        served = [route for route in (_route(spec, filling) for spec, filling in requests) if route.examples]
        self._served = sorted(served, key=lambda route: route.openness)
        self._jobs: dict[str, Mapping[int, Served]] = {}

    def begin(self, number: int, requests: Mapping[int, Served]) -> None:
        """From now on the header names these as ``NUMBER.PLACE``."""
        self._jobs[str(number)] = requests

    def end(self, number: int) -> None:
        """They are no longer asked for."""
        self._jobs.pop(str(number), None)

    def answer(self, request: MockRequest) -> MockResponse:
        """The answer to a request; what nothing fits is told in JSON, with what there is."""
        try:
            return self._answer(request)
        except RenderError as error:
            return _problem(500, "broken_example", f"The example cannot be filled: {error}")
        except NotJson as error:
            return _problem(500, "broken_example", f"The example cannot be written as JSON: {error}")
        except OSError as error:
            return _problem(500, "broken_example", f"The example's file cannot be read: {error.strerror or error}")

    def _answer(self, request: MockRequest) -> MockResponse:
        label = next(iter(request.header_values(REQUEST_HEADER)), None)
        if label is not None:
            return self._answer_own(label, request)
        found = [route for route in self._served if route.fits_path(request.path)]
        if not found:
            return self._nothing(f"The mock serves nothing at {request.path}.")
        matching = [route for route in found if route.method in _methods(request.method)]
        if not matching:
            return self._other_method(request, found)
        return self._choose(_ranked(matching, request), request)

    def _answer_own(self, label: str, request: MockRequest) -> MockResponse:
        """The answer from the examples of the one request that ``runner run --mock`` is sending."""
        number, _, place = label.partition(".")
        served = self._jobs.get(number, {}).get(int(place)) if place.isdecimal() else None
        if served is None:
            message = f'The header {REQUEST_HEADER} names no request: "{label}".'
            return _problem(400, "unknown_request", message)
        route = _route(*served)
        if not route.examples:
            message = (
                f'The request "{_raw(route.spec.name)}" has no examples, so the mock has nothing to answer. '
                "Add one to it: examples: [{name: success, status: 200, json: {…}}]"
            )
            return _problem(404, "no_examples", message)
        return self._choose([route], request)

    def _choose(self, routes: Sequence[Route], request: MockRequest) -> MockResponse:
        """The example that the caller prefers, else the first that fits."""
        found = [(example, route.filling) for route in routes for example in route.examples]
        preference = read_preference(request.header_values("prefer"))
        if preference:
            found = [one for one in found if _preferred(one[0], preference)]
            if not found:
                return self._nothing(f"No example here is what Prefer asks for: {preference}.", routes)
        for example, filling in found:
            if fits(example.when, request, filling.context):
                return response_of(example, filling)
        if preference:
            return response_of(*found[0])
        return self._nothing('The request fits the "when" of no example.', routes)

    def _nothing(self, message: str, routes: Sequence[Route] | None = None) -> MockResponse:
        return _problem(404, "no_example", message, self._served if routes is None else routes)

    def _other_method(self, request: MockRequest, found: Sequence[Route]) -> MockResponse:
        methods = {route.method for route in found}
        allowed = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
        message = f"The mock serves {allowed} at {request.path}, not {request.method}."
        answer = _problem(405, "other_method", message, found)
        return MockResponse(405, (*answer.headers, ("Allow", allowed)), answer.body)


def _route(spec: RequestSpec, filling: Filling) -> Route:
    method = _text(spec.method, filling) if spec.method else ("POST" if spec.body else "GET")
    base = spec.base_url
    as_written = path_pattern(_raw(spec.url), _raw(base))
    filled = path_pattern(_text(spec.url, filling), _text(base, filling))
    patterns = (as_written,) if filled.segments == as_written.segments else (as_written, filled)
    return Route(spec, method.upper(), patterns, filling)


def _raw(node: Node | None) -> str:
    return "" if node is None or node.value is None else str(node.value)


def _text(node: Node | None, filling: Filling) -> str:
    """A node's text, placeholders filled if that gives the same for every request."""
    constant = filling.constant(node) if node is not None and node.templated else None
    return _raw(node) if constant is None else constant


def _ranked(routes: Sequence[Route], request: MockRequest) -> Sequence[Route]:
    """Of those whose paths are as exact: first the ones that wrote what came, the one that wrote most of it before all.
    The others follow in the order of the files."""
    if len(routes) == 1:
        return routes

    def rank(route: Route) -> tuple[int, int, int]:
        fit = request_likeness(route.spec, request, route.filling.constant)
        places, word_for_word = fit or Likeness(-1)
        return route.openness, -places, -word_for_word

    return sorted(routes, key=rank)


def _methods(method: str) -> tuple[str, ...]:
    return ("HEAD", "GET") if method == "HEAD" else (method,)


def _preferred(example: Example, preference: Preference) -> bool:
    named = preference.example is None or example.name == preference.example
    return named and (preference.code is None or str(example.status) == preference.code)


def _problem(status: int, code: str, message: str, routes: Sequence[Route] = ()) -> MockResponse:
    serves: list[Plain] = [dict(route.listing) for route in routes]
    error: dict[str, Plain] = {"message": message, "type": "mock", "code": code}
    return json_response(status, {"error": error, "serves": serves} if routes else {"error": error})
