"""The context in which a command is done: that of the process, with what settings say of the command's options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from runner import registry
from runner.cli.arguments import CommandLine
from runner.cli.context import Context
from runner.cli.settings_files import may_be_set
from runner.cli.settled import Settled


def start(line: CommandLine) -> Context:
    """Settings are read only where there may be any, and for a command that has options."""
    context = Context.of_process()
    shown = "options" in line.given
    has_options = any(name.startswith("--") for one in line.parameters for name in one.opts)
    if not (shown or (has_options and may_be_set(context.working, context.environ))):
        return context
    settle = cast("Callable[[CommandLine, Context], Settled]", registry.load("runner.cli.settings.settling:settle"))
    return replace(context, settled=settle(line, context))
