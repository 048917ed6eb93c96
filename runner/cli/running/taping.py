"""``runner run --record`` and ``--replay``: what a run sends and gets is kept in a file, or answered from one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, cast

from runner import registry
from runner.cli.arguments import RunArguments
from runner.cli.context import Context
from runner.cli.running.listening import Hearers
from runner.cli.running.run import OpenLive, run_once
from runner.cli.session import Session
from runner.disk import WholeFile, is_file, read_up_to
from runner.engine.job import Job, Planned
from runner.engine.run import RunOptions
from runner.errors import ExitCode, UsageError
from runner.folder import error_text
from runner.recording.entry import Entry, Recording
from runner.recording.har import CREATOR
from runner.recording.reading import read_recording
from runner.recording.recorder import Recorder, RecordingTransport, owner_of
from runner.recording.replay import ReplayTransport
from runner.recording.replay_clock import ReplayClock
from runner.recording.shelf import Shelf
from runner.recording.stand_ins import to_hide
from runner.report.style import printable
from runner.transport.base import Stepping, Transport

MODE: Final = 0o600
"""Only the user may read a recording: it has whole answers."""
OURS: Final = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:\s*\{.*"creator"\s*:\s*\{[^{}]*"name"\s*:\s*"%s"' % CREATOR.encode(), re.DOTALL
)
"""How a file begins that this program has made: others, such as what a browser has exported, cannot be made again."""
MOST: Final = 5
"""Exchanges that a warning names."""
OTHERS: Final = {
    "mock": "The mock server answers from the examples in the files.",
    "dry-run": "With --dry-run nothing is sent.",
    "watch": "Each round of --watch sends only what changed.",
}


def run_taped(arguments: RunArguments, context: Context, hearers: Hearers) -> ExitCode:
    """A run with a recording; raises ``UsageError`` and ``InvalidFiles``."""
    record, replay = arguments.record, arguments.inputs.replay
    if record and replay:
        raise UsageError("--record and --replay do not go together", "Leave one of them out.")
    given = {"mock": arguments.inputs.mock, "dry-run": arguments.dry_run, "watch": arguments.watch}
    for name in (one for one, is_given in given.items() if is_given):
        hint = f"{OTHERS[name]} Leave one of them out. {context.settled.mention(name)}".rstrip()
        raise UsageError(f"--{'record' if record else 'replay'} and --{name} do not go together", hint)
    for text in arguments.reports:
        _, _, file = text.partition("=")
        if file and os.path.realpath(context.working / file) == os.path.realpath(context.working / (record or replay)):
            raise UsageError(
                f"--report: {printable(record or replay)} is to have a report as well", "Name another file."
            )
    if record:
        tape = RecordingTape(arguments, context)
        try:
            return run_once(arguments, context, hearers._replace(tape=tape))
        finally:
            tape.discard()
    recording = read_recording(context.working / replay, replay)
    for text in (text for one in recording.entries for text in to_hide(one.stand_ins)):
        context.redactor.add(text)
    then = replace(context, clock=ReplayClock(context.clock, recording.started, waits=arguments.timing))
    return run_once(arguments, then, hearers._replace(tape=ReplayTape(recording, arguments, then)))


class Jobs:
    """The jobs under way, by number."""

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}

    def watched(self, options: RunOptions) -> RunOptions:
        """The options of a run whose transports are told for which request they send."""
        return options._replace(begin=self._begin, end=self._end, about=self._about)

    def _begin(self, number: int, job: Job) -> None:
        self._jobs[number] = job

    def _end(self, number: int) -> None:
        self._jobs.pop(number, None)

    def _about(self, transport: Transport, number: int, planned: Planned) -> None:
        cast("RecordingTransport | ReplayTransport", transport).about(owner_of(self._jobs[number], planned), planned)


class RecordingTape:
    """Keeps what is sent. The file is opened before anything is sent, and changed only if something was."""

    def __init__(self, arguments: RunArguments, context: Context) -> None:
        self._name = arguments.record
        self._quiet = arguments.verbosity < 0
        self._context = context
        self._recorder = Recorder()
        self._file = _open(arguments.record, context)

    def opened(self, options: RunOptions, _session: Session) -> tuple[Callable[[], Transport], RunOptions]:
        live = cast(OpenLive, registry.load(registry.LIVE_TRANSPORT))(self._context.clock, self._context.environ)
        connect = cast("Callable[[], Stepping]", live)
        return lambda: RecordingTransport(connect(), self._recorder), Jobs().watched(options)

    def finish(self) -> bool:
        context, count = self._context, len(self._recorder)
        if not count:
            context.warn(printable(f"Nothing was sent, so {self._name} is as it was."))
            return True
        try:
            self._file.write(self._recorder.text(context.redactor))
            self._file.commit()
        except OSError as error:
            context.warn(f"Error: {printable(f'{self._name} cannot be written: {error_text(error)}')}")
            return False
        for one in self._recorder.withheld:
            context.warn(printable(f"Warning: the answer to {one.shown} cannot be replayed: {one.withheld}"))
        if not self._quiet:
            shown = "1 exchange" if count == 1 else f"{count} exchanges"
            context.warn(printable(f"Recorded {shown} in {self._name}"))
        return True

    def discard(self) -> None:
        """Leave no trace of what was not finished."""
        self._file.discard()


class ReplayTape:
    """Answers from a recording."""

    def __init__(self, recording: Recording, arguments: RunArguments, context: Context) -> None:
        self._recording = recording
        self._arguments = arguments
        self._context = context
        self._shelf = Shelf(recording)
        self._counts = False
        self._left: Sequence[Entry] = ()

    def opened(self, options: RunOptions, session: Session) -> tuple[Callable[[], Transport], RunOptions]:
        chosen = self._arguments.selection
        self._counts = not (chosen.text or chosen.tags or chosen.last_failed or session.is_pointed)
        clock = cast(ReplayClock, self._context.clock)
        named = options._replace(replayed=self._recording.name, left_over=self._left_over, interval=0.0)
        return lambda: ReplayTransport(self._shelf, clock), Jobs().watched(named)

    def _left_over(self) -> int:
        """Where only a part is run, nothing is left over; not asked for where a run was stopped."""
        self._left = self._shelf.left() if self._counts else ()
        return len(self._left)

    def finish(self) -> bool:
        left = self._left
        if left:
            named = ", ".join(one.shown for one in left[:MOST])
            more = f" and {len(left) - MOST} more" if len(left) > MOST else ""
            asked = "1 exchange was" if len(left) == 1 else f"{len(left)} exchanges were"
            self._context.warn(printable(f"Warning: {asked} recorded and not asked for: {named}{more}"))
        return True


def _open(name: str, context: Context) -> WholeFile:
    """The file, as it is to be; raises ``UsageError``."""
    path = context.working / name
    try:
        if is_file(path) and (there := read_up_to(path, 1000)).strip() and not OURS.match(there):
            hint = "Name another file: only what --record has made is replaced."
            raise UsageError(f"--record: {printable(name)} is there, and is no recording of this program", hint)
        return WholeFile(path, MODE)
    except (OSError, ValueError) as error:
        why = error_text(error) if isinstance(error, OSError) else "this is no name for a file"
        hint = "Create its folder, or look at its permissions."
        raise UsageError(f"--record: {printable(name)} cannot be written: {why}", hint) from None
