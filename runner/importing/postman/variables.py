"""Variables of Postman's scopes as those of one file: of a name that several have, the narrowest holds, as there."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from runner import strict_json
from runner.importing.draft import FOREIGN, Draft
from runner.importing.environments import Environment, add_environments
from runner.importing.json_source import Json, elements, mapping, read_json, text_of, wrong
from runner.importing.postman.scopes import COLLECTION, ENVIRONMENT, GLOBALS, Scopes
from runner.source import Source
from runner.variables.letting_in import lets_in
from runner.writing.layout import Value

NULL: Final = "null"
"""What Postman sends for a variable without a value; a secret without one is empty here."""
VAULT: Final = "vault:"
"""What stands before the names of secrets that are kept for one person."""
LARGE: Final = 1e21
"""From here on JavaScript writes numbers with an exponent."""
NUMBER: Final = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*", re.ASCII)
OPEN: Final = re.compile(r"\s*(?:(?:Bearer|Basic|Token)\s+)?[\s:/.,;=_-]*", re.IGNORECASE)
"""What may stand beside the placeholders of a secret for everybody to see."""


class Scoped(NamedTuple):
    """The values that one scope gives, under the names that are written there; ``place`` is what a note calls it,
    ``secret`` are those that are marked so."""

    scope: int
    place: str
    values: Mapping[str, Json]
    secret: frozenset[str]


def add_scopes(document: Mapping[str, Json], environments: Sequence[Source], draft: Draft) -> Scopes:
    """The variables of a collection and of what is given with it. Secrets go to ``.env``, what is switched off is
    told; of several environments each has a file of its own."""
    own = _scoped(COLLECTION, "the collection's variables", document.get("variable"), draft)
    found = [own, *_given(environments, draft)]
    for one in found:
        draft.named.update(name.strip() for name in one.values)
    scopes = Scopes()
    for one in found:
        scopes.give((draft.variable(name) for name in one.values), one.scope)
    secret = {name for one in found for name in one.values if name in one.secret or lets_in(draft.variable(name))}
    several = [one for one in found if one.scope == ENVIRONMENT]
    several = several if len(several) > 1 else []
    _add_narrowest([one for one in found if one not in several], secret, draft)
    for name in sorted(one for one in draft.named if one.startswith(VAULT)):
        draft.secrets.setdefault(draft.variable(name), "")
    if several:
        add_environments((_environment(one, secret, draft) for one in several), draft, draft.name)
    return scopes


def _add_narrowest(found: Sequence[Scoped], secret: Container[str], draft: Draft) -> None:
    """Of each name the value in the narrowest scope, where the widest has it."""
    held: dict[str, tuple[Json, str]] = {}
    for one in sorted(found, key=lambda one: one.scope):
        for name, value in one.values.items():
            if name in secret and name in held and value in ("", NULL):
                draft.note(one.place, f"{name} is empty here, and that goes before the value that it has elsewhere")
            held[name] = value, one.place
    for name, (value, place) in held.items():
        _add(name, value, place, draft, is_secret=name in secret)


def add_own(values: Json, place: str, scopes: Scopes, draft: Draft) -> None:
    """Those of a folder or a request, which Postman keeps and does not use: what nothing else has is taken over."""
    found = _scoped(GLOBALS, place, values, draft)
    for name, value in found.values.items():
        known = draft.variable(name)
        if known in draft.variables or known in draft.secrets or known in draft.masked:
            draft.note(place, f'Postman does not use the variable "{name}" of a folder or request; it is left out')
            continue
        _add(name, value, place, draft, is_secret=name in found.secret or lets_in(known))
        scopes.give((known,), GLOBALS)
        message = f'Postman does not use the variable "{name}" of a folder or request; here it holds everywhere'
        draft.note(place, message, "Nothing else gives it a value.")


def _given(environments: Sequence[Source], draft: Draft) -> Iterator[Scoped]:
    """Environments and globals, which look alike but for a mark; either may be wrapped, as Postman's API has them."""
    for source in environments:
        document = mapping(read_json(source, "Postman environment"))
        wrapped = next((key for key in ("environment", "globals") if "values" in mapping(document.get(key))), "")
        inner = mapping(document[wrapped]) if wrapped else document
        if "values" not in inner:
            raise wrong(
                source, "this is no Postman environment: it has no values", "Export it from Postman's Environments."
            )
        is_global = wrapped == "globals" or inner.get("_postman_variable_scope") == "globals"
        name = text_of(inner.get("name")) or source.name
        place = f'the {"globals" if is_global else "environment"} "{name}"'
        yield _scoped(GLOBALS if is_global else ENVIRONMENT, place, inner["values"], draft)


