"""What each command was asked to do, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

ColorChoice = Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the command line says of files and variables."""

    paths: Sequence[str]
    variables: Sequence[str] = ()
    env: str = ""
    env_files: Sequence[str] = ()
    mock: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Which requests of the collections, and what the command line says of all of them."""

    text: str = ""
    tags: str = ""
    timeout: str = ""
    insecure: bool = False
    ca: str = ""


@dataclass(frozen=True, slots=True)
class RunArguments:
    """What ``runner run`` was asked to do."""

    inputs: Inputs
    selection: Selection = Selection()
    fail_fast: bool = False
    verbosity: int = 0
    dry_run: bool = False
    strict: bool = False
    color: ColorChoice = "auto"
    progress: bool = True


@dataclass(frozen=True, slots=True)
class ShowArguments:
    """What ``runner show`` was asked to do; ``form`` is ``http`` or ``curl``."""

    inputs: Inputs
    selection: Selection
    form: str = "http"
    color: ColorChoice = "auto"


@dataclass(frozen=True, slots=True)
class CheckArguments:
    """What ``runner check`` was asked to do."""

    inputs: Inputs
    strict: bool = False
    color: ColorChoice = "auto"


@dataclass(frozen=True, slots=True)
class ListArguments:
    """What ``runner list`` or ``runner env`` was asked to do."""

    inputs: Inputs
    text: str = ""
    tags: str = ""
    color: ColorChoice = "auto"


@dataclass(frozen=True, slots=True)
class MockArguments:
    """What ``runner mock`` was asked to do; port 0 is a free one."""

    inputs: Inputs
    port: int = 0
    quiet: bool = False
