"""What Python code gives in the place of a command line, read into what that would have said."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from runner.cli.context import Context
from runner.errors import UsageError
from runner.node import is_number
from runner.variables.filters import as_text
from runner.variables.template import NAME

StrPath: TypeAlias = "str | os.PathLike[str]"
Value: TypeAlias = str | int | float | bool


def context_of(environ: Mapping[str, str] | None, cwd: StrPath | None) -> Context:
    """The process without its streams: nothing is printed, no terminal is looked for, nobody is asked."""
    process = Context.of_process()
    working = process.working if cwd is None else process.working / cwd
    return Context(process.environ if environ is None else dict(environ), working, io.StringIO(), io.StringIO())


def paths_of(paths: Sequence[StrPath]) -> list[str]:
    if not paths:
        raise UsageError("no path is given", "Name a collection file, or a folder with some.")
    return [os.fspath(one) for one in paths]


def assignments(variables: Mapping[str, Value]) -> list[str]:
    """As ``--var`` has them. What is wrong with a value is not shown: it may be a secret."""
    for name, value in variables.items():
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise UsageError(f'variables: "{name}" cannot be the name of a variable', "Letters, digits and _ can.")
        if not isinstance(value, str | int | float):
            hint = "Give text, a number or a truth value."
            raise UsageError(f"variables: the value of {name} is a {type(value).__name__}", hint)
    return [f"{name}={as_text(value)}" for name, value in variables.items()]


def check_kinds(texts: Mapping[str, object], lists: Mapping[str, object], switches: Mapping[str, object]) -> None:
    """Arguments that are texts, lists of texts (of which one text alone is none) or truth values."""
    for name, value in texts.items():
        if not isinstance(value, str):
            raise UsageError(f"{name}: this is a {type(value).__name__}", "Give text.")
    for name, value in lists.items():
        if isinstance(value, str | os.PathLike) or not isinstance(value, Iterable):
            raise UsageError(f"{name}: this is a {type(value).__name__}", "Give a list.")
    for name, value in switches.items():
        if not isinstance(value, bool):
            raise UsageError(f"{name}: this is a {type(value).__name__}", "Give True or False.")


def time_of(value: str | float) -> str:
    """A duration as the command line has it; a number is one of seconds."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UsageError(f"this {type(value).__name__} is no duration", "Give text like 500ms, or a number of seconds.")
    return value if isinstance(value, str) else f"{value:.9f}s"


def check_numbers(numbers: Mapping[str, tuple[float | None, float, float | None]]) -> None:
    """Each against the least and the most that it may be."""
    for name, (value, least, most) in numbers.items():
        if value is not None and not is_number(value):
            raise UsageError(f"{name}: this is a {type(value).__name__}", "Give a number.")
        if value is not None and (not value >= least or (most is not None and value > most)):
            limits = f"at least {least}" if most is None else f"from {least} to {most}"
            raise UsageError(f"{name}: {value} is not in the range", f"It is {limits}.")
