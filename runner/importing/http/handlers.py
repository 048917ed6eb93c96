"""What scripts in ``.http`` files call the parts of a response, and how they check and keep them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from runner.importing.assertions import Subject, inside
from runner.importing.conditions import condition
from runner.importing.javascript import Step, literal
from runner.importing.scripts import Dialect, Known, Tested
from runner.writing.layout import Value


def subject_of(steps: Sequence[Step]) -> Subject | None:
    """The part of the response that a chain of names stands for."""
    names = [step.name for step in steps]
    if names == ["response", "status"]:
        return Subject("status")
    if names[:2] == ["response", "body"]:
        return inside("$", steps[2:])
    if names == ["response", "contentType", "mimeType"]:
        return Subject("type")
    if names in (["response", "headers", "valueOf"], ["response", "headers", "get"]) and steps[-1].arguments:
        name = literal(steps[-1].arguments[0])
        return Subject("headers", name.lower()) if isinstance(name, str) else None
    return None


def _asserted(steps: tuple[Step, ...], known: Known, tested: Tested) -> bool:
    """``client.assert(condition, "message")``."""
    if [step.name for step in steps] != ["client", "assert"] or not steps[-1].arguments:
        return False
    expect: dict[str, Value] = {**tested.expect}
    if not condition(steps[-1].arguments[0], known, expect) or not _typed(expect):
        return False
    tested.expect.update({key: value for key, value in expect.items() if key != "type"})
    return True


def _typed(expect: dict[str, Value]) -> bool:
    """The content type without its parameters, as a matcher on the header; False if that is not all it says."""
    kind: Any = expect.get("type")
    if kind is None:
        return True
    headers = expect.setdefault("headers", {})
    if not isinstance(kind, str) or not isinstance(headers, dict) or "content-type" in headers:
        return False
    expect["headers"] = {**headers, "content-type": {"matches": f"^{re.escape(kind)} *(;|$)"}}
    return True


DIALECT: Final = Dialect(
    subject=subject_of,
    tests=(("client", "test"),),
    keeps=(("client", "global", "set"), ("request", "variables", "set")),
    quiet=(("client", "log"),),
    says=_asserted,
)
