"""A worker: runs users for a master, and tells it what came of them."""

from __future__ import annotations

import os
import secrets
import signal
import socket
from collections.abc import Sequence
from contextlib import redirect_stdout
from decimal import Decimal
from io import StringIO

import gevent
from greenlet import greenlet
from locust.env import Environment
from locust.rpc.protocol import Message
from locust.rpc.zmqrpc import Client
from locust.runners import WorkerRunner

from runner.cli.arguments import LoadArguments
from runner.cli.commands.load import MASTER
from runner.cli.context import Context
from runner.cli.interrupts import CODES
from runner.engine.budget import Budget
from runner.errors import ExitCode, Terminated, UsageError
from runner.load_testing.course import AFTER_INTERRUPT, STOP_TIMEOUT
from runner.load_testing.crew import SHARE, UNFIT, shares
from runner.load_testing.likeness import HERE, REFUSED, likeness
from runner.load_testing.logs import gathered
from runner.load_testing.prepared import Prepared
from runner.load_testing.state import KEY, plain, state_of
from runner.load_testing.trial import Trial
from runner.load_testing.userclasses import user_classes
from runner.report.style import printable
from runner.source import Diagnostic

HEARD_WITHIN = 10.0
"""Seconds after which a master that says nothing is taken to be gone."""
STALL = 2.0
GLANCE = 0.2
LINGER = 3000
"""Milliseconds in which what was told last is sent."""


def work(prepared: Prepared, arguments: LoadArguments, context: Context) -> ExitCode:
    """Run users until the master says that it is over."""
    with gathered(context):
        return _Worker(prepared, arguments, context).run()


def tell_unfit(diagnostics: Sequence[Diagnostic], arguments: LoadArguments, context: Context) -> None:
    """Say to the master that this worker cannot run the collections."""
    first = diagnostics[0]
    place = f"{first.location}: " if first.location is not None else ""
    name = f"{socket.gethostname()}_unfit_{os.getpid()}"
    client = Client(arguments.master_host or "127.0.0.1", arguments.master_port, name)
    try:
        why = context.redactor.text(f"{place}{first.message}")
        client.send(Message(UNFIT, {"why": why}, name))
    finally:
        client.close(linger=LINGER)
        gevent.sleep(0.5)


