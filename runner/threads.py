"""Threads: started in one place, so that a system that gives no more of them is told as what it is."""

from __future__ import annotations

import errno
from collections.abc import Callable
from threading import Thread


def start_thread(work: Callable[[], object], name: str) -> Thread:
    """A thread that does ``work`` and keeps no process from ending; raises ``OSError`` if there can be none."""
    thread = Thread(target=work, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # Python's own word for what the system refuses
        raise OSError(errno.EAGAIN, "no more threads can be started") from None
    return thread
