"""``runner init``: a first collection with all that belongs to it, written where nothing is yet."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final, NamedTuple

from runner import __version__
from runner.cli.arguments import InitArguments
from runner.cli.commands.schema import schema_text
from runner.cli.context import Context
from runner.disk import exists, is_folder, read_up_to, write_whole
from runner.errors import ExitCode, UsageError
from runner.folder import error_text
from runner.report.style import Style, printable
from runner.templates import NOT_YET_KNOWN, TEMPLATES, collection_files, env_example, ignored_lines, workflow

PACKAGE: Final = "collection-runner"
SCHEMA: Final = ".runner/collection.schema.json"
WORKFLOW: Final = ".github/workflows/api.yaml"
ENV: Final = ".env.example"
GITIGNORE: Final = ".gitignore"
MOST: Final = 1_000_000
REMARKS: Final = {SCHEMA: "what editors complete from", WORKFLOW: "a job for GitHub"}
ADDRESS: Final = re.compile(r"https://[\w.-]+(?::\d+)?(?:/[\w.~-]+)+")


class _Place(NamedTuple):
    """The folder that is written into, and how it is called where the command was typed."""

    path: Path
    name: str

    def shown(self, file: str) -> str:
        return file if self.name in ("", ".") else (Path(self.name) / file).as_posix()


def init(arguments: InitArguments, context: Context) -> ExitCode:
    """Write what is not there yet; what is there stays as it is, and is told."""
    place = _Place(context.working / arguments.folder, arguments.folder)
    if exists(place.path) and not is_folder(place.path):
        raise UsageError(f"{printable(arguments.folder)} is a file", "Name a folder; it need not be there yet.")
    style = context.style(context.stdout, arguments.color)
    files = _files(arguments.kind, _install())
    _stay_inside(place, (*files, GITIGNORE))
    for name, text in files.items():
        target = place.path / name
        if (exists(target) or target.is_symlink()) and not arguments.force:
            _say("skip", "kept", f"{place.shown(name)}  it is there already; --force replaces it", style, context)
            continue
        if target.is_symlink():
            said = f"{printable(place.shown(name))} is a link, which --force does not follow"
            raise UsageError(said, "Remove it, or leave --force out.")
        _write(target, text.encode("utf-8"), place.shown(name))
        remark = f"  {REMARKS[name]}" if name in REMARKS else ""
        _say("pass", "wrote", f"{place.shown(name)}{remark}", style, context)
    _ignore(place, style, context)
    for line in (*_remarks(place), *_next(place, arguments.kind)):
        context.tell(line)
    return ExitCode.OK


def _stay_inside(place: _Place, names: Iterable[str]) -> None:
    """Look before anything is written that no link leads out of the folder; raises ``UsageError``."""
    top = place.path.resolve()
    for name in names:
        target = place.path / name
        written = target.resolve() if name == GITIGNORE else target.parent.resolve()
        if not written.is_relative_to(top):
            said = f"{printable(place.shown(name))} would be written outside of this folder: a link leads there"
            raise UsageError(said, "Remove the link, or name the folder that it leads to.")


def _files(kind: str, install: str) -> dict[str, str]:
    """Path to text, in the order in which they are told."""
    return {
        **collection_files(kind),
        ENV: env_example(kind),
        SCHEMA: schema_text("collection") + "\n",
        WORKFLOW: workflow(kind, install),
    }


def _write(target: Path, data: bytes, name: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data)
    except (OSError, ValueError) as error:
        text = error_text(error) if isinstance(error, OSError) else "no file can be called that"
        raise UsageError(f"{printable(name)} cannot be written: {text}", "Look at what stands there.") from None


def _ignore(place: _Place, style: Style, context: Context) -> None:
    """Add to .gitignore what it lacks; what it has stays as it is."""
    target = place.path / GITIGNORE
    name = place.shown(GITIGNORE)
    there = _there(target, name)
    if len(there) > MOST:
        raise UsageError(f"{printable(name)} is larger than 1 MB", f"Add {', '.join(ignored_lines())} to it.")
    known = {line.strip() for line in there.decode("utf-8", "replace").splitlines()}
    missing = [line for line in ignored_lines() if line not in known]
    if not missing:
        _say("skip", "kept", f"{name}  it has what it needs", style, context)
        return
    end = "\r\n" if b"\r\n" in there else "\n"
    before = there if not there or there.endswith(b"\n") else there + end.encode()
    _write(target, before + "".join(f"{line}{end}" for line in missing).encode(), name)
    word = "added to" if there else "wrote"
    _say("pass", word, f"{name}{'  ' + ' '.join(missing) if there else ''}", style, context)


def _there(target: Path, name: str) -> bytes:
    try:
        return read_up_to(target, MOST + 1) if exists(target) else b""
    except OSError as error:
        raise UsageError(f"{printable(name)} cannot be read: {error_text(error)}", "Look at what it is.") from None


def _say(role: str, word: str, text: str, style: Style, context: Context) -> None:
    painted = style.paint("pass" if role == "pass" else "skip", word)
    context.tell(f"{painted}  {printable(text)}")


def _remarks(place: _Place) -> Iterator[str]:
    """What a person has to do that no command does."""
    if NOT_YET_KNOWN.encode() in _there(place.path / WORKFLOW, place.shown(WORKFLOW)):
        yield f"\nIn {printable(place.shown(WORKFLOW))}, write the address of runner's repository for OWNER/REPOSITORY."
    top = place.path.resolve()
    above = next((one for one in top.parents if exists(one / ".git")), None)
    if above is not None and not exists(top / ".git"):
        said = f"GitHub looks for jobs in {above}/.github/workflows only: move {place.shown(WORKFLOW)} there,"
        yield f"\n{printable(said)}\nand write working-directory: {printable(top.relative_to(above).as_posix())} in it."


def _next(place: _Place, kind: str) -> Iterator[str]:
    """The next two commands to type, and what they are for."""
    needs = TEMPLATES[kind].needs
    collections, example, env = (shlex.quote(place.shown(one)) for one in ("collections", ENV, ".env"))
    copies = bool(needs) and not exists(place.path / ".env")  # else it would be lost
    second = f"cp {example} {env}" if copies else f"runner run {collections}"
    yield "\nNext:"
    yield f"  {printable(f'runner run {collections} --mock')}"
    yield f"  {printable(second)}"
    if needs:
        yield f"Then {needs}, and leave --mock out." if copies else f"Before the second, {needs}."


def _install() -> str:
    """What ``pip install`` takes to get this very program: from an index, or from the repository that it was installed
    from."""
    try:
        origin = distribution(PACKAGE).read_text("direct_url.json")
    except PackageNotFoundError:
        origin = "{}"
    if origin is None:
        return f"{PACKAGE}=={__version__}"
    try:
        told = json.loads(origin)
        address, commit = str(told["url"]).removesuffix(".git"), str(told["vcs_info"]["commit_id"])
    except (ValueError, KeyError, TypeError):
        return f"{NOT_YET_KNOWN}@v{__version__}"
    known = ADDRESS.fullmatch(address) and re.fullmatch("[0-9a-f]{7,64}", commit)
    return f"git+{address}@{commit}" if known else f"{NOT_YET_KNOWN}@v{__version__}"
