"""Who runs the users of a test: this process alone, or workers."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from decimal import Decimal
from io import StringIO
from typing import Final

import gevent
from locust.env import Environment
from locust.rpc.protocol import Message
from locust.runners import STATE_MISSING, STATE_STOPPING, MasterRunner, Runner

from runner.cli.arguments import LoadArguments
from runner.cli.commands.load import MASTER
from runner.cli.context import Context
from runner.errors import ExitCode, UsageError
from runner.load_testing.course import STOP_TIMEOUT
from runner.load_testing.gone import ending, machine
from runner.load_testing.likeness import HERE, REFUSED, likeness, unlike
from runner.load_testing.prepared import Prepared
from runner.load_testing.state import KEY, State, read, state_of, together
from runner.load_testing.trial import Trial
from runner.report.style import printable

UNFIT: Final = "collection_runner_unfit"
"""The message of a worker that cannot run the collections."""
SHARE: Final = "collection_runner_share"
"""The message that tells a worker what it may spend."""
LAST_WORD: Final = STOP_TIMEOUT + 15.0
"""Seconds in which workers tell what came last, and end."""
SILENT: Final = 5.0
"""Seconds for which a worker of this machine gets to end by itself."""


class NoCrew:
    """This process runs them itself."""

    def __init__(self, environment: Environment, prepared: Prepared, trial: Trial) -> None:
        self._runner = environment.create_local_runner()
        self.code: ExitCode | None = None
        self.trouble = ""
        self.processes = 1
        self.lost = 0
        self.gone: Sequence[str] = ()
        self.has_own = False
        self._trial = trial
        events = environment.events
        events.test_start.add_listener(lambda **_: trial.begin(prepared.budget))
        events.test_stopping.add_listener(lambda **_: _over(trial))

    def start(self, users: int, rate: float) -> None:
        self.runner.start(users, rate)

    @property
    def runner(self) -> Runner:
        return self._runner

    @property
    def users(self) -> int:
        return int(self.runner.user_count)

    @property
    def ready(self) -> int:
        return self.processes

    def look(self) -> None:
        """There are none."""

    def state(self) -> State:
        return state_of(self._trial)

    def stop(self) -> None:
        self.runner.stop()

    def stop_at_once(self) -> None:
        self.runner.user_greenlets.kill(block=False)
        gevent.sleep(0)  # each user counts the request that it gives up

    def close(self) -> None:
        self.runner.greenlet.kill(block=True, timeout=1)


class Workers:
    """Other processes run them: those that are started here, or those that come to a master."""

    def __init__(
        self, environment: Environment, prepared: Prepared, arguments: LoadArguments, context: Context, trial: Trial
    ) -> None:
        self._prepared = prepared
        self._arguments = arguments
        self._context = context
        self._trial = trial
        self._environment = environment
        self._children: list[subprocess.Popen[bytes]] = []
        self._states: dict[str, State] = {}
        self._like: set[str] = set()
        self._likeness = likeness(prepared.files)
        self._begun = False
        self.code: ExitCode | None = None
        self.trouble = ""
        self.lost = 0
        self.gone: Sequence[str] = ()
        own = self.has_own = arguments.processes > 1
        self.processes = arguments.processes if own else arguments.expect_workers or 1
        host = "127.0.0.1" if own else arguments.master_host or "*"
        port = 0 if own else arguments.master_port
        self._runner = _master(environment, host, port)
        self.runner.register_message(UNFIT, self._unfit)
        self.runner.register_message(HERE, self._look_at)
        environment.events.worker_report.add_listener(self._hear)
        environment.events.test_start.add_listener(lambda **_: self._begin())
        environment.events.test_stopping.add_listener(lambda **_: _over(trial))
        if own:
            self._employ(int(self.runner.server.port))
        else:
            where = "all addresses" if host == "*" else host
            counted = "1 worker" if self.processes == 1 else f"{self.processes} workers"
            context.warn(f"Waiting for {counted}: listening on {where}, port {self.runner.server.port}.")

    def start(self, users: int, rate: float) -> None:
        """Raises ``UsageError`` where no worker can be waited for."""
        self.runner.start(users, rate)

    @property
    def runner(self) -> MasterRunner:
        return self._runner

    @property
    def users(self) -> int:
        """Never more than were asked for: while they are shared out anew, those who give some away still tell of
        them."""
        told: int = sum(client.user_count for client in self.runner.clients.values() if client.state != STATE_MISSING)
        return min(told, int(self.runner.target_user_count))

    @property
    def ready(self) -> int:
        return sum(1 for client in self.runner.clients.ready if client.id in self._like)

    def look(self) -> None:
        """Take note of workers that came while the test went on, and of those that are gone."""
        if self._begun:
            self.processes = max(self.processes, len(self._like))
        ends = [child.poll() for child in self._children]
        gone = [ending(code) for code in ends if code is not None]
        missing = [] if ends else [machine(client.id) for client in self.runner.clients.missing]
        found = max(gone, missing, key=len)
        if len(found) > self.lost:
            self.gone, self.lost = found, len(found)
            if self._begun and self.lost < self.processes:
                told = f"{self.lost} of {self.processes} workers gone: {', '.join(found)}"
                self._context.warn(f"{told}. The others go on, and the test will not pass.")
        if self.code is None and self.lost and self.lost >= self.processes:
            trouble = f"All workers are gone ({', '.join(self.gone)}): the test was stopped."
            self.code, self.trouble = ExitCode.NO_RESPONSE, trouble

    def state(self) -> State:
        return together(list(self._states.values()))

    def stop(self) -> None:
        """Workers stop their users, tell what came last, and end."""
        runner = self.runner
        runner.environment.events.test_stopping.fire(environment=runner.environment)
        runner.final_user_classes_count = {**runner.reported_user_classes_count}
        runner.update_state(STATE_STOPPING)
        waiting = [client.id for client in runner.clients.all if client.state != STATE_MISSING]
        for one in waiting:
            runner.server.send_to_client(Message("quit", None, one))
        self._hear_out(LAST_WORD)

    def stop_at_once(self) -> None:
        """Those of this machine tell what they know; others go on until they notice that nobody leads them."""
        for child in self._children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        if self._children and sys.platform != "win32":  # there it is not told, but ended
            self._hear_out(SILENT)

    def _hear_out(self, seconds: float) -> None:
        """Wait for what workers tell last."""
        waiting = [client.id for client in self.runner.clients.all if client.state != STATE_MISSING]
        deadline = self._trial.clock.monotonic() + seconds
        while self._trial.clock.monotonic() < deadline:
            if all(one in self._states and self._states[one].over for one in waiting):
                break
            if self._children and all(child.poll() is not None for child in self._children):
                gevent.sleep(0.3)
                break
            gevent.sleep(0.05)

    def close(self) -> None:
        for client in self.runner.clients.all:
            self.runner.server.send_to_client(Message("quit", None, client.id))
        deadline = self._trial.clock.monotonic() + SILENT
        while self._trial.clock.monotonic() < deadline and any(one.poll() is None for one in self._children):
            gevent.sleep(0.05)
        for child in self._children:
            if child.poll() is None:
                child.kill()
        self.runner.greenlet.kill(block=True, timeout=1)
        self.runner.server.close(linger=500)

    def _employ(self, port: int) -> None:
        environment = {**self._context.environ, MASTER: f"127.0.0.1:{port}"}
        for _ in range(self.processes):
            command = list(self._arguments.command)
            child = subprocess.Popen(  # noqa: S603  # this one again
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # a terminal's Ctrl-C is for the leader, which wants to know what they measured
            )
            self._children.append(child)

    def _begin(self) -> None:
        self._begun = True
        self._states.clear()
        self._trial.begin()
        most = self._prepared.max_cost
        if most is not None:
            share = most / max(len(self.runner.clients.all), 1)
            self.runner.send_message(SHARE, {"max_cost": str(share)})

    def _hear(self, client_id: str, data: dict[str, object]) -> None:
        """What a worker tells."""
        told = data.pop(KEY, None)
        if not isinstance(told, dict):
            return
        try:
            self._states[client_id] = read(told)
            self._trial.ledger.merge(told["ledger"])
        except (ValueError, TypeError, KeyError, IndexError):
            self._fail(ExitCode.INTERNAL, "A worker told something that cannot be read: is it of the same version?")

    def _unfit(self, environment: Environment, msg: Message) -> None:  # noqa: ARG002  # Locust names them
        why = msg.data.get("why", "") if isinstance(msg.data, dict) else ""
        self._fail(ExitCode.INVALID, f"A worker cannot run the collections: {printable(str(why))}")

    def _look_at(self, environment: Environment, msg: Message) -> None:  # noqa: ARG002  # Locust names them
        why = unlike(self._likeness, msg.data)
        if not why:
            self._like.add(msg.node_id)
            return
        self.runner.send_message(REFUSED, {"why": why}, msg.node_id)
        self._fail(ExitCode.INVALID, f"A worker is not like its master: {why} All need the same.")

    def _fail(self, code: ExitCode, trouble: str) -> None:
        if self.code is None:
            self.code, self.trouble = code, trouble


def shares(told: object) -> Decimal:
    """What a worker may spend; nothing if that cannot be read."""
    try:
        return Decimal(str(told["max_cost"])) if isinstance(told, dict) else Decimal(0)
    except (KeyError, ArithmeticError):
        return Decimal(0)


def _over(trial: Trial) -> None:
    trial.halt.stop("the load test was over")
    trial.ledger.end()


def _master(environment: Environment, host: str, port: int) -> MasterRunner:
    try:
        with redirect_stdout(StringIO()):  # Locust prints what it cannot resolve
            return environment.create_master_runner(host, port)
    except (SystemExit, Exception) as error:  # Locust ends the process where a port is taken
        hint = "Is another master running? Give this one another --master-port."
        if host != "*":
            hint += " Is that an address of this machine?"
        raise UsageError(f"the master cannot listen on {printable(host)}, port {port}", hint) from error
