"""The values of variables that requests are made from, as fingerprints: by them two machines see whether they have the
same, and tell none."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from runner.cli.watching.changes import WRITTEN
from runner.engine.job import Planned
from runner.errors import RenderError
from runner.model import NEVER_FILLED
from runner.report.style import printable
from runner.variables.captures import Found
from runner.variables.scope import Variables
from runner.variables.template import placeholders

OWN_KEYS: Final = NEVER_FILLED | {"tls", "proxy"}
"""Of a request: how a machine reaches the API may be its own."""
MOST_TOLD: Final = 5
NONE: Final = "none"


class Value(NamedTuple):
    """What a variable has, several values if it differs from place to place; ``origin`` is where the first is from."""

    texts: tuple[str, ...]
    origin: str


Values: TypeAlias = Mapping[str, Value]


def values_of(requests: Iterable[Planned]) -> dict[str, Value]:
    """By name the values of all variables that these are made from and judged with, but for secrets, for what a
    response gives, and for what is made up on the spot."""
    found: dict[str, Value] = {}
    for planned in requests:
        for name, one in _read(planned):
            text = json.dumps(one.value, sort_keys=True, default=str)
            known = found.get(name, Value((), one.origin))
            if text not in known.texts:
                found[name] = known._replace(texts=(*known.texts, text))
    return found


def fingerprints(values: Values, key: str) -> dict[str, list[str]]:
    """By name the fingerprint of a value, and where it is from. ``key`` is another one each time, so that nobody has
    made a list of them before."""
    return {name: [_fingerprint(name, one, key), one.origin] for name, one in values.items()}


def unlike_values(mine: Values, told: Mapping[str, object], key: str) -> str:
    """The variables of which a worker, which told these fingerprints, has other values; empty where there is none."""
    found = []
    own = fingerprints(mine, key)
    for name in sorted({*own, *told}):
        here, there = own.get(name), told.get(name)
        if here is None or not isinstance(there, list) or here[:1] != there[:1]:
            found.append(f"{printable(name)} (worker: {_origin(there)}; master: {_origin(here)})")
    more = len(found) - MOST_TOLD
    return ", ".join(found[:MOST_TOLD]) + (f" and {more} more" if more > 0 else "")


def _read(planned: Planned) -> Iterator[tuple[str, Found]]:
    spec, variables = planned.spec, planned.scope.variables
    if not spec.node.templated:
        return
    nodes = [node for key, node in spec.node.items if key.value not in OWN_KEYS]
    written = {found.name for node in nodes for found, _ in placeholders(node) if not found.name.startswith("$")}
    for name in sorted({*written, *variables.uses(*written)}):
        found = None if name in planned.sources or variables.is_secret(name) else _looked_up(name, variables)
        if found is not None:
            yield name, found


def _looked_up(name: str, variables: Variables) -> Found | None:
    """What a variable has, unless the file makes it up, or makes it from a secret: the file itself is the same."""
    try:
        found = variables.lookup(name)
    except RenderError:
        return None
    if found is None or not found.origin.startswith(WRITTEN):
        return found
    other = variables.may_be_made_up(name) or any(variables.is_secret(one) for one in variables.uses(name))
    return None if other else found


def _fingerprint(name: str, value: Value, key: str) -> str:
    message = json.dumps([name, *value.texts])
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()


def _origin(told: object) -> str:
    return printable(str(told[1])) if isinstance(told, list) and len(told) == 2 else NONE
