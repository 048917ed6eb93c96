"""Reports as JSON Lines: each line an object with a ``type``, written as soon as there is something to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from runner import __version__
from runner.node import Plain
from runner.report.collect import News
from runner.report.json_report import FORMAT, VERSION, dump, file_head, head, line_of, moment
from runner.report.record import Beginning, FileRecord, Record, Report


class Ndjson:
    """Follows a run: the beginning, files, requests as they are told, and the whole run's result at the end."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._file = FileRecord("")

    def __call__(self, news: News) -> None:
        match news:
            case Beginning():
                told: dict[str, Plain] = {"format": FORMAT, "version": VERSION, "runner": __version__}
                self._line("start", {**told, "started": moment(news.started), "requests": news.requests})
            case FileRecord():
                self._file = news
                self._line("file", file_head(news))
            case Record():
                file = self._file
                place: dict[str, Plain] = {"type": "request", "file": file.file, "row": file.row, "round": file.round}
                start = dump({name: value for name, value in place.items() if value})
                self._write(f"{start[:-1]}, {line_of(news)[1:]}\n")
            case Report():
                self._line("end", head(news))

    def _line(self, kind: str, value: dict[str, Plain]) -> None:
        self._write(dump({"type": kind, **value}) + "\n")


def render_ndjson(report: Report) -> Iterator[str]:
    """The same of a run that is over."""
    lines: list[str] = []
    tell = Ndjson(lines.append)
    tell(Beginning(report.started, sum(len(file.requests) for file in report.files) + report.result.not_run))
    for file in report.files:
        tell(file)
        for record in file.requests:
            tell(record)
        yield from lines
        lines.clear()
    tell(report)
    yield from lines
