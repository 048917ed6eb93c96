"""Certificates made with the command ``openssl``, and servers' TLS with them."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAMES = "subjectAltName=IP:127.0.0.1,DNS:localhost"
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key; self-signed, if nothing else is said."""

    cert: str
    key: str

    def server(self, client_ca: str | None = None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        if client_ca is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(client_ca)
        return context


def make_certificate(folder: Path, name: str, *options: str) -> Certificate:
    cert, key = str(folder / f"{name}.pem"), str(folder / f"{name}.key")
    _openssl("req", "-x509", *NEW_KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", cert, *options)
    return Certificate(cert, key)


def make_expired(folder: Path) -> Certificate:
    """The command x509 takes a negative number of days, which req refuses."""
    fresh = make_certificate(folder, "expired", "-addext", NAMES)
    old = str(folder / "old.pem")
    _openssl("x509", "-in", fresh.cert, "-signkey", fresh.key, "-days", "-1", "-out", old)
    return Certificate(old, fresh.key)


def make_signed(folder: Path, name: str, by: Certificate) -> Certificate:
    """A certificate that another one has signed."""
    wanted, cert, key = (str(folder / f"{name}.{ending}") for ending in ("csr", "pem", "key"))
    _openssl("req", *NEW_KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", wanted, "-addext", NAMES)
    signed = ("-CA", by.cert, "-CAkey", by.key, "-days", "2", "-copy_extensions", "copy")
    _openssl("x509", "-req", "-in", wanted, "-out", cert, *signed)
    return Certificate(cert, key)


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make_not_yet_valid(folder: Path) -> Certificate:
    """Only the command ca can be told when a certificate begins."""
    made = make_certificate(folder, "early", "-addext", NAMES)
    wanted, early = str(folder / "early.csr"), str(folder / "not-yet.pem")
    _openssl("req", "-new", "-key", made.key, "-subj", "/CN=early", "-out", wanted, "-addext", NAMES)
    (folder / "index").write_text("")
    settings = f"""\
[ca]
default_ca = own
[own]
database = {folder}/index
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
"""
    (folder / "settings").write_text(settings)
    dates = ("-startdate", "20900101000000Z", "-enddate", "20910101000000Z")
    _openssl("ca", "-config", str(folder / "settings"), "-batch", "-selfsign", "-keyfile", made.key, "-in", wanted,
             "-out", early, "-notext", *dates)  # fmt: skip
    return Certificate(early, made.key)
