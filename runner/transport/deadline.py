"""How long an exchange may take, and the thread that cuts its connection when the time is over."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Literal

from runner.clock import Clock
from runner.messages import Timeouts
from runner.threads import start_thread
from runner.transport.failures import Failure
from runner.units import format_duration

Phase = Literal["lookup", "connect", "answer", "body"]

MAX_WAIT = 3600.0
"""Longer waits are too much for some systems; the watching thread then simply waits again."""


class Deadline:
    """The time limit of the exchange under way. One thread works with it; a second one only watches.

    No read is bounded by itself: when time is over, the watching thread shuts the socket down, which ends
    whatever the first thread is waiting for.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.timeouts = Timeouts()
        self.phase: Phase = "lookup"
        self.started = 0.0
        self._at = 0.0
        self._connect_at = 0.0
        self._change = threading.Condition()
        self._armed = False
        self._closed = False
        self._wakes_at: float | None = None
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = None

    def start(self, timeouts: Timeouts) -> None:
        """The time of a new exchange begins to run."""
        self.timeouts = timeouts
        self.started = self.clock.monotonic()
        with self._change:
            self._at = self.started + timeouts.total
            self._armed = True
            if self._thread is None:
                self._thread = start_thread(self._watch, "deadline")
            elif self._wakes_at is None or self._at < self._wakes_at:
                self._change.notify()

    def stop(self) -> None:
        """The exchange is over."""
        with self._change:
            self._armed = False
            self._socket = None

    def abort(self) -> None:
        """From any thread: the time of the exchange under way is over now."""
        with self._change:
            self._at = min(self._at, self.clock.monotonic())
            self._change.notify()

    def close(self) -> None:
        """End the watching thread; another exchange would start a new one."""
        with self._change:
            self._armed = False
            self._closed = True
            self._change.notify()
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        self._closed = False

    def guard(self, sock: socket.socket) -> None:
        """From now on ``sock`` is what is shut down."""
        with self._change:
            self._socket = sock
            if self.over():
                _shut(sock)

    def release(self, sock: socket.socket) -> None:
        """``sock`` is about to be closed: its number may soon be another's."""
        with self._change:
            if self._socket is sock:
                self._socket = None

    def over(self) -> bool:
        """Whether the time of the whole exchange has run out."""
        return self.clock.monotonic() >= self._at

    def start_connecting(self) -> None:
        """The time for name lookup, TCP and TLS begins to run, within that of the exchange."""
        limit = self.timeouts.connect
        self._connect_at = self._at if limit is None else min(self._at, self.clock.monotonic() + limit)

    def left_to_connect(self) -> float:
        """Seconds until a connection must stand, a millisecond at least, since 0 is no limit to a socket."""
        return max(self._connect_at - self.clock.monotonic(), 0.001)

    def failure(self, place: str) -> Failure:
        """What to say when time has run out in the present phase."""
        connect = self.timeouts.connect
        if connect is not None and self._connect_at < self._at and self.phase in ("lookup", "connect"):
            limit = format_duration(connect)
            hint = "Check the host and the port, or raise the limit: timeout: {connect: 30s}."
        else:
            limit = format_duration(self.timeouts.total)
            hint = "Raise the limit with timeout: on the request or --timeout, or see why the server is slow."
        messages: dict[Phase, str] = {
            "lookup": f"The name of {place} was not looked up within {limit}.",
            "connect": f"No connection to {place} within {limit}.",
            "answer": f"No answer from {place} within {limit}.",
            "body": f"The answer of {place} had begun, but was not complete after {limit}.",
        }
        return Failure("timeout", messages[self.phase], hint)

    def idle_failure(self, place: str) -> Failure:
        """What to say when a body stopped coming."""
        limit = format_duration(self.timeouts.idle or 0.0)
        message = f"In the middle of its answer {place} sent nothing for {limit}."
        return Failure("timeout", message, "Raise the limit: timeout: {idle: 60s}.")

    def _watch(self) -> None:
        with self._change:
            while not self._closed:
                left = self._at - self.clock.monotonic() if self._armed else None
                if left is not None and left <= 0:
                    if self._socket is not None:
                        _shut(self._socket)
                    self._armed, left = False, None
                self._wakes_at = self._at if left is not None else None
                self._change.wait(None if left is None else min(left, MAX_WAIT))


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
