"""``runner.run`` and ``runner.load``: what the commands do, for Python code."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from runner.api.hearing import Heard, Watched
from runner.api.mistakes import readable, warning_of
from runner.api.reading import StrPath, Value, assignments, check_kinds, check_numbers, context_of, paths_of, time_of
from runner.api.result import Result
from runner.api.sending import Sending
from runner.api.views import Collection, Request
from runner.cli.arguments import Inputs, RunArguments, Selection
from runner.cli.running.again import repeating
from runner.cli.running.planning import plan
from runner.cli.session import Session
from runner.engine.events import Event
from runner.errors import InvalidFiles, UsageError
from runner.model import Phase, RequestSpec


def run(
    *paths: StrPath,
    variables: Mapping[str, Value] | None = None,
    env: str = "",
    env_files: Sequence[StrPath] = (),
    data: StrPath = "",
    root: StrPath = "",
    name: str = "",
    tags: str = "",
    mock: bool = False,
    strict: bool = False,
    fail_fast: bool = False,
    jobs: int = 1,
    repeat: int = 1,
    retries: int = 0,
    timeout: str | float = "",
    delay: str | float = "",
    rate: str = "",
    max_tokens: int | None = None,
    max_cost: float | None = None,
    insecure: bool = False,
    ca: StrPath = "",
    cert: StrPath = "",
    key: StrPath = "",
    proxy: str = "",
    resolve: Sequence[str] = (),
    exchanges: bool = True,
    on_event: Callable[[Event], object] | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: StrPath | None = None,
) -> Result:
    """Send the requests of these files and folders, check the responses.

    Arguments mean what the options of ``runner run`` mean; ``name`` is ``-k``. Settings files and ``RUNNER_``
    variables are not read. ``exchanges=False`` keeps requests and responses of failures alone. ``on_event`` is called
    with every event of the run, in this thread; what it raises ends the run. ``environ`` and ``cwd`` stand for the
    environment and the working directory of the process. Nothing is printed.

    Raises ``InvalidFiles``, ``UsageError`` and ``NothingToRun`` before anything is sent, and ``KeyboardInterrupt``
    after what cleans up.
    """
    context = context_of(environ, cwd)
    with readable(context):
        check_kinds(
            {"env": env, "name": name, "tags": tags, "rate": rate, "proxy": proxy},
            {"env_files": env_files, "resolve": resolve},
            {"mock": mock, "strict": strict, "fail_fast": fail_fast, "insecure": insecure, "exchanges": exchanges},
        )
        check_numbers({"jobs": (jobs, 1, 256), "repeat": (repeat, 1, None), "retries": (retries, 0, 99)})
        check_numbers({"max_tokens": (max_tokens, 0, None), "max_cost": (max_cost, 0, None)})
        files = [os.fspath(one) for one in env_files]
        inputs = Inputs(paths_of(paths), assignments(variables or {}), env, files, mock, os.fspath(data))
        inputs = inputs._replace(root=os.fspath(root))
        selection = Selection(name, tags, time_of(timeout), insecure, os.fspath(ca), proxy, retries, time_of(delay))
        selection = selection._replace(cert=os.fspath(cert), key=os.fspath(key), pins=tuple(resolve))
        arguments = RunArguments(inputs, selection, fail_fast, strict=strict, jobs=jobs, repeat=repeat, rate=rate)
        arguments = arguments._replace(max_tokens=max_tokens, max_cost=max_cost)
        found = plan(inputs, selection, context)
        warnings = found.session.warnings
        if strict and warnings:
            raise InvalidFiles([one._replace(severity="error") for one in warnings])
        heard = Heard(context.redactor, repeating(arguments, context), strict=strict)
        watched = Watched(on_event) if on_event is not None else None
        sending = Sending(found, arguments, context, whole=exchanges)
    totals = sending.send(heard, watched)
    return Result(heard.outcomes, totals, tuple(warning_of(one, context) for one in warnings), heard.text)


def load(path: StrPath, *, root: StrPath = "", cwd: StrPath | None = None) -> Collection:
    """What a collection file says. Raises ``InvalidFiles`` with everything that is wrong with it, ``NothingToRun`` if
    there is no such file."""
    context = context_of(None, cwd)
    with readable(context):
        session = Session(Inputs([os.fspath(path)], root=os.fspath(root)), context)
        if len(session.collections) != 1 or (context.working / path).is_dir():
            raise UsageError(f"load: {os.fspath(path)} is a folder", "Name a file in it.")
    (found,) = session.collections
    requests = tuple(_request(spec, phase) for spec, phase in found.phased)
    warnings = tuple(warning_of(one, context) for one in session.warnings)
    whole = Collection(found.source.name, found.name, found.description, requests, warnings)
    return context.redactor.redact(whole)


def _request(spec: RequestSpec, phase: Phase) -> Request:
    name, method, url = str(spec.name.value), spec.target.partition(" ")[0], str(spec.url.value)
    place = spec.location
    return Request(name, method, url, spec.tags, place.file, place.line, spec.description, phase)
