"""The last line of a run: how many passed, how long it took, how to send again what failed."""

from __future__ import annotations

import re

from runner.redact import MASK
from runner.report.cells import cells
from runner.report.style import Role, Style, printable
from runner.results import RunResult, Status
from runner.units import format_duration

MOST_FILES = 3
SEPARATOR = " · "
SHELL_SAFE = r"[A-Za-z0-9_@%+=:,./-]+"


def summary_line(result: RunResult, command: str, style: Style, again: str = "", spent: str = "") -> str:
    """``1 passed, 1 failed in 0.9 s · 31 tokens, $0.00002 · send again: …``. ``spent`` is the part in the middle;
    ``command`` is what a command line that repeats the run starts
    with (``runner run --mock``), ``again`` how it goes on if that is known."""
    if not _counts(result):
        return "No request was run"
    line = style.paint("dim", SEPARATOR).join(summary_parts(result, style, spent))
    arguments = again or send_again(result)
    if not arguments:
        return line
    again = f"send again: {command} {arguments}"
    length = cells(SEPARATOR.join([*summary_parts(result, Style(), spent), again]))
    fits = style.width is None or length <= style.width
    return line + (style.paint("dim", SEPARATOR) if fits else "\n") + again


def summary_parts(result: RunResult, style: Style, spent: str = "") -> list[str]:
    """``1 passed, 1 failed in 0.9 s``, what is to be said of the run as a whole, and what was ``spent``."""
    counts = ", ".join(style.paint(role, text) for text, role in _counts(result))
    return [f"{counts} in {_duration(result.duration)}", *run_notes(result), *([spent] if spent else [])]


def run_notes(result: RunResult) -> list[str]:
    """What keeps the run as a whole from being one that went through, or from being one with real servers."""
    notes = [f"replayed from {printable(result.replayed)}"] if result.replayed else []
    notes += [f"{result.left_over} recorded and not asked for"] if result.left_over else []
    notes += ["interrupted"] if result.interrupted else []
    if result.budget:
        notes.append(f'stopped by {result.budget} before "{printable(result.unsent)}"')
    skipped = result.count(Status.SKIP) or result.files_skipped
    kinds = (("skips", skipped), ("warnings", result.warnings), ("exchanges left over", result.left_over))
    causes = [word for word, count in kinds if count]
    if result.strict and causes:
        notes.append(f"{' and '.join(causes)} count as failures (--strict)")
    return notes


def _counts(result: RunResult) -> list[tuple[str, Role]]:
    files = result.files_skipped
    counts: list[tuple[int, str, Role]] = [
        (result.count(Status.PASS), "passed", "pass"),
        (result.count(Status.FAIL) + result.count(Status.ERROR), "failed", "fail"),
        (result.count(Status.SKIP), "skipped", "skip"),
        (files, "file skipped" if files == 1 else "files skipped", "skip"),
        (result.not_run, "not sent", "skip"),
        (result.warnings, "warning" if result.warnings == 1 else "warnings", "skip"),
    ]
    return [(f"{number} {word}", role) for number, word, role in counts if number > 0]


def send_again(result: RunResult) -> str:
    """The arguments that run what failed, empty when nothing did or no short command says it."""
    files = list(dict.fromkeys(one.file for one in result.failed))
    if not files or len(files) > MOST_FILES or not all(_is_path(name) for name in files):
        return ""
    names = list(dict.fromkeys(one.name for one in result.failed))
    arguments = [shell_quoted(name) for name in files]
    if len(names) == 1 and printable(names[0]) == names[0] and MASK not in names[0]:
        arguments += ["-k", shell_quoted(names[0])]
    return " ".join(arguments)


def _duration(seconds: float) -> str:
    """In seconds also below one, as people compare runs; in milliseconds where tenths would say nothing."""
    return f"{seconds:.1f} s" if 0.095 <= seconds < 1 else format_duration(seconds)


def _is_path(name: str) -> bool:
    """Whether the file can be named again: standard input cannot, nor can what is not shown as it is."""
    return name != "-" and not name.startswith("<") and printable(name) == name and MASK not in name


def shell_quoted(text: str) -> str:
    """``text`` as one word of a POSIX shell."""
    return text if re.fullmatch(SHELL_SAFE, text) else "'" + text.replace("'", "'\"'\"'") + "'"
