"""docs/reference.md, made of what the program itself knows: the file's schema, the options, the kinds of reports."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, cast

from typer.core import TyperGroup
from typer.main import get_command

from runner.cli.app import COMMANDS, build
from runner.cli.settings.options import NOT_IN_FILES, ONE_RUN, declared, variable_of
from runner.report.kinds import KINDS
from tests.pages import ROOT

REFERENCE: Final = ROOT / "docs/reference.md"
COLLECTION_SCHEMA: Final[dict[str, Any]] = json.loads(
    (ROOT / "runner/loading/collection.schema.json").read_text(encoding="utf-8")
)

INTRODUCTION: Final = """\
# Reference

Every key of the file, every option of the commands, every kind of report, for looking up. This page is made from the
program's own tables by `python -m tests.test_docs`, and the tests hold it against them. What things are for, with
examples, is explained in [format.md](format.md) and [cli.md](cli.md).
"""
ELSEWHERE: Final = """\
## Other tables

These stand where they are explained, and are held against the program as well:

- [exit codes](cli.md#exit-codes)
- [operators](format.md#matchers), each with what fits and what does not, and the formats of `is`
- [filters and dynamic values](format.md#variables)
- [which names are secret](format.md#secrets)
- [schemas that come with the package](format.md#json-schema)
- [streams that are put together](format.md#streams)
- [units of durations and sizes](format.md#amounts), [limits](format.md#limits)
"""
EXPLAINED: Final = {
    "the file": "top-level",
    "secrets": "secrets",
    "prices.NAME": "tokens-and-prices",
    "defaults": "defaults",
    "requests[]": "a-request",
    "requests[] (an include)": "includes",
    "requests[].auth": "authentication",
    "requests[].multipart.NAME": "bodies",
    "requests[].graphql": "bodies",
    "requests[].retry": "sending-again",
    "requests[].poll": "sending-again",
    "requests[].turns[]": "turns",
    "requests[].capture.NAME": "captures",
    "requests[].examples[]": "examples-and-the-mock-server",
    "requests[].expect": "expectations",
    "requests[].expect.stream": "streams",
    "requests[].expect.usage": "tokens-and-prices",
    "operators": "matchers",
}
"""Where on docs/format.md a table, and those below it, are explained."""
WORDS: Final = {
    "delay": "duration",
    "fixedDelay": "duration",
    "duration": "duration",
    "limit": "duration",
    "size": "size",
    "matcher": "[matcher](#operators)",
    "statusMatcher": "status, class, list of these, [matcher](#operators)",
    "durationMatcher": "[matcher](#operators) on a duration",
    "sizeMatcher": "[matcher](#operators) on a size",
    "numberMatcher": "[matcher](#operators) on a number",
    "jsonPaths": "JSONPath → [matcher](#operators)",
    "jsonSchema": "path, name or schema",
    "ordered": "number or text",
    "names": "name or list of names",
    "pairs": "name → value",
    "headers": "name → value",
    "cookies": "name → value, or `none`",
    "captures": "name → path or mapping",
    "data": "path or list of rows",
    "matrix": "name → list",
    "auth": "mapping with one key, or `none`",
    "said": "text, list or mapping",
    "included": "path",
    "timeout": "duration or mapping",
    "multipart": "name → value or mapping",
    "message": "mapping",
    "item": "mapping",
}
"""How a definition of the schema is called in a table."""
TYPES: Final = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "null": "null",
    "array": "list",
    "object": "mapping",
}
AMOUNTS: Final = "numberOperators"
"""The operators that numbers, durations, sizes and the status have: a column of their table says which."""


class Section(NamedTuple):
    """A mapping of the file: where it stands, and its schema."""

    path: str
    schema: dict[str, Any]


def reference() -> str:
    """The whole page."""
    sections = file_sections()
    contents = " ·\n".join(f"  [`{one.path}`](#{_slug(one.path)})" for one in sections)
    parts = [
        INTRODUCTION,
        f"- The file:\n{contents}",
        "- [Options](#options) · [Reports](#reports) · [Other tables](#other-tables)\n",
        *(_section_text(one, sections) for one in sections),
        _options_text(),
        _reports_text(),
        ELSEWHERE,
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts))


def file_sections() -> list[Section]:
    """Every mapping with keys of its own, each once: where it stands highest. Those below another follow it."""
    found = [
        *_by_depth("the file", COLLECTION_SCHEMA),
        *_by_depth("operators", COLLECTION_SCHEMA["$defs"]["operators"]),
    ]
    order = [one.path for one in found]

    def way(section: Section) -> list[int]:
        return [place for place, path in enumerate(order) if f"{section.path}.".startswith((f"{path}.", f"{path} "))]

    return sorted(found, key=way)


def _by_depth(path: str, schema: dict[str, Any]) -> Iterator[Section]:
    seen: set[int] = set()
    waiting = [Section(path, schema)]
    while waiting:
        section = waiting.pop(0)
        if id(section.schema) not in seen:
            seen.add(id(section.schema))
            yield section
            within = "" if section.path == "the file" else f"{section.path}."
            below = (
                inner for key, one in section.schema["properties"].items() for inner in _mappings(one, within + key)
            )
            waiting += sorted(below, key=lambda one: one.path.startswith("defaults"))


def _mappings(schema: dict[str, Any], path: str) -> Iterator[Section]:
    """What is below a key and has keys of its own."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name == "matcher" or name.endswith("Matcher"):
        return
    if name == "item":
        yield Section(path, COLLECTION_SCHEMA["$defs"]["request"])
        yield Section(f"{path} (an include)", COLLECTION_SCHEMA["$defs"]["include"])
        return
    if "$ref" in schema:
        yield from _mappings(_target(schema["$ref"]), path)
        return
    if "properties" in schema:
        yield Section(path, schema)
    for one in schema.get("anyOf", []):
        yield from _mappings(one, path)
    for key, mark in (("items", "[]"), ("additionalProperties", ".NAME")):
        if isinstance(schema.get(key), dict):
            yield from _mappings(schema[key], path + mark)
    if "then" in schema and "if" in schema and "required" not in schema["if"]:
        yield from _mappings(schema["then"], path)


def _target(reference: str) -> dict[str, Any]:
    found: Any = COLLECTION_SCHEMA
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return cast(dict[str, Any], found)


def _section_text(section: Section, sections: list[Section]) -> str:
    heading = f"## `{section.path}`\n\n{_about(section)}\n"
    properties: Mapping[str, Any] = section.schema["properties"]
    if section.path == "defaults":
        request = COLLECTION_SCHEMA["$defs"]["request"]["properties"]
        left_out = ", ".join(f"`{key}`" for key in request if key not in properties)
        properties = {key: one for key, one in properties.items() if key not in request}
        heading += f"\nAll keys of [a request](#{_slug('requests[]')}) but {left_out}, and:\n"
    if section.path == "operators":
        amounts = COLLECTION_SCHEMA["$defs"][AMOUNTS]["properties"]
        rows = [
            (*_row(key, one, section, sections), "yes" if key in amounts else "") for key, one in properties.items()
        ]
        return heading + "\n" + _table(("key", "value", "meaning", "of amounts"), rows)
    return (
        heading
        + "\n"
        + _table(("key", "value", "meaning"), [_row(key, one, section, sections) for key, one in properties.items()])
    )


def _about(section: Section) -> str:
    """What it is, what must be there, and where it is explained."""
    description = section.schema.get("description", "")
    needed = [key for key in section.schema.get("required", []) if len(section.schema["properties"]) > 1]
    must = f"Must be there: {', '.join(f'`{key}`' for key in needed)}." if needed else ""
    known = [path for path in EXPLAINED if f"{section.path}.".startswith((f"{path}.", f"{path}[]"))]
    anchor = EXPLAINED[max(known, key=len)] if known else EXPLAINED["the file"]
    text = " ".join(part for part in (description, must, f"[Explained](format.md#{anchor}).") if part)
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def _row(key: str, schema: dict[str, Any], section: Section, sections: list[Section]) -> tuple[str, ...]:
    path = key if section.path == "the file" else f"{section.path}.{key}"
    below = {one.path for one in sections if one.path in (path, f"{path}[]", f"{path}.NAME")}
    value = _value(schema)
    if below and "(#" not in value:
        value = f"[{value}](#{_slug(min(below))})"
    return f"`{key}`", value, schema.get("description") or _target(schema["$ref"])["description"]


def _value(schema: dict[str, Any]) -> str:
    """What may stand there, in words; that a placeholder may goes without saying."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return WORDS[name] if name in WORDS else _value(_target(schema["$ref"]))
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        words = [one if isinstance(one, str) else json.dumps(one) for one in schema["enum"]]
        return ", ".join(f"`{word}`" for word in dict.fromkeys(words))
    if "anyOf" in schema:
        kinds = [_value(one) for one in schema["anyOf"] if one.get("pattern") != "<<"]
        return " or ".join(dict.fromkeys(kinds))
    types = [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
    if len(types) >= 6:
        return "any value"
    if len(types) > 1 and str(schema.get("pattern", "")).endswith("<<"):
        types.remove("string")
    if {"string", "number", "boolean"} <= set(types):
        types = ["string", *(one for one in types if one not in ("string", "number", "boolean"))]
    return " or ".join(TYPES[one] for one in types)


def _options_text() -> str:
    """One row an option, with the commands that have it."""
    group = cast(TyperGroup, get_command(build(list(COMMANDS))))
    of: dict[tuple[str, str], list[str]] = {}
    variables: dict[tuple[str, str], str] = {}
    for command, made in group.commands.items():
        for one in made.params:
            if one.param_type_name != "option":
                continue
            names = ", ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts))
            key = (f"{names[:-1]} {_metavar(one)}".strip() + "`", getattr(one, "help", "") or "")
            of.setdefault(key, []).append(command)
            option = next(iter(declared([one], lambda _, value: value)), None)
            settable = option is not None and option.name not in (*ONE_RUN, *NOT_IN_FILES)
            variables[key] = f"`{variable_of(option.name)}`" if option is not None and settable else ""
    rows = [(*key, ", ".join(f"`{one}`" for one in commands), variables[key]) for key, commands in of.items()]
    about = (
        "Explained in [cli.md](cli.md). What has a variable can also be set in `runner.toml`, by its long name without"
        "\ndashes: [Settings](cli.md#settings). `--help` and `-h` are in every command."
    )
    return f"## Options\n\n{about}\n\n{_table(('option', 'meaning', 'of', 'variable'), rows)}"


def _metavar(parameter: Any) -> str:
    if getattr(parameter, "is_flag", False) or getattr(parameter, "count", False):
        return ""
    choices = getattr(parameter.type, "choices", ())
    return parameter.metavar or "|".join(getattr(one, "value", one) for one in choices) or "N"


def _reports_text() -> str:
    rows = [(f"`{name}`", f"`{kind.file}`" if kind.file else "the job's summary") for name, kind in KINDS.items()]
    return f"## Reports\n\n`--report KIND`, or `--report KIND=FILE`.\n\n{_table(('kind', 'goes to'), rows)}"


def _slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [headings, tuple("---" for _ in headings), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    text = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return text.replace(" *** ", " `***` ")
