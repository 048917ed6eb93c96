"""What the tests of rules share: a collection as text, and the findings in it."""

from __future__ import annotations

from pathlib import Path

from runner.lint.finding import Finding
from runner.lint.findings import findings
from runner.loading.collection import decode_collection, load_collection
from runner.source import Source

NOWHERE = Path("/nonexistent")


def found(text: str, folder: Path = Path()) -> list[Finding]:
    """All findings in a text that is no file."""
    return findings(decode_collection(Source("c.yaml", text), folder))


def told(text: str, rule: str) -> list[tuple[int, str]]:
    """Line and message of those of one rule."""
    return [
        (one.diagnostic.span.line, one.diagnostic.message)
        for one in found(text)
        if one.diagnostic.rule == rule and one.diagnostic.span is not None
    ]


def lines(text: str, rule: str) -> list[int]:
    return [line for line, _ in told(text, rule)]


def in_files(folder: Path, **texts: str) -> dict[str, list[str]]:
    """Write these collections, ``__`` for a slash; the rules found in each, all of them checked together."""
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    paths = [folder / f"{name.replace('__', '/')}.yaml" for name in texts]
    loaded = [load_collection(path, str(path.relative_to(folder))) for path in paths]
    made = [[one.diagnostic.rule for one in findings(one, loaded, folder)] for one in loaded]
    return dict(zip(texts, made, strict=True))
