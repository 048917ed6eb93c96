"""``$(…)`` in a command: nothing is run, what is known to mean the same here is taken over."""

from __future__ import annotations

import re
from typing import Final

from runner.importing.shells.printf import printed
from runner.importing.shells.shell import Reference, Script
from runner.variables.letting_in import variable_name

ESCAPED: Final = re.compile(
    r"""printf %s "\$(?P<name>\w+)" \| """
    r"""(?:(?P<json>sed 's/\[\\\\"\]/\\\\&/g')|(?P<percent>od -An .*)|(?P<file>sed .*22/g'))"""
)
"""How ``runner show --as curl`` writes a secret inside of JSON and in a URL."""
LATIN: Final = re.compile(r"printf '([^']*)'")
KNOWN: Final = {"uuidgen": "$guid", "date +%s": "$timestamp"}
WORDS: Final = re.compile(r"[A-Za-z0-9]+")


def reference_of(inner: str, script: Script, at: int) -> str:
    """What stands for ``$(inner)`` in a word."""
    inner = inner.strip()
    escaped = ESCAPED.fullmatch(inner)
    if escaped:
        form = "json" if escaped["json"] else "percent" if escaped["percent"] else ""
        return script.refer(Reference(escaped["name"], form), at)
    latin = LATIN.fullmatch(inner)
    if latin:
        return printed(latin[1], ()).encode("utf-8", "surrogateescape").decode("latin-1")
    if inner in KNOWN:
        return script.refer(Reference(KNOWN[inner]), at)
    words = WORDS.findall(inner.rpartition("/")[2] if inner.startswith("cat ") else inner)
    name = variable_name("_".join(words[:5]))
    script.note(at, f"a command makes this value; it is <<{name}>> now", "Nothing was run. Give it a value.")
    return script.refer(Reference(name), at)
