"""JSON with placeholders and comments in it, as other tools keep bodies."""

from __future__ import annotations

import json
import re
from typing import Final

from runner import strict_json
from runner.importing.draft import AS_JSON, Draft
from runner.importing.json_source import too_deep
from runner.writing.layout import Value

TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|//[^\n]*|/\*.*?\*/|\{\{\s*+([^{}\n"]*[^{}\s"])\s*\}\}', re.DOTALL)
"""In a JSON body: texts, comments, and placeholders that stand where a value does."""
HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")


def loose_json(text: str, draft: Draft, place: str) -> Value:
    """A JSON body with its placeholders, which may stand where a value does, without comments; None if it is none."""
    commented = False

    def plain(match: re.Match[str]) -> str:
        nonlocal commented
        if match[0].startswith('"'):
            return match[0]
        if match[1] is None:
            commented = True
            return ""
        return json.dumps(f"{{{{{match[1]}{AS_JSON}}}}}")

    written = TOKEN.sub(plain, text)
    found = strict_json.parse(written)
    if found.error or too_deep(found.value):
        return None
    if HALF.search(written) and re.search("[\ud800-\udfff]", strict_json.dumps(found.value)):
        return None
    if commented:
        draft.note(place, "comments in the JSON body are left out")
    return draft.plain(found.value, place)
