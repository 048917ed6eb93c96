"""The kinds of reports: what writes each, imported when it is wanted, and where it goes by default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from runner.report.record import Report


class Render(Protocol):
    """What makes the text of a report, piece by piece."""

    def __call__(self, report: Report, /) -> Iterable[str]: ...


class Kind(NamedTuple):
    """``render`` is ``module:function``, a ``Render``; ``file`` is where it goes if the command line does not say, or
    empty for the summary of the GitHub job that the run is part of."""

    render: str
    file: str


KINDS: Final = {
    "html": Kind("runner.report.html_report:render_html", "report.html"),
    "json": Kind("runner.report.json_report:render_json", "report.json"),
    "ndjson": Kind("runner.report.ndjson:render_ndjson", "report.ndjson"),
    "junit": Kind("runner.report.junit:render_junit", "junit.xml"),
    "tap": Kind("runner.report.tap:render_tap", "report.tap"),
    "markdown": Kind("runner.report.markdown:render_markdown", "report.md"),
    "github": Kind("runner.report.github:render_summary", ""),
}
"""By the name that ``--report`` takes."""
AS_JSON: Final = frozenset({"html", "json", "ndjson"})
"""Those that have every request as JSON in them."""
