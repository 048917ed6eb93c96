"""``runner env --options``: the value of every option, and where it comes from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from runner.cli.arguments import ListArguments
from runner.cli.boundary import tell_mistake
from runner.cli.context import Context
from runner.cli.settings.option_check import wrong_options
from runner.cli.settings.options import NOT_IN_FILES, VARIABLES, Option, variable_of
from runner.cli.settings_files import PREFIX
from runner.cli.settled import OptionRow, Setting, Settled
from runner.errors import ExitCode
from runner.loading.problems import close_to
from runner.model import SecretRules
from runner.redact import MASK
from runner.report.cells import cells, pad
from runner.report.style import printable
from runner.variables.filters import as_text
from runner.variables.secrets import is_secret, written_secrets

COMMAND_LINE = "the command line"
DEFAULT = "default"
EMPTY = "-"
WRONG = "wrong"
CLOSE = 0.8
OF_OTHERS = frozenset({"RUNNER_USER"})
"""What the runners of GitHub are told, and is not meant for an option of a like name."""


def show_options(arguments: ListArguments, context: Context) -> ExitCode:
    """Print a line for each option, secrets masked; what is wrong with a value comes behind the table."""
    style = context.style(context.stdout, arguments.color)
    rows = context.settled.table
    wrong = wrong_options({name: one.value for name, one in context.settled.options.items()}, context)
    for row in rows:
        for value in written_secrets(row.value, ""):
            context.redactor.add(value)
    shown = [row._replace(value=printable(context.redactor.text(row.value))) for row in rows]
    names = max((cells(row.name) for row in shown), default=0)
    values = max((cells(row.value) for row in shown), default=0)
    for row in shown:
        text = f"{pad(row.name, names)}  {pad(row.value, values)}  {printable(row.origin)}"
        text = f"{text}  {style.paint('fail', WRONG)}" if row.name in wrong else text
        context.tell(style.paint("dim", text) if row.origin == DEFAULT else text)
    _tell_misspelt(context)
    codes = [tell_mistake(error, context, arguments.color) for error in wrong.values()]
    return codes[0] if codes else ExitCode.OK


def _tell_misspelt(context: Context) -> None:
    """A variable that sets nothing is told only if it looks like one that does: other programs have theirs."""
    known = {variable_of(row.name) for row in context.settled.table}
    for variable in sorted(context.environ):
        if variable.startswith(PREFIX) and variable not in known | OF_OTHERS:
            close = close_to(variable.removeprefix(PREFIX), (one.removeprefix(PREFIX) for one in known), CLOSE)
            if close:
                context.warn(f"{variable} sets no option. Did you mean {PREFIX}{close}?")


def option_rows(options: Iterable[Option], given: Mapping[str, object], settled: Settled) -> Iterator[OptionRow]:
    """What a command would get that has all these options."""
    for option in options:
        if option.name in NOT_IN_FILES:
            continue
        if option.name == VARIABLES:
            yield from _variables(cast("Sequence[str]", given.get(VARIABLES, ())), settled.variables)
        elif option.name in given:
            yield OptionRow(option.name, _written(given[option.name]), COMMAND_LINE)
        elif option.name in settled.options:
            setting = settled.options[option.name]
            yield OptionRow(option.name, _written(setting.value), str(setting.origin))
        else:
            yield OptionRow(option.name, _written(option.parameter.default), DEFAULT)


def _variables(given: Sequence[str], settled: Mapping[str, Setting]) -> Iterator[OptionRow]:
    """One row a variable."""
    rows = [(name, str(one.value), str(one.origin)) for name, one in settled.items()]
    rows += [(name, value, COMMAND_LINE) for name, _, value in (text.partition("=") for text in given)]
    for name, value, origin in rows:
        yield OptionRow(f"{VARIABLES} {name}", MASK if is_secret(name, SecretRules()) else _written(value), origin)
    if not rows:
        yield OptionRow(VARIABLES, EMPTY, DEFAULT)


def _written(value: object) -> str:
    """A value in a line; several with commas between."""
    if value is None:
        return EMPTY
    if isinstance(value, list | tuple):
        return ", ".join(_written(one) for one in value) or EMPTY
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and math.isfinite(value):
        return as_text(value)
    return str(value) or EMPTY
