"""Reads a report that was saved as JSON or JSON Lines, also by somebody else; what is none is refused, with the place
where it departs from the schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

from runner import strict_json
from runner.checks.schema import SchemaChecker
from runner.engine.sums import Sums
from runner.folder import Folder
from runner.node import Plain
from runner.report.json_report import FORMAT, VERSION
from runner.report.read_ndjson import is_ndjson, read_lines
from runner.report.read_report import SCHEMA, NotAReport, report_of
from runner.report.record import WORDS, Record, Report
from runner.results import Status
from runner.usage import ModelSum

MAX_WEIGHT: Final = 1_000_000_000
"""Bytes of memory that the values of a result may take: our own file, of some fifty thousand requests."""
LONGEST: Final = 60
"""Characters of a format or version that is not ours."""


def read_saved(data: bytes) -> Report:
    """The report; raises ``NotAReport``."""
    if is_ndjson(data):
        document, cut_off = read_lines(data)
        report = _checked(document)
        return _with_sums(report) if cut_off else report
    parsed = strict_json.parse(data, MAX_WEIGHT)
    if parsed.error:
        raise NotAReport(f"it is not JSON: {parsed.error}")
    return _checked(parsed.value)


def _checked(document: Plain) -> Report:
    """The report of a document that fits the schema and does not contradict itself."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotAReport(f'its "format" is not "{FORMAT}"')
    version = document.get("version")
    if version != VERSION or isinstance(version, bool):
        said = strict_json.dumps(version)[:LONGEST]
        raise NotAReport(f"its version is {said}, and only version {VERSION} is known here")
    problems = _checker().check_plain({"$ref": SCHEMA.name}, document)
    if problems:
        first = problems[0]
        raise NotAReport(f"at {first.path}: {first.message}" if first.path else first.message)
    report = report_of(document)
    _contradicted(report, document["exit_code"])
    return report


@cache
def _checker() -> SchemaChecker:
    """The schema is made ready once."""
    return SchemaChecker(Folder.of(SCHEMA.parent))


def _contradicted(report: Report, code: Plain) -> None:
    """A report whose numbers say something else than its requests would be a pass that is none."""
    found = Counter(record.result.status for _, record in report.records)
    for _, record in report.records:
        if record.result.status is Status.PASS and record.result.failed_checks:
            raise NotAReport(f'it contradicts itself: "{record.result.name}" passed, and a check of it did not hold')
    for status, word in WORDS.items():
        if found[status] != report.result.count(status):
            said = f"it counts {report.result.count(status)} as {word} and has {found[status]}"
            raise NotAReport(f"it contradicts itself: {said}")
    if code != report.exit_code:
        raise NotAReport(f"it contradicts itself: its exit_code is {code}, and what it has comes to {report.exit_code}")


def _with_sums(report: Report) -> Report:
    """With what nobody could add up any more when the run was cut off."""
    records = [record for _, record in report.records]
    warnings = sum(len(record.result.warnings) for record in records)
    skipped = sum(1 for file in report.files if file.skipped)
    result = report.result._replace(models=sums_of(records), warnings=warnings, files_skipped=skipped)
    return report._replace(result=result)


def sums_of(records: Sequence[Record]) -> tuple[ModelSum, ...]:
    """What each model did."""
    costs = {id(usage): cost for one in records for usage, cost in zip(one.result.usages, one.costs, strict=True)}
    sums = Sums(lambda usage: costs[id(usage)])
    for one in records:
        if one.result.usages or one.result.model:
            sums.add(one.result)
    return sums.models()
