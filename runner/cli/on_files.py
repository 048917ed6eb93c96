"""The commands that work on other files: saved results, what other tools keep, schemas."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.arguments import Call, ExportArguments, FormatArguments, ImportArguments, InitArguments, ReportArguments
from runner.cli.parameters import (
    Color,
    ColorOption,
    Compare,
    Described,
    Document,
    Reports,
    Results,
    Root,
    Source,
    Start,
    Target,
    WholePaths,
)


def report(results: Results, compare: Compare = [], report: Reports = [], color: ColorOption = Color.AUTO) -> Call:
    """Show, convert, merge or compare saved results.

    Exit codes: 0 done, whatever the results are; with --compare 1 if something fails that did not; 2 wrong command
    line, 3 a file is no saved result.
    """
    return Call(
        "runner.cli.commands.report:report", ReportArguments(results, compare, report, color.value), color.value
    )


def schema(of: Described = Document.COLLECTION) -> Call:
    """Print the JSON Schema of the collection file, or of saved results."""
    return Call("runner.cli.commands.schema:print_schema", of.value)


def init(
    folder: Annotated[
        str, typer.Argument(metavar="[DIR]", help="Where to write; this folder by default.", show_default=False)
    ] = ".",
    kind: Annotated[Start, typer.Option("--from", help="What the first collection is about.")] = Start.OPENAI,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there; not .gitignore.")] = False,
    color: ColorOption = Color.AUTO,
) -> Call:
    """Write a first collection, its schemas, .env.example and a CI job.

    Asks nothing; what is there stays as it is. Exit codes: 0 done, 2 something cannot be written.
    """
    return Call("runner.cli.commands.init:init", InitArguments(folder, kind.value, force, color.value), color.value)


def import_collection(
    kind: Annotated[
        Source,
        typer.Argument(metavar="KIND", help=f"What SOURCE is: {', '.join(Source)}.", show_default=False),
    ],
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A file, for bruno its folder, for curl also the command; - is standard input.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help="Write it there, secrets to .env.")
    ] = "",
    beside: Annotated[
        list[str], typer.Option("--with", metavar="FILE", help="A file with its environments or variables; repeatable.")
    ] = [],
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there.")] = False,
    send: Annotated[
        bool, typer.Option("--send", help="For curl: send it once, and write down what the answer is like.")
    ] = False,
    color: ColorOption = Color.AUTO,
) -> Call:
    """Make a collection of what another tool keeps.

    What does not come over is told. Exit codes: 0 done, 2 wrong command line or a file that cannot be read or written,
    3 SOURCE is not what KIND says; with --send also 1 the answer is an error, 3 a value is missing, 4 no usable answer.
    """
    arguments = ImportArguments(kind.value, source, output, beside, force, send)
    return Call("runner.cli.commands.importing:import_collection", arguments, color.value)


def export_collection(
    kind: Annotated[
        Target,
        typer.Argument(metavar="KIND", help=f"What to make: {', '.join(Target)}.", show_default=False),
    ],
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH",
            help="A collection file; FILE:LINE for the request there, - for standard input.",
            show_default=False,
        ),
    ],
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="Write it there.")] = "",
    root: Root = "",
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there.")] = False,
    color: ColorOption = Color.AUTO,
) -> Call:
    """Make of a collection what another tool keeps.

    Variables stay variables, and no value of a secret is written. What the other tool cannot say is told. Exit codes:
    0 done, 2 wrong command line or FILE cannot be written, 3 wrong file, 5 no collection there.
    """
    arguments = ExportArguments(kind.value, path, output, root, force, color.value)
    return Call("runner.cli.commands.exporting:export_collection", arguments, color.value)


def format_files(
    paths: WholePaths,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit code 1 if a file would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")] = False,
    root: Root = "",
    color: ColorOption = Color.AUTO,
) -> Call:
    """Bring collections into their usual order and layout.

    Comments stay with what they are about, and values as they are written. Exit codes: 0 done; with --check 1 if a
    file would change; 3 a file does not load and was left as it is.
    """
    arguments = FormatArguments(paths, root, check, diff, color.value)
    return Call("runner.cli.commands.format:format_files", arguments, color.value)
