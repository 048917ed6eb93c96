"""``runner lsp``: the server, if what it needs is installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Final, TypeAlias, cast

from runner import registry
from runner.cli.arguments import ServerArguments
from runner.cli.context import Context
from runner.cli.targets import chosen_root
from runner.errors import ExitCode, UsageError

Server: TypeAlias = Callable[[ServerArguments, Context], ExitCode]
HOW_TO_GET: Final = "pip install 'collection-runner[editor]'"
NOT_FOR_PEOPLE: Final = "Editors start it: docs/editors.md says how. Ctrl-C ends it."


def serve(arguments: ServerArguments, context: Context) -> ExitCode:
    """Answer an editor over standard input and output until it says that this is enough."""
    if find_spec("pygls") is None:
        raise UsageError("lsp: the language server needs a package that is not installed: pygls", f"{HOW_TO_GET}.")
    chosen_root(arguments.inputs.root, context.working)
    if context.stdin is None:
        raise UsageError("lsp: standard input is closed, and an editor speaks through it", NOT_FOR_PEOPLE)
    if context.stdin.isatty():
        context.warn(f"runner lsp speaks to editors, not to people. {NOT_FOR_PEOPLE}")
    return cast(Server, registry.load(registry.LANGUAGE_SERVER))(arguments, context)
