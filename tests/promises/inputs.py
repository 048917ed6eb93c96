"""What a hostile input is, and what the program must make of it. The lists are in the modules beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias, TypedDict

from runner.errors import ExitCode

Content: TypeAlias = str | bytes | Callable[[], bytes]
"""What is in a file; a function makes what is large, when it is needed."""
Files: TypeAlias = Mapping[str, Content]

NONE: Final[Files] = MappingProxyType({})
SECRET: Final = "sk-Zq0-7x_promises-9"
"""The API key in the environment of every case."""


class Input(NamedTuple):
    """``says`` are words that the program has to say, whatever line they are broken in; ``code`` is how it has to end.

    ``make`` does to the folder what files alone cannot: pipes, links. ``beside`` are files next to the folder, which
    nobody may read. ``sent`` is how many requests with the secret come to the server that is ``<<SERVER>>``, ``answer``
    the body of what it says, and ``deadline`` the seconds that all of it may take. ``annotations`` are how many lines
    for GitHub may be said; an ``unprivileged`` case says nothing where the test runs as root."""

    name: str
    says: str
    code: ExitCode = ExitCode.INVALID
    files: Files = NONE
    arguments: Sequence[str] = ("check", "c.yaml")
    environ: Mapping[str, str] = MappingProxyType({})
    make: Callable[[Path], None] | None = None
    beside: Files = NONE
    typed: Content = b""
    sent: int = 0
    answer: bytes = b'{"a": 1}'
    deadline: float = 10.0
    annotations: int = 0
    unprivileged: bool = False


class Case(TypedDict, total=False):
    """What may differ from other inputs of a kind."""

    code: ExitCode
    files: Files
    arguments: Sequence[str]
    make: Callable[[Path], None]
    beside: Files
    typed: Content
    sent: int
    answer: bytes
    deadline: float
    annotations: int
    unprivileged: bool


class Group(NamedTuple):
    """Inputs of one kind, by what they are."""

    name: str
    inputs: tuple[Input, ...]


def collection(text: Content, **others: Content) -> dict[str, Content]:
    """A file ``c.yaml``, and others beside it whose names have a ``.`` for each ``__``."""
    return {"c.yaml": text, **{name.replace("__", "."): content for name, content in others.items()}}


def asking(lines: str = "", top: str = "") -> str:
    """A collection that sends a secret to the server, right as it stands, with further lines of YAML: of the request
    (each with four blanks before it), and at the top."""
    return f"""\
{top}requests:
  - name: ask  # runner: ignore=checks-nothing
    url: <<SERVER>>/ask
    headers: {{Authorization: Bearer <<API_KEY>>}}
    timeout: 2s
{lines}"""


RUN: Final = ("run", "c.yaml")
ENV: Final = ("env", "c.yaml")
LIST: Final = ("list", "c.yaml")
