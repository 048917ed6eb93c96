"""The command lines that run the same again, or what failed of it."""

from __future__ import annotations

from collections.abc import Sequence

from runner.cli.arguments import RunArguments
from runner.cli.context import Context
from runner.cli.running.recorder import Recorder
from runner.model import SecretRules
from runner.redact import Redactor
from runner.report.style import printable
from runner.report.summary import MOST_FILES, shell_quoted
from runner.variables.secrets import is_secret


def repeating(arguments: RunArguments, context: Context) -> str:
    """What a command line that repeats the run starts with; a secret's value is for the reader to put in. What a
    settings file says it says again; what a variable says is repeated as an option, since it may have been for once."""
    settled, flags = context.settled, _flags(arguments)
    words = [variable for flag in flags if (variable := settled.switched_off_by(flag))]
    words += ["runner", "run", *(f"--{flag}" for flag, on in flags.items() if on and not settled.in_file(flag))]
    for option, values in _options(arguments).items():
        if not settled.in_file(option):
            words += [word for value in values if value for word in (f"--{option}", shell_quoted(value))]
    for text in arguments.inputs.variables:
        name = text.partition("=")[0]
        if settled.variable_in_file(name):
            continue
        secret = is_secret(name, SecretRules()) or context.redactor.text(text) != text
        words += ["--var", f"{name}=…" if secret else shell_quoted(text)]
    return context.redactor.text(" ".join(words))


def _flags(arguments: RunArguments) -> dict[str, bool]:
    return {
        "mock": arguments.inputs.mock,
        "strict": arguments.strict,
        "insecure": arguments.selection.insecure,
    }


def _options(arguments: RunArguments) -> dict[str, Sequence[str]]:
    """The values that each option was given; an empty one is none."""
    inputs, selection = arguments.inputs, arguments.selection
    return {
        "tag": [selection.tags],
        "timeout": [selection.timeout],
        "retries": [str(selection.retries or "")],
        "ca": [selection.ca],
        "cert": [selection.cert],
        "key": [selection.key],
        "proxy": [selection.proxy if "@" not in selection.proxy else "…"],
        "jobs": [str(arguments.jobs) if arguments.jobs > 1 else ""],
        "delay": [selection.delay],
        "rate": [arguments.rate],
        "max-tokens": ["" if arguments.max_tokens is None else str(arguments.max_tokens)],
        "max-cost": ["" if arguments.max_cost is None else f"{arguments.max_cost:.12f}".rstrip("0").rstrip(".")],
        "resolve": selection.pins,
        "replay": [inputs.replay],
        "env": [inputs.env],
        "data": [inputs.data],
        "root": [inputs.root],
        "env-file": inputs.env_files,
    }


def last_failed(arguments: RunArguments, recorder: Recorder | None, redactor: Redactor) -> str:
    """How a command line goes on that runs what failed, if that is remembered and a short one says it."""
    if recorder is None or not recorder.remembered:
        return ""
    given, files = arguments.inputs.paths, recorder.failed_files
    paths = given if len(files) > MOST_FILES or any(":" in path for path in given) else files
    if not files or len(paths) > MOST_FILES or any(redactor.text(printable(path)) != path for path in paths):
        return ""
    text = ["-k", shell_quoted(arguments.selection.text)] if arguments.selection.text else []
    return redactor.text(" ".join([*map(shell_quoted, paths), *text, "--last-failed"]))
