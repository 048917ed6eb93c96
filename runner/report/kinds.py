"""The kinds of reports: what writes each, imported when it is wanted, and where it goes by default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from runner.report.record import Report


class Render(Protocol):
    """What makes the text of a report, piece by piece."""

    def __call__(self, report: Report, /) -> Iterable[str]: ...


class Kind(NamedTuple):
    """``render`` is ``module:function``, a ``Render``; ``file`` is where it goes if the command line does not say."""

    render: str
    file: str


KINDS: Final = {
    "json": Kind("runner.report.json_report:render_json", "report.json"),
    "ndjson": Kind("runner.report.ndjson:render_ndjson", "report.ndjson"),
    "html": Kind("runner.report.html_report:render_html", "report.html"),
}
"""By the name that ``--report`` takes."""
