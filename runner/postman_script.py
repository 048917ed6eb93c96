"""The script with which an exported collection holds an answer to its word, as this program does by itself."""

from __future__ import annotations

from typing import Final

ANSWERS_ARE_JSON: Final = (
    'pm.test("an answer that says it is JSON is JSON", () => {',
    '    const kind = (pm.response.headers.get("Content-Type") || "").split(";")[0].trim().toLowerCase();',
    r"    if (pm.response.text() && /^(application|text)\/json$|\+json$/.test(kind)) pm.response.json();",
    "});",
)