def _scoped(scope: int, place: str, listed: Json, draft: Draft) -> Scoped:
    """The values of a scope; of one name that is there twice the last holds, what is switched off is told."""
    values: dict[str, Json] = {}
    secret = set()
    for variable in map(mapping, elements(listed)):
        written = text_of(variable.get("key") or variable.get("id") or variable.get("name"))
        if not written:
            continue
        if variable.get("disabled") or variable.get("enabled") is False:
            draft.note(place, f'the variable "{written}" is switched off; it is left out')
            continue
        value = _typed(variable.get("value", ""), text_of(variable.get("type")))
        values[written] = _sent(written, value, place, draft)
        if variable.get("type") == "secret":
            secret.add(written)
    return Scoped(scope, place, values, frozenset(secret))


def _typed(value: Json, kind: str) -> Json:
    """What Postman makes of a text that is marked as something else."""
    if not isinstance(value, str):
        return value
    if kind == "boolean":
        return value != ""
    if kind == "number":
        return float(value or 0) if NUMBER.fullmatch(value or "0") else "NaN"
    if kind not in ("array", "object"):
        return value
    found = strict_json.parse(value)
    return found.value if not found.error and isinstance(found.value, list | dict) else ""


def _sent(name: str, value: Json, place: str, draft: Draft) -> Json:
    """What Postman makes of a value where it is used: numbers and the like are typed here, and sent as they are."""
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list | dict):
        text = "[object Object]" if isinstance(value, dict) else _joined(value)
        draft.note(place, f'the variable "{name}" is no text: Postman sends it as {text[:40]}, and so does this')
        return text
    return NULL if value is None else value


def _number(value: float) -> Json:
    """A number as JavaScript writes it."""
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return int(value) if value.is_integer() and abs(value) < LARGE else value


def _joined(values: Sequence[Json]) -> str:
    """A list as JavaScript writes it."""
    return ",".join("" if one is None else _joined(one) if isinstance(one, list) else text_of(one) for one in values)


def _add(written: str, value: Json, place: str, draft: Draft, *, is_secret: bool) -> None:
    name, text = draft.variable(written), "" if value == NULL else text_of(value)
    if not is_secret:
        made = draft.variables[name] = draft.plain(value, place)
        if "<<$" in str(made):
            message = f"{name} is made up once a run here; Postman makes it anew wherever it is used"
            draft.note(place, message, f"Write {made} there, if each has to be another.")
    elif FOREIGN.search(text):
        draft.masked.add(name)
        draft.variables[name] = _of_others(name, text, place, draft)
    else:
        draft.secrets[name] = text


def _of_others(name: str, text: str, place: str, draft: Draft) -> Value:
    """A secret that is made of other variables: nothing is filled in ``.env``, so it stands in the file, and what is
    between the placeholders is kept apart."""
    parts = FOREIGN.split(text)
    return "".join(
        draft.placeholder(part, place)
        if at % 2
        else part.replace("<<", r"\<<")
        if OPEN.fullmatch(part)
        else draft.keep_secret(f"{name}_part", part, place)
        for at, part in enumerate(parts)
    )


def _environment(scoped: Scoped, secret: set[str], draft: Draft) -> Environment:
    """One of several, for a file of its own; what is secret in one is so in all."""
    values = {name: text_of(value) for name, value in scoped.values.items()}
    draft.masked.update(draft.variable(name) for name in values if name in secret)
    return Environment(scoped.place.partition('"')[2].removesuffix('"'), values, frozenset(secret))
