"""What each command was asked to do, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

ColorChoice = Literal["auto", "always", "never"]


class Call(NamedTuple):
    """A command that is to be done: ``module:function``, and what it is given."""

    name: str
    arguments: object
    color: ColorChoice = "auto"


class Inputs(NamedTuple):
    """What the command line says of files and variables."""

    paths: Sequence[str]
    variables: Sequence[str] = ()
    env: str = ""
    env_files: Sequence[str] = ()
    mock: bool = False
    data: str = ""


class Selection(NamedTuple):
    """Which requests of the collections, and what the command line says of all of them."""

    text: str = ""
    tags: str = ""
    timeout: str = ""
    insecure: bool = False
    ca: str = ""
    proxy: str = ""
    retries: int = 0


class RunArguments(NamedTuple):
    """What ``runner run`` was asked to do."""

    inputs: Inputs
    selection: Selection = Selection()
    fail_fast: bool = False
    verbosity: int = 0
    dry_run: bool = False
    strict: bool = False
    color: ColorChoice = "auto"
    progress: bool = True


class ShowArguments(NamedTuple):
    """What ``runner show`` was asked to do; ``form`` is ``http`` or ``curl``."""

    inputs: Inputs
    selection: Selection
    form: str = "http"
    color: ColorChoice = "auto"


class CheckArguments(NamedTuple):
    """What ``runner check`` was asked to do."""

    inputs: Inputs
    strict: bool = False
    color: ColorChoice = "auto"


class ListArguments(NamedTuple):
    """What ``runner list`` or ``runner env`` was asked to do."""

    inputs: Inputs
    text: str = ""
    tags: str = ""
    color: ColorChoice = "auto"


class MockArguments(NamedTuple):
    """What ``runner mock`` was asked to do; port 0 is a free one."""

    inputs: Inputs
    port: int = 0
    quiet: bool = False
