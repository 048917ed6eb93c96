"""The client certificate of ``--cert`` and ``--key``: looked at before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from runner.disk import exists, read_up_to
from runner.errors import UsageError

LARGEST: Final = 1_000_000
CERTIFICATE: Final = b"CERTIFICATE-----"
KEY: Final = b"PRIVATE KEY-----"
ENCRYPTED: Final = (b"-----BEGIN ENCRYPTED PRIVATE KEY-----", b"Proc-Type: 4,ENCRYPTED")


def read_client_certificate(cert: str, key: str, working: Path) -> tuple[str | None, str | None]:
    """The absolute paths of both, None for one that is not given; raises ``UsageError``."""
    if not cert and not key:
        return None, None
    if not cert:
        raise UsageError("--key needs a --cert beside it", "Add --cert FILE: the client certificate of this key.")
    certificate = _read("--cert", cert, working)
    if CERTIFICATE not in certificate:
        raise UsageError(f"--cert: there is no certificate in {cert}", "It is a file in PEM format.")
    keys = _read("--key", key, working) if key else certificate
    if KEY not in keys:
        if not key:
            raise UsageError(f"--cert: there is no private key in {cert}", "Add --key FILE, or put both into one file.")
        raise UsageError(f"--key: there is no private key in {key}", "It is a file in PEM format.")
    if any(mark in keys for mark in ENCRYPTED):
        option, name = ("--key", key) if key else ("--cert", cert)
        hint = "Take it off into a file that nobody else can read: openssl pkey -in FILE -out NEW_FILE."
        raise UsageError(f"{option}: the private key in {name} has a password, which runner cannot ask for", hint)
    return str(working / cert), str(working / key) if key else None


def _read(option: str, name: str, working: Path) -> bytes:
    path = working / name
    if not exists(path):
        raise UsageError(f"{option}: there is no file {name}", f"Looked for {path}.")
    try:
        return read_up_to(path, LARGEST)
    except OSError as error:
        raise UsageError(f"{option}: {name} cannot be read: {error.strerror}", "It is a file in PEM format.") from None
