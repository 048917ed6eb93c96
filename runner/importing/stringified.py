"""Values that a script makes text of before it keeps them: ``JSON.stringify(answer.user)``, ``String(answer.id)``."""

from __future__ import annotations

import re
from typing import Final

from runner.importing.javascript import Syntax, text_of

CALLS: Final = frozenset(("JSON.stringify", "String"))
TYPEOF: Final = re.compile(r"typeof\s+(.+?)\s*===?\s*([\"'])string\2", re.DOTALL)


def is_json(expression: Syntax) -> bool:
    """Whether it makes JSON of a value."""
    return text_of(expression).lstrip("( ").startswith("JSON.stringify")


def of_text(expression: Syntax) -> Syntax | None:
    """The expression whose value is made text; None for any other."""
    kind = expression.type
    if kind == "parenthesized_expression":
        return of_text(expression.named_children[0])
    if kind == "template_string":
        parts = expression.named_children
        is_whole = len(parts) == 1 and parts[0].type == "template_substitution" and text_of(expression)[1:3] == "${"
        return parts[0].named_children[0] if is_whole and text_of(expression).endswith("}`") else None
    if kind == "ternary_expression":
        return _unless_text(expression)
    if kind != "call_expression":
        return None
    function = expression.child_by_field_name("function")
    given = [one for one in expression.child_by_field_name("arguments").named_children if one.type != "comment"]
    if text_of(function) in CALLS:
        return given[0] if len(given) == 1 else None
    if function.type != "member_expression" or text_of(function.child_by_field_name("property")) != "toString":
        return None
    return None if given else function.child_by_field_name("object")


def _unless_text(expression: Syntax) -> Syntax | None:
    """``typeof v === "string" ? v : JSON.stringify(v)``, as an export writes it."""
    condition, kept, made = (expression.child_by_field_name(one) for one in ("condition", "consequence", "alternative"))
    asked, inner = TYPEOF.fullmatch(text_of(condition).strip("() ")), of_text(made)
    same = asked is not None and inner is not None and asked[1] == text_of(kept) == text_of(inner)
    return kept if same and is_json(made) else None
