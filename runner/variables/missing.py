"""What to say of a variable that has no value."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from runner.variables.layers import Layers


def missing_hint(name: str, layers: Layers, captured_by: str, names: Collection[str], *, secret: bool) -> str:
    """Where was searched, and what to do. ``captured_by`` says where it is captured too late; ``names`` are those
    that may have been meant."""
    empty = layers.empty_in(name)
    hint = f"Searched: {', '.join(layers.searched())}, variables in the file."
    if empty:
        hint += f" It is set but empty in {' and '.join(empty)}, which counts as missing for a secret."
    close = get_close_matches(name, sorted(names), n=1, cutoff=0.75)
    if captured_by:
        return f"{hint}\n{captured_by}"
    if close:
        return f"{hint}\nDid you mean {close[0]}?"
    if secret:
        return f"{hint}\nSet it in the shell (export {name}=…) or write {name}=… into a file named .env."
    return f"{hint}\nPass --var {name}=…, write {name}=… into a file named .env, or give it a value under variables."
