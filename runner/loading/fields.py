"""Reads a mapping of known keys: what is unknown, misspelt, not yet run or of the wrong kind is a problem."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from runner.loading.other_words import key_in_other_words
from runner.loading.problems import Problems, suggestion
from runner.loading.yaml_slips import REPLACE, strange_blank
from runner.node import Node, Plain, is_number
from runner.settings import BadValue
from runner.variables.template import NAME, NAME_HINT, TemplateError, parse_template, span_of

MOST_WEIGHT: Final = 1_000_000


def read_fields(node: Node, known: Collection[str], what: str, problems: Problems, hint: str = "") -> dict[str, Node]:
    """The known keys of a mapping; everything else in it, or another kind of value, is an error. ``hint`` says how to
    mend the latter, if there is more to say than what the keys are."""
    if node.kind != "mapping":
        message = f"{what} is a mapping, this is {node.type_name}"
        problems.error("kind", node, message, hint or f"It takes {', '.join(known)}.")
        return {}
    fields: dict[str, Node] = {}
    for key, value in node.items:
        name = str(key.value)
        if name in known:
            fields[name] = value
        else:
            problems.error("unknown-key", key, f'unknown key "{name}" in {what}', _meant(name, known, what))
    return fields


def stands_misspelt(node: Node, wanted: str, known: Collection[str], what: str) -> bool:
    """Whether an unknown key of ``node`` is likely ``wanted``: that it is missing need not be told as well."""
    unknown = [str(key.value) for key, _ in node.items if key.value not in known]
    return any(f'"{wanted}"' in _meant(name, known, what) for name in unknown)


def _meant(name: str, known: Collection[str], what: str) -> str:
    blank, before = strange_blank(name), name.partition(":")[0]
    if blank:
        return f"It holds {blank}. {REPLACE}"
    if before != name and before in known:
        return f'A space is missing behind the colon of "{before}".'
    return key_in_other_words(what, name) or suggestion(name, known)


def read_text(node: Node, what: str, problems: Problems) -> str:
    """A text that must not be empty; numbers and words like ``true`` need quotes."""
    if node.kind == "scalar" and isinstance(node.value, str) and node.value.strip():
        return node.value
    blank = node.kind == "scalar" and isinstance(node.value, str)
    shown = "empty" if blank else node.type_name
    in_quotes = node.kind == "scalar" and not blank and node.value is not None
    problems.error(
        "kind", node, f"{what} is text, this is {shown}", "Put it in quotes." if in_quotes else "Write a text."
    )
    return ""


def read_texts(node: Node, what: str, problems: Problems) -> tuple[str, ...]:
    """A list of texts; a single one may stand without the list."""
    return tuple(read_text(element, what, problems) for element in node.as_list)


def read_flag(node: Node, what: str, problems: Problems) -> bool:
    """``true`` or ``false``."""
    if node.kind == "scalar" and isinstance(node.value, bool):
        return node.value
    problems.error("kind", node, f"{what} is true or false, this is {node.type_name}", "Write true or false.")
    return False


def read_weight(node: Node, problems: Problems, what: str = "weight") -> float | None:
    """How often a load test picks a request, in proportion to others: 0 is never."""
    value = node.value if node.kind == "scalar" and not node.templated else None
    if is_number(value) and 0 <= value <= MOST_WEIGHT:
        return value
    shown = f'"{value}"' if isinstance(value, str) else f"{value}" if isinstance(value, int | float) else node.type_name
    message = f"{what} is a number from 0 to {MOST_WEIGHT:,}, this is {shown}"
    problems.error("value", node, message, "Write a number: 3 is three times as often as 1.")
    return None


def check_name(node: Node, problems: Problems) -> bool:
    """Whether a key can be the name of a variable."""
    if NAME.fullmatch(str(node.value)):
        return True
    problems.error("name", node, f'"{node.value}" cannot be the name of a variable', NAME_HINT)
    return False


def check_setting(node: Node | None, convert: Callable[[Plain], object], problems: Problems) -> None:
    """Hold a value that has no placeholder against what it will be turned into when the request is made."""
    if node is None or node.templated:
        return
    try:
        convert(node.plain())
    except BadValue as error:
        place = node.get(error.key) if error.key else None
        problems.error("value", place or node, error.message, error.hint)


def check_templates(node: Node, problems: Problems) -> None:
    """Every ``<<`` below ``node`` must be a placeholder."""
    for scalar in node.templated_scalars():
        try:
            parse_template(str(scalar.value))
        except TemplateError as error:
            span = span_of(scalar, error.text)
            rest = scalar.source.line(span.line)[span.end_column - 1 :]
            cut = rest.startswith(" #") and ">>" in rest
            hint = "A # behind a space begins a comment: put the whole text in quotes." if cut else error.hint
            problems.error_at("placeholder", scalar.source, span, error.message, hint)
