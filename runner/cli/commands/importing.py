"""``runner import``: a collection out of what another tool keeps, with a summary of what did not come over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from runner import registry
from runner.cli.arguments import ImportArguments
from runner.cli.commands.import_summary import check_import, tell_import
from runner.cli.commands.import_target import places_of, rename_known, write_import
from runner.cli.context import Context
from runner.disk import exists, is_folder
from runner.errors import ExitCode, UsageError
from runner.folder import FileProblem
from runner.importing.draft import Draft
from runner.importing.json_source import wrong
from runner.importing.scrubbing import finish
from runner.loading.files import MAX_TEXT, decode_source, read_source
from runner.report.style import encodable, printable
from runner.source import Source
from runner.writing.collection import collection_text

IMPORTERS: Final[Mapping[str, str]] = {
    "bruno": "runner.importing.bruno.collection:read_bruno",
    "curl": "runner.importing.curl.commands:read_curl",
    "har": "runner.importing.har.archive:read_har",
    "http": "runner.importing.http.collection:read_http",
    "hurl": "runner.importing.hurl.collection:read_hurl",
    "openapi": "runner.importing.openapi.collection:read_openapi",
    "postman": "runner.importing.postman.collection:read_postman",
}
"""By the word on the command line: what makes a ``Draft`` of a ``Source`` and those beside it."""
OF_FOLDERS: Final = ("bruno", "http", "hurl", "openapi")
"""Kinds that say themselves what they take of a folder."""
Importer = Callable[[Source, Sequence[Source]], Draft]
Sender = Callable[[Draft, str, Path | None, bool, Context], ExitCode]


def import_collection(arguments: ImportArguments, context: Context) -> ExitCode:
    """Print the collection, or write it with all that belongs to it where ``-o`` says. What is sent is written before,
    so that it is there whatever comes back."""
    if arguments.send and arguments.kind != "curl":
        raise UsageError("--send is for curl: a collection of another tool may do anything", "Import it, then run it.")
    places = places_of(arguments, context) if arguments.output else None
    source = _source(arguments.source, context, arguments.kind)
    beside = [_source(one, context, "") for one in arguments.beside]
    importer = cast(Importer, registry.load(IMPORTERS[arguments.kind]))
    try:
        draft = importer(source, beside)
        finish(draft)
        if places is not None:
            rename_known(draft, places)
        text = collection_text(draft.collection())
    except RecursionError:
        raise wrong(
            source, "this is nested too deeply", "Nothing that a person keeps is: was it made by a program?"
        ) from None
    for value in draft.secret_values():
        context.redactor.add(value)
    if places is not None:
        write_import(draft, text, places, force=arguments.force)
    code = ExitCode.OK
    if arguments.send:
        send = cast(Sender, registry.load(registry.FIRST_ANSWERS))
        code = send(draft, text, places.target if places is not None else None, arguments.force, context)
        text = collection_text(draft.collection())
        if places is not None:
            write_import(draft, text, places_of(arguments._replace(force=True), context), force=arguments.force)
    if places is None:
        _print(text, context)
    tell_import(draft, places, context)
    check_import(text, draft, places, context)
    return code


def _print(text: str, context: Context) -> None:
    """The collection as it is, since somebody writes it to a file; its secrets have been taken out."""
    context.stdout.write(encodable(text, context.stdout.encoding))
    context.stdout.flush()


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
        if kind not in OF_FOLDERS:
            raise UsageError(f"{printable(name)} is a folder", "Name a file in it.")
        return Source(name, "", path)
    if not exists(path):
        if kind == "curl":
            return Source("the command", name)
        raise UsageError(f"there is no file {printable(name)}", f"Looked for {printable(str(path))}.")
    try:
        return read_source(path, name)
    except FileProblem as error:
        raise UsageError(error.message, error.hint) from None
