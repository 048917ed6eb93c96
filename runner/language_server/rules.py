"""What is told of a collection besides its mistakes: the one place where rules of style are added."""

from __future__ import annotations

from collections.abc import Iterable

from runner.model import Collection
from runner.source import Diagnostic


def remarks(_collection: Collection) -> Iterable[Diagnostic]:
    """Warnings about a collection that loads."""
    return ()
