"""``runner check --fix``: writes into collections what mends their warnings, and says what that was."""

from __future__ import annotations

from pathlib import Path
from stat import S_IMODE
from typing import Final, NamedTuple

from runner.cli.arguments import Inputs
from runner.cli.context import Context
from runner.cli.session import Session
from runner.cli.targets import STDIN_NAME
from runner.disk import write_whole
from runner.errors import InvalidFiles, UsageError
from runner.folder import FileProblem, error_text
from runner.lint.finding import Finding
from runner.lint.findings import findings
from runner.lint.mending import mended
from runner.loading.collection import decode_collection
from runner.loading.files import MAX_TEXT, decode_source, read_bytes_file
from runner.model import Collection
from runner.report.style import Style, printable
from runner.source import Source

BOM: Final = b"\xef\xbb\xbf"
ROUNDS: Final = 10
"""How often a file is looked at anew: what is mended may leave something else to be mended."""


class _Made(NamedTuple):
    """A collection as it was, its new text, and what that mends."""

    collection: Collection
    text: str
    done: list[Finding]


def mend(inputs: Inputs, context: Context, style: Style) -> bool:
    """Whether anything was mended. Nothing is written unless all files load, before and after. Raises ``UsageError``
    and ``InvalidFiles``."""
    session = Session(inputs, context)
    if session.is_pointed:
        raise UsageError("--fix mends whole files", "Leave the line behind the path out.")
    made = [_made(one, session, context) for one in session.collections]
    for one in made:
        if one.done:
            _write(one, context, style)
    return any(one.done for one in made)


def _made(collection: Collection, session: Session, context: Context) -> _Made:
    source = collection.source
    if source.path is None:
        raise UsageError(f"{STDIN_NAME} cannot be mended: --fix writes into files", "Name a file.")
    folder = collection.folder
    root = folder.root if folder.chosen else None
    done: list[Finding] = []
    now = collection
    for _ in range(ROUNDS):
        found = findings(now, [one if one is not collection else now for one in session.collections], context.working)
        text, mends = mended(now.source.text, found)
        if not mends:
            break
        try:
            now = decode_collection(Source(source.name, text, source.path), source.path.parent, root)
        except (InvalidFiles, FileProblem):
            break  # what does not load is not written
        done += mends
    return _Made(collection, now.source.text, done)


def _write(made: _Made, context: Context, style: Style) -> None:
    source = made.collection.source
    path = source.path
    assert path is not None  # noqa: S101  # looked at before
    name = printable(source.name)
    start = _start_of(path, source)
    if start is None:
        raise UsageError(f"{name} was changed while it was read: nothing is written into it", "Try again.")
    try:
        write_whole(path, start + made.text.encode("utf-8"), S_IMODE(path.stat().st_mode))
    except OSError as error:
        hint = "Look at the permissions of it and of its folder."
        raise UsageError(f"{name} cannot be written: {error_text(error)}", hint) from None
    for one in made.done:
        place = f"{name}:{one.diagnostic.span.line}" if one.diagnostic.span is not None else name
        message = printable(context.redactor.text(one.diagnostic.message))
        context.tell(f"{style.paint('pass', 'fixed')}  {place}  {message} [{one.diagnostic.rule}]")


def _start_of(path: Path, source: Source) -> bytes | None:
    """The mark of UTF-8 that a file begins with, if it does; None if it is not what was read any more."""
    try:
        data = read_bytes_file(path, source.name, MAX_TEXT)
        text = decode_source(data, source.name).text
    except FileProblem:
        return None
    return (BOM if data.startswith(BOM) else b"") if text == source.text else None
