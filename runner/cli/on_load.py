"""The command that tests under load, with its options."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.arguments import Call, Inputs, LoadArguments, Selection
from runner.cli.on_collections import named, once
from runner.cli.parameters import (
    Ca,
    Cert,
    Color,
    ColorOption,
    Data,
    Delay,
    Env,
    EnvFiles,
    Insecure,
    Key,
    MaxCost,
    Paths,
    Proxy,
    Resolve,
    Root,
    Strict,
    Tags,
    Text,
    Timeout,
    Var,
)

LOAD_REPORTS_HELP = "Write a report: html, json, junit, markdown; repeatable, - for stdout."


def load(
    paths: Paths,
    users: Annotated[
        int | None,
        typer.Option("-u", "--users", metavar="N", min=1, help="How many users there are at the same time."),
    ] = None,
    spawn_rate: Annotated[
        float | None, typer.Option("-r", "--spawn-rate", metavar="N", min=0.001, help="Users that start in a second.")
    ] = None,
    run_time: Annotated[
        str, typer.Option("-t", "--run-time", metavar="TIME", help="How long the test takes: 30s, 5m.")
    ] = "",
    threshold: Annotated[
        list[str],
        typer.Option("--threshold", metavar="TEXT", help="What must hold: 'p95 < 800ms', 'failures < 1%'; repeatable."),
    ] = [],
    headless: Annotated[bool, typer.Option("--headless", help="Start at once, without Locust's web page.")] = False,
    web_host: Annotated[
        str, typer.Option("--web-host", metavar="HOST", help="Where the web page listens.")
    ] = "127.0.0.1",
    web_port: Annotated[
        int, typer.Option("--web-port", metavar="PORT", min=1, max=65535, help="The page's port.")
    ] = 8089,
    processes: Annotated[
        int, typer.Option("--processes", metavar="N", min=1, max=256, help="Worker processes on this machine.")
    ] = 1,
    master: Annotated[bool, typer.Option("--master", help="Lead workers that run elsewhere.")] = False,
    worker: Annotated[bool, typer.Option("--worker", help="Run users for a master.")] = False,
    master_host: Annotated[
        str,
        typer.Option("--master-host", metavar="HOST", help="Where the master is, or the address on which it listens."),
    ] = "",
    master_port: Annotated[
        int, typer.Option("--master-port", metavar="PORT", min=0, max=65535, help="The master's port.")
    ] = 5557,
    expect_workers: Annotated[
        int | None,
        typer.Option("--expect-workers", metavar="N", min=1, help="Start a master once there are N workers, not 1."),
    ] = None,
    max_cost: MaxCost = None,
    csv: Annotated[str | None, typer.Option("--csv", metavar="PREFIX", help="Write Locust's CSV files.")] = None,
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write Locust's own HTML report.")] = None,
    report: Annotated[list[str], typer.Option("--report", metavar="KIND[=FILE]", help=LOAD_REPORTS_HELP)] = [],
    var: Var = [],
    env: Env = "",
    env_file: EnvFiles = [],
    data: Data = "",
    root: Root = "",
    text: Text = [],
    tag: Tags = [],
    delay: Delay = "",
    timeout: Timeout = "",
    strict: Strict = False,
    insecure: Insecure = False,
    ca: Ca = "",
    cert: Cert = "",
    key: Key = "",
    proxy: Proxy = "",
    resolve: Resolve = [],
    color: ColorOption = Color.AUTO,
) -> Call:
    """Test under load, with Locust: many users run the collections.

    Needs the extra: pip install "collection-runner[load]". Exit codes: 0 every threshold is met, 1 one is not, 2 wrong
    command line, 3 wrong file or missing variable (nothing sent), 4 no answer at all, 5 nothing was run, 6 stopped by
    --max-cost.
    """
    inputs = Inputs(paths, var, env, env_file, data=data, root=root)
    selection = Selection(once("-k", text), once("--tag", tag), timeout, insecure, ca, proxy, 0, delay)
    selection = selection._replace(cert=cert, key=key, pins=resolve)
    arguments = LoadArguments(inputs, selection, users, spawn_rate, run_time, threshold, headless, web_host, web_port)
    arguments = arguments._replace(
        processes=processes, master=master, worker=worker, master_host=master_host, master_port=master_port
    )
    arguments = arguments._replace(expect_workers=expect_workers, max_cost=max_cost, reports=report, strict=strict)
    arguments = arguments._replace(csv=named("--csv", csv), html=named("--html", html))
    return Call("runner.cli.commands.load:load", arguments._replace(color=color.value), color.value)
