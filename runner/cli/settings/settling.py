"""Takes options from settings files and ``RUNNER_`` variables, as the commands declare them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple, TypeAlias, cast

from runner.cli.arguments import CommandLine
from runner.cli.context import Context
from runner.cli.settings.options import (
    NOT_IN_FILES,
    ONE_RUN,
    VARIABLES,
    BadSetting,
    Option,
    assignment,
    check_reach,
    checked,
    declared,
    moved,
    named,
    same_option,
    variable_of,
    variable_text,
)
from runner.cli.settings_files import SettingsFile, settings_files, unseen
from runner.cli.settled import OptionRow, Origin, Setting, Settled
from runner.errors import InvalidFiles, RunnerError, UsageError
from runner.loading.problems import suggestion
from runner.source import Diagnostic

RIVALS: Final = (frozenset({"quiet", "verbose"}), frozenset({"env", "env-file"}))
"""Options of which one decides over the other: given further up, it does so over the other's setting, too."""

Every: TypeAlias = Callable[[], Sequence[Option]]


class Layer(NamedTuple):
    """What one source says: options and variables by their names."""

    options: dict[str, Setting]
    variables: dict[str, Setting]

    def put(self, option: Option, value: object, origin: Origin) -> None:
        """Add what is set; raises ``BadSetting``."""
        self.options[option.name] = Setting(value, origin)
        if option.name == VARIABLES:
            pairs = dict(assignment(text) for text in cast("Iterable[str]", value))
            self.variables.update({name: Setting(text, origin) for name, text in pairs.items()})


def settle(line: CommandLine, context: Context) -> Settled:
    """What settings say of the command's options, or where they are to be shown of every command's. What is wrong
    comes back as the ``problem``, since what is wrong with the command line goes first."""
    table = "options" in line.given
    own = declared(line.parameters, line.convert)
    asked = declared([*line.parameters, *line.every()], line.convert) if table else own
    given = {one.name: line.given[name] for one in own if (name := one.parameter.name or "") in line.given}
    try:
        reader = _Reader(asked, lambda: declared(line.every(), line.convert), context)
        below = [reader.read(file) for file in settings_files(context.working)]
        if reader.problems:
            raise InvalidFiles(reader.problems)
        layers = [_of_variables(asked, context.environ), *below]
    except RunnerError as error:
        return Settled(problem=error)
    settled = _stacked(given, layers)
    rows: tuple[OptionRow, ...] = ()
    if table:
        from runner.cli.settings.option_table import option_rows  # noqa: PLC0415  # only ``env --options`` shows it

        rows = tuple(option_rows(asked, given, settled))
    return settled._replace(values=_values(own, given, settled), table=rows)


def _values(own: Iterable[Option], given: Mapping[str, object], settled: Settled) -> dict[str, object]:
    """What the command gets in place of its defaults, by its parameters."""
    found: dict[str, object] = {}
    for option in own:
        name = option.parameter.name or ""
        if option.name == VARIABLES and settled.variables:
            texts = cast("Sequence[str]", given.get(VARIABLES, ()))
            found[name] = [*(f"{variable}={one.value}" for variable, one in settled.variables.items()), *texts]
        elif option.name in settled.options:
            found[name] = settled.options[option.name].value
    return found


def _stacked(given: Mapping[str, object], layers: Iterable[Layer]) -> Settled:
    """The layers as one, first hit first."""
    options: dict[str, Setting] = {}
    variables: dict[str, Setting] = {}
    taken = set(given)
    for layer in layers:
        new = {name: one for name, one in layer.options.items() if name not in taken and not _rivals(name) & taken}
        options |= new
        taken |= new.keys()
        variables = {**layer.variables, **variables}
    named_there = {text.partition("=")[0] for text in cast("Iterable[str]", given.get(VARIABLES, ()))}
    return Settled(options, {name: one for name, one in variables.items() if name not in named_there})


def _rivals(name: str) -> set[str]:
    return {other for pair in RIVALS if name in pair for other in pair if other != name}


def _of_variables(options: Iterable[Option], environ: Mapping[str, str]) -> Layer:
    """What ``RUNNER_`` variables say; those that are no option are nobody's concern: CI systems set some."""
    layer = Layer({}, {})
    for option in options:
        for name in option.all_names:
            variable = variable_of(name)
            text = environ.get(variable, "")
            if not text:
                continue
            if name in ONE_RUN:
                reason = f"The reason: {ONE_RUN[name]}."
                raise UsageError(f"{variable}: --{name} can only be given on the command line", reason)
            if option.name in layer.options:
                raise same_option(layer.options[option.name].origin, variable)
            origin = Origin(variable)
            lines = [line.strip("\r") for line in text.split("\n") if line.strip()]
            try:
                layer.put(option, option.converted(name, lines if option.kind == "list" else text), origin)
            except BadSetting as error:
                raise origin.problem(str(error), error.hint) from None
    return layer


class _Reader:
    """Reads settings files, and keeps everything that is wrong with them."""

    def __init__(self, own: Sequence[Option], every: Every, context: Context) -> None:
        self._own = own
        self._every = cache(every)
        self._working = context.working
        self.problems: list[Diagnostic] = []

    def read(self, file: SettingsFile) -> Layer:
        """What is right in a file."""
        layer = Layer({}, {})
        for key, value in file.values.items():
            name, origin = key.replace("_", "-"), Origin(file=file, keys=(key,))
            option = self._option(name, origin)
            if option is None:
                continue
            if option.name in layer.options:
                other = layer.options[option.name].origin
                self._wrong(origin, f"this option is set in line {other.line} already", "Leave one of them out.")
            elif option.name == VARIABLES and isinstance(value, dict):
                self._table(layer, option, cast("dict[str, object]", value), origin)
            else:
                self._value(layer, option, (name, value), origin)
        return layer

    def _option(self, name: str, origin: Origin) -> Option | None:
        if name in NOT_IN_FILES:
            message = "this can only be given on the command line"
            self._wrong(origin, message, f"The reason: {NOT_IN_FILES[name]}.")
            return None
        option = named(name, self._own) or named(name, self._every())
        if option is None:
            known = {name for one in self._every() for name in one.all_names} - NOT_IN_FILES.keys()
            self._wrong(origin, "there is no such option", suggestion(name, known, "Options are"))
        return option

    def _value(self, layer: Layer, option: Option, said: tuple[str, object], origin: Origin) -> None:
        name, value = said
        file = cast("SettingsFile", origin.file)
        try:
            right = checked(option, origin.keys[-1], value)
            check_reach(option, right, file.folder)
            right = moved(option, right, file.folder, self._working)
            layer.put(option, option.converted(name, right), origin)
        except BadSetting as error:
            problem = origin.diagnostic(str(error), error.hint)
            if option.name == VARIABLES:  # a text in the list may be a secret whose name was left out
                problem = problem._replace(source=unseen(file.source))
            self.problems.append(problem)

    def _table(self, layer: Layer, option: Option, table: Mapping[str, object], origin: Origin) -> None:
        """Variables, each with its own place."""
        layer.options[option.name] = Setting(list(table), origin)
        for name, value in table.items():
            place = origin._replace(keys=(*origin.keys, name))
            try:
                layer.variables[name] = Setting(variable_text(name, value), place)
            except BadSetting as error:
                self._wrong(place, str(error), error.hint)

    def _wrong(self, origin: Origin, message: str, hint: str) -> None:
        self.problems.append(origin.diagnostic(message, hint))
