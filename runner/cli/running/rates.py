"""Remembers for a day what models cost, in the user's cache folder: to read the list of prices takes longer than most
runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from runner import registry
from runner.cli.context import Context
from runner.cli.running.memory import cache_folder, written
from runner.disk import read_up_to
from runner.usage import Usage

if TYPE_CHECKING:  # imported where the list is read
    from runner.llm.prices import Rate

Coster: TypeAlias = Callable[[Usage], Decimal | None]
LARGEST: Final = 1_000_000
DAY: Final = 86_400
MILLION: Final = 1_000_000


class Rates:
    """Asks the list of prices, or what is remembered of it: of models that have one price for prompts and one for
    answers, as long as the list is the same file and a day has not passed."""

    def __init__(self, context: Context) -> None:
        cache = cache_folder(context.environ)
        self._path = None if cache is None else cache / "runner" / "rates.json"
        self._stamp = f"{int(context.clock.now() // DAY)} {_list_stamp()}"
        self._keys: dict[tuple[str, str, str, str], str] = {}
        self._known: dict[str, tuple[Decimal, Decimal]] = self._read()

    def cost_of(self, usage: Usage) -> Decimal | None:
        """Dollars; None where they are not known."""
        key = self._key(usage)
        prompt, reply = usage.prompt_tokens, usage.completion_tokens
        plain = usage.price is None and not (usage.cached or usage.cache_written or usage.audio)
        if plain and prompt is not None and reply is not None and key in self._known:
            first, second = self._known[key]
            return (first * prompt + second * reply) / MILLION
        cost = cast(Coster, registry.load(registry.COST))(usage)
        if plain and cost is not None and self._path is not None:
            self._learn(key, usage)
        return cost

    def _key(self, usage: Usage) -> str:
        """What the price goes by, as a digest: nothing of an address is to be read in a cache."""
        named = (usage.url, usage.model, usage.asked, usage.tier)
        key = self._keys.get(named)
        if key is None:
            key = self._keys[named] = hashlib.sha256(repr(named).encode()).hexdigest()[:32]
        return key

    def _learn(self, key: str, usage: Usage) -> None:
        rate = cast("Callable[[Usage], Rate | None]", registry.load(registry.RATE))(usage)
        if rate is None or self._path is None:
            return
        self._known[key] = (rate.input, rate.output)
        rates = {name: [str(first), str(second)] for name, (first, second) in self._known.items()}
        text = json.dumps({"stamp": self._stamp, "rates": rates}, separators=(",", ":"))
        if len(text) <= LARGEST:
            written(self._path, text.encode("ascii"))

    def _read(self) -> dict[str, tuple[Decimal, Decimal]]:
        """What is remembered; nothing where it cannot be read, or is of another day or list."""
        if self._path is None:
            return {}
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, InvalidOperation, RecursionError):
            whole = json.loads(read_up_to(self._path, LARGEST))
            if whole["stamp"] == self._stamp:
                return {name: (Decimal(first), Decimal(second)) for name, (first, second) in whole["rates"].items()}
        return {}


def _list_stamp() -> str:
    """What changes when the installed list does; it is not imported for that."""
    found = find_spec("genai_prices")
    if found is None or not found.origin:
        return ""
    with suppress(OSError):
        file = Path(found.origin).with_name("data.py").stat()
        return f"{file.st_mtime_ns} {file.st_size}"
    return ""
