"""Schemas widened where they stand: in files of their own, which are made if they are not there, and in collections."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from runner import strict_json
from runner.checks.schema.files import MAX_SIZE
from runner.disk import exists, read_up_to
from runner.folder import Folder, error_text
from runner.learning.inferred import schema_of
from runner.learning.lesson import Change, Unlearnable
from runner.learning.masking import Masker
from runner.learning.widening import Widened, widened
from runner.node import Plain, Scalar
from runner.writing.alike import is_same
from runner.writing.json_patching import json_text, patched_json
from runner.writing.layout import Value, yaml_lines
from runner.writing.patching import Unpatchable, patched, said

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
BOM: Final = b"\xef\xbb\xbf"


def new_schema(documents: Sequence[Plain], masker: Masker) -> dict[str, Plain]:
    """A schema that takes all of ``documents``; raises ``Unlearnable``."""
    schema = schema_of(documents)
    if masker.holds(schema):
        raise Unlearnable("a secret is a key in it")
    return schema


def widened_schema(schema: Plain, documents: Sequence[Plain], folder: Folder, masker: Masker) -> Widened:
    """A schema that is there, widened; raises ``Unlearnable``."""
    made = widened(schema, documents, folder)
    if made.notes:
        named = set(masker.hidden(list(documents)))
        if any(one in named or masker.holds(one) for one in _said(made.schema) - _said(schema)):
            raise Unlearnable("a secret that came would have to stand in it")
    return made


def _said(schema: Plain) -> set[Scalar]:
    """Every key and every single value in a schema."""
    if isinstance(schema, dict):
        return {*schema, *(said for one in schema.values() for said in _said(one))}
    return {said for one in schema for said in _said(one)} if isinstance(schema, list) else {schema}


def updated_file(path: Path, documents: Sequence[Plain], folder: Folder, masker: Masker) -> Change | None:
    """A schema file that takes all of ``documents``; None if it does as it is. Raises ``Unlearnable``."""
    beside = folder._replace(path=path.parent)
    if not exists(path):
        schema = {"$schema": DRAFT, **new_schema(documents, masker)}
        widened(schema, documents, beside)  # raises if it is larger than a schema may be
        return Change(path, "", None, _new_text(path, schema).encode())
    try:
        data = read_up_to(path, MAX_SIZE + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise Unlearnable(f"it cannot be read: {error_text(error)}") from None
    except UnicodeDecodeError:
        raise Unlearnable("it is not UTF-8") from None
    is_json = path.suffix.lower() == ".json"
    old = _read_json(text) if is_json else _read_yaml(text)
    made = widened_schema(old, documents, beside, masker)
    if not made.notes:
        return None
    new = _patched(text, old, made.schema, is_json=is_json)
    start = BOM if data.startswith(BOM) else b""
    return Change(path, "", data, start + new.encode(), made.notes)


def _new_text(path: Path, schema: dict[str, Plain]) -> str:
    if path.suffix.lower() == ".json":
        return json_text(schema)
    shown: dict[str, Value] = dict(schema)
    return "\n".join(yaml_lines(shown)) + "\n"


def _patched(text: str, old: Plain, new: Plain, *, is_json: bool) -> str:
    if not is_json:
        try:
            return patched(text, new)
        except Unpatchable as error:
            if strict_json.parse(text).error:
                raise Unlearnable(f"it cannot be changed in its place: {error}") from None
    made = patched_json(text, old, new)
    if not is_same(_read_json(made), new):
        raise Unlearnable("it cannot be changed in its place")
    return made


def _read_json(text: str) -> Plain:
    parsed = strict_json.parse(text)
    if parsed.error:
        raise Unlearnable(f"it is not JSON: {parsed.error}")
    return parsed.value


def _read_yaml(text: str) -> Plain:
    try:
        return said(text)
    except Unpatchable as error:
        raise Unlearnable(str(error)) from None
