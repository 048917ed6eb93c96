"""Values as Python has them, laid out as a person would, with names in place of variables."""

from __future__ import annotations

import keyword
import re
from collections.abc import Container, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from runner.exporting.references import References, Used

WIDTH: Final = 100
NOT_IN_A_NAME: Final = re.compile(r"[^A-Za-z0-9_]")
TAKEN: Final = frozenset(
    "os re json time random secrets uuid datetime UTC Path quote requests session response answer token HTTPDigestAuth"
    " base64 id type len str int float input list dict set bytes print open hash format all any min max sum".split()
)
TOKEN: Final = "$token"  # noqa: S105  # no name of a variable
"""What stands for an access token that was fetched before."""
MADE: Final[Mapping[str, str]] = {
    TOKEN: "token",
    "$guid": "uuid.uuid4()",
    "$timestamp": "int(time.time())",
    "$isoTimestamp": "datetime.now(UTC).isoformat(timespec='milliseconds').replace('+00:00', 'Z')",
    "$randomInt": "random.randint(0, 1000)",
    "$randomHex": "secrets.token_hex(8)",
}
"""What makes up a value like one of our dynamic ones."""
ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Raw(NamedTuple):
    """An expression that stands as it is."""

    code: str


class Pairs(NamedTuple):
    """A mapping whose keys may come twice: a list of pairs where one does."""

    pairs: Sequence[tuple[str, Written]]


Written: TypeAlias = "Raw | Pairs | str | bytes | int | float | bool | Sequence[Written] | Mapping[str, Written] | None"


class Literals:
    """Writes values of one request or script. Secrets that a script has no name for are ``from_environment``; of
    ``texts`` a JSON value is read where one is meant."""

    def __init__(self, references: References, texts: Container[str] = (), *, from_environment: bool = False) -> None:
        self.references = references
        self._texts = texts
        self._from_environment = from_environment

    def name(self, used: Used) -> str:
        """What stands for a variable."""
        if used.name in MADE:
            return MADE[used.name]
        plain = f"os.environ['{used.name}']" if self._from_environment else variable(used.name)
        return f"quote({plain}, safe='')" if used.encoded else plain

    def text(self, text: str) -> str:
        """A text: quoted, a name, or both in one."""
        pieces = self.references.split(text)
        if len(pieces) == 1 and isinstance(pieces[0], Used):
            alone = self.name(pieces[0]).replace("'", '"')
            is_text = self._from_environment or not (text.isdigit() or pieces[0].name == "$guid")
            return alone if is_text else f"str({alone})"
        if all(isinstance(piece, str) for piece in pieces):
            return quoted(text)
        inner = (
            escaped(piece).replace("{", "{{").replace("}", "}}")
            if isinstance(piece, str)
            else f"{{{self.name(piece)}}}"
            for piece in pieces
        )
        return f'f"{"".join(inner)}"'

    def value(self, value: Written, indent: int = 0, room: int = WIDTH) -> str:
        """Any value: on one line where ``room`` is, else a member a line."""
        short = self._short(value)
        if len(short) <= room or isinstance(value, Raw | str | bytes | int | float | None):
            return short
        inner = " " * (indent + 4)
        left = WIDTH - indent - 5
        if isinstance(value, Pairs):
            return self.value(_plain(value), indent, room)
        if isinstance(value, Mapping):
            lines = [
                f"{inner}{self.text(key)}: {self.value(one, indent + 4, left - len(self.text(key)) - 2)},"
                for key, one in value.items()
            ]
            return "\n".join(["{", *lines, " " * indent + "}"])
        is_tuple = isinstance(value, tuple)
        lines = [f"{inner}{self.value(one, indent + 4, left)}," for one in value]
        return "\n".join(["(" if is_tuple else "[", *lines, " " * indent + (")" if is_tuple else "]")])

    def _short(self, value: Written) -> str:
        if isinstance(value, Raw):
            return value.code
        if isinstance(value, Pairs):
            return self._short(_plain(value))
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{self.text(key)}: {self._short(one)}" for key, one in value.items()) + "}"
        if isinstance(value, tuple):
            inner = ", ".join(map(self._short, value))
            return f"({inner},)" if len(value) == 1 else f"({inner})"
        if isinstance(value, list):
            return "[" + ", ".join(map(self._short, value)) + "]"
        used = self.references.number(value) if isinstance(value, int) else None
        if used is None:
            return repr(value)
        name = self.name(used).replace("'", '"')
        return f"json.loads({name})" if used.name in self._texts and used.name not in MADE else name


def _plain(pairs: Pairs) -> Written:
    """A mapping, if no key comes twice."""
    made = dict(pairs.pairs)
    return made if len(made) == len(pairs.pairs) else [tuple(pair) for pair in pairs.pairs]


def escaped(text: str) -> str:
    """The inside of a quoted text."""
    return "".join(ESCAPES.get(one) or (one if one.isprintable() else _code(one)) for one in text)


def _code(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quoted(text: str) -> str:
    return f'"{escaped(text)}"'


def variable(name: str) -> str:
    """A name that nothing else in the script has."""
    found = NOT_IN_A_NAME.sub("_", name.removeprefix("$"))
    return f"{found}_" if keyword.iskeyword(found) or found in TAKEN else found
