"""``$(…)`` in a command: nothing is run, what is known to mean the same here is taken over."""

from __future__ import annotations

import re
from typing import Final

from runner.importing.shells.printf import printed
from runner.importing.shells.shell import Reference, Script
from runner.variables.letting_in import variable_name
from runner.writing.names import unique

ESCAPED: Final = re.compile(
    r"""printf %s "\$(?P<name>\w+)" \| """
    r"""(?:(?P<json>sed 's/\[\\\\"\]/\\\\&/g')|(?P<percent>od -An .*)|(?P<file>sed .*22/g'))"""
)
"""How ``runner show --as curl`` writes a secret inside of JSON and in a URL."""
LATIN: Final = re.compile(r"printf '([^']*)'")
KNOWN: Final = {"uuidgen": "$guid", "date +%s": "$timestamp"}
FILE: Final = re.compile(r"cat (?:[\w.~-]*/)*([\w.-]+)")
WORD: Final = re.compile(r"[a-z][a-z_-]*|--?[a-z][a-z-]*")
"""What a command is called by: any other word of it may be a secret."""
PRINTERS: Final = ("echo", "printf", "cat")


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
    name = script.printed.setdefault(inner, "")
    if not name:
        taken = {one for one in script.printed.values() if one}
        name = script.printed[inner] = unique(_named(inner), taken, "_")
    script.note(at, f"a command makes this value; it is <<{name}>> now", "Nothing was run. Give it a value.")
    return script.refer(Reference(name), at)


def _named(inner: str) -> str:
    """The name of a variable for what a command prints, without what the command is given."""
    file = FILE.fullmatch(inner)
    if file:
        return variable_name(file[1])
    words: list[str] = []
    for word in inner.split():
        if not WORD.fullmatch(word) or (words and (words[0] in PRINTERS or words[-1].startswith("-"))):
            break
        words.append(word)
    return variable_name("_".join(words[:5]) or "printed")
