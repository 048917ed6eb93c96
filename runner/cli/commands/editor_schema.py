"""The schema of the collection file in the shape from which editors explain best; it says the same of every file.

The YAML language server, which most editors have, shows the first description that it meets, and it meets those of
alternatives before that of the key; it escapes the Markdown of a ``description``; and above every explanation it writes
the title of the whole, or its ``$id``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, TypeAlias

from runner.cli.commands.editor_messages import in_words
from runner.cli.commands.editor_snippets import with_snippets
from runner.node import Plain

Schema: TypeAlias = "dict[str, Plain]"
ALTERNATIVES: Final = ("anyOf", "oneOf", "allOf")
DATA: Final = frozenset(("examples", "default", "enum", "const", "defaultSnippets"))
"""What holds no schemas."""
DEFINITION: Final = "#/$defs/"


def for_editors(text: str) -> str:
    """The text of a schema anew: definitions are described where something refers to them."""
    whole: Plain = json.loads(text)
    assert isinstance(whole, dict)  # noqa: S101  # it ships with the package
    del whole["title"], whole["$id"]
    definitions = whole["$defs"]
    assert isinstance(definitions, dict)  # noqa: S101  # as above
    described = {name: one.pop("description", "") for name, one in definitions.items() if isinstance(one, dict)}
    texts = {f"{DEFINITION}{name}": str(one) for name, one in described.items()}
    return json.dumps(_explained(whole, texts), indent=2, ensure_ascii=False)


def _explained(value: Plain, texts: Mapping[str, str], *, is_alternative: bool = False) -> Plain:
    """The schema with each key described once, and Markdown said to be such."""
    if isinstance(value, list):
        return [_explained(one, texts, is_alternative=is_alternative) for one in value]
    if not isinstance(value, dict):
        return value
    made: Schema = {}
    text = value.get("description", texts.get(str(value.get("$ref")), ""))
    if isinstance(text, str) and text and not is_alternative:
        made = {"description": text, "markdownDescription": text} if "`" in text else {"description": text}
    for key, one in value.items():
        if key != "description" or not isinstance(one, str):
            made[key] = one if key in DATA else _explained(one, texts, is_alternative=key in ALTERNATIVES)
    return in_words(with_snippets(made))
