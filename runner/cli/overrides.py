"""What the command line says of every request, read into values."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, cast

from runner import registry, settings
from runner.cli.arguments import Selection
from runner.cli.context import Context
from runner.disk import exists
from runner.errors import UsageError
from runner.messages import Pin
from runner.resolve import Overrides
from runner.settings import BadValue, duration
from runner.units import DURATION_HINT

CertificateReader: TypeAlias = Callable[[str, str, Path], tuple[str | None, str | None]]
PinReader: TypeAlias = Callable[[str], Pin]
RATE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(?:/([smh]))?")
PERIODS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def read_overrides(selection: Selection, context: Context) -> Overrides:
    """What the options say of every request; raises ``UsageError``."""
    timeout = _duration("--timeout", selection.timeout, zero=False)
    delay = _duration("--delay", selection.delay, zero=True)
    ca = ""
    if selection.ca:
        path = context.working / selection.ca
        if not exists(path):
            raise UsageError(f"--ca: there is no file {selection.ca}", "It is a PEM file with certificates to trust.")
        ca = str(path)
    cert, key = _client_certificate(selection, context)
    proxy, pins = _proxy(selection.proxy), tuple(map(_pin, selection.pins))
    trust, wait = ca or None, delay or 0.0
    return Overrides(timeout, selection.insecure, trust, proxy, selection.retries, wait, cert, key, pins)


def seconds_between(rate: str) -> float:
    """What ``--rate`` leaves between two requests, 0 without it; raises ``UsageError``."""
    if not rate:
        return 0.0
    found = RATE.fullmatch(rate)
    number = float(found[1]) if found is not None else 0.0
    if found is None or not number:
        raise UsageError(f'--rate: "{rate}" is no rate', "Write how many requests in which time: 10/s, 90/m, 1000/h.")
    return PERIODS[found[2] or "s"] / number


def _duration(option: str, text: str, *, zero: bool) -> float | None:
    if not text:
        return None
    try:
        return duration(text, zero=zero)
    except BadValue as error:
        raise UsageError(f"{option}: {error.message}", DURATION_HINT) from None


def _proxy(text: str) -> str | None:
    if not text:
        return None
    try:
        return settings.proxy(text)
    except settings.BadValue as error:
        raise UsageError(f"--proxy: {error.message}", error.hint) from None


def _client_certificate(selection: Selection, context: Context) -> tuple[str | None, str | None]:
    if not selection.cert and not selection.key:
        return None, None
    read = cast(CertificateReader, registry.load(registry.CERTIFICATE))
    return read(selection.cert, selection.key, context.working)


def _pin(text: str) -> Pin:
    try:
        return cast(PinReader, registry.load(registry.PINS))(text)
    except settings.BadValue as error:
        raise UsageError(f"--resolve: {error.message}", error.hint) from None
