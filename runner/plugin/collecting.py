"""A collection and its requests as pytest knows them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast
from warnings import warn_explicit

import pytest

from runner.api.mistakes import readable, warning_of
from runner.api.reading import context_of
from runner.cli.arguments import Inputs, RunArguments, Selection
from runner.cli.running.planning import Plan, plan
from runner.cli.running.run import run_options
from runner.engine.job import Job
from runner.engine.plan import Selector, named_requests
from runner.errors import RunnerError
from runner.model import Collection, RequestSpec
from runner.plugin.feed import Feed, Key, keyed
from runner.plugin.state import STATE
from runner.plugin.tags import markers_of
from runner.plugin.telling import Failure, RequestFailed, RunnerWarning, failed
from runner.report.style import printable
from runner.results import RequestResult, Status


class CollectionFile(pytest.File):
    """One file. Its requests are items; ``setup``, ``teardown`` and what a selected request needs run with them."""

    def __init__(self, **of_pytest: object) -> None:
        super().__init__(**of_pytest)  # type: ignore[arg-type]
        option = self.config.option
        inputs = Inputs([self._shown], tuple(option.runner_var), option.runner_env, mock=option.runner_mock)
        inputs = inputs._replace(root=option.runner_root)
        self._context = context_of(None, self.config.invocation_params.dir)
        self._arguments = RunArguments(inputs, Selection(timeout=option.runner_timeout))
        self._found: Plan | None = None
        self._feed: Feed | None = None
        self._left: set[Key] = set()
        """The selected requests that pytest has not run yet."""
        self._told: set[Key] = set()
        """The requests that are no items, and that pytest knows to have failed."""

    def collect(self) -> Iterator[RequestItem]:
        found = self._found = self._planned()
        for warning in found.session.warnings:
            if warning.rule != "unused-variable":  # the options are for all files
                file, line = (
                    (warning.source and warning.source.path) or self.path,
                    warning.span.line if warning.span else 0,
                )
                warn_explicit(RunnerWarning(warning_of(warning, self._context)), None, str(file), line)
        for key, job in keyed(found.jobs()):
            for spec, name in _requests(job):
                yield self._item(key._replace(name=name), spec, job.skipped)

    def _planned(self) -> Plan:
        try:
            with readable(self._context, _as_option):
                return plan(self._arguments.inputs, self._arguments.selection, self._context)
        except RunnerError as error:
            raise self.CollectError(str(error)) from None

    @property
    def _shown(self) -> str:
        """The path as somebody would write it where pytest was started."""
        working = self.config.invocation_params.dir
        return os.path.relpath(self.path, working) if self.path.is_relative_to(working) else str(self.path)

    def _item(self, key: Key, spec: RequestSpec, skipped: str) -> RequestItem:
        row = re.sub(r"[\[\]]", "", key.row)
        name = f"{key.name}[{row}]" if row else key.name
        name = self._context.redactor.text(printable(name.replace("::", ": :")))  # pytest takes :: apart
        item: RequestItem = RequestItem.from_parent(self, name=name, key=key, spec=spec, skipped=skipped)
        for marker in markers_of(spec.tags, self.config):
            item.add_marker(marker)
        item.extra_keyword_matches.update(spec.tags)
        return item

    def result_of(self, key: Key) -> RequestResult:
        """What came of a request, which is sent now; raises ``RequestFailed`` if what it needs could not be done."""
        if self._feed is None:
            self._feed = self._begun(cast(Plan, self._found))
        result = self._feed.result(key)
        self._left.discard(key)
        if result is None:
            raise RequestFailed("The run ended before it was sent.", "not sent")
        if result.status is Status.SKIP and result.held_up:
            culprits = [(one, why) for one, why in self._feed.strays if one[:2] == key[:2]]
            if culprits:
                self._told.update(one for one, _ in culprits)
                raise _together(culprits, result.reason)
        return result

    def _begun(self, found: Plan) -> Feed:
        """A run of what is selected, in which nothing is sent yet."""
        items = [one for one in self.session.items if isinstance(one, RequestItem) and one.parent is self]
        wanted = frozenset(one.key for one in items if not one.skipped and not one.get_closest_marker("skip"))
        self._left = set(wanted)

        def only(_collection: Collection, row: str) -> Selector | None:
            names = {key.name for key in wanted if key.row == row}
            return (lambda _spec, name: name in names) if names else None

        self.config.stash[STATE].open[self.nodeid] = self._end
        options = run_options(self._arguments, self._context)._replace(keep=lambda status: status is not Status.SKIP)
        mock = self._arguments.inputs.mock
        return Feed(found.narrowed(only), wanted, self._context, options, mock=mock)

    def teardown(self) -> None:
        """After the last of its requests; what failed without being one of pytest's items is told here."""
        feed, stopping = self._feed, self.session.shouldfail or self.session.shouldstop
        if feed is None or (self._left and not stopping):  # in another order some may come later
            return
        self._end()
        untold = [(key, result) for key, result in feed.strays if key not in self._told]
        if untold:
            raise _together(untold, "")

    def _end(self) -> None:
        if self._feed is not None:
            self._feed.close(whole=not self._left)
            self._feed = None
        self.config.stash[STATE].open.pop(self.nodeid, None)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str | Failure:  # type: ignore[override]
        return _told(excinfo.value) or str(super().repr_failure(excinfo))


