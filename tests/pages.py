"""The pages for people, taken apart: blocks, sections, tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
README: Final = ROOT / "README.md"
FORMAT: Final = ROOT / "docs/format.md"
CLI: Final = ROOT / "docs/cli.md"
ARCHITECTURE: Final = ROOT / "docs/architecture.md"
PAGES: Final = [README, *sorted((ROOT / "docs").glob("*.md"))]
STORIES: Final = [ROOT / "docs/guide.md", ROOT / "docs/recipes.md"]
"""Pages whose blocks build on each other: test_stories.py does what they say, from top to bottom."""

FENCE: Final = re.compile(r"^```(\w+) ?([\w./-]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

DIFFERS: Final = re.compile(r"\b[0-9.]+ (?:m?s\b|tokens/s)|\b[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} UTC\b")
HOME: Final = "/home/ann/api"
"""The folder in which output on the pages was made."""

URL: Final = "url: https://api.example.com/"
WRAPS: Final = {
    "": ("", 0, ""),
    "top": ("", 0, f"requests: [{{{URL}}}]"),
    "request": (f"requests:\n  - {URL}", 4, ""),
    "expect": (f"requests:\n  - {URL}\n    expect:", 6, ""),
}
"""By the word behind the language of a block: what stands around an example that is not a whole file, and how far
it is indented."""


class Block(NamedTuple):
    """A fenced block: its language, the word behind that, and its text."""

    page: Path
    line: int
    language: str
    part: str
    text: str


def blocks(language: str, pages: Iterable[Path] | None = None) -> list[Block]:
    """Those of one language on these pages; by default on all of which each block stands for itself."""
    found = []
    for page in (page for page in PAGES if page not in STORIES) if pages is None else pages:
        text = page.read_text(encoding="utf-8")
        for one in FENCE.finditer(text):
            line = text.count("\n", 0, one.start()) + 1
            found.append(Block(page, line, *one.groups()))
    return [block for block in found if block.language == language]


def place(block: Block) -> str:
    """Page and line, as the name of a test."""
    return f"{block.page.name}:{block.line}"


def prose(page: Path) -> str:
    """A page without its blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def section(page: Path, heading: str) -> str:
    """The prose below a heading, up to the next one."""
    after = prose(page).partition(f"# {heading}\n")[2]
    return re.split(r"^#+ .*$", after, maxsplit=1, flags=re.MULTILINE)[0]


def table(page: Path, heading: str, number: int = 0) -> list[list[str]]:
    """The rows of a table in a section, without its heading."""
    found = re.findall(r"(?:^\|.*\|\n)+", section(page, heading), re.MULTILINE)[number]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in found.splitlines()[2:]]


def words(text: str) -> list[str]:
    """What stands in code."""
    return re.findall(r"`([^`]+)`", text)


def first_words(page: Path, heading: str, number: int = 0) -> set[str]:
    """What stands in code in the first column of a table."""
    return {word for row in table(page, heading, number) for word in words(row[0])}


def is_as_told(told: str, came: str) -> bool:
    """Whether output is what a page says. A line with … alone stands for lines that are left out; times differ, and so
    do blanks that depend on the length of a path."""
    parts = [re.escape(_plain(part)) for part in re.split(r"^…\n", told, flags=re.MULTILINE)]
    return re.fullmatch(".*".join(parts), _plain(came)) is not None


def _plain(output: str) -> str:
    return " ".join(DIFFERS.sub("DIFFERS", output).split())
