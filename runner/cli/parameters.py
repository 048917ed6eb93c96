"""Arguments and options that several commands have."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Color(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Form(StrEnum):
    """How ``show`` writes a request."""

    HTTP = "http"
    CURL = "curl"
    PYTHON = "python"


class Document(StrEnum):
    """What has a schema."""

    COLLECTION = "collection"
    REPORT = "report"
    LOAD_REPORT = "load-report"


class Start(StrEnum):
    """What a first collection can be about."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    OLLAMA = "ollama"
    REST = "rest"


class Source(StrEnum):
    """What a collection can be made of."""

    BRUNO = "bruno"
    CURL = "curl"
    HAR = "har"
    HTTP = "http"
    HURL = "hurl"
    OPENAPI = "openapi"
    POSTMAN = "postman"


class Target(StrEnum):
    """What a collection can be made into."""

    CURL = "curl"
    HTTP = "http"
    LOCUST = "locust"
    OPENAPI = "openapi"
    POSTMAN = "postman"
    PYTHON = "python"


PATHS_HELP = "Collection files, or folders with them; FILE:LINE for the request there, - for standard input."
Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help=PATHS_HELP)]
WholePaths = Annotated[
    list[str],
    typer.Argument(metavar="PATH...", help="Collection files, or folders with them; - for standard input to output."),
]
Var = Annotated[list[str], typer.Option("--var", metavar="NAME=VALUE", help="Set a variable; repeatable.")]
Env = Annotated[str, typer.Option("--env", metavar="NAME", help="Read .env.NAME before .env.")]
EnvFiles = Annotated[
    list[str],
    typer.Option("--env-file", metavar="FILE", help="Read this file instead of .env; the last one wins."),
]
Data = Annotated[
    str, typer.Option("--data", metavar="FILE", help="Run once a row of this CSV, JSON or JSON Lines file.")
]
Root = Annotated[
    str, typer.Option("--root", metavar="DIR", help="Files that collections name may be anywhere below this folder.")
]
Text = Annotated[list[str], typer.Option("-k", metavar="TEXT", help="Only requests with TEXT in their name.")]
Tags = Annotated[
    list[str], typer.Option("--tag", metavar="EXPR", help="Only requests whose tags fit: 'smoke and not slow'.")
]
ColorOption = Annotated[
    Color, typer.Option("--color", help="When to colour; auto is on a terminal.", show_default=False)
]
Timeout = Annotated[str, typer.Option("--timeout", metavar="TIME", help="For each whole exchange: 10s, 500ms.")]
Insecure = Annotated[bool, typer.Option("--insecure", help="Accept any TLS certificate.")]
Proxy = Annotated[str, typer.Option("--proxy", metavar="URL", help="Send through this proxy; none for no proxy.")]
Ca = Annotated[str, typer.Option("--ca", metavar="FILE", help="Trust the certificates in this PEM file.")]
Cert = Annotated[
    str, typer.Option("--cert", metavar="FILE", help="Client certificate (PEM), for servers that ask for one.")
]
Key = Annotated[str, typer.Option("--key", metavar="FILE", help="Its private key, where --cert has none.")]
Resolve = Annotated[
    list[str],
    typer.Option("--resolve", metavar="HOST:PORT:ADDRESS", help="Connect to this IP address instead; * is any host."),
]
Timing = Annotated[
    bool, typer.Option("--timing", help="Answers of a recording take the time that they took; else none.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Warnings are errors.")]
Delay = Annotated[str, typer.Option("--delay", metavar="TIME", help="Wait before each request: 500ms, 2s.")]
MaxCost = Annotated[
    float | None,
    typer.Option("--max-cost", metavar="USD", min=0, help="Stop before models cost more dollars than this."),
]
REPORTS_HELP = "Write a report: html, json, ndjson, junit, tap, markdown, github; repeatable, - for stdout."
Reports = Annotated[list[str], typer.Option("--report", metavar="KIND[=FILE]", help=REPORTS_HELP)]
Results = Annotated[
    list[str],
    typer.Argument(metavar="RESULT...", help="What --report json or ndjson wrote; several merge; - for stdin."),
]
Compare = Annotated[
    list[str],
    typer.Option(
        "--compare",
        metavar="OLD",
        help="Show what is not as in this earlier result; of several, earlier ones tell since when it fails.",
    ),
]
Described = Annotated[
    Document,
    typer.Argument(
        metavar="[collection|report|load-report]",
        help="Whose schema; of the collection file by default.",
        show_default=False,
    ),
]
