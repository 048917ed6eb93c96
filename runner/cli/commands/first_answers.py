"""``runner import curl --send``: sends what was imported once, and writes down what came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Final, NamedTuple, cast

from runner import registry
from runner.cli.context import Context
from runner.cli.interrupts import noted
from runner.disk import exists
from runner.engine.events import Event, RequestFinished
from runner.engine.job import Job
from runner.engine.plan import plan_job
from runner.engine.run import Run, RunOptions
from runner.errors import SEVEREST_FIRST, ExitCode, InvalidFiles
from runner.folder import Folder
from runner.importing.draft import Draft
from runner.learning.examples import example_of, with_example
from runner.learning.first_answer import expected_of, schema_from, schema_name
from runner.learning.lesson import Unlearnable
from runner.learning.masking import Masker
from runner.learning.schema_files import DRAFT
from runner.loading.collection import decode_collection
from runner.messages import Response
from runner.model import Collection
from runner.node import Plain
from runner.report.snippet import render_diagnostics
from runner.report.style import printable
from runner.results import RequestResult, Status
from runner.source import Source
from runner.transport.base import Transport
from runner.units import format_duration
from runner.variables.credentials import declare_credentials
from runner.variables.environment import EnvFileError, Outside, find_env_files
from runner.variables.filters import as_text
from runner.variables.generators import Generators
from runner.variables.scope import Defaults, Variables
from runner.writing.collection import collection_text
from runner.writing.json_patching import json_text
from runner.writing.layout import Commented, Value

OpenLive = Callable[[object, Mapping[str, str]], Callable[[], Transport]]
NOT_SENT: Final = "Not sent: the collection needs a hand first."


class _Imported(NamedTuple):
    """``target`` is where it is written, None for standard output; with ``force`` files beside it may be replaced."""

    draft: Draft
    target: Path | None
    force: bool


def learn_first_answers(draft: Draft, text: str, target: Path | None, force: bool, context: Context) -> ExitCode:  # noqa: FBT001
    """Send each request of what was imported once, which is ``text``; the draft has what its answers teach then.
    ``target`` is where it is written, None for standard output; with ``force`` files beside it may be replaced."""
    folder = context.working if target is None else target.parent
    try:
        collection = decode_collection(Source(draft.name, text, target), folder)
        job, wrong = plan_job(collection, _variables(collection, draft, context), lambda _spec, _name: True)
    except InvalidFiles:  # which is told of what came out in any case
        context.warn(NOT_SENT)
        return ExitCode.INVALID
    except EnvFileError as error:
        wrong = [error.diagnostic]
    if wrong:
        context.warn(render_diagnostics(wrong, context.style(context.stderr), context.redactor))
        context.warn(NOT_SENT)
        return ExitCode.INVALID
    results: list[RequestResult] = []
    code = _run(job, context, results)
    masker = Masker(context.redactor)
    before, files = deepcopy(draft.requests), dict(draft.files)
    for number, result in enumerate(results):
        told = _learn(_Imported(draft, target, force), number, result, (masker, context))
        code = next((one for one in SEVEREST_FIRST if one in (code, told)), ExitCode.OK)
    if wrong_now := _broken(draft, target, folder):
        draft.requests, draft.files = before, files
        context.warn(printable(f"What was learnt is left out, as the collection would not load: {wrong_now}."))
    elif masker.count:
        context.warn(f"Masked in examples: {masker.count} secret value{'s' * (masker.count > 1)}.")
    return code


def _broken(draft: Draft, target: Path | None, folder: Path) -> str:
    """What keeps the collection from being loaded, which did load before. Its schema files are not there yet."""
    learnt = draft.collection()
    learnt["requests"] = [_without_schema_file(one) for one in draft.requests]
    try:
        decode_collection(Source("", collection_text(learnt), target), folder)
    except InvalidFiles as error:
        return error.diagnostics[0].message
    return ""


def _without_schema_file(request: Value) -> Value:
    if isinstance(request, Commented):
        return _without_schema_file(request.value)
    expected = request.get("expect") if isinstance(request, dict) else None
    if not isinstance(request, dict) or not isinstance(expected, dict) or not isinstance(expected.get("schema"), str):
        return request
    return {**request, "expect": {key: value for key, value in expected.items() if key != "schema"}}


def _variables(collection: Collection, draft: Draft, context: Context) -> Variables:
    """What was pasted goes before what is set elsewhere: it is what is meant."""
    given = {name: value for name, value in draft.secrets.items() if value}
    files, searched = find_env_files([".env"], context.working, collection.folder.path.absolute(), None)
    outside = Outside(given, context.environ, files, searched)
    defaults = Defaults(collection.variables, collection.secrets)
    variables = Variables(defaults, outside, Generators(context.clock, context.random), _marking(context))
    declare_credentials(collection, variables)
    return variables


def _marking(context: Context) -> Callable[[Plain], None]:
    """What masks a value from now on."""

    def mark(value: Plain) -> None:
        if value is not None and not isinstance(value, bool):
            context.redactor.add(as_text(value))

    return mark


def _run(job: Job, context: Context, results: list[RequestResult]) -> ExitCode:
    """The code of an interrupt; what became of each request is told by itself."""

    def hear(event: Event) -> None:
        if isinstance(event, RequestFinished):
            results.append(event.result)

    connect = cast(OpenLive, registry.load(registry.LIVE_TRANSPORT))(context.clock, context.environ)
    options = RunOptions(keep=lambda _status: True, jitter=context.random.random)
    run = Run(connect, context.clock, _marking(context), hear, options)
    with noted(run.interrupt) as interrupts:
        result = run.run([job], len(job.requests))
    return interrupts[0] if interrupts else result.interrupted or ExitCode.OK


def _learn(imported: _Imported, number: int, result: RequestResult, means: tuple[Masker, Context]) -> ExitCode:
    """Write down what one answer teaches, and tell of it."""
    masker, context = means
    response = result.exchange.response if result.exchange is not None else None
    if response is None:
        why = result.error.message if result.error is not None else result.reason
        context.warn(printable(f'"{result.name}" got no answer: {why}'))
        if result.error is not None and result.error.hint:
            context.warn(printable(f"  {result.error.hint}"))
        return ExitCode.NO_RESPONSE if result.status is Status.ERROR else ExitCode.OK
    told = f"Sent {result.method} {result.target}: {response.status} in {format_duration(result.duration)}"
    others = [one for one in result.failed_checks if one.subject != "status"]
    if response.status >= 400 or others:
        says = f" ({result.advice.says})" if result.advice is not None and result.advice.says else ""
        what = f"{others[0].subject} is not as it should be: {others[0].got}" if others else "that is no success"
        context.warn(printable(f"{told}{says}. Nothing is learnt from it: {what}."))
        return ExitCode.CHECK_FAILED
    context.warn(printable(f"{told}."))
    request = imported.draft.requests[number]
    inner = request.value if isinstance(request, Commented) else request
    if isinstance(inner, dict):
        for text in _write_down(imported, inner, response, masker):
            context.warn(printable(f"  {text}."))
    return ExitCode.OK


def _write_down(imported: _Imported, request: dict[str, Value], response: Response, masker: Masker) -> list[str]:
    """What is left out of it, and why."""
    left_out: list[str] = []
    folder = Folder.of(Path() if imported.target is None else imported.target.parent)
    expected: dict[str, Value] = dict(expected_of(response))
    try:
        schema = schema_from(response, folder, masker)
        if schema is not None and imported.target is not None:
            expected["schema"] = _schema_file(imported, str(request["name"]), schema)
        elif schema is not None:
            expected["schema"] = schema
    except Unlearnable as error:
        left_out.append(f"It has no schema: {error}")
    request["expect"] = expected
    try:
        request["examples"], _ = with_example([], example_of(response, (), masker))
    except Unlearnable as error:
        left_out.append(f"It has no example: {error}")
    return left_out


def _schema_file(imported: _Imported, request: str, schema: dict[str, Plain]) -> str:
    """The name of the file that is written beside the collection."""
    assert imported.target is not None  # noqa: S101  # the caller looked
    data = json_text({"$schema": DRAFT, **schema}).encode()
    taken = set(imported.draft.files)
    while True:
        name = schema_name(request, taken)
        if imported.force or not exists(imported.target.parent / name):
            break
        taken.add(name)
    imported.draft.files[name] = data
    return name
