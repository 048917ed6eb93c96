"""What a schema has against a document, as a plain value."""

from __future__ import annotations

from typing import NamedTuple

from runner.node import Plain


class SchemaProblem(NamedTuple):
    """One thing that is wrong: where in the document (JSONPath), what, and which keyword of the schema says so.

    If the schema itself cannot be used, ``path`` is empty.
    """

    path: str
    message: str
    keyword: str = ""


class Fault(NamedTuple):
    """The same for who changes the schema: the part of it that says ``keyword``, the value in the document, and what
    each branch of ``anyOf`` or ``oneOf`` has against it. ``schema`` is empty where ``false`` stands for one."""

    keyword: str
    schema: dict[str, Plain]
    value: Plain
    branches: tuple[tuple[Fault, ...], ...] = ()
