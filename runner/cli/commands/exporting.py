"""``runner export``: a collection as another tool keeps it, with a summary of what that tool cannot say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, cast

from runner import registry
from runner.cli.arguments import ExportArguments
from runner.cli.context import Context
from runner.cli.running.planning import tell_warnings
from runner.cli.targets import chosen_root, find_targets, read_target
from runner.cli.told import counted, tell
from runner.disk import exists, is_folder, write_whole
from runner.engine.places import standing_on
from runner.errors import ExitCode, InvalidFiles, UsageError
from runner.exporting.exported import Exported
from runner.folder import error_text
from runner.model import Collection
from runner.report.style import encodable, printable
from runner.source import Diagnostic

EXPORTERS: Final[Mapping[str, str]] = {
    "curl": "runner.exporting.shell:to_shell",
    "http": "runner.exporting.http_file:to_http",
    "locust": "runner.exporting.locust:to_locust",
    "openapi": "runner.exporting.openapi.document:to_openapi",
    "postman": "runner.exporting.postman.collection:to_postman",
    "python": "runner.exporting.python.script:to_python",
}
"""By the word on the command line: what makes an ``Exported`` of a ``Collection``."""
Exporter = Callable[[Collection], Exported]
MOST_NAMED: Final = 5


def export_collection(arguments: ExportArguments, context: Context) -> ExitCode:
    """Print the text, or write it where ``-o`` says."""
    collection = _collection(arguments, context)
    target = _target(arguments, collection, context) if arguments.output else None
    tell_warnings(collection.warnings, context, arguments.color, strict=False)
    exporter = cast(Exporter, registry.load(EXPORTERS[arguments.kind]))
    try:
        exported = exporter(collection)
    except RecursionError:
        message = f"{collection.source.name} is nested too deeply to be exported"
        raise InvalidFiles([Diagnostic("export", message, "Take the request out that holds it.")]) from None
    if target is None:
        context.stdout.write(encodable(exported.text, context.stdout.encoding))
        context.stdout.flush()
    else:
        _write(exported.text, target, arguments.output)
    where = f" to {arguments.output}" if arguments.output else ""
    context.warn(printable(f"Exported {counted(exported.requests, 'request')}{where}."))
    tell(exported.notes, context)
    return ExitCode.OK


def _collection(arguments: ExportArguments, context: Context) -> Collection:
    """The one that is wanted, with the requests alone that its lines name; raises ``UsageError`` for several."""
    root = chosen_root(arguments.root, context.working)
    targets = find_targets([arguments.path], context.working, root)
    if len(targets) > 1:
        names = ", ".join(one.name for one in targets[:MOST_NAMED])
        more = " …" if len(targets) > MOST_NAMED else ""
        message = f"there are {len(targets)} collections in {arguments.path}: one is exported at a time"
        raise UsageError(message, f"Name one: {names}{more}.")
    collection = read_target(targets[0], context, root)
    if not targets[0].lines:
        return collection
    wanted = standing_on(collection, targets[0].lines)
    kept = tuple(one for one in collection.items if any(wanted(spec, "") for spec in one.requests))
    return collection._replace(items=kept)


def _target(arguments: ExportArguments, collection: Collection, context: Context) -> Path:
    """Where the text goes; looked at before anything is written. Raises ``UsageError``."""
    name = arguments.output
    target = context.working / name
    if collection.source.path is not None and exists(target) and target.samefile(collection.source.path):
        raise UsageError(f"{name} is the collection itself", "Give another name: an export says less than it does.")
    if is_folder(target):
        raise UsageError(f"{name} is a folder", "Give the name of a file in it.")
    if (exists(target) or target.is_symlink()) and not arguments.force:
        raise UsageError(f"{name} is there already", "Give another name, or --force to replace it.")
    return target


def _write(text: str, target: Path, name: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{name} cannot be written: {error_text(error)}", "Look at its folder.") from None
    except ValueError:
        raise UsageError(f"{name} is no name of a file", "Take another one.") from None
