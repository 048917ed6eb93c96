"""What YAML's parser complains about, in the words of somebody who edits a collection."""

from __future__ import annotations

import re

import yaml

from runner.loading.problems import Problems
from runner.loading.yaml_slips import Place, find_slip
from runner.source import Source, Span

EXPLAINED: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a colon is not allowed here",
        'Put a text that contains ": " in quotes, or check the indentation of this line and the one above.',
    ),
    ("cannot start any token", "a text cannot start with this character", "Put the text in quotes."),
    ("found a tab", "a tab is used for indentation", "Indent with spaces."),
    ("unexpected end of stream", "a quote is opened and never closed", "Close it."),
    (
        "did not find expected ',' or",
        "a comma or closing bracket is missing",
        "Close the bracket, or quote the text.",
    ),
    (
        "could not find expected ':'",
        "a key without a colon",
        "Write key: value, with a space after the colon; indent a text that goes on below its key.",
    ),
    (
        "did not find expected key",
        "this line does not fit into the mapping above it",
        "Check its indentation.",
    ),
    (
        "did not find expected '-' indicator",
        "this line does not fit into the list above it",
        "Check its indentation.",
    ),
    (
        "block sequence entries are not allowed",
        "a list cannot start here",
        "Put the dash on a line of its own below the key.",
    ),
    (
        "invalid Unicode character escape code",
        "this escape is half of a character",
        "Write the character itself, or both halves one after the other.",
    ),
    (
        "unknown escape character",
        "a backslash that YAML does not know",
        "Write \\\\ for a backslash, or use single quotes.",
    ),
    ("expected whitespace or line break", "tags are not supported", "Put a text that starts with ! in quotes."),
    ("did not find expected node content", "a value is missing before this", "Remove this, or quote the text."),
    ("found undefined tag handle", "tags are not supported", "Put a text that starts with ! in quotes."),
    ("control characters are not allowed", "a control character stands in the file", "Remove it."),
    ("special characters are not allowed", "a control character stands in the file", "Remove it."),
    (
        "did not find expected alphabetic or numeric",
        "an alias or anchor without a name",
        "Quote a text that starts with * or &.",
    ),
    (
        "did not find expected <document start>",
        "the document ends above, and more text follows",
        "Check the indentation.",
    ),
    (
        "found unexpected document indicator",
        "a document mark stands inside a text",
        "Close the quote above it.",
    ),
)
FLOW_PATH = re.compile(r"[{,\[:]\s*(\$[.\[][^'\",]*\[[^,]*)")
QUOTE = re.compile(r'(?<!\\)"')
BROKEN_PLACEHOLDER = re.compile(r"<<[^<>]*[\s:#][^<>]*>>")
AT_THE_START = ("unexpected end of stream", "could not find expected ':'")
"""What is told where the quote or the key begins: the parser notices much later."""
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What YAML's reader stops at."""
STARTS = ("'", '"')
"""What a value in JSON starts with: where one follows another, a comma is missing."""
UNCLOSED = "did not find expected ',' or"


def explain_yaml_error(source: Source, error: yaml.YAMLError, problems: Problems) -> None:
    """Add the one problem that ``error`` tells of, at its place."""
    text = str(getattr(error, "problem", "") or getattr(error, "reason", "") or error)
    words = f"{text} {getattr(error, 'context', '') or ''}"
    slip = find_slip(source, words, _marked(error, "problem_mark"), _marked(error, "context_mark"))
    line, column = _place(source, error, words) if slip is None else (slip.line, slip.column)
    message, hint = (
        (slip.message, slip.hint)
        if slip
        else _special(words, source.line(line), column)
        or next(
            ((said, remedy) for part, said, remedy in EXPLAINED if part in words),
            (f"this is not YAML: {text}", "Check the indentation, the quotes and the brackets around here."),
        )
    )
    comment = _slashes(source, error) if UNCLOSED in words else 0
    quote = _open_quote(source, error) if UNCLOSED in words and not comment else None
    if comment:
        line, column = comment, source.line(comment).index("//") + 1
        message, hint = "a comment starts with #, not with //", "Write # in its place."
    elif quote is not None:
        line, column = quote
        message, hint = "a double quote on this line has no second one", "Quote the text on both sides."
    elif FLOW_PATH.search(source.line(line)):
        hint = 'Inside {…} and […] a JSONPath with brackets needs quotes: {"$.choices[0]": …}.'
    elif BROKEN_PLACEHOLDER.search(source.line(line)):
        hint += " A placeholder that holds a space, a colon or a # needs quotes around the whole text."
    problems.error_at("yaml", source, Span(line, column, line, column + 1), message, hint)


def _marked(error: yaml.YAMLError, name: str) -> Place | None:
    mark = getattr(error, name, None)
    return None if mark is None else Place(mark.line + 1, mark.column + 1)


def _slashes(source: Source, error: yaml.YAMLError) -> int:
    """The line between a bracket and what does not fit behind it that is a comment of other languages; 0 if none is."""
    began, noticed = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    if began is None or noticed is None:
        return 0
    lines = range(began.line + 1, noticed.line + 2)
    return next((number for number in lines if source.line(number).lstrip().startswith("//")), 0)


def _open_quote(source: Source, error: yaml.YAMLError) -> tuple[int, int] | None:
    """Where, between a bracket and what does not fit behind it, the first line has a double quote without a second:
    the text goes on to the next quote then, which may be many lines below."""
    began, noticed = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    if began is None or noticed is None:
        return None
    for number in range(began.line + 1, noticed.line + 2):
        text = source.line(number)
        quotes = [one.start() for one in QUOTE.finditer(text)]
        if len(quotes) % 2:
            return number, (noticed.column if number == noticed.line + 1 else quotes[-1]) + 1
    return None


def _special(words: str, line: str, column: int) -> tuple[str, str] | None:
    """What the text at the place says more exactly than the parser."""
    here, before = line[column - 1 : column], line[: column - 1].rstrip()[-1:]
    if "cannot start any token" in words and here == "\t":
        return "a tab is used for indentation", "Indent with spaces."
    if "did not find expected key" in words and before and before in "'\"":
        hint = "Put the whole text in double quotes; inside single quotes an apostrophe is written twice."
        return "the text goes on after its closing quote", hint
    if "did not find expected" in words and here in ("]", "}") and "whitespace" not in words and UNCLOSED not in words:
        return "a closing bracket too many", "Remove it, or put the text in quotes."
    if "did not find expected key" in words and before and before in "]}":
        return "the text goes on after its closing bracket", "Put the whole text in quotes."
    if UNCLOSED in words and here and here in STARTS:
        return "a comma is missing before this", "Put one behind the value above; a comment starts with # and not //."
    if UNCLOSED in words and here in ("[", "{") and not FLOW_PATH.search(line):
        return "this bracket is not closed, or a comma is missing behind it", "Close it, or put the text in quotes."
    return None


def _place(source: Source, error: yaml.YAMLError, words: str) -> tuple[int, int]:
    """Line and column, 1-based."""
    noticed, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    mark = noticed or began
    if mark is not None:
        told_early = UNCLOSED in words or any(part in words for part in AT_THE_START)
        value_follows = UNCLOSED in words and source.line(mark.line + 1)[mark.column : mark.column + 1] in STARTS
        if told_early and not value_follows and began is not None and mark.line > began.line:
            mark = began
        line = min(mark.line + 1, max(1, len(source.lines)))
        return line, mark.column + 1
    unreadable = UNREADABLE.search(source.text)  # the error knows how many bytes came before, of a changed text
    if unreadable is None:
        return 1, 1
    before = source.text[: unreadable.start()].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
