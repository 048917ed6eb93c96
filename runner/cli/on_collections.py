"""The commands that work on collections, with their options."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.arguments import (
    Call,
    CheckArguments,
    Inputs,
    ListArguments,
    MockArguments,
    RunArguments,
    Selection,
    ShowArguments,
    TokensArguments,
)
from runner.cli.parameters import (
    PATHS_HELP,
    Ca,
    Cert,
    Color,
    ColorOption,
    Data,
    Delay,
    Env,
    EnvFiles,
    Form,
    Insecure,
    Key,
    MaxCost,
    Paths,
    Proxy,
    Reports,
    Resolve,
    Root,
    Strict,
    Tags,
    Text,
    Timeout,
    Timing,
    Var,
)


def run(
    paths: Paths,
    var: Var = [],
    env: Env = "",
    env_file: EnvFiles = [],
    data: Data = "",
    root: Root = "",
    text: Text = [],
    tag: Tags = [],
    last_failed: Annotated[
        bool, typer.Option("--last-failed", help="Only requests that failed in the last run.")
    ] = False,
    fail_fast: Annotated[bool, typer.Option("-x", "--fail-fast", help="Stop after the first failure.")] = False,
    verbose: Annotated[
        int,
        typer.Option(
            "-v", "--verbose", count=True, show_default=False, help="Show every request and response; -vv nearly whole."
        ),
    ] = 0,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Show the summary alone.")] = False,
    mock: Annotated[
        bool,
        typer.Option("--mock", help="Answer from the examples in the files: needs no key and no network."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, send nothing.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Wait for files to be saved, then run what changed in them.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings and skips fail.")] = False,
    timeout: Timeout = "",
    retries: Annotated[
        int,
        typer.Option(
            "--retries",
            metavar="N",
            min=0,
            max=99,
            show_default=False,
            help="Send again up to N times after a fault, where a file has no retry.",
        ),
    ] = 0,
    jobs: Annotated[
        int,
        typer.Option(
            "-j",
            "--jobs",
            metavar="N",
            min=1,
            max=256,
            show_default=False,
            help="Up to N requests at once: files, data rows, and requests of files that say parallel: true.",
        ),
    ] = 1,
    repeat: Annotated[
        int, typer.Option("--repeat", metavar="N", min=1, show_default=False, help="Run everything N times.")
    ] = 1,
    delay: Delay = "",
    rate: Annotated[str, typer.Option("--rate", metavar="N/s", help="Send at most N requests a second.")] = "",
    max_tokens: Annotated[
        int | None,
        typer.Option("--max-tokens", metavar="N", min=0, help="Stop before models take more tokens than this."),
    ] = None,
    max_cost: MaxCost = None,
    report: Reports = [],
    record: Annotated[
        str | None,
        typer.Option("--record", metavar="FILE", help="Keep what is sent and comes in this HAR file, without secrets."),
    ] = None,
    replay: Annotated[
        str | None, typer.Option("--replay", metavar="FILE", help="Answer from what --record kept: needs no network.")
    ] = None,
    timing: Timing = False,
    update_schema: Annotated[
        bool, typer.Option("--update-schema", help="Widen the schemas that requests name to take the answers.")
    ] = False,
    update_examples: Annotated[
        bool, typer.Option("--update-examples", help="Write the answers into the files, as examples.")
    ] = False,
    insecure: Insecure = False,
    ca: Ca = "",
    cert: Cert = "",
    key: Key = "",
    proxy: Proxy = "",
    resolve: Resolve = [],
    color: ColorOption = Color.AUTO,
    progress: Annotated[
        bool, typer.Option("--progress/--no-progress", show_default=False, help="The live line on a terminal.")
    ] = True,
) -> Call:
    """Send the requests, check the responses.

    Exit codes: 0 all passed, 1 a check failed, 2 wrong command line, 3 wrong file or missing variable (nothing
    sent), 4 no usable response, 5 nothing was run, 6 stopped by --max-tokens or --max-cost.
    """
    inputs = Inputs(paths, var, env, env_file, mock, data, root, named("--replay", replay), update_schema)
    selection = Selection(once("-k", text), once("--tag", tag), timeout, insecure, ca, proxy, retries, delay)
    selection = selection._replace(cert=cert, key=key, pins=resolve, last_failed=last_failed)
    verbosity = -1 if quiet else verbose
    arguments = RunArguments(
        inputs, selection, fail_fast, verbosity, dry_run, strict, color.value, progress, jobs, repeat, rate, watch
    )
    arguments = arguments._replace(max_tokens=max_tokens, max_cost=max_cost, reports=report)
    arguments = arguments._replace(record=named("--record", record), timing=timing)
    if timing and not replay:
        raise typer.BadParameter("it belongs to --replay", param_hint="'--timing'")
    arguments = arguments._replace(update_schema=update_schema, update_examples=update_examples)
    return _call("runner.cli.running.run:run", arguments, color)


def check(
    paths: Paths,
    strict: Strict = False,
    fix: Annotated[bool, typer.Option("--fix", help="Write into the files what mends warnings safely.")] = False,
    var: Var = [],
    env: Env = "",
    env_file: EnvFiles = [],
    data: Data = "",
    root: Root = "",
    color: ColorOption = Color.AUTO,
) -> Call:
    """Find every error and warning without sending anything."""
    arguments = CheckArguments(Inputs(paths, var, env, env_file, data=data, root=root), strict, color.value, fix)
    return _call("runner.cli.commands.check:check", arguments, color)


def list_requests(
    paths: Paths, root: Root = "", text: Text = [], tag: Tags = [], color: ColorOption = Color.AUTO
) -> Call:
    """List collections, their requests and tags."""
    return _call(
        "runner.cli.commands.listing:list_requests",
        ListArguments(Inputs(paths, root=root), once("-k", text), once("--tag", tag), color.value),
        color,
    )


def env_variables(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help=PATHS_HELP, show_default=False)] = [],
    options: Annotated[
        bool, typer.Option("--options", help="Show the options and where each is set; needs no PATH.")
    ] = False,
    var: Var = [],
    env: Env = "",
    env_file: EnvFiles = [],
    data: Data = "",
    root: Root = "",
    color: ColorOption = Color.AUTO,
) -> Call:
    """Show each variable, where its value comes from, what is missing."""
    if options == bool(paths):
        raise typer.BadParameter("give either a PATH or --options", param_hint="'PATH...'")
    arguments = ListArguments(Inputs(paths, var, env, env_file, data=data, root=root), "", "", color.value)
    if options:
        return _call("runner.cli.settings.option_table:show_options", arguments, color)
    return _call("runner.cli.commands.env:show_variables", arguments, color)


def show(
    paths: Paths,
    form: Annotated[Form, typer.Option("--as", help="How to write it.")] = Form.HTTP,
    var: Var = [],
    env: Env = "",
    env_file: EnvFiles = [],
    data: Data = "",
    root: Root = "",
    text: Text = [],
    tag: Tags = [],
    timeout: Timeout = "",
    insecure: Insecure = False,
    ca: Ca = "",
    cert: Cert = "",
    key: Key = "",
    proxy: Proxy = "",
    resolve: Resolve = [],
    color: ColorOption = Color.AUTO,
) -> Call:
    """Show each request exactly as it would be sent.

    Secrets are masked; with --as curl they are shell variables of the same name, with --as python they are taken out of
    the environment.
    """
    inputs = Inputs(paths, var, env, env_file, data=data, root=root)
    selection = Selection(once("-k", text), once("--tag", tag), timeout, insecure, ca, proxy)
    selection = selection._replace(cert=cert, key=key, pins=resolve)
    return _call("runner.cli.commands.show:show", ShowArguments(inputs, selection, form.value, color.value), color)


def tokens(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help=PATHS_HELP, show_default=False)] = [],
    given: Annotated[str, typer.Option("--text", metavar="TEXT", help="Count this text; needs --model, no PATH.")] = "",
    model: Annotated[str, typer.Option("--model", metavar="NAME", help="The model that counts it.")] = "",
    var: Var = [],
    env: Env = "",
    env_file: EnvFiles = [],
    data: Data = "",
    root: Root = "",
    text: Text = [],
    tag: Tags = [],
    color: ColorOption = Color.AUTO,
) -> Call:
    """Count each prompt's tokens and its price, send nothing.

    Needs the extra: pip install "collection-runner[tokens]".
    """
    if bool(given) == bool(paths) or bool(given) != bool(model):
        raise typer.BadParameter("give either a PATH, or --text with --model", param_hint="'PATH...'")
    inputs = Inputs(paths, var, env, env_file, data=data, root=root)
    arguments = TokensArguments(inputs, once("-k", text), once("--tag", tag), given, model, color.value)
    return _call("runner.cli.commands.tokens:show_tokens", arguments, color)


def mock(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help=PATHS_HELP, show_default=False)] = [],
    recording: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help="Serve a recording or another HAR file; needs no PATH.")
    ] = None,
    timing: Timing = False,
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="The port; 0 is a free one.")
    ] = 0,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Do not log requests.")] = False,
    var: Var = [],
    env: Env = "",
    env_file: EnvFiles = [],
    root: Root = "",
) -> Call:
    """Serve the examples, or a recording, over HTTP, until Ctrl-C.

    It listens on this machine alone; the address is the first line that it prints.
    """
    file = named("--from", recording)
    if bool(file) == bool(paths):
        raise typer.BadParameter("give either a PATH, or --from with a FILE", param_hint="'PATH...'")
    if timing and not file:
        raise typer.BadParameter("it belongs to --from", param_hint="'--timing'")
    inputs = Inputs(paths, var, env, env_file, mock=True, root=root)
    return _call("runner.cli.commands.mock:serve", MockArguments(inputs, port, quiet, file, timing), Color.AUTO)


def once(option: str, values: list[str]) -> str:
    """The value of an option that selects; two of them, or an empty one, would select what nobody meant."""
    if len(values) > 1:
        raise typer.BadParameter("give it once", param_hint=f"'{option}'")
    if values and not values[0].strip():
        raise typer.BadParameter("it is empty; leave it out to run everything", param_hint=f"'{option}'")
    return values[0] if values else ""


def named(option: str, value: str | None) -> str:
    """The file that an option names, empty without the option: an empty name would mean what nobody meant."""
    if value is not None and not value.strip():
        raise typer.BadParameter("it is empty; name a file, or leave it out", param_hint=f"'{option}'")
    return value or ""


def _call(name: str, arguments: object, color: Color) -> Call:
    """What the command does, which is imported when it is done."""
    return Call(name, arguments, color.value)
