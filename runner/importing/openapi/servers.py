"""Where a description says that its servers are: addresses as variables."""

from __future__ import annotations

import re
from typing import Final

from runner.importing.openapi.document import Document, elements_at, pairs_at, text_at
from runner.node import Node
from runner.variables.template import literal_text
from runner.writing.layout import Commented
from runner.writing.names import unique

HOLE: Final = re.compile(r"\{([^{}]*)\}")
NOWHERE: Final = "http://localhost"
BASE: Final = "BASE_URL"


class Servers:
    """The addresses of ``document``, each the value of a variable."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._draft = document.draft
        self._draft.variables[BASE] = ""  # comes first
        self.base = self._first(document.root) or self._nowhere()
        """The address of the first server, its own variables as placeholders."""
        self._draft.variables[BASE] = self._with_others(document.root)
        self._known = {self.base: BASE}

    def of(self, *holders: Node) -> str:
        """The placeholder of the address that an operation or its path has; empty for the usual one."""
        address = next((one for one in map(self._first, holders) if one), self.base)
        if address == self.base:
            return ""
        if address not in self._known:
            name = unique(BASE, self._draft.variables, "_")
            self._known[address] = name
            self._draft.variables[name] = address
        return f"<<{self._known[address]}>>"

    def _nowhere(self) -> str:
        place = self._document.root.first_key.location
        self._draft.note(place, f"no server is named: {BASE} is {NOWHERE}", "Write the right address there.")
        return NOWHERE

    def _first(self, holder: Node) -> str:
        servers = elements_at(holder, "servers")
        return self._address(servers[0]) if servers else ""

    def _address(self, server: Node) -> str:
        url = text_at(server, "url").rstrip("/")
        known = dict(pairs_at(server, "variables"))
        parts = HOLE.split(url)
        made = literal_text(parts[0])
        for name, behind in zip(parts[1::2], parts[2::2], strict=True):
            made += f"<<{self._variable(name, known.get(name), server)}>>{literal_text(behind)}"
        if made.startswith("//"):
            return f"https:{made}"
        if "://" not in made and not made.startswith("<<"):
            message = f'the address "{url or "/"}" names no host: it is {NOWHERE} now'
            self._draft.note(server.location, message, "Write the right one into variables.")
            return f"{NOWHERE}/{made.lstrip('/')}".rstrip("/")
        return made

    def _variable(self, name: str, node: Node | None, server: Node) -> str:
        value = literal_text(text_at(node, "default"))
        values = ", ".join(str(one.value) for one in elements_at(node, "enum"))
        if node is None:
            self._draft.note(server.location, f"nothing says what {{{name}}} in the address is")
        wanted = self._draft.variable(name)
        known = self._draft.variables.get(wanted)
        if (known.value if isinstance(known, Commented) else known) not in (None, value):
            wanted = unique(wanted, self._draft.variables, "_")
        self._draft.variables[wanted] = Commented(value, (f"one of {values}",)) if "," in values else value
        return wanted

    def _with_others(self, holder: Node) -> str | Commented:
        others = []
        for server in elements_at(holder, "servers")[1:]:
            about = " ".join(text_at(server, "description").split())
            url = text_at(server, "url")
            others.append(f"or {url} ({about})" if about else f"or {url}")
        return Commented(self.base, tuple(others)) if others else self.base
