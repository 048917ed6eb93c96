"""``runner load``: becomes the process of a load test, which is another one than that of any other command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypeAlias, cast

from runner import registry
from runner.cli.arguments import LoadArguments
from runner.cli.context import Context
from runner.cli.settled import Settled
from runner.errors import ExitCode, UsageError

Starter: TypeAlias = Callable[[LoadArguments, Context], ExitCode]
START: Final = "import sys; sys.path.append(sys.argv.pop(1)); from runner.load_testing.__main__ import main; main()"
"""What Python is to do: ``-m`` would look for modules in the working directory, where a json.py may lie."""
MASTER: Final = "COLLECTION_RUNNER_LOAD_MASTER"
"""The variable by which a process tells those that it starts where it listens: their command line is its own."""


def load(arguments: LoadArguments, context: Context) -> ExitCode:
    """The whole of a load test; raises what keeps it from starting."""
    told = context.environ.get(MASTER, "")
    if told:
        host, _, port = told.rpartition(":")
        arguments = arguments._replace(worker=True, master=False, processes=1, master_host=host, master_port=int(port))
    check(arguments, told)
    if not told:
        check_line(arguments, context.settled)
    if not _is_patched():
        if find_spec("locust") is None or find_spec("geventhttpclient") is None:
            hint = 'Install it with: pip install "collection-runner[load]".'
            raise UsageError("runner load needs Locust, which is not installed", hint)
        return _become(context)
    start = cast(Starter, registry.load(registry.LOAD_TEST))
    command = _command()
    sys.argv = sys.argv[:1]  # Locust reads what is there as its own options
    return start(arguments._replace(command=command), context)


def check(arguments: LoadArguments, told: str) -> None:
    """Whether the options go together; raises ``UsageError``. ``told`` is the master that has started this worker."""
    if arguments.worker and arguments.master:
        raise UsageError("--worker and --master do not go together", "A process is one or the other.")
    if arguments.processes > 1 and (arguments.master or arguments.worker):
        other = "--master" if arguments.master else "--worker"
        hint = "--processes leads workers of its own; for a cluster start each worker by itself."
        raise UsageError(f"--processes does not go together with {other}", hint)
    if arguments.worker and not arguments.master_port:
        raise UsageError("--master-port: a worker needs the port of its master", "The master says on which it listens.")
    if "-" in arguments.inputs.paths and arguments.processes > 1:
        raise UsageError("--processes: standard input can be read once", "Write the collection to a file.")
    if arguments.worker:
        given = {"--csv": arguments.csv, "--html": arguments.html, "--report": arguments.reports}
        wrong = next((name for name, value in given.items() if value), "")
        if wrong and not told:
            raise UsageError(
                f"{wrong} is not for a worker", "Its master knows what came of all workers: give it there."
            )


def check_line(arguments: LoadArguments, settled: Settled) -> None:
    """Whether what the command line itself gives is for this process; settings are for all of them. Raises
    ``UsageError``."""
    if arguments.expect_workers is not None and not arguments.master and "expect-workers" not in settled.options:
        hint = "Add --master here, or leave it out: --processes waits for all of its workers by itself."
        raise UsageError("--expect-workers is for a master", hint)
    if arguments.worker and arguments.thresholds and "threshold" not in settled.options:
        raise UsageError(
            "--threshold is not for a worker", "Its master judges what all workers measured: give it there."
        )


def _is_patched() -> bool:
    """Whether this is the process of a load test."""
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched("threading"))


def _command() -> list[str]:
    root = str(Path(__file__).parents[3])
    return [sys.executable, "-P", "-c", START, root, *sys.argv[1:]]


def _become(context: Context) -> ExitCode:
    """Be replaced by the other process, where systems can do that; else wait for it."""
    assert context.stdout is sys.stdout  # noqa: S101  # a context that is not the process's has no process to replace
    command = _command()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    if sys.platform != "win32":
        os.execv(command[0], command)  # noqa: S606  # this program again
    return ExitCode(subprocess.call(command))  # noqa: S603  # as above
