"""What each command was asked to do, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:  # settings are seldom there
    from runner.cli.settled import Parameter
    from runner.errors import RunnerError

ColorChoice = Literal["auto", "always", "never"]


class CommandLine(NamedTuple):
    """What a command declares, and what it was given by parameter; ``every`` are the parameters of all commands.
    ``convert`` makes of a value what a parameter takes and raises ``ValueError``."""

    parameters: Sequence[Parameter]
    every: Callable[[], Sequence[Parameter]]
    given: Mapping[str, object]
    convert: Callable[[Parameter, object], object]


class Call(NamedTuple):
    """A command that is to be done: ``module:function``, and what it is given; or the ``problem`` that forbids it."""

    name: str
    arguments: object
    color: ColorChoice = "auto"
    problem: RunnerError | None = None


class Inputs(NamedTuple):
    """What the command line says of files and variables."""

    paths: Sequence[str]
    variables: Sequence[str] = ()
    env: str = ""
    env_files: Sequence[str] = ()
    mock: bool = False
    data: str = ""
    root: str = ""
    replay: str = ""
    makes_schemas: bool = False


class Selection(NamedTuple):
    """Which requests of the collections, and what the command line says of all of them."""

    text: str = ""
    tags: str = ""
    timeout: str = ""
    insecure: bool = False
    ca: str = ""
    proxy: str = ""
    retries: int = 0
    delay: str = ""
    cert: str = ""
    key: str = ""
    pins: Sequence[str] = ()
    last_failed: bool = False


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
    jobs: int = 1
    repeat: int = 1
    rate: str = ""
    watch: bool = False
    max_tokens: int | None = None
    max_cost: float | None = None
    reports: Sequence[str] = ()
    record: str = ""
    timing: bool = False
    update_schema: bool = False
    update_examples: bool = False


class LoadArguments(NamedTuple):
    """What ``runner load`` was asked to do. ``host`` and ``port`` are where a web page or a master listens, or where a
    worker finds its master; ``command`` starts one more process like this one."""

    inputs: Inputs
    selection: Selection = Selection()
    users: int | None = None
    spawn_rate: float | None = None
    run_time: str = ""
    thresholds: Sequence[str] = ()
    headless: bool = False
    web_host: str = ""
    web_port: int = 8089
    processes: int = 1
    master: bool = False
    worker: bool = False
    master_host: str = ""
    master_port: int = 5557
    expect_workers: int | None = None
    max_cost: float | None = None
    csv: str = ""
    html: str = ""
    reports: Sequence[str] = ()
    strict: bool = False
    color: ColorChoice = "auto"
    command: Sequence[str] = ()


class ReportArguments(NamedTuple):
    """What ``runner report`` was asked to do with saved results; ``before`` are those to compare with, the last of
    them with what has changed, earlier ones for when something began to fail."""

    results: Sequence[str]
    before: Sequence[str] = ()
    reports: Sequence[str] = ()
    color: ColorChoice = "auto"


class TokensArguments(NamedTuple):
    """What ``runner tokens`` was asked to do: of a ``text`` with a ``model``, or else of files."""

    inputs: Inputs
    name: str = ""
    tags: str = ""
    text: str = ""
    model: str = ""
    color: ColorChoice = "auto"


class ShowArguments(NamedTuple):
    """What ``runner show`` was asked to do; ``form`` is ``http``, ``curl`` or ``python``."""

    inputs: Inputs
    selection: Selection
    form: str = "http"
    color: ColorChoice = "auto"


class CheckArguments(NamedTuple):
    """What ``runner check`` was asked to do."""

    inputs: Inputs
    strict: bool = False
    color: ColorChoice = "auto"
    fix: bool = False


class FormatArguments(NamedTuple):
    """What ``runner format`` was asked to do."""

    paths: Sequence[str]
    root: str = ""
    check: bool = False
    diff: bool = False
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
    recording: str = ""
    timing: bool = False


class ServerArguments(NamedTuple):
    """What ``runner lsp`` was told of variables and files; it has no paths: editors name those."""

    inputs: Inputs


class ImportArguments(NamedTuple):
    """``runner import``: what the source is, where it is, where the collection goes, and files beside the source;
    whether to ``send`` it once."""

    kind: str
    source: str
    output: str = ""
    beside: Sequence[str] = ()
    force: bool = False
    send: bool = False


class InitArguments(NamedTuple):
    """``runner init``: the folder, and what the first collection is about."""

    folder: str = "."
    kind: str = "openai"
    force: bool = False
    color: ColorChoice = "auto"


class ExportArguments(NamedTuple):
    """``runner export``: what to make of which collection, and where it goes."""

    kind: str
    path: str
    output: str = ""
    root: str = ""
    force: bool = False
    color: ColorChoice = "auto"
