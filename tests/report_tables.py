"""The tables of keys on docs/reports-json.md and docs/load.md, made from the schemas.

``python -m tests.report_tables`` writes the present ones into the pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from runner.cli.commands.schema import SCHEMAS as SHIPPED
from runner.report.read_report import SCHEMA

DOCS: Final = Path(__file__).parents[1] / "docs"
PAGE: Final = DOCS / "reports-json.md"
SCHEMAS: Final = {PAGE: SCHEMA, DOCS / "load.md": SHIPPED["load-report"]}
"""By the page that has its tables."""
TABLE: Final = re.compile(r"(?<=<!-- keys: )(\w+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)
TOP: Final = "report"


def with_present_tables(page: str, source: Path) -> str:
    """The page with its tables as the schema has them."""
    schema = json.loads(source.read_text(encoding="utf-8"))

    def table(match: re.Match[str]) -> str:
        name = match[1]
        return f"{match[1]}{match[2]}{_table(schema if name == TOP else schema['$defs'][name])}"

    return TABLE.sub(table, page)


def names(page: str) -> set[str]:
    """The definitions that have a table."""
    return {match[1] for match in TABLE.finditer(page)}


def _table(described: Mapping[str, Any]) -> str:
    one = next((part for part in described.get("oneOf", ()) if "properties" in part), described)
    required = one.get("required", ())
    rows = [
        f"| {_name(name, always=name in required)} | {_kind(value)} | {_said(value)} |".replace("  ", " ")
        for name, value in one["properties"].items()
    ]
    return "\n".join(["| key | | |", "| --- | --- | --- |", *rows]) + "\n"


def _name(name: str, *, always: bool) -> str:
    return f"**`{name}`**" if always else f"`{name}`"


def _said(value: Mapping[str, Any]) -> str:
    return str(value.get("description", "")).rstrip(".").replace("|", "\\|")


def _kind(value: Mapping[str, Any]) -> str:
    """What a value is, in a few words."""
    if "$ref" in value:
        return f"[{value['$ref'].rpartition('/')[2]}](#{value['$ref'].rpartition('/')[2]})"
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    if "enum" in value:
        return ", ".join(f"`{json.dumps(one)}`" for one in value["enum"])
    if "oneOf" in value:
        return " or ".join(_kind(one) for one in value["oneOf"])
    if value.get("type") == "array":
        return f"list of {_kind(value['items'])}"
    kinds = value["type"] if isinstance(value["type"], list) else [value["type"]]
    if kinds == ["object"]:
        return "object: " + ", ".join(f"`{name}`" for name in value.get("properties", ()))
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return " or ".join(words.get(str(kind), str(kind)) for kind in kinds)


if __name__ == "__main__":
    for path, source in SCHEMAS.items():
        path.write_text(with_present_tables(path.read_text(encoding="utf-8"), source), encoding="utf-8")
