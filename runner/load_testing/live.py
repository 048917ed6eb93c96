"""The line that a terminal shows while a test goes on."""

from __future__ import annotations

from runner.cli.context import Context
from runner.load_testing.ledger import Ledger
from runner.load_testing.measures import together
from runner.load_testing.thresholds import format_time
from runner.report.cells import head
from runner.report.style import use_progress
from runner.units import format_duration

EVERY = 1.0


class LiveLine:
    """Drawn on standard error, if that and standard output are a terminal."""

    def __init__(self, context: Context, seconds: float | None, *, quiet: bool) -> None:
        self._context = context
        self._seconds = seconds
        terminal = context.stderr.isatty() and context.stdout.isatty() and not quiet
        self._shown = use_progress(context.environ, is_terminal=terminal)
        self._next = 0.0

    def draw(self, ledger: Ledger, users: int) -> None:
        """Show where the test is, once a second."""
        if not self._shown or ledger.seconds < self._next:
            return
        self._next = ledger.seconds + EVERY
        total = together(ledger.requests.values())
        rate = total.count / ledger.seconds if ledger.seconds > 0 else 0.0
        p95 = total.times.percentile(0.95)
        of = f" of {format_duration(self._seconds)}" if self._seconds is not None else ""
        text = f"{format_duration(ledger.seconds)}{of}  {users:,} users  {total.count:,} requests  {rate:,.0f}/s"
        text += f"  {total.failed:,} failed" + (f"  {total.unanswered:,} unanswered" if total.unanswered else "")
        text += "" if p95 is None else f"  p95 {format_time(p95)}"
        self._context.stderr.write(f"\r{head(text, self._context.columns() - 1)}\x1b[K")
        self._context.stderr.flush()

    def clear(self) -> None:
        """Leave nothing of it."""
        if self._shown:
            self._context.stderr.write("\r\x1b[K")
            self._context.stderr.flush()
