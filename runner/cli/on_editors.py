"""The command that editors start."""

from __future__ import annotations

from runner.cli.arguments import Call, Inputs, ServerArguments
from runner.cli.parameters import Env, EnvFiles, Root, Var


def lsp(var: Var = [], env: Env = "", env_file: EnvFiles = [], root: Root = "") -> Call:
    """Serve editors: mistakes as you type, completion, explanations.

    It speaks the language server protocol over standard input and output, and sends no request unless somebody asks for
    one to be run. Needs the extra: pip install "collection-runner[editor]".
    """
    inputs = Inputs((), tuple(var), env, tuple(env_file), root=root)
    return Call("runner.language_server.start:serve", ServerArguments(inputs))
