"""``runner import``: a collection out of what another tool keeps, with a summary of what did not come over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, cast

from runner import registry
from runner.cli.arguments import ImportArguments
from runner.cli.context import Context
from runner.cli.told import counted, tell
from runner.disk import exists, is_folder, read_up_to, write_whole
from runner.errors import ExitCode, InvalidFiles, UsageError
from runner.folder import FileProblem, error_text
from runner.importing.draft import Draft, unique
from runner.importing.env_text import with_values
from runner.importing.json_source import wrong
from runner.importing.scrubbing import scrub
from runner.loading.collection import decode_collection
from runner.loading.files import MAX_TEXT, decode_source, read_source
from runner.report.snippet import render_diagnostics
from runner.report.style import encodable, printable
from runner.source import Source
from runner.variables.environment import EnvFileError, read_env_file
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
FILES_TOLD: Final = 3
OWN_FILE: Final = re.compile(r"(?:\w[\w.-]*/)?(?!\.{1,2}$)[^/\\\0]+")
"""The name of a file beside the collection, or in a folder there that is no hidden one."""
Importer = Callable[[Source, Sequence[Source]], Draft]
Sender = Callable[[Draft, str, Path | None, bool, Context], ExitCode]


class Places(NamedTuple):
    """Where everything goes: the collection, and the env file with the text that it has and its values. Their names are
    as the command line has them."""

    name: str
    target: Path
    env: Path
    env_text: str
    known: Mapping[str, str]

    @property
    def env_name(self) -> str:
        return str(Path(self.name).parent / ".env")


def import_collection(arguments: ImportArguments, context: Context) -> ExitCode:
    """Print the collection, or write it with all that belongs to it where ``-o`` says. What is sent is written before,
    so that it is there whatever comes back."""
    if arguments.send and arguments.kind != "curl":
        raise UsageError("--send is for curl: a collection of another tool may do anything", "Import it, then run it.")
    places = _places(arguments, context) if arguments.output else None
    source = _source(arguments.source, context, arguments.kind)
    beside = [_source(one, context, "") for one in arguments.beside]
    importer = cast(Importer, registry.load(IMPORTERS[arguments.kind]))
    try:
        draft = importer(source, beside)
        scrub(draft)
        draft.settle()
        if places is not None:
            _rename(draft, places)
        text = collection_text(draft.collection())
    except RecursionError:
        raise wrong(
            source, "this is nested too deeply", "Nothing that a person keeps is: was it made by a program?"
        ) from None
    for value in draft.secret_values():
        context.redactor.add(value)
    if places is not None:
        _write(draft, text, places, force=arguments.force)
    code = ExitCode.OK
    if arguments.send:
        send = cast(Sender, registry.load(registry.FIRST_ANSWERS))
        code = send(draft, text, places.target if places is not None else None, arguments.force, context)
        text = collection_text(draft.collection())
        if places is not None:
            _write(draft, text, _places(arguments._replace(force=True), context), force=arguments.force)
    if places is None:
        _print(text, context)
    _tell(draft, places, context)
    _check(text, draft, places, context)
    return code


def _places(arguments: ImportArguments, context: Context) -> Places:
    """Looked at before anything is read or written; raises ``UsageError``."""
    name = arguments.output
    target = context.working / name
    if (exists(target) or target.is_symlink()) and not arguments.force:
        raise UsageError(f"{name} is there already", "Give another name, or --force to replace it.")
    env = target.parent / ".env"
    try:
        known = read_env_file(env, ".env").values if exists(env) else {}
        text = read_up_to(env, MAX_TEXT).decode("utf-8-sig") if exists(env) else ""
    except EnvFileError as error:
        raise UsageError(error.diagnostic.message, error.diagnostic.hint) from None
    except OSError as error:
        raise UsageError(f".env cannot be read: {error_text(error)}", f"Looked for {env}.") from None
    return Places(name, target, env, text, known)


def _rename(draft: Draft, places: Places) -> None:
    """A name that ``.env`` has with another value is another's: it would be sent to where this collection goes."""
    for name, value in list(draft.secrets.items()):
        if value and places.known.get(name, value) != value:
            new = unique(name, {*places.known, *draft.secrets, *draft.variables}, "_")
            draft.rename(name, new)
            draft.note(places.env_name, f"{name} has another value there: it is <<{new}>> here")


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
        return Source(name, "", path)
    if not exists(path) and kind == "curl":
        return Source("the command", name)
    try:
        return read_source(path, name)
    except FileProblem as error:
        raise UsageError(error.message, error.hint) from None


