"""Environments of other tools: of one the values stand in the collection, of several each has an env file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from runner.importing.draft import FOREIGN, Draft
from runner.importing.parts import variable
from runner.variables.letting_in import lets_in
from runner.writing.names import unique


class Environment(NamedTuple):
    """A name and its values; ``secret`` are the names of those that nobody may see, whatever they are called."""

    name: str
    values: Mapping[str, str]
    secret: frozenset[str] = frozenset()


def add_environments(environments: Iterable[Environment], draft: Draft, place: str) -> None:
    """Put them where ``--env NAME`` finds them; a single one is what holds without it."""
    found = [one for one in environments if one.values]
    if len(found) == 1:
        add_values(found[0], draft, place)
        return
    for one in found:
        name = unique(re.sub(r"[^A-Za-z0-9_.-]+", "-", one.name).strip("-.") or "env", draft.environments, "-")
        values: dict[str, str] = {}
        for written, value in one.values.items():
            known = draft.variable(written)
            if FOREIGN.search(value):
                draft.note(
                    f"{place}, {one.name}",
                    f"{known} is made of other variables; it is left out",
                    "Write it under variables:.",
                )
                continue
            values[known] = value
            if written in one.secret or lets_in(known):
                draft.masked.add(known)
        draft.environments[name] = values
    if found:
        names = " or ".join(f"--env {name}" for name in draft.environments)
        draft.note(place, f"there are several environments: run it with {names}", "Their values are in .env.NAME.")


def add_values(environment: Environment, draft: Draft, place: str) -> None:
    """The values of what holds everywhere."""
    for name, value in environment.values.items():
        if name in environment.secret and not FOREIGN.search(value):
            known = draft.variable(name)
            draft.secrets[known] = value
            draft.variables.pop(known, None)
        else:
            variable(name, value, draft, place)
