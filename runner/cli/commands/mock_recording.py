"""``runner mock --from``: serve a recording until it is stopped."""

from __future__ import annotations

from runner.cli.arguments import MockArguments
from runner.cli.commands.mock import serve_answers
from runner.cli.context import Context
from runner.errors import ExitCode
from runner.recording.reading import read_recording
from runner.recording.served import RecordedAnswers


def serve_recording(arguments: MockArguments, context: Context) -> ExitCode:
    """The same as of examples, from the file; raises ``InvalidFiles``."""
    recording = read_recording(context.working / arguments.recording, arguments.recording)
    count = len(recording.entries)
    shown = "1 recorded exchange" if count == 1 else f"{count} recorded exchanges"
    if recording.left_out:
        shown += f" ({recording.left_out} more went over no HTTP, such as web sockets)"
    return serve_answers(RecordedAnswers(recording, waits=arguments.timing), shown, arguments, context)
