"""What somebody would write of a request after its first answer: the status, the type, the shape of the body."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from runner.folder import Folder
from runner.learning.masking import Masker
from runner.learning.schema_files import new_schema
from runner.learning.widening import widened
from runner.messages import Response, media_type
from runner.node import Plain
from runner.writing.names import unique

LONGEST: Final = 60
ENDING: Final = ".schema.json"


def expected_of(response: Response) -> dict[str, Plain]:
    """What is expected from now on: nothing that the next answer may well have otherwise."""
    expected: dict[str, Plain] = {"status": response.status}
    kind = media_type(response.headers)
    headers: dict[str, Plain] = {"content-type": {"starts_with": kind}} if kind and response.body else {}
    if 300 <= response.status <= 399 and response.header("location"):
        headers["location"] = {"exists": True}
    if headers:
        expected["headers"] = headers
    if response.stream is not None and response.stream.done:
        expected["stream"] = {"done": True}
    return expected


def schema_from(response: Response, folder: Folder, masker: Masker) -> dict[str, Plain] | None:
    """The schema of a JSON body, None where there is none. Raises ``Unlearnable``."""
    document = response.document
    if document.error or not isinstance(document.value, dict | list) or not response.body:
        return None
    if response.stream is not None and not response.stream.shape:
        return None  # how many events there are, and which, differs each time
    schema = new_schema([document.value], masker)
    widened(schema, [document.value], folder)  # raises if it is larger than a schema may be
    return schema


def schema_name(request: str, taken: Iterable[str]) -> str:
    """The name of a file for the schema of a request."""
    stem = re.sub(r"[^a-z0-9]+", "-", request.lower()).strip("-")[:LONGEST].strip("-") or "answer"
    return unique(stem, (one.removesuffix(ENDING) for one in taken if one.endswith(ENDING)), "-") + ENDING
