"""A collection as a script in Python, with the library requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from runner.errors import RenderError
from runner.exporting.commands import ACCESS_TOKEN
from runner.exporting.exported import Exported
from runner.exporting.known import Known, requests_of
from runner.exporting.marks import Marks
from runner.exporting.python.answers import lines_behind
from runner.exporting.python.call import Ready, call_of
from runner.exporting.python.literals import TOKEN, Literals, Written, quoted, variable
from runner.exporting.references import References
from runner.exporting.unsaid import notes_of, tell_of_collection, tell_of_request, tell_of_variables
from runner.model import Collection, RequestSpec
from runner.node import Node
from runner.variables.template import Placeholder, parts_of

SAID: Final = frozenset(("description", "timeout", "tls", "proxy"))
IMPORTS: Final = {
    "json": r"\bjson\.(?:dumps|loads)\(",
    "os": r"\bos\.environ\b",
    "random": r"\brandom\.randint\(",
    "secrets": r"\bsecrets\.token_hex\(",
    "time": r"\btime\.time\(",
    "uuid": r"\buuid\.uuid4\(",
}
FROM: Final = {
    "from datetime import UTC, datetime": r"\bdatetime\.now\(UTC\)",
    "from pathlib import Path": r"\bPath\(",
    "from urllib.parse import quote": r"\bquote\(",
}


def to_python(collection: Collection) -> Exported:
    """The script, and what it does not say."""
    known = Known(collection)
    tell_of_collection(known)
    marks = Marks(known)
    specs = list(requests_of(known))
    literals = Literals(References({TOKEN: ACCESS_TOKEN, **marks.values}), marks.texts)
    blocks = [block for spec in specs if (block := "\n".join(_block(spec, marks, known, literals)))]
    tell_of_variables(known, "Set them in the environment before the script is run.")
    given = list(_variables(known, marks))
    body = "\n\n".join([*(["\n".join(given)] if given else []), "session = requests.Session()", *blocks])
    head = f'"""{_line(known.hidden(collection.name, "%s"))}"""\n\n' if collection.name else ""
    return Exported(f"{head}{with_imports(body)}\n", notes_of(known), len(blocks))


def with_imports(code: str) -> str:
    """``code`` below the import lines that it needs."""
    return f"{_imports_of(code)}\n\n{code}"


def _imports_of(code: str) -> str:
    plain = [f"import {name}" for name, use in IMPORTS.items() if re.search(use, code)]
    named = [line for line, use in FROM.items() if re.search(use, code)]
    ours = ["import requests", *(["from requests.auth import HTTPDigestAuth"] if "HTTPDigestAuth(" in code else [])]
    own = [*plain, *named]
    return "\n".join([*own, *([""] if own else []), *ours])


def _variables(known: Known, marks: Marks) -> Iterator[str]:
    """Secrets and what the file gives no value out of the environment, then those of the file."""
    yield from (f"{variable(name)} = os.environ[{quoted(name)}]" for name in known.outside)
    for name, node in known.referred(marks.values):
        yield f"{variable(name)} = {_value(node, known)}"
    yield from (f"{variable(name)} = {quoted(value)}" for name, value in known.inside.items())


def _value(node: Node, known: Known) -> str:
    if not isinstance(node.value, str):
        value: Written = node.plain()
        return Literals(References({})).value(value, 0, 60)
    parts = parts_of(node)
    stand = {part.name: f"\0{number}\0" for number, part in enumerate(parts) if isinstance(part, Placeholder)}
    text = "".join(stand[part.name] if isinstance(part, Placeholder) else part for part in parts)
    clear = {name: value for value, name in known.clear.items()}
    return Literals(References({**clear, **stand})).text(text)


def _block(spec: RequestSpec, marks: Marks, known: Known, literals: Literals) -> Iterator[str]:
    """One request below its name."""
    tell_of_request(spec, known, SAID)
    ready = marks.ready(spec)
    if ready is None:
        return
    try:
        call = call_of(Ready(spec, ready.request, ready.means), literals, "session")
    except RenderError as error:
        known.note(spec.location, f'"{spec.name.value}" is left out: {error.diagnostic.message}', error.diagnostic.hint)
        return
    for note in call.notes:
        known.note(spec.location, f'"{spec.name.value}": {note}')
    yield from comments((known.hidden(str(spec.name.value), "%s"), known.hidden(spec.description, "%s"), *call.notes))
    yield from call.lines
    yield from lines_behind(spec, known)


def comments(texts: Iterable[str]) -> Iterator[str]:
    """Lines that Python does not read."""
    yield from (f"# {line}".rstrip() for text in texts for line in text.splitlines() if line.strip())


def _line(text: str) -> str:
    return " ".join(text.replace("\\", "/").replace('"', "'").split())
