"""Texts and values of sources that know no placeholders: what looks like one of ours stays as it is, secrets do not."""

from __future__ import annotations

from collections.abc import Mapping

from runner.importing.draft import Draft
from runner.variables.letting_in import RULES, lets_in, variable_name
from runner.variables.secrets import is_login_cookie
from runner.variables.template import literal_text
from runner.writing.layout import Value


def shown_text(text: str) -> str:
    """``text`` where it is only shown, and nothing in it is filled."""
    return text.replace("<<", "< <")


def literal(draft: Draft, value: object, place: str, least: int = 1) -> Value:
    """``value`` as it stands in a file; text that lets somebody in by its name, from ``least`` characters on, goes to
    ``.env``."""
    if isinstance(value, str):
        return literal_text(value)
    if isinstance(value, Mapping):
        made: dict[str, Value] = {}
        for key, one in value.items():
            name = str(key)
            if isinstance(one, str) and len(one) >= least and lets_in(name, plain_key=False) and one:
                made[literal_text(name)] = kept_apart(draft, name, one, place)
            else:
                made[literal_text(name)] = literal(draft, one, place, least)
        return made
    if isinstance(value, list | tuple):
        return [literal(draft, one, place, least) for one in value]
    return value if isinstance(value, bool | int | float) else None


def kept_apart(draft: Draft, name: str, value: str, place: str) -> str:
    """What stands for a secret named so; a hole that somebody has to fill has no value."""
    if (name, value) in draft.listed:
        return literal_text(value)
    return draft.keep_secret(variable_name(name), "" if draft.hole.fullmatch(value) else value, place)


def cookie(draft: Draft, name: str, value: str, place: str) -> str:
    """The value of a cookie, kept apart where it says who is there."""
    if value and is_login_cookie(name, RULES):
        return kept_apart(draft, name, value, place)
    return literal_text(value)
