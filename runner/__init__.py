"""An API request runner: YAML collections, kept in git, sent and judged by one command.

``import runner`` imports nothing else: each name below comes with its module when it is used."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.api.result import Outcome as Outcome, Result as Result
    from runner.api.run import load as load, run as run
    from runner.api.views import Collection as Collection, Request as Request
    from runner.engine.events import (
        Event as Event,
        FileFinished as FileFinished,
        FileStarted as FileStarted,
        RequestEnded as RequestEnded,
        RequestFinished as RequestFinished,
        RequestStarted as RequestStarted,
        RunFinished as RunFinished,
        RunStarted as RunStarted,
    )
    from runner.errors import (
        ExitCode as ExitCode,
        InvalidFiles as InvalidFiles,
        NothingToRun as NothingToRun,
        RunnerError as RunnerError,
        UsageError as UsageError,
    )
    from runner.results import Status as Status

__version__ = "0.1.0"
__all__ = (
    "Collection",
    "Event",
    "ExitCode",
    "FileFinished",
    "FileStarted",
    "InvalidFiles",
    "NothingToRun",
    "Outcome",
    "Request",
    "RequestEnded",
    "RequestFinished",
    "RequestStarted",
    "Result",
    "RunFinished",
    "RunStarted",
    "RunnerError",
    "Status",
    "UsageError",
    "load",
    "run",
)

_HOMES = {
    "runner.api.result": ("Outcome", "Result"),
    "runner.api.run": ("load", "run"),
    "runner.api.views": ("Collection", "Request"),
    "runner.engine.events": (
        "Event",
        "FileFinished",
        "FileStarted",
        "RequestEnded",
        "RequestFinished",
        "RequestStarted",
        "RunFinished",
        "RunStarted",
    ),
    "runner.errors": ("ExitCode", "InvalidFiles", "NothingToRun", "RunnerError", "UsageError"),
    "runner.results": ("Status",),
}

if not TYPE_CHECKING:  # to a type checker a name that is misspelt is to be one

    def __getattr__(name: str) -> object:
        from importlib import import_module  # noqa: PLC0415  # for the first use of a name alone

        for home, names in _HOMES.items():
            if name in names:
                found: object = getattr(import_module(home), name)
                globals()[name] = found
                return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
