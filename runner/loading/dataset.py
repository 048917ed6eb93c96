"""Data rows: from CSV, JSON or JSON Lines files, from the collection itself, and every combination of a matrix."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Final

from runner import strict_json
from runner.disk import exists
from runner.folder import FileProblem, Folder
from runner.loading.fields import check_name
from runner.loading.files import read_source, shown
from runner.loading.problems import Problems
from runner.model import Row
from runner.node import Node, Plain, scalar_type_name
from runner.source import Source, Span
from runner.variables.template import NAME, NAME_HINT

MAX_ROWS = 100_000
MAX_CELL = 10_000_000
MAX_WEIGHT = 400_000_000
"""Bytes of memory that the values of a JSON file may take: a hundred thousand rows of ten columns."""
"""Characters of a cell of CSV, each of which takes up to eight bytes while it is read."""
LINE = re.compile(r"[^\r\n]++(?:\r\n?|\n)?|\r\n?|\n")
csv.field_size_limit(MAX_CELL)
DELIMITERS = ",;\t"

Values = Mapping[str, Plain]


def read_rows(
    data: Node | None, matrix: Node | None, collection: Source, folder: Folder, problems: Problems
) -> list[Row]:
    """One row for each combination of ``matrix`` with each of ``data``, in the order of the files."""
    rows = list(_numbered(_data(data, collection, folder, problems))) if data is not None else [Row()]
    combinations = _combinations(matrix, problems) if matrix is not None else [{}]
    if len(rows) * len(combinations) > MAX_ROWS:
        node = matrix or data
        if node is not None:
            problems.error("too-many-rows", node, f"this makes more than {MAX_ROWS} runs", "Use fewer rows.")
        return []
    if matrix is None:
        return rows
    pairs = product(combinations, rows)
    return [Row(row.number, {**combination, **row.values}, at) for at, (combination, row) in enumerate(pairs, 1)]


def read_data_file(path: Path, name: str, problems: Problems) -> list[Row]:
    """The rows of one file."""
    if not exists(path):
        missing = Source(name, "", path)
        problems.error_at("missing-file", missing, Span(1, 1, 1, 1), "there is no such file", f"Looked for {path}.")
        return []
    try:
        source = read_source(path, name)
    except FileProblem as error:
        problems.error_at(error.rule, Source(name, "", path), Span(1, 1, 1, 1), error.message, error.hint)
        return []
    return list(_numbered(_rows_of(source, problems)))


def _numbered(rows: Iterable[Values]) -> Iterator[Row]:
    return (Row(number, values) for number, values in enumerate(rows, 1))


def _data(node: Node, collection: Source, folder: Folder, problems: Problems) -> Sequence[Values]:
    if node.templated:
        problems.error(
            "data-placeholder", node, "data holds no placeholders: it is what they are filled from", "Write values."
        )
        return ()
    if node.kind == "list":
        return _inline(node, problems)
    if node.kind != "scalar" or not isinstance(node.value, str):
        hint = "Write data: rows.csv, or a list of mappings. A body is written json, form, text or multipart."
        problems.error("kind", node, f"data is a file's path or a list of rows, this is {node.type_name}", hint)
        return ()
    try:
        path = folder.file(node.value)
        source = read_source(path, shown(path, collection), folder)
    except FileProblem as error:
        problems.error(error.rule, node, error.message, error.hint)
        return ()
    before = problems.count
    rows = _rows_of(source, problems)
    if not rows and problems.count == before:
        problems.error("data", node, f"there are no rows in {node.value}", "Without rows nothing would be sent.")
    return rows


def _inline(node: Node, problems: Problems) -> Sequence[Values]:
    rows: list[Values] = []
    for element in node.elements:
        if element.kind != "mapping":
            problems.error("kind", element, f"a row is a mapping, this is {element.type_name}", "Write {NAME: value}.")
            continue
        for key, _ in element.items:
            check_name(key, problems)
        rows.append({str(key.value): value.plain() for key, value in element.items})
    if not node.elements:
        problems.error("data", node, "there are no rows here", "Without rows nothing would be sent.")
    return rows


def _rows_of(source: Source, problems: Problems) -> Sequence[Values]:
    ending = (source.path.suffix if source.path else "").lower()
    if ending not in READERS:
        _at(source, 1, f"{source.name} is no data file", f"It ends in {', '.join(READERS)}.", problems)
        return ()
    return READERS[ending](source, problems)


def _csv(source: Source, problems: Problems) -> Sequence[Values]:
    """A header with names, then rows of as many cells; the delimiter is what the header uses: , ; or a tab."""
    header = source.line(1)
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(_lines(source.text), delimiter=delimiter, strict=True)
    rows: list[Values] = []
    try:
        names = [name.strip() for name in next(reader, [])]
        if not _header(names, source, problems):
            return ()
        line = reader.line_num
        for cells in reader:
            start, line = line + 1, reader.line_num
            if cells and len(cells) != len(names):
                message = f"the header has {len(names)} cells, this row has {len(cells)}"
                quotes = f"Put a cell that holds {delimiter!r} in quotes."
                hint = quotes if len(cells) > len(names) else "Add the missing ones."
                _at(source, start, message, hint, problems)
            elif cells:
                rows.append(dict(zip(names, cells, strict=True)))
    except csv.Error as error:
        _at(source, reader.line_num, f"this is not CSV: {error}", "Check the quotes around here.", problems)
    return rows


def _lines(text: str) -> Iterator[str]:
    """With their ends; ``StringIO`` would take four bytes for each character."""
    return (match.group() for match in LINE.finditer(text))


def _header(names: Sequence[str], source: Source, problems: Problems) -> bool:
    hint = f"The first line names the variables. {NAME_HINT}"
    wrong = next((number for number, name in enumerate(names, 1) if not NAME.fullmatch(name)), None)
    if not names:
        _at(source, 1, "there is no header", hint, problems)
    elif wrong is not None:
        _at(source, 1, f"column {wrong} has a header that cannot be the name of a variable", hint, problems)
    elif len(set(names)) != len(names):
        twice = next(number for number, name in enumerate(names, 1) if name in names[: number - 1])
        _at(source, 1, f"column {twice} has the header of one before it", hint, problems)
    else:
        return True
    return False


def _json(source: Source, problems: Problems) -> Sequence[Values]:
    parsed = strict_json.parse(source.text, MAX_WEIGHT)
    if parsed.error or not isinstance(parsed.value, list):
        what = parsed.error or f"a list of objects is needed, this is {scalar_type_name(parsed.value)}"
        _at(source, 1, f"this is no data file: {what}", 'Write [{"NAME": "value"}, …].', problems)
        return ()
    return [
        row
        for number, value in enumerate(parsed.value, 1)
        for row in _object(value, source, 1, f"row {number}", problems)
    ]


def _json_lines(source: Source, problems: Problems) -> Sequence[Values]:
    rows: list[Values] = []
    for number, text in enumerate(source.lines, 1):
        if text.strip():
            parsed = strict_json.parse(text)
            if parsed.error:
                _at(source, number, f"this line is not JSON: {parsed.error}", "Write one object a line.", problems)
            else:
                rows += _object(parsed.value, source, number, "this row", problems)
    return rows


def _object(value: Plain, source: Source, line: int, what: str, problems: Problems) -> Iterator[Values]:
    if not isinstance(value, dict):
        hint = 'Write {"NAME": "value"}.'
        _at(source, line, f"{what} is {scalar_type_name(value)}, an object is needed", hint, problems)
        return
    wrong = next((name for name in value if not NAME.fullmatch(name)), None)
    if wrong is not None:
        _at(source, line, f'{what} has "{wrong}", which cannot be the name of a variable', NAME_HINT, problems)
        return
    yield value


def _combinations(node: Node, problems: Problems) -> Sequence[Values]:
    """Every combination of the values that a matrix lists, the last name changing fastest."""
    before = problems.count
    if node.templated:
        problems.error(
            "data-placeholder", node, "matrix holds no placeholders: it is what they are filled from", "Write values."
        )
    elif node.kind != "mapping" or not node.items:
        hint = "Write matrix: {NAME: [a, b]}."
        problems.error("kind", node, f"matrix is a mapping of names to lists, this is {node.type_name}", hint)
    for key, value in node.items:
        check_name(key, problems)
        if value.kind != "list" or not value.elements:
            problems.error("kind", value, f"{key.value} takes a list of values", "Write [a, b].")
    if problems.count != before:
        return ()
    names = [str(key.value) for key, _ in node.items]
    size = 1
    for _, value in node.items:
        size *= len(value.elements)
    if size > MAX_ROWS:
        problems.error("too-many-rows", node, f"this makes {size} combinations", "Use fewer values.")
        return ()
    choices = product(*([one.plain() for one in value.elements] for _, value in node.items))
    return [dict(zip(names, choice, strict=True)) for choice in choices]


def _at(source: Source, line: int, message: str, hint: str, problems: Problems) -> None:
    """A problem on a line that is not shown: it may hold a secret."""
    hidden = Source(source.name, "", source.path)
    problems.error_at("data", hidden, Span(line, 1, line, 1), message, hint)


READERS: Final[dict[str, Callable[[Source, Problems], Sequence[Values]]]] = {
    ".csv": _csv,
    ".json": _json,
    ".jsonl": _json_lines,
}