class _Worker:
    def __init__(self, prepared: Prepared, arguments: LoadArguments, context: Context) -> None:
        self._context = context
        self._trial = Trial(prepared.resources, sends=True)
        self._prepared = prepared
        self._host = arguments.master_host or "127.0.0.1"
        self._port = arguments.master_port
        self._share: Decimal | None = None
        self._heard = 0.0
        self._asked: ExitCode | None = None
        self._connects = False
        self._parent = os.getppid() if context.environ.get(MASTER) else None
        self._environment = Environment(
            user_classes=user_classes(prepared.files, self._trial), stop_timeout=STOP_TIMEOUT
        )

    def run(self) -> ExitCode:
        trial, events = self._trial, self._environment.events
        self._tell(f"Looking for the master at {printable(self._host)}, port {self._port}, for five minutes at most.")
        self._heed()
        try:
            self._connects = True
            with redirect_stdout(StringIO()):  # Locust prints what it cannot resolve
                runner = self._environment.create_worker_runner(self._host, self._port)
            self._connects = False
            self._tell("Found it. It says when the test begins.")
        except SystemExit:
            if self._asked is ExitCode.INTERRUPTED:  # Locust makes that of it
                raise KeyboardInterrupt from None
            raise
        except (ConnectionError, OSError) as error:
            hint = "Is it running, with --master, and is the port open between the two machines?"
            raise UsageError(f"there is no master at {printable(self._host)}, port {self._port}", hint) from error
        for file in self._prepared.files:
            file.begin_at(max(runner.worker_index, 0))
        runner.register_message(SHARE, self._take_share)
        runner.register_message(REFUSED, self._refused)
        runner.send_message(HERE, likeness(self._prepared.files).told(secrets.token_hex(16)))
        events.test_start.add_listener(lambda **_: trial.begin(self._budget()))
        events.test_stopping.add_listener(lambda **_: self._over())
        events.report_to_master.add_listener(lambda data, **_: self._report(runner, data))
        events.heartbeat_received.add_listener(lambda **_: self._note_heartbeat())
        self._note_heartbeat()
        gone = self._watch(runner)
        runner.client.close(linger=LINGER)
        gevent.sleep(0.2)
        if self._asked is not None:
            return self._asked
        if gone:
            self._context.warn("Error: the master is gone. This worker has stopped its users.")
            return ExitCode.NO_RESPONSE
        if trial.fault is not None:
            return ExitCode.INTERNAL
        self._tell("The test is over. What came of it, the master says.")
        return ExitCode.OK

    def _tell(self, text: str) -> None:
        """To whoever started this worker, if that was not its master."""
        if self._parent is None:
            self._context.warn(text)

    def _watch(self, runner: WorkerRunner) -> bool:
        """Wait for the end; whether it came because nobody leads any more."""
        clock, looked = self._trial.clock, self._trial.clock.monotonic()
        while runner.greenlet:
            runner.greenlet.join(timeout=GLANCE)
            now = clock.monotonic()
            if now - looked > STALL:  # this process itself stood still: what came since then is not read yet
                self._heard = max(self._heard, now - HEARD_WITHIN + STALL)
            looked = now
            if self._asked is not None and runner.greenlet:
                self._leave(runner)
                return False
            orphaned = self._parent is not None and os.getppid() != self._parent
            if runner.greenlet and (orphaned or now - self._heard > HEARD_WITHIN):
                was_over = self._trial.is_over
                self._trial.halt.stop("the master is gone")
                runner.environment.stop_timeout = 1.0
                runner.stop()
                runner.greenlet.kill(block=True, timeout=1)
                return not was_over
        return False

    def _leave(self, runner: WorkerRunner) -> None:
        """Stop what runs here, and tell what came of it; the master sees that this worker is gone."""
        self._over()
        runner.environment.stop_timeout = AFTER_INTERRUPT
        runner.stop()
        runner._send_stats()  # noqa: SLF001  # as Locust itself does when a master ends a worker
        runner.greenlet.kill(block=True, timeout=1)

    def _heed(self) -> None:
        """Signals end it in good order; one that the process was started to ignore is still ignored."""
        main = gevent.getcurrent()
        for number, code in CODES.items():
            if signal.getsignal(number) is not signal.SIG_IGN:
                gevent.signal_handler(number, self._signalled, code, main)

    def _signalled(self, code: ExitCode, main: greenlet) -> None:
        """While it looks for its master there is nothing to stop; a second signal ends everything."""
        if self._trial.is_over and self._parent is not None and self._asked is None:
            if self._environment.runner is not None:
                self._environment.runner.user_greenlets.kill(block=False)  # its leader asks a second time
            return
        if self._connects or self._asked is not None:
            error = KeyboardInterrupt if code is ExitCode.INTERRUPTED else Terminated
            gevent.get_hub().loop.run_callback(main.throw, error)
        self._asked = code

    def _over(self) -> None:
        self._trial.halt.stop("the load test was over")
        self._trial.ledger.end()

    def _note_heartbeat(self) -> None:
        self._heard = self._trial.clock.monotonic()

    def _budget(self) -> Budget | None:
        if self._share is None:
            return self._prepared.budget
        return Budget(None, self._share)

    def _take_share(self, environment: Environment, msg: Message) -> None:  # noqa: ARG002  # Locust names them
        self._share = shares(msg.data)

    def _refused(self, environment: Environment, msg: Message) -> None:  # noqa: ARG002  # Locust names them
        why = msg.data.get("why", "") if isinstance(msg.data, dict) else ""
        self._context.warn(f"Error: this worker is not like its master: {printable(str(why))}")
        self._asked = self._asked or ExitCode.INVALID

    def _report(self, runner: WorkerRunner, data: dict[str, object]) -> None:
        trial = self._trial
        over = trial.is_over and runner.user_count == 0
        data[KEY] = {**plain(state_of(trial, over=over)), "ledger": trial.ledger.take()}
