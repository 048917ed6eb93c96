"""The commands by name, and how one is found and done.

What a command takes is imported when it is called, and what it does when it is done, so that ``--help`` and
``--version`` stay quick.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from runner import __version__, registry
from runner.cli.arguments import Call, CommandLine

if TYPE_CHECKING:  # imported when a command is done
    from runner.cli.context import Context
    from runner.cli.settled import Parameter

COMMANDS: Final = {
    "run": "runner.cli.on_collections:run",
    "check": "runner.cli.on_collections:check",
    "list": "runner.cli.on_collections:list_requests",
    "env": "runner.cli.on_collections:env_variables",
    "show": "runner.cli.on_collections:show",
    "tokens": "runner.cli.on_collections:tokens",
    "mock": "runner.cli.on_collections:mock",
    "load": "runner.cli.on_load:load",
    "report": "runner.cli.on_files:report",
    "init": "runner.cli.on_files:init",
    "import": "runner.cli.on_files:import_collection",
    "export": "runner.cli.on_files:export_collection",
    "format": "runner.cli.on_files:format_files",
    "schema": "runner.cli.on_files:schema",
    "lsp": "runner.cli.on_editors:lsp",
}
"""What declares each command's parameters."""
NAMES: Final = frozenset("FILE DIR [DIR] NAME URL SOURCE OLD PREFIX RESULT...".split())
"""What parameters are shown as whose values name something."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command that ``arguments`` name (those of the process by default) and end the process."""
    given = sys.argv[1:] if arguments is None else arguments
    named = [one for one in COMMANDS if given[:1] == [one]]
    build(named or list(COMMANDS))(given, prog_name="runner")


def build(names: list[str]) -> typer.Typer:
    """The application with these commands; one alone is made in half the time of all. Only all of them can tell a
    shell how to complete them."""
    app = typer.Typer(
        rich_markup_mode=None,
        add_completion=len(names) == len(COMMANDS),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name in names:
        app.command(name, cls=Command)(cast("Callable[..., Call]", registry.load(COMMANDS[name])))
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"runner {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version and exit."),
    ] = False,
) -> None:
    """Send the requests of YAML collections and check the responses."""


class Command(TyperCommand):
    """A command that takes from settings what its command line leaves out, and then does what its function asks for.

    Of typer's own means for this, ``envvar`` cuts texts at blanks and reads the process's environment by itself,
    ``default_map`` is asked for by ``--help`` as well, and neither can say where a wrong value stands."""

    def invoke(self, ctx: Any) -> Any:
        """Raises ``typer.Exit`` with the exit code."""
        given = {name: value for name, value in ctx.params.items() if _is_given(ctx, name)}
        for parameter in self.params:
            _refuse_empty(ctx, parameter, given.get(str(parameter.name)))
        line = CommandLine(self.params, _every_parameter, given, _converter(ctx))
        context = cast("Callable[[CommandLine], Context]", registry.load("runner.cli.settings.starting:start"))(line)
        ctx.params.update(context.settled.values)
        try:
            call = cast(Call, super().invoke(ctx))
        except typer.BadParameter as error:
            problem = context.settled.problem_with(str(error.param_hint).strip("'"), error.message)
            if problem is None:
                raise
            call = Call("", None, problem=problem)
        do = cast("Callable[[Call, Context], int]", registry.load("runner.cli.boundary:call"))
        raise typer.Exit(do(call, context))


def _is_given(ctx: Any, parameter: str) -> bool:
    source = ctx.get_parameter_source(parameter)
    return source is not None and source.name == "COMMANDLINE"


def _refuse_empty(ctx: Any, parameter: Any, value: object) -> None:
    """A name that is given and empty comes of a shell's variable that is not set, and would mean what nobody meant."""
    values = value if isinstance(value, list | tuple) else [value]
    if parameter.metavar in NAMES and any(isinstance(one, str) and not one.strip() for one in values):
        hint = "name a file, or leave it out" if parameter.metavar == "FILE" else "is the variable in it set?"
        raise typer.BadParameter(f"it is empty; {hint}", ctx=ctx, param=parameter)


def _every_parameter() -> list[Parameter]:
    """The parameters of all commands."""
    group = cast(TyperGroup, get_command(build(list(COMMANDS))))
    return [parameter for command in group.commands.values() for parameter in command.params]


def _converter(ctx: Any) -> Callable[[Parameter, object], object]:
    """Typer's own check of a value; raises ``ValueError``."""

    def convert(parameter: Any, value: object) -> object:
        try:
            converted: object = parameter.process_value(ctx, value)
        except typer.BadParameter as error:
            raise ValueError(error.message) from None
        return converted

    return convert
