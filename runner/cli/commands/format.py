"""``runner format``: collections in their usual order and layout, written, compared or only looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from stat import S_IMODE
from typing import Final, NamedTuple

from runner.cli.arguments import FormatArguments
from runner.cli.boundary import hide_keys
from runner.cli.context import Context
from runner.cli.targets import Target, chosen_root, find_targets, standard_source
from runner.cli.written import secrets_shown
from runner.disk import is_file, write_whole
from runner.errors import ExitCode, InvalidFiles, UsageError
from runner.folder import FileProblem, error_text
from runner.loading.collection import decode_collection
from runner.loading.files import MAX_TEXT, decode_source, read_bytes_file
from runner.loading.problems import each_once
from runner.model import Collection
from runner.report.snippet import render_diagnostics
from runner.report.style import Style, printable
from runner.source import Diagnostic, Source
from runner.variables.environment import EnvFileError, find_env_files
from runner.variables.secrets import is_secret, written_secrets
from runner.writing.difference import difference
from runner.writing.formatting import formatted

BOM: Final = b"\xef\xbb\xbf"


class _Made(NamedTuple):
    """A collection, its bytes, and its text as it should be."""

    target: Target
    collection: Collection
    data: bytes
    text: str

    @property
    def is_new(self) -> bool:
        return self.text != self.collection.source.text


def format_files(arguments: FormatArguments, context: Context) -> ExitCode:
    """Bring each collection into its layout; those that do not load stay as they are, and are told."""
    root = chosen_root(arguments.root, context.working)
    wrong: list[Diagnostic] = []
    is_any_new = False
    for target in _whole_files(arguments.paths, context, root):
        try:
            made = _made(target, context, root)
        except InvalidFiles as error:
            wrong.extend(error.diagnostics)
            continue
        is_any_new = is_any_new or made.is_new
        _hand_out(made, arguments, context, root)
    if wrong:
        for value in secrets_shown(wrong):
            context.redactor.add(value)
        style = context.style(context.stderr, arguments.color)
        context.warn(render_diagnostics(each_once(wrong), style, context.redactor))
        return ExitCode.INVALID
    return ExitCode.CHECK_FAILED if arguments.check and is_any_new else ExitCode.OK


def _whole_files(paths: Iterable[str], context: Context, root: Path | None) -> list[Target]:
    targets = find_targets(paths, context.working, root)
    for target in targets:
        if target.lines:
            raise UsageError(f"{target.name} is formatted as a whole", "Leave the line behind it out.")
        if target.path is not None and not is_file(target.path):
            hint = "Give - and pipe it in; what comes out goes to standard output."
            raise UsageError(f"{target.name} is no file that can be written anew", hint)
    return targets


def _made(target: Target, context: Context, root: Path | None) -> _Made:
    """Raises ``InvalidFiles`` for what does not load."""
    if target.path is None:
        source, data, folder = standard_source(context), b"", context.working
    else:
        source, data = _read(target.path, target.name)
        folder = target.path.parent
    try:
        collection = decode_collection(source, folder, root)
    except FileProblem:
        text = f"--root: {target.name} is not below {root}"
        raise UsageError(text, "Name a folder that all of the collections lie in.") from None
    return _Made(target, collection, data, formatted(source.text))


def _read(path: Path, name: str) -> tuple[Source, bytes]:
    try:
        data = read_bytes_file(path, name, MAX_TEXT)
        return Source(name, decode_source(data, name).text, path), data
    except FileProblem as error:
        place = Source(name, error.text, path)
        raise InvalidFiles([Diagnostic(error.rule, error.message, error.hint, place, error.span)]) from None


def _hand_out(made: _Made, arguments: FormatArguments, context: Context, root: Path | None) -> None:
    """Write a collection, its difference or its name, as was asked for."""
    style = context.style(context.stdout, arguments.color)
    name = made.target.name
    if arguments.diff:
        _hide(made.collection, context, root)
        lines = list(_difference(made, style))
        if lines:
            context.tell("\n".join(lines))
    if arguments.check:
        if made.is_new and not arguments.diff:
            context.tell(f"{style.paint('fail', 'not formatted')}  {printable(name)}")
    elif arguments.diff:
        return
    elif made.target.path is None:
        _print(made.text, context)
    elif made.is_new:
        _write(made, made.target.path)
        context.tell(f"{style.paint('pass', 'formatted')}  {printable(name)}")


def _print(text: str, context: Context) -> None:
    """The collection byte for byte: somebody writes it to a file."""
    stream = getattr(context.stdout, "buffer", None)
    if stream is None:
        context.stdout.write(text)
    else:
        stream.write(text.encode("utf-8"))
    context.stdout.flush()


def _write(made: _Made, path: Path) -> None:
    start = BOM if made.data.startswith(BOM) else b""
    try:
        write_whole(path, start + made.text.encode("utf-8"), S_IMODE(path.stat().st_mode))
    except OSError as error:
        hint = "Look at the permissions of it and of its folder."
        raise UsageError(f"{made.target.name} cannot be written: {error_text(error)}", hint) from None


def _difference(made: _Made, style: Style) -> Iterator[str]:
    """What changes, with three lines around it."""
    old, new = (_lines(text) for text in (made.collection.source.text, made.text))
    name = made.target.name
    if made.is_new and old == new:
        yield f"{printable(name)}: only the ends of lines change"
    lines = [*difference(old, new)]
    for line in [f"--- {name}", f"+++ {name} (formatted)", *lines] if lines else ():
        shown = printable(line)
        yield style.paint("pass" if line[0] == "+" else "fail", shown) if line[:1] in ("+", "-") else shown


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


def _hide(collection: Collection, context: Context, root: Path | None) -> None:
    """Mask the secrets that a difference may show: those in the file, in the environment and in env files."""
    source = collection.source
    for line in source.lines:
        for value in written_secrets(line, source.text):
            context.redactor.add(value)
    hide_keys(context)
    try:
        files, _ = find_env_files([".env"], context.working, collection.folder.path.absolute(), root)
    except EnvFileError:
        return
    for file in files:
        for name, value in file.values.items():
            if is_secret(name, collection.secrets):
                context.redactor.add(value)
