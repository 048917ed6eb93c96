"""Environments of HTTP clients: ``http-client.env.json``, its private part, and settings of VS Code."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from runner.disk import is_file
from runner.importing.draft import Draft
from runner.importing.environments import Environment, add_environments, add_values
from runner.importing.json_source import Json, mapping, read_json, text_of, wrong
from runner.source import Source

BESIDE: Final = ("http-client.env.json", "http-client.private.env.json")
"""What IntelliJ reads by itself."""
SHARED: Final = "$shared"
SETTING: Final = "rest-client.environmentVariables"
NO_JSON: Final = re.compile(r'("(?:[^"\\]|\\.)*+")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)
"""Comments, and commas behind the last element; texts as they are."""


def read_environments(sources: Sequence[Source], draft: Draft) -> None:
    """Put the values of all of these files where ``--env`` finds them; raises ``InvalidFiles``."""
    found: dict[str, dict[str, str]] = {}
    hidden: dict[str, set[str]] = {}
    for source in sources:
        for name, values in _environments(source).items():
            kept = _values(values, draft, f"{source.name}, {name}")
            found.setdefault(name, {}).update(kept)
            if ".private." in source.name:
                hidden.setdefault(name, set()).update(kept)
            else:
                hidden.setdefault(name, set()).update(_by_provider(values))
    made = [Environment(name, values, frozenset(hidden[name])) for name, values in found.items()]
    for one in made:
        if one.name == SHARED:
            add_values(one, draft, SHARED)
    place = ", ".join(one.name for one in sources)
    add_environments([one for one in made if one.name != SHARED], draft, place)


def tell_unread(source: Source, sources: Sequence[Source], draft: Draft) -> None:
    """Tell of files with environments that stand beside ``source`` and are not among ``sources``."""
    given = {PurePath(one.name).name for one in sources}
    folder = None if source.path is None else source.path.parent
    found = [name for name in BESIDE if folder is not None and name not in given and is_file(folder / name)]
    if found:
        options = " ".join(f"--with {PurePath(source.name).with_name(name)}" for name in found)
        draft.note(
            source.name, f"{' and '.join(found)} beside it: not read, so that values are missing", f"Add {options}"
        )


def _environments(source: Source) -> dict[str, Json]:
    text = NO_JSON.sub(lambda match: match[1] or "", source.text)
    document = mapping(read_json(Source(source.name, text, source.path), "file of environments"))
    within = document.get(SETTING, document)
    environments = mapping(within)
    if not environments or not all(isinstance(one, dict) for one in environments.values()):
        hint = f"It is an object of environments, or has them under {SETTING}."
        raise wrong(source, "there are no environments in it", hint)
    return dict(environments)


def _values(values: Json, draft: Draft, place: str) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, value in mapping(values).items():
        if name in ("Security", "SSLConfiguration"):
            draft.note(place, f"{name} is left out", "Write auth: or tls: by hand.")
        elif isinstance(value, dict) and "provider" in value:
            draft.note(
                place, f"the value of {name} is kept by {text_of(value['provider'])}", "Put it into the env file."
            )
            made[name] = ""
        else:
            made[name] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return made


def _by_provider(values: Json) -> set[str]:
    return {name for name, value in mapping(values).items() if isinstance(value, dict) and "provider" in value}