def _write(draft: Draft, text: str, places: Places, *, force: bool) -> None:
    """The secrets into ``.env``, the files beside the collection, and last the collection: what is there can be run."""
    folder = places.target.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in draft.files.items():
            _check_file(name, content, places, force=force)
        new = with_values(places.env_text, places.known, draft.secrets)
        if new != places.env_text:
            write_whole(places.env, new.encode("utf-8"), 0o600)
        for name, values in draft.environments.items():
            _write_environment(name, values, places, draft)
        for name, content in draft.files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            write_whole(folder / name, content)
        write_whole(places.target, text.encode("utf-8"))
    except OSError as error:
        raise UsageError(f"{places.name} cannot be written: {error_text(error)}", "Look at its folder.") from None
    except ValueError:
        raise UsageError(f"{places.name} is no name of a file", "Take another one.") from None


def _write_environment(name: str, values: Mapping[str, str], places: Places, draft: Draft) -> None:
    """The values of ``--env NAME`` into its env file, in which what is there stays."""
    path, shown = places.target.parent / f".env.{name}", f"{places.env_name}.{name}"
    try:
        known = read_env_file(path, shown).values if exists(path) else {}
        text = read_up_to(path, MAX_TEXT).decode("utf-8-sig") if exists(path) else ""
    except EnvFileError as error:
        raise UsageError(error.diagnostic.message, error.diagnostic.hint) from None
    for one, value in values.items():
        if known.get(one, value) != value:
            draft.note(shown, f"{one} has another value there, which stays")
    write_whole(path, with_values(text, known, values).encode("utf-8"), 0o600)


def _check_file(name: str, content: bytes, places: Places, *, force: bool) -> None:
    """Its name came with the source: it goes into the folder, or one below it, and nowhere else, and replaces nothing
    unasked."""
    folder = places.target.parent
    place = folder / name
    above = [one for one in (place, place.parent) if one != folder]
    is_plain = OWN_FILE.fullmatch(name) and (place.name == name or place.parent.name == name.partition("/")[0])
    if not is_plain or any(one.is_symlink() for one in above) or place in (places.target, places.env):
        raise UsageError(f"the source has a file named {name}, which cannot be written there", "Take another folder.")
    if place.parent != folder and exists(place.parent) and not is_folder(place.parent):
        raise UsageError(f"{place.parent.name} is there already, and no folder", "Move it, or take another folder.")
    if exists(place) and not force and (is_folder(place) or read_up_to(place, len(content) + 1) != content):
        raise UsageError(f"{name} is there already, with other content", "Move it, or --force to replace it.")


def _tell(draft: Draft, places: Places | None, context: Context) -> None:
    """The summary, on standard error: what came over, what did not, what is to be done."""
    counts = [counted(len(draft.requests), "request"), counted(len(draft.variables), "variable")]
    counts += [counted(len(draft.secrets), "secret")] if draft.secrets else []
    where = "" if places is None else f" to {places.name}"
    context.warn(printable(f"Imported {', '.join(counts)}{where}."))
    if draft.secrets and places is not None:
        context.warn(printable(f"Secrets are in {places.env_name}; keep it out of git."))
    elif draft.secrets:
        context.warn(
            printable(f"Put into .env: {', '.join(sorted(draft.secrets))}. With -o FILE that is done for you.")
        )
    if draft.environments:
        files = ", ".join(f".env.{name}" for name in draft.environments)
        where = f"Environments are in {files}; keep them out of git." if places else f"With -o FILE there are {files}."
        context.warn(printable(where))
    if draft.files and places is None:
        first = ", ".join(list(draft.files)[:FILES_TOLD]) + (" …" if len(draft.files) > FILES_TOLD else "")
        several = len(draft.files) > 1
        context.warn(
            printable(
                f"{counted(len(draft.files), 'file')} {'belong' if several else 'belongs'} beside it: {first}. "
                f"With -o FILE {'they are' if several else 'it is'} written."
            )
        )
    tell(draft.notes, context)


def _check(text: str, draft: Draft, places: Places | None, context: Context) -> None:
    """What the program itself finds wrong with what came out: it needs a hand before it runs."""
    target, name = (None, "the collection") if places is None else (places.target, places.name)
    folder = context.working if target is None else target.parent
    try:
        found = decode_collection(Source(name, text, target), folder).warnings
    except InvalidFiles as error:
        found = error.diagnostics
    found = tuple(one for one in found if target is not None or not (one.rule == "missing-file" and draft.files))
    if found:
        context.warn("What came out needs a hand:")
        context.warn(render_diagnostics(found, context.style(context.stderr), context.redactor))
