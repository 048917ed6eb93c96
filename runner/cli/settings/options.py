"""What settings must know of an option, and how a value from a file or a variable becomes the option's."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast

from runner.cli.settings_files import PREFIX, shown
from runner.cli.settled import Parameter
from runner.errors import UsageError
from runner.folder import Folder
from runner.variables.template import NAME

PATHS: Final = ("FILE", "DIR")
"""The metavars of options that name a file or a folder."""
ROOT: Final = "root"
"""The option that lets collections name files further up."""
VARIABLES: Final = "var"
"""The option that sets variables: those of all sources add up, and in a file it may be a table."""
WRITE_ASSIGNMENT: Final = 'Write NAME=VALUE, in a file var = ["NAME=VALUE"] or NAME = "value" in a table var.'

ONE_RUN: Final = {
    "dry-run": "a run that sends nothing must not look like one that does",
    "last-failed": "it depends on what ran before",
    "compare": "it names what ran before",
    "watch": "a command that another program starts would not end",
    "record": "it writes over what an earlier run has kept",
    "replay": "a run that sends nothing must not look like one that does",
    "timing": "it belongs to --replay and --from",
    "update-schema": "what it writes was asked for by nobody then",
    "update-examples": "what it writes was asked for by nobody then",
    "send": "it is what one call is asked for",
    "output": "it names what one call writes",
    "with": "it names what one call reads",
    "check": "it is what one call is asked for",
    "diff": "it is what one call is asked for",
    "from": "it is what one call is asked for",
    "force": "it replaces what is there, which nobody wants unasked",
    "fix": "it is what one call is asked for",
    "text": "it is what one call counts",
    "model": "it is what one call counts",
}
"""Options that can only be given on the command line, with the reason."""
NOT_IN_FILES: Final = {
    **ONE_RUN,
    "help": "it shows a text in place of what the command does",
    "version": "it shows a text in place of what the command does",
    "options": "it is what shows the settings",
    "path": "each command line says what it is about",
    "paths": "each command line says what it is about",
    "k": "it selects requests for one run; tag can be set",
}

Kind = Literal["flag", "whole", "number", "list", "text"]
TYPES: Final[Mapping[Kind, tuple[type, ...]]] = {
    "flag": (bool,),
    "whole": (int,),
    "number": (int, float),
    "list": (str, list),
    "text": (str,),
}
TAKES: Final[Mapping[Kind, tuple[str, str]]] = {
    "flag": ("true or false", "{} = true or {} = false"),
    "whole": ("a whole number", "{} = 2, without quotes"),
    "number": ("a number", "{} = 0.5, without quotes"),
    "list": ("text or a list of texts", '{} = ["…", "…"]'),
    "text": ("text", '{} = "…", in quotes'),
}
KINDS_OF_TOML: Final = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list"}


class Option(NamedTuple):
    """One option as a command declares it. Names are the long ones without dashes, ``negative`` those that switch it
    off; ``convert`` makes of a value what the command gets and raises ``ValueError``."""

    parameter: Parameter
    names: tuple[str, ...]
    negative: tuple[str, ...]
    kind: Kind
    metavar: str
    convert: Callable[[Parameter, object], object]

    @property
    def name(self) -> str:
        """The one by which it is known."""
        return self.names[0]

    @property
    def all_names(self) -> tuple[str, ...]:
        """Those that switch it off, too."""
        return (*self.names, *self.negative)

    def converted(self, name: str, value: object) -> object:
        """What the command gets when ``value`` is set under this one of the names; raises ``BadSetting``."""
        try:
            made = self.convert(self.parameter, value)
        except ValueError as error:
            raise self._refused(value, str(error).removesuffix(".")) from None
        if self.kind == "whole" and getattr(self.parameter, "count", False) and cast(int, made) < 0:
            raise BadSetting("this cannot be less than 0")
        return not made if name in self.negative else made

    def _refused(self, value: object, message: str) -> BadSetting:
        """Text that is no number, or neither on nor off, is told in words that do not depend on typer's version."""
        if isinstance(value, str) and self.kind in ("flag", "whole", "number") and "not a valid" in message:
            hint = "Write 1 or 0, true or false, yes or no." if self.kind == "flag" else ""
            return BadSetting(f'"{value}" is not {TAKES[self.kind][0]}', hint)
        return BadSetting(message)


