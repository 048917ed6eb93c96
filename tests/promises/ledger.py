"""The promises, the figure that each is held by, and how an observed run is measured against them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from tests import report_readers
from tests.promises.observe import Observed
from tests.secret_forms import forms_in


class Promise(NamedTuple):
    """``total`` is how figures of single runs become one; ``bound`` is the largest that keeps the promise."""

    text: str
    unit: str
    bound: float
    total: Callable[[Iterable[float]], float] = sum


PROMISES: Final = {
    "secrets": Promise("no secret reaches any output", "found", 0),
    "origins": Promise("no secret reaches another origin", "found", 0),
    "broken": Promise("a broken answer is never a pass", "with exit code 0", 0),
    "ends": Promise("a run always ends", "s beyond the deadline", 1.0, max),
    "memory": Promise("a run never eats the machine", "MB", 300, max),
    "tracebacks": Promise("never a traceback for what a file, a server or a system did", "tracebacks", 0),
    "verdicts": Promise("the same input gives the same verdict", "runs that differ", 0),
    "whole": Promise("reports are whole or absent", "half files, or exit code 0 without one", 0),
    "forged": Promise("screens and CI logs cannot be forged", "control characters and command lines", 0),
    "files": Promise("files stay inside the folder", "read outside", 0),
    "code": Promise("no code from data, no connection that was not asked for", "of them", 0),
}
"""By the names that tests give their figures; ``docs/SECURITY.md`` has the same table."""

ODD: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")
COMMAND: Final = re.compile(r"^\s*(?:::|##)|##\w*\[", re.MULTILINE)
FAULTY: Final = ("Traceback (most recent call last)", "Fatal Python error", "Internal error")
INTERNAL: Final = 70


class Circumstances(NamedTuple):
    """What a run is measured against: the ``secrets`` that it knew, the seconds that it had, and the ports that it was
    asked to connect to. ``elsewhere`` are all the bytes that came to servers that must not see a secret.
    ``annotations`` are how many lines of our own for GitHub may be there. ``unwritable`` says that output or reports
    cannot be written, which has the exit code of our own faults."""

    secrets: tuple[str, ...] = ()
    deadline: float = 0.0
    ports: frozenset[int] = frozenset()
    elsewhere: bytes = b""
    annotations: int = 0
    unwritable: bool = False


def measure(seen: Observed, about: Circumstances) -> Mapping[str, float]:
    """The figures of one run, by promise; a run that was killed has none for its memory."""
    figures: dict[str, float] = {
        "secrets": sum(len(_secrets(data, about.secrets)) for data in seen.texts.values()),
        "origins": len(_secrets(about.elsewhere, about.secrets)),
        "ends": seen.seconds - about.deadline,
        "tracebacks": sum(seen.said.count(mark) for mark in FAULTY) + (seen.code == INTERNAL and not about.unwritable),
        "whole": len(half_reports(seen)),
        "forged": len(ODD.findall(seen.said)) + max(0, len(COMMAND.findall(seen.said)) - about.annotations),
        "files": sum(kind == "open" for kind, _ in seen.deeds),
        "code": len(unasked(seen, about.ports)),
    }
    if seen.megabytes is not None:
        figures["memory"] = seen.megabytes
    return figures


def half_reports(seen: Observed) -> list[str]:
    """Kinds whose report is there and cannot be read by those who know its format, and files that were left over."""
    halves = [name for name in seen.files if name.startswith("reports/")]
    for kind, data in seen.reports.items():
        try:
            report_readers.READERS[kind](data.decode("utf-8"))
        except Exception as error:  # noqa: BLE001  # whatever a reader says: it could not read it
            halves.append(f"{kind}: {error!r}")
    return halves


def unasked(seen: Observed, ports: frozenset[int]) -> list[str]:
    """Code that was run, processes that were started, connections to anything but the ports that were asked for."""
    asked = re.compile(rf"\('(?:127\.0\.0\.1|::1)', (?:{'|'.join(map(str, sorted(ports)))})[,)].*")
    return [f"{kind}: {what}" for kind, what in seen.deeds
            if kind in ("exec", "process") or (kind == "connect" and not asked.fullmatch(what))]  # fmt: skip


def beyond(figures: Mapping[str, float]) -> dict[str, float]:
    """The figures that break their promise."""
    return {name: figure for name, figure in figures.items() if figure > PROMISES[name].bound}


def _secrets(data: bytes, secrets: Iterable[str]) -> list[str]:
    text = data.decode("utf-8", "replace")
    return [form for secret in secrets for form in forms_in(text, secret)]
