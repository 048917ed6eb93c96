"""Starts a load test in the process that was made for it, as what the command line asks for."""

from __future__ import annotations

from runner.cli.arguments import LoadArguments
from runner.cli.context import Context
from runner.cli.running.reports import destinations, read_wanted
from runner.cli.running.run import collect_again
from runner.errors import ExitCode, InvalidFiles, UsageError
from runner.load_testing.prepared import prepare
from runner.load_testing.reports.kinds import KINDS


def start(arguments: LoadArguments, context: Context) -> ExitCode:
    """The whole of a load test; raises what keeps it from starting."""
    wanted = read_wanted(arguments.reports, context)
    wrong = next((one.kind for one in wanted if one.kind not in KINDS), "")
    if wrong:
        raise UsageError(f"--report: load tests have no report {wrong}", f"Kinds are {', '.join(KINDS)}.")
    try:
        prepared = prepare(arguments, context)
    except InvalidFiles as error:
        if arguments.worker:
            from runner.load_testing.worker import tell_unfit  # noqa: PLC0415  # Locust is imported where it is used

            tell_unfit(error.diagnostics, arguments, context)
        raise
    collect_again()
    if arguments.worker:
        from runner.load_testing.worker import work  # noqa: PLC0415  # Locust is imported once all is known to be right

        return work(prepared, arguments, context)
    from runner.load_testing.leading import lead  # noqa: PLC0415  # as above

    with destinations(arguments.reports, context) as places:
        return lead(prepared, arguments, context, places)
