"""What most commands begin with: the collections that the paths mean, and their variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias, cast

from runner import registry
from runner.cli.arguments import Inputs
from runner.cli.context import Context
from runner.cli.targets import Target, chosen_root, find_targets, read_target
from runner.cli.written import secrets_shown
from runner.engine.places import standing_on
from runner.errors import InvalidFiles, UsageError
from runner.loading.problems import Problems, each_once
from runner.model import NO_ROW, Collection, RequestSpec, Row
from runner.node import Plain
from runner.source import Diagnostic
from runner.variables.credentials import declare_credentials, proxy_passwords
from runner.variables.environment import EnvFile, EnvFileError, Outside, find_env_files, read_env_file
from runner.variables.filters import as_text
from runner.variables.generators import Generators
from runner.variables.scope import Defaults, Variables
from runner.variables.secrets import is_secret
from runner.variables.template import NAME
from runner.variables.uses import used_names

Narrow: TypeAlias = Callable[[list[Target]], list[Target]]
"""Takes out files that are not to be read at all."""
Reader: TypeAlias = Callable[[Target, Context, Path | None], Collection]
DataReader: TypeAlias = Callable[[Path, str, Problems], list[Row]]
Unsilenced: TypeAlias = Callable[[Collection], Sequence[Diagnostic]]
STAND_IN = "stand-in-for-the-mock-server"


class Session:
    """The collections of one command, all read before anything else is done."""

    def __init__(self, inputs: Inputs, context: Context, narrow: Narrow = list, read: Reader | None = None) -> None:
        self._inputs = inputs
        self._context = context
        self._narrow = narrow
        self._read = read or partial(read_target, makes_schemas=inputs.makes_schemas)
        self._lines: dict[str, frozenset[int]] = {}
        for password in proxy_passwords(context.environ):
            self.mark_secret(password)
        self._options = read_assignments(inputs.variables)
        self._generators = Generators(context.clock, context.random)
        self._root = chosen_root(inputs.root, context.working)
        self._rows = self._data_file()
        self._outside: dict[str, Outside] = {}
        self._used: dict[str, set[str]] = {}
        self.collections = self._load()
        self.warnings = each_once(one for found in self.collections for one in _warnings(found))
        self.warnings += _ignored(inputs)
        self.hide_written_secrets(self.warnings)

    def _load(self) -> tuple[Collection, ...]:
        found: list[Collection] = []
        wrong: list[Diagnostic] = []
        for target in self._narrow(find_targets(self._inputs.paths, self._context.working, self._root)):
            try:
                collection = self._read(target, self._context, self._root)
                found.append(collection)
                self._lines[collection.source.name] = target.lines
            except InvalidFiles as error:
                wrong.extend(error.diagnostics)
        if wrong:
            self.hide_written_secrets(wrong)
            raise InvalidFiles(each_once(wrong))
        return tuple(found)

    def pointed_at(self, collection: Collection) -> Callable[[RequestSpec, str], bool]:
        """Whether a request is one that the lines behind the paths select; raises ``NothingToRun``."""
        return standing_on(collection, self._lines[collection.source.name])

    @property
    def is_pointed(self) -> bool:
        """Whether a line stands behind any of the paths."""
        return any(self._lines.values())

    def narrowed(self, collection: Collection) -> Collection:
        """The collection with those requests only."""
        wanted = self.pointed_at(collection)
        items = collection.items
        return collection._replace(items=tuple(one for one in items if any(wanted(spec, "") for spec in one.requests)))

    def _data_file(self) -> list[Row]:
        """The rows of ``--data``, which are used instead of those of the files."""
        if not self._inputs.data:
            return []
        problems = Problems()
        read = cast(DataReader, registry.load(registry.DATA_FILE))
        rows = read(self._context.working / self._inputs.data, self._inputs.data, problems)
        if not rows and not problems.count:
            raise InvalidFiles([Diagnostic("data", f"there are no rows in {self._inputs.data}", "Add one.")])
        if problems.count:
            raise InvalidFiles(problems.of("error"))
        return rows

    def rows(self, collection: Collection) -> Sequence[Row]:
        """What one collection runs with, once for each."""
        return self._rows or collection.rows

    def variables(self, collection: Collection, row: Row = NO_ROW) -> Variables:
        """Where the variables of one collection come from; what its authentication is made of is secret at once."""
        outside = self.outside(collection)._replace(row=self._narrowed(row, collection))
        defaults = Defaults(collection.variables, collection.secrets)
        stand_in = STAND_IN if self._inputs.mock or self._inputs.replay else None
        variables = Variables(defaults, outside, self._generators, self.mark_secret, stand_in)
        declare_credentials(collection, variables)
        return variables

    def _narrowed(self, row: Row, collection: Collection) -> Row:
        """The row without what the file does not speak of."""
        if not row.values:
            return row
        used = self._used.get(collection.source.name)
        if used is None:
            used = self._used[collection.source.name] = used_names(collection)
        return row.only(used)

    def outside(self, collection: Collection) -> Outside:
        """The values from outside; env files are read once for each collection."""
        found = self._outside.get(collection.source.name)
        if found is not None:
            return found
        try:
            files, searched = self._env_files(collection.folder.path)
        except EnvFileError as error:
            raise InvalidFiles([error.diagnostic]) from None
        for file in files:
            self.warn(file.warnings)
        for values in (self._options, *(file.values for file in files)):
            for name, value in values.items():
                if is_secret(name, collection.secrets):
                    self.mark_secret(value)
        found = Outside(self._options, self._context.environ, files, searched)
        self._outside[collection.source.name] = found
        return found

    def _env_files(self, folder: Path) -> tuple[tuple[EnvFile, ...], tuple[str, ...]]:
        """The env files that hold for a folder, first hit first."""
        working = self._context.working
        if self._inputs.env_files:
            return tuple(read_env_file(working / name, name) for name in reversed(self._inputs.env_files)), ()
        names = [f".env.{self._inputs.env}", ".env"] if self._inputs.env else [".env"]
        files, searched = find_env_files(names, working, folder.absolute(), self._root)
        if self._inputs.env and not any(Path(file.name).name == names[0] for file in files):
            places = ", ".join(dict.fromkeys((str(working), str(folder))))
            hint = f"Looked in {places} and the folders above. Create it, or leave --env out."
            raise EnvFileError(Diagnostic("env-file", f"there is no file {names[0]}", hint))
        return files, searched

    def warn(self, warnings: Iterable[Diagnostic]) -> None:
        """Keep these to be told, each once."""
        self.warnings = each_once([*self.warnings, *warnings])

    def mark_secret(self, value: Plain) -> None:
        """Mask a value from now on; of lists and objects every text inside, each of them looked at once."""
        waiting, seen = [value], set[int]()
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict | list):
                waiting += () if id(one) in seen else one.values() if isinstance(one, dict) else one
                seen.add(id(one))
            elif one is not None and not isinstance(one, bool):
                self._context.redactor.add(as_text(one))

    def hide_written_secrets(self, problems: Iterable[Diagnostic]) -> None:
        """Mask what looks like a secret on the lines that messages show."""
        for value in secrets_shown(problems):
            self.mark_secret(value)


def _warnings(collection: Collection) -> Sequence[Diagnostic]:
    """Those of its loading that no comment in it silences."""
    if not any(one.source is not None and "runner:" in one.source.text for one in collection.warnings):
        return collection.warnings
    return cast(Unsilenced, registry.load(registry.UNSILENCED))(collection)


def _ignored(inputs: Inputs) -> list[Diagnostic]:
    """A warning where ``--env-file`` takes the place of what ``--env`` asks for."""
    if not inputs.env or not inputs.env_files:
        return []
    message = f"--env {inputs.env} changes nothing beside --env-file: only the files that it names are read"
    hint = f"Leave --env out, or write --env-file .env.{inputs.env} as well: the last file wins."
    return [Diagnostic("unused-option", message, hint, severity="warning")]


def read_assignments(texts: Iterable[str]) -> dict[str, str]:
    """``NAME=VALUE`` as given with ``--var``; raises ``UsageError``."""
    values: dict[str, str] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not separator or not NAME.fullmatch(name):  # what was given may be a secret whose name was left out
            hint = "Write --var NAME=VALUE, in quotes if it holds spaces."
            raise UsageError("--var: what was given is not NAME=VALUE", hint)
        values[name] = value
    return values
