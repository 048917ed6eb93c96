"""``runner import``: a collection out of what another tool keeps, with a summary of what did not come over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, cast

from runner import registry
from runner.cli.arguments import ImportArguments
from runner.cli.context import Context
from runner.disk import exists, is_folder, read_up_to, write_whole
from runner.errors import ExitCode, InvalidFiles, UsageError
from runner.folder import FileProblem
from runner.importing.draft import Draft
from runner.importing.env_text import with_values
from runner.loading.collection import decode_collection
from runner.loading.files import MAX_TEXT, decode_source, read_source
from runner.report.snippet import render_diagnostics
from runner.report.style import printable
from runner.source import Source
from runner.variables.environment import EnvFileError, read_env_file
from runner.writing.collection import collection_text

IMPORTERS: Final[Mapping[str, str]] = {
    "postman": "runner.importing.postman:read_postman",
}
"""By the word on the command line: what makes a ``Draft`` of a ``Source`` and those beside it."""
Importer = Callable[[Source, Sequence[Source]], Draft]


class Written(NamedTuple):
    """Where things went, for the summary."""

    collection: str
    env: str = ""
    kept: tuple[str, ...] = ()


def import_collection(arguments: ImportArguments, context: Context) -> ExitCode:
    """Print the collection, or write it with all that belongs to it where ``-o`` says."""
    target = context.working / arguments.output if arguments.output else None
    if target is not None and exists(target) and not arguments.force:
        raise UsageError(f"{arguments.output} is there already", "Give another name, or --force to replace it.")
    source = _source(arguments.source, context, arguments.kind)
    beside = [_source(one, context, "") for one in arguments.beside]
    importer = cast(Importer, registry.load(IMPORTERS[arguments.kind]))
    draft = importer(source, beside)
    draft.settle()
    for value in draft.secrets.values():
        context.redactor.add(value)
    text = collection_text(draft.collection())
    if target is None:
        context.tell(text.removesuffix("\n"))
        written = Written("")
    else:
        written = _write(draft, text, target, arguments.output)
    _tell(draft, written, context)
    _check(text, arguments.output or "the collection", target, context)
    return ExitCode.OK


def _source(name: str, context: Context, kind: str) -> Source:
    """What is to be read: a file, standard input, a folder for those who keep one."""
    if name == "-":
        data = context.stdin.read(MAX_TEXT) if context.stdin is not None else b""
        try:
            return decode_source(data, "standard input")
        except FileProblem as error:
            raise UsageError(error.message, error.hint) from None
    path = context.working / name
    if is_folder(path):
        return Source(name, "", path)
    if not exists(path) and kind == "curl":
        return Source("the command", name)
    try:
        return read_source(path, name)
    except FileProblem as error:
        raise UsageError(error.message, error.hint) from None


def _write(draft: Draft, text: str, target: Path, name: str) -> Written:
    """The collection, the files beside it, and the secrets in ``.env``."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, text.encode("utf-8"))
        for path, content in draft.files.items():
            place = target.parent / path
            place.parent.mkdir(parents=True, exist_ok=True)
            write_whole(place, content.encode("utf-8") if isinstance(content, str) else content)
        if not draft.secrets:
            return Written(name)
        env = target.parent / ".env"
        known = read_env_file(env, ".env").values if exists(env) else {}
        old = read_up_to(env, MAX_TEXT).decode("utf-8-sig") if exists(env) else ""
        new, kept = with_values(old, known, draft.secrets)
        if new != old:
            write_whole(env, new.encode("utf-8"), 0o600)
    except (OSError, ValueError) as error:
        raise UsageError(f"{name} cannot be written: {getattr(error, 'strerror', None) or error}") from None
    except EnvFileError as error:
        raise UsageError(error.diagnostic.message, error.diagnostic.hint) from None
    return Written(name, str(Path(name).parent / ".env"), kept)


def _tell(draft: Draft, written: Written, context: Context) -> None:
    """The summary, on standard error: what came over, what did not, what is to be done."""
    counts = [_count(len(draft.requests), "request"), _count(len(draft.variables), "variable")]
    counts += [_count(len(draft.secrets), "secret")] if draft.secrets else []
    where = f" to {written.collection}" if written.collection else ""
    context.warn(printable(f"Imported {', '.join(counts)}{where}."))
    if draft.secrets and written.env:
        context.warn(printable(f"Secrets are in {written.env}; keep it out of git."))
    elif draft.secrets:
        context.warn(
            printable(f"Put into .env: {', '.join(sorted(draft.secrets))}. With -o FILE that is done for you.")
        )
    for name in written.kept:
        context.warn(printable(f"{name} has another value in {written.env}; it was left as it is."))
    if draft.notes:
        context.warn(f"{_count(len(draft.notes), 'thing')} to look at:")
    for note in draft.notes:
        context.warn(printable(f"  {note.place}: {note.message}"))
        if note.hint:
            context.warn(printable(f"    {note.hint}"))


def _check(text: str, name: str, target: Path | None, context: Context) -> None:
    """What the program itself finds wrong with what came out: it needs a hand before it runs."""
    folder = target.parent if target is not None else context.working
    try:
        found = decode_collection(Source(name, text, target), folder).warnings
    except InvalidFiles as error:
        found = error.diagnostics
    if found:
        context.warn("What came out needs a hand:")
        context.warn(render_diagnostics(found, context.style(context.stderr), context.redactor))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
