"""Env files: variables and warnings with a line, or why the file cannot be used; what is quoted is read back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from runner.variables.environment import EnvFile, EnvFileError, read_env_file

ROOT = Path(__file__).parents[2]


def seeds() -> Iterator[bytes]:
    yield (ROOT / ".env.example").read_bytes()
    yield b"A=b\nexport C='d e'\nE=\"f\\ng\"\nH=${A}\n# comment\nI\n=J\nK=l # m\n'N'=o\nP=\"q\nr\"\n"
    yield b"\xef\xbb\xbfA=b\r\nC=d\r\n\xff"


def fuzz(data: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        read(Path(file.name), data)


def read(path: Path, data: bytes) -> EnvFile | None:
    """What the file at ``path``, which holds ``data``, says; None where it cannot be used."""
    try:
        found = read_env_file(path, ".env")
    except EnvFileError as error:
        assert error.diagnostic.message
        assert error.diagnostic.hint
        return None
    lines = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(name and isinstance(value, str) for name, value in found.values.items())
    for warning in found.warnings:
        assert warning.span is not None
        assert 1 <= warning.span.line <= lines
        assert warning.severity == "warning"
    return found
