"""Where an import goes: the collection, the files beside it, and the env file that takes its secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from runner.cli.arguments import ImportArguments
from runner.cli.context import Context
from runner.disk import exists, is_folder, read_up_to, write_whole
from runner.errors import UsageError
from runner.folder import error_text
from runner.importing.draft import Draft
from runner.importing.env_text import with_values
from runner.loading.files import MAX_TEXT
from runner.variables.environment import EnvFileError, read_env_file
from runner.writing.names import unique

OWN_FILE: Final = re.compile(r"(?:\w[\w.-]*/)?(?!\.{1,2}$)[^/\\\0]+")
"""The name of a file beside the collection, or in a folder there that is no hidden one."""


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


def places_of(arguments: ImportArguments, context: Context) -> Places:
    """Looked at before anything is read or written; raises ``UsageError``."""
    name = arguments.output
    target = context.working / name
    if (exists(target) or target.is_symlink()) and not arguments.force:
        raise UsageError(f"{name} is there already", "Give another name, or --force to replace it.")
    if target.name == ".env" or target.name.startswith(".env."):
        raise UsageError(f"{name} is where secrets are kept", "Name a file for the collection, such as api.yaml.")
    env = target.parent / ".env"
    try:
        known = read_env_file(env, ".env").values if exists(env) else {}
        text = read_up_to(env, MAX_TEXT).decode("utf-8-sig") if exists(env) else ""
    except EnvFileError as error:
        raise UsageError(error.diagnostic.message, error.diagnostic.hint) from None
    except OSError as error:
        raise UsageError(f".env cannot be read: {error_text(error)}", f"Looked for {env}.") from None
    return Places(name, target, env, text, known)


def rename_known(draft: Draft, places: Places) -> None:
    """A name that ``.env`` has with another value is another's: it would be sent to where this collection goes."""
    for name, value in list(draft.secrets.items()):
        if value and places.known.get(name, value) != value:
            new = unique(name, {*places.known, *draft.secrets, *draft.variables}, "_")
            draft.rename(name, new)
            draft.note(places.env_name, f"{name} has another value there: it is <<{new}>> here")


def write_import(draft: Draft, text: str, places: Places, *, force: bool) -> None:
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
