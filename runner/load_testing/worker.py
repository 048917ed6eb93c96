"""A worker: runs users for a master, and tells it what came of them."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from decimal import Decimal

import gevent
from gevent.event import Event
from locust.env import Environment
from locust.rpc.protocol import Message
from locust.rpc.zmqrpc import Client
from locust.runners import WorkerRunner

from runner.cli.arguments import LoadArguments
from runner.cli.context import Context
from runner.cli.load import MASTER
from runner.engine.budget import Budget
from runner.errors import ExitCode, UsageError
from runner.load_testing.course import STOP_TIMEOUT
from runner.load_testing.crew import SHARE, UNFIT, shares
from runner.load_testing.logs import gathered
from runner.load_testing.prepared import Prepared
from runner.load_testing.state import KEY, plain, state_of
from runner.load_testing.trial import Trial
from runner.load_testing.userclasses import user_classes
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
        self._ended = Event()
        self._parent = os.getppid() if context.environ.get(MASTER) else None
        self._environment = Environment(
            user_classes=user_classes(prepared.files, self._trial), stop_timeout=STOP_TIMEOUT
        )

    def run(self) -> ExitCode:
        trial, events = self._trial, self._environment.events
        if self._parent is None:
            self._context.warn(f"Looking for the master at {self._host}, port {self._port}.")
        try:
            runner = self._environment.create_worker_runner(self._host, self._port)
        except (ConnectionError, OSError) as error:
            hint = "Is it running, with --master, and is the port open between the two machines?"
            raise UsageError(f"there is no master at {self._host}, port {self._port}", hint) from error
        for file in self._prepared.files:
            file.begin_at(max(runner.worker_index, 0))
        runner.register_message(SHARE, self._take_share)
        events.test_start.add_listener(lambda **_: trial.begin(self._budget()))
        events.test_stopping.add_listener(lambda **_: self._over())
        events.report_to_master.add_listener(lambda data, **_: self._report(runner, data))
        events.heartbeat_received.add_listener(lambda **_: self._note_heartbeat())
        self._note_heartbeat()
        gone = self._watch(runner)
        runner.client.close(linger=LINGER)
        gevent.sleep(0.2)
        if gone:
            self._context.warn("Error: the master is gone. This worker has stopped its users.")
            return ExitCode.NO_RESPONSE
        return ExitCode.OK if trial.fault is None else ExitCode.INTERNAL

    def _watch(self, runner: WorkerRunner) -> bool:
        """Wait for the end; whether it came because nobody leads any more."""
        clock, looked = self._trial.clock, self._trial.clock.monotonic()
        while runner.greenlet:
            runner.greenlet.join(timeout=GLANCE)
            now = clock.monotonic()
            if now - looked > STALL:  # this process itself stood still: what came since then is not read yet
                self._heard = max(self._heard, now - HEARD_WITHIN + STALL)
            looked = now
            orphaned = self._parent is not None and os.getppid() != self._parent
            if runner.greenlet and (orphaned or now - self._heard > HEARD_WITHIN):
                was_over = self._trial.is_over
                self._trial.halt.stop("the master is gone")
                runner.environment.stop_timeout = 1.0
                runner.stop()
                runner.greenlet.kill(block=True, timeout=1)
                return not was_over
        return False

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

    def _report(self, runner: WorkerRunner, data: dict[str, object]) -> None:
        trial = self._trial
        over = trial.is_over and runner.user_count == 0
        data[KEY] = {**plain(state_of(trial, over=over)), "ledger": trial.ledger.take()}