class RequestItem(pytest.Item):
    """One request: sent when pytest runs it, unless it was on the way to another one that pytest ran before."""

    parent: CollectionFile

    def __init__(self, *, key: Key, spec: RequestSpec, skipped: str, **of_pytest: object) -> None:
        super().__init__(**of_pytest)  # type: ignore[arg-type]
        self.key = key
        self.skipped = skipped
        self._spec = spec

    def runtest(self) -> None:
        if self.skipped:
            raise _skip(self.skipped)
        result = self.parent.result_of(self.key)
        self._describe(result)
        if result.status is Status.SKIP:
            raise _skip(result.reason)
        if result.status is not Status.PASS:
            raise failed(result)
        for warning in result.warnings:
            self.warn(RunnerWarning(printable(warning)))

    def _describe(self, result: RequestResult) -> None:
        """Properties of the test in JUnit's XML."""
        if result.exchange is not None:
            self.user_properties += [("method", result.method), ("url", printable(result.exchange.request.url))]
        if result.http_status is not None:
            self.user_properties.append(("status", str(result.http_status)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str | Failure:  # type: ignore[override]
        return _told(excinfo.value) or str(super().repr_failure(excinfo, style))  # type: ignore[arg-type]

    def reportinfo(self) -> tuple[Path, int, str]:
        node = self._spec.node
        return node.source.path or self.path, node.location.line - 1, self.name


def collection_file(parent: pytest.Collector, path: Path) -> CollectionFile:
    """The file as a part of what ``parent`` collects."""
    made: CollectionFile = CollectionFile.from_parent(parent, path=path)
    return made


def _requests(job: Job) -> Iterable[tuple[RequestSpec, str]]:
    """Those that are items, also of a file that is skipped."""
    if job.skipped:
        return [(spec, name) for spec, name in named_requests(job.scope) if spec.phase == "requests"]
    return [(one.spec, one.name) for one in job.requests if one.phase == "requests"]


def _together(results: Iterable[tuple[Key, RequestResult]], reason: str) -> RequestFailed:
    """One exception for several requests that are no items."""
    told = [failed(result, f'"{printable(result.name)}"') for _, result in results]
    text = "\n\n".join(filter(None, [printable(reason), *(one.text for one in told)]))
    return RequestFailed(text, told[0].short)


def _told(raised: BaseException) -> str | Failure | None:
    """What is to be shown of what was raised, if that is not a traceback. Warnings are raised where pytest is told to
    take them for errors."""
    if isinstance(raised, RequestFailed):
        return Failure(raised)
    return f"warning: {raised}" if isinstance(raised, RunnerWarning) else None


def _skip(reason: str) -> BaseException:
    return pytest.skip.Exception(printable(reason), _use_item_location=True)


def _as_option(match: re.Match[str]) -> str:
    """An option of ``runner`` as it is called under pytest."""
    return f"--runner-{match[1]}"
