"""What an import tells of itself: what came over, what did not, and what needs a hand before it runs."""

from __future__ import annotations

from typing import Final

from runner.cli.commands.import_target import Places
from runner.cli.context import Context
from runner.cli.told import counted, tell
from runner.errors import InvalidFiles
from runner.importing.draft import Draft
from runner.loading.collection import decode_collection
from runner.report.snippet import render_diagnostics
from runner.report.style import printable
from runner.source import Source

FILES_TOLD: Final = 3


def tell_import(draft: Draft, places: Places | None, context: Context) -> None:
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


def check_import(text: str, draft: Draft, places: Places | None, context: Context) -> None:
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
