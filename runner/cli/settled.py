"""What settings say of a command's options, and where each of them is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from runner.cli.settings_files import SettingsFile, unseen
from runner.errors import InvalidFiles, RunnerError, UsageError
from runner.source import Diagnostic, Location

NAMED = re.compile(r"(--[a-z-]+): (.*)", re.DOTALL)


FILE_OPTIONS = {"env-file": ("env-file", "env"), "data": ("data",)}
"""By the rule of a diagnostic that is about no place in a file: the options that may have named the file."""


class ParameterType(Protocol):
    """How typer reads a parameter."""

    name: str


class Parameter(Protocol):
    """What typer knows of a parameter of a command, as far as settings need it."""

    name: str | None
    opts: list[str]
    secondary_opts: list[str]
    metavar: str | None
    multiple: bool
    default: object

    @property
    def type(self) -> ParameterType: ...


class Origin(NamedTuple):
    """A variable, or the keys in a file."""

    variable: str = ""
    file: SettingsFile | None = None
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.file is None:
            return self.variable
        return str(Location(self.file.source.name, self.line))

    @property
    def line(self) -> int:
        """The line in the file, 0 for a variable."""
        return self.file.span(*self.keys).line if self.file else 0

    def problem(self, message: str, hint: str) -> RunnerError:
        """What is wrong with what stands there."""
        if self.file is None:
            return UsageError(f"{self.variable}: {message}", hint)
        return InvalidFiles([self.diagnostic(message, hint)])

    def diagnostic(self, message: str, hint: str) -> Diagnostic:
        """The same as a place in the file."""
        if self.file is None:
            return Diagnostic("settings", f"{self.variable}: {message}", hint)
        source, span = self.file.source, self.file.span(*self.keys)
        shows = unseen(source) if "@" in source.line(span.line) else source  # what stands before it may be a password
        return Diagnostic("settings", f"{self.keys[-1]}: {message}", hint, shows, span)


class Setting(NamedTuple):
    """The value of one option, and where it comes from."""

    value: object
    origin: Origin


class OptionRow(NamedTuple):
    """An option, its value and where that comes from."""

    name: str
    value: str
    origin: str


class Settled(NamedTuple):
    """What settings give: options by their long names, and variables by theirs; what the command line gives is not
    among them. ``values`` are for the parameters of the command; ``problem`` is what keeps it from being done;
    ``table`` are the options to be shown, if that is asked for, with all values."""

    options: Mapping[str, Setting] = MappingProxyType({})
    variables: Mapping[str, Setting] = MappingProxyType({})
    values: Mapping[str, object] = MappingProxyType({})
    problem: RunnerError | None = None
    table: tuple[OptionRow, ...] = ()

    def in_file(self, option: str) -> bool:
        """Whether a file says it, which it will say again next time."""
        setting = self.options.get(option)
        return setting is not None and setting.origin.file is not None

    def variable_in_file(self, name: str) -> bool:
        """The same for what ``var`` says."""
        setting = self.variables.get(name)
        return setting is not None and setting.origin.file is not None

    def switched_off_by(self, flag: str) -> str:
        """The assignment of the variable that switches a flag off; empty if none does."""
        setting = self.options.get(flag)
        return f"{setting.origin}=0" if setting and setting.value is False and not setting.origin.file else ""

    def problem_with(self, option: str, message: str, hint: str = "") -> RunnerError | None:
        """What is wrong with an option, written as ``--name``, if settings gave it; None if they did not."""
        setting = self.options.get(option.removeprefix("--"))
        return setting.origin.problem(message, hint) if setting else None

    def blamed(self, error: UsageError) -> RunnerError:
        """The error, with the place that is wrong if it is about an option that settings gave."""
        match = NAMED.fullmatch(error.message)
        return (self.problem_with(match[1], match[2], error.hint) if match else None) or error

    def variable_origin(self, name: str) -> str:
        """Where a variable is set that a command got as if by ``--var``."""
        setting = self.variables.get(name)
        return f"var, {setting.origin}" if setting else "--var"

    def reminded(self, error: InvalidFiles) -> InvalidFiles:
        """The error, with where the file is named that is missing: its rule is the name of the option."""
        told = []
        for one in error.diagnostics:
            more = [self.mention(name) for name in FILE_OPTIONS.get(one.rule, ())] if one.source is None else []
            told.append(one._replace(hint=" ".join(filter(None, (one.hint, *more)))))
        return InvalidFiles(told)

    def mention(self, option: str) -> str:
        """A sentence that reminds of a setting; empty if there is none."""
        setting = self.options.get(option)
        return f"{option} is set by {setting.origin}." if setting else ""


NOTHING_SETTLED = Settled()
