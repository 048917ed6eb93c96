"""The command lines that run the same again, or what failed of it."""

from __future__ import annotations

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
    inputs, selection, settled, redactor = arguments.inputs, arguments.selection, context.settled, context.redactor
    flags = {"--mock": inputs.mock, "--strict": arguments.strict, "--insecure": selection.insecure}
    off = [variable for flag in flags if (variable := settled.switched_off_by(flag[2:]))]
    words = [*off, "runner", "run", *(flag for flag, given in flags.items() if given and not settled.in_file(flag[2:]))]
    retries = str(selection.retries) if selection.retries else ""
    given = {
        "--tag": selection.tags,
        "--timeout": selection.timeout,
        "--retries": retries,
        "--ca": selection.ca,
        "--cert": selection.cert,
        "--key": selection.key,
        "--proxy": selection.proxy if "@" not in selection.proxy else "…",
        "--jobs": str(arguments.jobs) if arguments.jobs > 1 else "",
        "--delay": selection.delay,
        "--rate": arguments.rate,
        "--max-tokens": "" if arguments.max_tokens is None else str(arguments.max_tokens),
        "--max-cost": "" if arguments.max_cost is None else f"{arguments.max_cost:.12f}".rstrip("0").rstrip("."),
    }
    words += [
        word
        for option, value in given.items()
        if value and not settled.in_file(option[2:])
        for word in (option, shell_quoted(value))
    ]
    pins = () if settled.in_file("resolve") else selection.pins
    words += [word for pin in pins for word in ("--resolve", shell_quoted(pin))]
    words += ["--replay", shell_quoted(inputs.replay)] if inputs.replay else []
    words += ["--env", shell_quoted(inputs.env)] if inputs.env and not settled.in_file("env") else []
    words += ["--data", shell_quoted(inputs.data)] if inputs.data and not settled.in_file("data") else []
    for name in () if settled.in_file("env-file") else inputs.env_files:
        words += ["--env-file", shell_quoted(name)]
    for text in inputs.variables:
        name = text.partition("=")[0]
        if settled.variable_in_file(name):
            continue
        secret = is_secret(name, SecretRules()) or redactor.text(text) != text
        words += ["--var", f"{name}=…" if secret else shell_quoted(text)]
    return redactor.text(" ".join(words))


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
