"""What several threads use at the same time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from threading import Barrier, Thread

import pytest

from runner.clock import SystemClock
from runner.messages import Tls
from runner.redact import Redactor
from runner.transport.certificates import Contexts
from runner.transport.jar import CookieJar

THREADS = 8


@pytest.fixture(autouse=True)
def _switching() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work: Callable[[int], None]) -> None:
    """Each thread does ``work`` with its number; what one raises fails the test."""
    raised: list[BaseException] = []
    barrier = Barrier(THREADS)

    def begin(number: int) -> None:
        try:
            barrier.wait()
            work(number)
        except BaseException as error:  # noqa: BLE001  # told below
            raised.append(error)

    threads = [Thread(target=begin, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []


def test_no_secret_is_lost_that_another_thread_adds() -> None:
    redactor = Redactor()
    secrets = [f"secret-{number}-{turn}-value" for number in range(THREADS) for turn in range(6)]

    def work(number: int) -> None:
        for one in secrets[number::THREADS]:
            redactor.add(one)

    at_once(work)
    assert [one for one in secrets if redactor.text(f"it is {one}.") != "it is ***."] == []


def test_cookies_are_kept_and_read() -> None:
    jar = CookieJar(SystemClock())

    def work(number: int) -> None:
        for turn in range(60):
            jar.keep((("Set-Cookie", f"c{number}-{turn}=v"),), "http://h.example/")
            jar.cookies_for("http://h.example/")

    at_once(work)
    assert len(jar.cookies_for("http://h.example/")) == THREADS * 60


def test_certificates_are_read_once() -> None:
    contexts = Contexts({})
    made = set()
    at_once(lambda _: made.add(id(contexts.of(Tls()))))
    assert len(made) == 1
