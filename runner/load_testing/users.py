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
from runner.load_testing.given import Given
from runner.load_testing.script import Moment
from runner.load_testing.sure import Sure
from runner.load_testing.trial import Trial
from runner.results import Status
from runner.transport.base import Transport
from runner.transport.jar import Cookie, CookieJar

AFTER_ERROR = 0.25
"""Seconds that a user waits after a request that nobody answered: a server that is down is not to be hammered."""
BETWEEN_TRIES = 1.0
"""Seconds until a user whose setup failed tries again."""
PASSED = Ended(Status.PASS)
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
                    self._send_all(part, part.script.teardown, dict(self._ended), [])
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
            failed = self._send_all(part, part.script.setup, ended, [])
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
        self._send_all(part, requests, dict(self._ended), [])
        self._go_back()
        if not self._sent:
            gevent.sleep(WITHOUT_SENDING)

    def _go_back(self) -> None:
        """To what setup left."""
        if self._moment is not None:
            self._moment.restore()
        if self._cookies or not self._jar.is_empty:
            self._jar.go_back(self._cookies)

    def _row(self) -> None:
        """One data row from its setup to its teardown."""
        self._sent = False
        part = self.file.take()
        script = part.script
        ended: dict[str, Ended] = {}
        try:
            failed = self._send_all(part, script.setup, ended, [])
            requests = script.pick(self.trial.random.random()) if script.choices else script.requests
            self._send_all(part, requests, ended, failed)
            self._send_all(part, script.teardown, ended, failed)
        finally:
            self._jar.go_back(())
            self.file.give_back(part)
        if not self._sent:
            gevent.sleep(WITHOUT_SENDING)

    def _send_all(
        self, part: Part, requests: Iterable[Planned], ended: dict[str, Ended], failed: list[str]
    ) -> list[str]:
        """Send these in order; the names of those that failed. ``failed`` are those of setup that did."""
        trial, lost = self.trial, []
        for planned in requests:
            if planned.phase != "teardown" and self._must_stop:
                break
            sure = part.sure.get(planned.name) if not failed else None
            status = self._send_sure(planned, sure) if sure is not None else self._send(planned, ended, failed)
            if status is Status.PASS:
                ended[planned.name] = PASSED
            elif sure is not None:
                ended[planned.name] = Ended(status)
            if status in (Status.FAIL, Status.ERROR):
                lost.append(planned.name)
                if planned.phase == "setup":
                    failed.append(planned.name)
            if status is Status.ERROR:
                gevent.sleep(AFTER_ERROR)
        self._sent = self._sent or trial.is_over
        return lost

    def _send_sure(self, planned: Planned, sure: Sure) -> Status:
        """Send what is the same each time; the engine judges where it is not sure that it passes."""
        trial = self.trial
        self._sent = True
        try:
            exchange = self._transport.send(sure.request, self._jar)
        except GreenletExit:
            trial.note_cut(planned, self._transport.since)
            raise
        response = exchange.response
        if response is not None and sure.passes(response, exchange.duration, trial.clock.monotonic):
            trial.note_pass(self.environment, planned, sure.request.method, exchange.duration, response.size)
            return Status.PASS
        result = execute(Execution(trial.judging, self._jar), planned, Given(exchange))
        trial.note(self.environment, planned, result)
        return result.status

    def _send(self, planned: Planned, ended: dict[str, Ended], failed: list[str]) -> Status:
        trial = self.trial
        transport: Transport = self._transport.other if trial.needs_other(planned) else self._transport
        try:
            result = execute(Execution(trial.means, self._jar, 0, ended, failed), planned, transport)
        except GreenletExit:
            trial.note_cut(planned, self._transport.since)
            raise
        if result.status is not Status.SKIP:
            self._sent = True
        trial.note(self.environment, planned, result)
        ended[planned.name] = Ended(result.status, result.held_up)
        return result.status
