"""What a schema has against a document, as a plain value."""

from __future__ import annotations

from typing import NamedTuple


class SchemaProblem(NamedTuple):
    """One thing that is wrong: where in the document (JSONPath), what, and which keyword of the schema says so.

    If the schema itself cannot be used, ``path`` is empty.
    """

    path: str
    message: str
    keyword: str = ""
