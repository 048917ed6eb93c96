"""Examples that editors can insert: the YAML language server takes one that is a mapping for "[object Object]"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Final, TypeAlias

from runner.node import Plain
from runner.writing.layout import list_lines, yaml_lines
from runner.writing.scalars import scalar_text

Schema: TypeAlias = "dict[str, Plain]"
OBEYED: Final = re.compile(r"[\\$}]")
"""What means something in a snippet."""


def with_snippets(schema: Schema) -> Schema:
    """One schema, without those in it: examples with mappings are snippets, and told below its description."""
    examples = schema.get("examples")
    if not isinstance(examples, list) or not any(map(_holds_mapping, examples)):
        return schema
    made = dict(schema)
    made["examples"] = [one for one in examples if not _holds_mapping(one)]
    if not made["examples"]:
        del made["examples"]
    mappings = [one for one in examples if _holds_mapping(one)]
    there = made.get("defaultSnippets", [])
    assert isinstance(there, list)  # noqa: S101  # it ships with the package
    made["defaultSnippets"] = [*there, *({"label": _label(one), "body": _body(one, count(1))} for one in mappings)]
    text = str(made.get("description", ""))
    made["markdownDescription"] = "\n\n".join((text, *(f"Example:\n\n```yaml\n{_yaml(one)}\n```" for one in mappings)))
    if "$ref" in made:  # beside it the server would not find the snippets
        made["allOf"] = [{"$ref": made.pop("$ref")}]
    return made


def _holds_mapping(value: Plain) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_holds_mapping, value)))


def _yaml(value: Plain) -> str:
    return "\n".join(_lines(value))


def _lines(value: Plain) -> Iterator[str]:
    if isinstance(value, dict):
        return yaml_lines(value)
    return list_lines(value) if isinstance(value, list) else iter((scalar_text(value),))


def _label(value: Plain) -> str:
    return _yaml(value).replace("\n", " ")


def _body(value: Plain, numbers: Iterator[int]) -> Plain:
    """The value with a place to stop at for each scalar; ``^`` says that what follows is no text."""
    if isinstance(value, dict):
        return {OBEYED.sub(r"\\\g<0>", key): _body(one, numbers) for key, one in value.items()}
    if isinstance(value, list):
        return [
            _body(one, numbers) for one in value[: 1 if _holds_mapping(value) else None]
        ]  # more it lays out wrongly
    text = OBEYED.sub(r"\\\g<0>", scalar_text(value) if not isinstance(value, str) else value)
    return f"{'' if isinstance(value, str) else '^'}${{{next(numbers)}:{text}}}"
