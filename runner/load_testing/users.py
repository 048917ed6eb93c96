"""A user of Locust that runs a collection with our engine, round after round."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import gevent
from gevent import GreenletExit
from locust import User
from locust.user.task import LOCUST_STATE_STOPPING

from runner.engine.conditions import Ended
from runner.engine.execute import execute
from runner.engine.halt import TEARDOWN_LIMIT
from runner.engine.job import Planned
from runner.engine.sending import Execution
from runner.load_testing.fast import FastTransport
from runner.load_testing.files import LoadFile, Part
from runner.load_testing.script import Moment
from runner.load_testing.trial import Trial
from runner.results import RequestResult, Status
from runner.transport.base import Transport
from runner.transport.jar import Cookie, CookieJar

AFTER_ERROR = 0.25
"""Seconds that a user waits after a request that nobody answered: a server that is down is not to be hammered."""
BETWEEN_TRIES = 1.0
"""Seconds until a user whose setup failed tries again."""
WITHOUT_SENDING = 0.05
"""Seconds after a round in which nothing was sent."""


class CollectionUser(User):
    """One user of one file. Without data rows it runs ``setup`` once, and each round begins with the variables and
    cookies that setup left; with data rows each round is the whole run of the next one."""

    abstract = True
    trial: ClassVar[Trial]
    file: ClassVar[LoadFile]

    def on_start(self) -> None:
        trial = self.trial
        self._transport = FastTransport(trial.around)
        self._jar = CookieJar(trial.clock)
        self._part: Part | None = None
        self._ended: dict[str, Ended] = {}
        self._moment: Moment | None = None
        self._cookies: tuple[Cookie, ...] = ()
        self._sent = False
        if not self.file.has_rows:
            self._part = self.file.take()

    def on_stop(self) -> None:
        part, self._part = self._part, None
        try:
            if part is not None and not self.file.has_rows:
                if self._moment is not None:
                    self._go_back()
                with gevent.Timeout(TEARDOWN_LIMIT, False):  # type: ignore[arg-type]  # noqa: FBT003  # without an exception
                    self._send_all(part.script.teardown, dict(self._ended), ())
        finally:
            self._transport.close()

    def rounds(self) -> None:
        """What Locust calls the task of a user: all that it does until it is stopped."""
        try:
            if self.file.has_rows:
                while not self._must_stop:
                    self._row()
                return
            assert self._part is not None  # noqa: S101  # on_start made it
            self._set_up(self._part)
            while not self._must_stop:
                self._round(self._part)
        except Exception as error:  # noqa: BLE001  # a fault of the program ends the whole test, and is told there
            self.trial.fail(error)
            gevent.sleep(3600)

    tasks = [rounds]  # noqa: RUF012  # as Locust has it

    @property
    def _must_stop(self) -> bool:
        return self._state == LOCUST_STATE_STOPPING or self.trial.is_over

    def _set_up(self, part: Part) -> None:
        """Do what comes before the first round, until it succeeds."""
        while not self._must_stop:
            ended: dict[str, Ended] = {}
            failed = self._send_all(part.script.setup, ended, ())
            if not failed:
                self._ended = ended
                self._cookies = self._jar.kept()
                self._moment = Moment(part.script.job) if part.script.varies else None
                return
            gevent.sleep(BETWEEN_TRIES)
            if part.begun is not None:
                part.begun.restore()
            self._jar.go_back(())

    def _round(self, part: Part) -> None:
        self._sent = False
        script = part.script
        requests = script.pick(self.trial.random.random()) if script.choices else script.requests
        self._send_all(requests, dict(self._ended), ())
        self._go_back()
        if not self._sent:
            gevent.sleep(WITHOUT_SENDING)

    def _go_back(self) -> None:
        """To what setup left."""
        if self._moment is not None:
            self._moment.restore()
        self._jar.go_back(self._cookies)

    def _row(self) -> None:
        """One data row from its setup to its teardown."""
        self._sent = False
        part = self.file.take()
        script = part.script
        ended: dict[str, Ended] = {}
        try:
            failed = self._send_all(script.setup, ended, ())
            requests = script.pick(self.trial.random.random()) if script.choices else script.requests
            self._send_all(requests, ended, failed)
            self._send_all(script.teardown, ended, failed)
        finally:
            self._jar.go_back(())
            self.file.give_back(part)
        if not self._sent:
            gevent.sleep(WITHOUT_SENDING)

    def _send_all(self, requests: Iterable[Planned], ended: dict[str, Ended], failed: Iterable[str]) -> list[str]:
        """Send these in order; the names of those that failed."""
        execution = Execution(self.trial.means, self._jar, 0, ended, list(failed))
        lost: list[str] = []
        for planned in requests:
            if planned.phase != "teardown" and self._must_stop:
                break
            result = self._send(execution, planned)
            ended[planned.name] = Ended(result.status, result.held_up)
            if result.status in (Status.FAIL, Status.ERROR):
                lost.append(planned.name)
                if planned.phase == "setup":
                    execution.failed_setup.append(planned.name)
        return lost

    def _send(self, execution: Execution, planned: Planned) -> RequestResult:
        trial = self.trial
        transport: Transport = self._transport.other if trial.needs_other(planned) else self._transport
        try:
            result = execute(execution, planned, transport)
        except GreenletExit:
            trial.ledger.cut += 1
            raise
        if result.status is not Status.SKIP:
            self._sent = True
        trial.note(self.environment, planned, result)
        if result.status is Status.ERROR:
            gevent.sleep(AFTER_ERROR)
        return result