def declared(parameters: Iterable[Parameter], convert: Callable[[Parameter, object], object]) -> list[Option]:
    """The options that have a long name, each name once."""
    options: dict[str, Option] = {}
    for one in parameters:
        names, negative = _long(one.opts), _long(one.secondary_opts)
        if names:
            option = Option(one, names, negative, _kind(one), one.metavar or "", convert)
            options.setdefault(option.name, option)
    return list(options.values())


def _long(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name[2:] for name in names if name.startswith("--"))


def _kind(parameter: Parameter) -> Kind:
    if parameter.multiple:
        return "list"
    if getattr(parameter, "is_flag", False):
        return "flag"
    if getattr(parameter, "count", False) or parameter.type.name.startswith("int"):
        return "whole"
    return "number" if parameter.type.name.startswith("float") else "text"


class BadSetting(ValueError):
    """A value that an option cannot have, and how to mend it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def variable_of(name: str) -> str:
    """The variable that sets an option."""
    return PREFIX + name.upper().replace("-", "_")


def named(name: str, options: Iterable[Option]) -> Option | None:
    """The option that has this name."""
    return next((one for one in options if name in one.all_names), None)


def checked(option: Option, key: str, value: object) -> object:
    """A value from a file, if it is of the type that the option takes; raises ``BadSetting``."""
    right = isinstance(value, TYPES[option.kind]) and (option.kind == "flag" or not isinstance(value, bool))
    if right and isinstance(value, list):
        right = all(isinstance(one, str) for one in value)
    if not right:
        what, example = TAKES[option.kind]
        found = KINDS_OF_TOML.get(type(value), "a table" if isinstance(value, dict) else "a date or time")
        found = "a list of other things" if isinstance(value, list) and option.kind == "list" else found
        raise BadSetting(f"this takes {what}, not {found}", f"Write {example.replace('{}', key)}.")
    return [value] if option.kind == "list" and isinstance(value, str) else value


def moved(option: Option, value: object, folder: Path, working: Path) -> object:
    """The same, seen from the working directory if it names files from ``folder``; what is absolute stays so."""
    if option.metavar not in PATHS or folder == working:
        return value
    if isinstance(value, list):
        return [moved(option, one, folder, working) for one in value]
    if not isinstance(value, str) or not value or os.path.isabs(value):  # noqa: PTH117  # it is text as it was written
        return value
    return shown(folder / value, working)


def check_reach(option: Option, value: object, folder: Path) -> None:
    """A settings file may come with the collections that it opens files to: it opens its own folder and never more.
    Raises ``BadSetting``."""
    if option.name == ROOT and isinstance(value, str) and value and not Folder.of(folder).holds(folder / value):
        hint = "Give it on the command line, or in RUNNER_ROOT, if these collections may read that."
        raise BadSetting("a settings file opens no more than the folder that it is in", hint)


def assignment(text: str) -> tuple[str, str]:
    """Name and value; raises ``BadSetting``. The text may be a secret whose name was left out."""
    name, separator, value = text.partition("=")
    if not separator or not NAME.fullmatch(name):
        raise BadSetting("one of the texts is not NAME=VALUE", WRITE_ASSIGNMENT)
    return name, value


def variable_text(name: str, value: object) -> str:
    """The value of a variable in a table, as ``--var`` would have it; raises ``BadSetting``."""
    if not NAME.fullmatch(name):
        raise BadSetting("this is no name of a variable", "Letters, digits and _, not beginning with a digit.")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    raise BadSetting("the value of a variable is text here", f'Write {name} = "…", in quotes.')


def same_option(first: object, second: object) -> UsageError:
    """For one that is set by two variables, one of which switches off what the other switches on."""
    return UsageError(f"{second} and {first} set the same option", "Leave one of them out.")
