"""Text from outside, read as the type that a file's default gives it."""

from __future__ import annotations

from runner.errors import RenderError
from runner.node import Node, Plain, scalar_type_name
from runner.variables.filters import to_bool, to_float, to_int, to_json


def typed(name: str, text: str, origin: str, default: Node | None) -> Plain:
    """``text``, which is from ``origin``, as the type of ``default``; raises ``RenderError`` if it does not fit."""
    if default is None or (default.kind == "scalar" and (default.value is None or isinstance(default.value, str))):
        return text
    try:
        if default.kind != "scalar":
            return _structure(text, default)
        if isinstance(default.value, bool):
            return to_bool(text)
        return to_int(text) if isinstance(default.value, int) else to_float(text)
    except ValueError as error:
        message = f"{name} from {origin} does not fit: {error}"
        hint = f"The default here is {default.type_name}, so the value is read as one."
        raise RenderError(default.diagnostic("variable-type", message, hint)) from None


def _structure(text: str, default: Node) -> Plain:
    value = to_json(text)
    if isinstance(value, dict) != (default.kind == "mapping") or not isinstance(value, dict | list):
        raise ValueError(f"it is {scalar_type_name(value)}")
    return value
