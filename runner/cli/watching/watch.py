"""``runner run --watch``: everything once, then what changed, at each save until Ctrl-C."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from runner.cli.arguments import RunArguments
from runner.cli.boundary import tell_mistake
from runner.cli.context import Context
from runner.cli.running.listening import Hearers
from runner.cli.running.planning import Plan, plan
from runner.cli.running.run import collect_again, reporting, run_options, send, tell_beforehand
from runner.cli.targets import chosen_root, find_targets
from runner.cli.watching.changes import Key, Meanings, Reading, changed, keys_of, only, without
from runner.cli.watching.pinned import Pinned
from runner.cli.watching.round_screen import RoundScreen
from runner.cli.watching.watched import Watched, stamp_of
from runner.engine.events import Event, FileStarted, RequestFinished
from runner.errors import ExitCode, InvalidFiles, NothingToRun, Terminated, UsageError
from runner.results import Status

Mistake: TypeAlias = InvalidFiles | UsageError | NothingToRun
STILL: Final = 0.5
"""For how long a file that is wrong must not be saved again before that is told: it may be only half there."""
MOST_READINGS: Final = 6
ENDING: Final = frozenset({ExitCode.INTERRUPTED, ExitCode.TERMINATED})


def watch(arguments: RunArguments, context: Context) -> ExitCode:
    """Rounds until an interrupt; raises what is wrong with the command line."""
    root = chosen_root(arguments.inputs.root, context.working)
    if any(target.path is None for target in find_targets(arguments.inputs.paths, context.working, root)):
        raise UsageError("--watch and - do not go together", "Standard input can be read only once: name a file.")
    if arguments.selection.last_failed:
        hint = "Leave one out: --watch runs everything once, then what changes."
        raise UsageError("--watch and --last-failed do not go together", hint)
    rounds = Rounds(arguments, context)
    screen = RoundScreen(arguments, context)
    collect_again()
    try:
        return rounds.go(screen)
    except KeyboardInterrupt:
        screen.end()
        return ExitCode.INTERRUPTED
    except Terminated:
        screen.end()
        return ExitCode.TERMINATED


class Heard:
    """Listens to a round: what came to an end in it, and what of it has not passed."""

    def __init__(self) -> None:
        self.keys: set[Key] = set()
        self.failed: set[Key] = set()
        self._file = FileStarted("", "")

    def __call__(self, event: Event) -> None:
        if isinstance(event, FileStarted):
            self._file = event
            if event.skipped:
                self.keys.add(Key(event.file, event.row))
        elif isinstance(event, RequestFinished):
            key = Key(self._file.file, self._file.row, event.result.name)
            self.keys.add(key)
            if event.result.held_up or event.result.status in (Status.FAIL, Status.ERROR):
                self.failed.add(key)


class Rounds:
    """What is known from one round to the next."""

    def __init__(self, arguments: RunArguments, context: Context) -> None:
        self._arguments = arguments
        self._context = context
        self._options = run_options(arguments, context)
        self._watched = Watched(arguments.inputs, arguments.selection, context)
        self._pinned = Pinned()
        self._known: Meanings = {}
        self._last: frozenset[Key] = frozenset()
        self._failed: set[Key] = set()
        """What did not pass when it was last run."""
        self._others = 0
        """How many of these were not in the last round."""

    def go(self, screen: RoundScreen) -> ExitCode:
        """One round after the other."""
        saved: list[str] = []
        while True:
            first = not saved
            found, saved = self._read(saved)
            code = self._round(found, saved, screen)
            if code in ENDING or (first and isinstance(found, UsageError | NothingToRun)):
                return code
            screen.wait(self._watched.count, self._others)
            saved = self._watched.saved()

    def _read(self, saved: list[str]) -> tuple[Plan | Mistake, list[str]]:
        """The plan, or what is wrong; and all that was saved until then. A file that is wrong may be half written:
        then it is read again."""
        for _ in range(MOST_READINGS):
            self._watched.learn()
            try:
                return plan(self._arguments.inputs, self._arguments.selection, self._context, self._pinned), saved
            except (InvalidFiles, UsageError, NothingToRun) as error:
                found = error
            again = self._watched.saved(within=STILL) if saved else []
            if not again:
                break
            saved = list(dict.fromkeys([*saved, *again]))
        return found, saved

    def _round(self, found: Plan | Mistake, saved: Sequence[str], screen: RoundScreen) -> ExitCode:
        arguments, context = self._arguments, self._context
        if not isinstance(found, Plan):
            screen.begin(saved, self._watched.count)
            return tell_mistake(found, context, arguments.color)
        after = self._meanings(found)
        keys = changed(self._known, after)
        again = frozenset() if keys else (self._last | self._failed) & keys_of(after)
        screen.begin(saved, self._watched.count, unchanged=bool(again))
        whole = keys == keys_of(after)
        part = found if whole else found.narrowed(only(keys or again))
        try:
            tell_beforehand(found, arguments, context)
        except InvalidFiles as error:
            return tell_mistake(error, context, arguments.color)
        if not part:
            screen.nothing()
            self._known = after
            return ExitCode.NOTHING_RUN
        heard = Heard()
        with reporting(arguments, context, self._options) as reports:
            hearers = Hearers(heard, whole and not self._pinned.is_pointed, reports)
            code = send(part, arguments, context, self._options, hearers)
        self._learn(heard, after, keys or again)
        return code

    def _meanings(self, found: Plan) -> Meanings:
        selection, working = self._arguments.selection, self._context.working
        options = [str(working / name) for name in (selection.ca, selection.cert, selection.key) if name]
        reading = Reading(stamp_of, options, mock=self._arguments.inputs.mock)
        meanings = reading.of(found.jobs())
        self._watched.also(sorted(reading.used))
        return meanings

    def _learn(self, heard: Heard, after: Meanings, wanted: frozenset[Key]) -> None:
        """What was wanted and never came to its turn is as if it were new."""
        told = wanted if self._arguments.dry_run else heard.keys
        self._known = without(after, wanted - told)
        self._last = wanted
        self._failed = ((self._failed - heard.keys) | heard.failed) & keys_of(after)
        self._others = len(self._failed - heard.keys)
