"""The kinds of reports of load tests: what writes each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from runner.load_testing.record import LoadReport
from runner.load_testing.reports.html import render_html
from runner.load_testing.reports.json import render_json
from runner.load_testing.reports.junit import render_junit
from runner.load_testing.reports.markdown import render_markdown

Render = Callable[[LoadReport], Iterator[str]]
KINDS: Final[dict[str, Render]] = {
    "html": render_html,
    "json": render_json,
    "junit": render_junit,
    "markdown": render_markdown,
}
