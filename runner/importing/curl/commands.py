"""Commands for curl, as people paste them from documentation, a browser or a terminal; nothing of them is run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from runner.errors import UsageError
from runner.importing.curl.headers import OWN_AGENT
from runner.importing.curl.options import Asked, asked_of
from runner.importing.curl.request import request_of
from runner.importing.curl.text import Texts
from runner.importing.draft import Draft
from runner.importing.parts import path_of
from runner.importing.shells.bash import read_bash
from runner.importing.shells.shell import Assignment, Command, Reference, Script
from runner.importing.shells.windows import read_cmd, read_powershell, reads_cmd, reads_powershell
from runner.source import Source
from runner.variables.letting_in import lets_in
from runner.variables.secrets import USER_INFO
from runner.variables.template import literal_text
from runner.writing.layout import Value
from runner.writing.names import unique

LONGEST_NAME: Final = 80
ORIGIN: Final = re.compile(r"(https?://[^/?#]+|<<[A-Za-z_][\w.-]*>>)(?=/|$)(.*)", re.DOTALL)
UNFILLED: Final = re.compile(r"\{\{\s*+([A-Za-z_][\w.-]*+)\s*\}\}")
FILLED: Final = frozenset(("header", "user", "cookie", "oauth2-bearer", "url-query"))
"""Options whose values are no templates of the server."""
OWN_NOTE: Final = re.compile(r"\*\*\* is a secret|One command cannot say this")


def read_curl(source: Source, beside: Sequence[Source] = ()) -> Draft:
    """The requests of the commands in ``source``; raises ``InvalidFiles`` with the place of what is wrong."""
    if beside:
        raise UsageError("--with is for environments: curl has none", "Leave it out.")
    script = _read(source)
    draft = Draft("Imported from curl")
    draft.reserved.update(one.name for one in script.references)
    draft.reserved.update(one.name for one in script.parts if isinstance(one, Assignment))
    texts = Texts(script, draft)
    made: list[dict[str, Value]] = []
    for part in script.parts:
        if isinstance(part, Assignment):
            _assign(part, texts)
            continue
        for asked in [_filled_in(one, script) for one in asked_of(part, script)]:
            draft.reserved.update(one.name for one in script.references)
            made.append(_named(request_of(asked, texts), part, made))
    if not made:
        message, hint = "there is no curl command in it", "Give the command as one argument, in quotes, or a file."
        is_name = re.fullmatch(r"[\w./\\-]+\.\w{1,5}", source.text)
        raise script.wrong(0, 1, message, "There is no file of that name." if is_name else hint)
    for at, message, hint in script.notes:
        texts.note(at, message, hint)
    words = (word for part in script.parts if isinstance(part, Command) for word in part.words)
    if any(f"User-Agent: {OWN_AGENT}" in word.text for word in words):
        given = {part.name for part in script.parts if isinstance(part, Assignment)}
        for reference in script.references:
            if reference.name not in given:
                texts.known_secret(reference.name)
    draft.name = _host(made) or draft.name
    _share(made, draft)
    draft.requests += made
    return draft


def _read(source: Source) -> Script:
    if reads_cmd(source.text):
        return read_cmd(source)
    return read_powershell(source) if reads_powershell(source.text) else read_bash(source)


def _filled_in(asked: Asked, script: Script) -> Asked:
    """What other programs have left unfilled in an address or a header, ``{{token}}``, is a variable. Bodies may be
    templates themselves, and what this program has written holds none."""
    if any(one.name == "header" and one.value.startswith(f"User-Agent: {OWN_AGENT}") for one in asked.given):
        return asked

    def filled(text: str, at: int) -> str:
        return UNFILLED.sub(lambda match: script.refer(Reference(match[1]), at), text)

    return asked._replace(
        urls=tuple(one._replace(text=filled(one.text, one.start)) for one in asked.urls),
        given=tuple(
            one._replace(value=filled(one.value, one.start)) if one.name in FILLED else one for one in asked.given
        ),
    )


def _assign(part: Assignment, texts: Texts) -> None:
    """A variable that is set before the commands."""
    value = part.value.text
    if lets_in(part.name) or USER_INFO.search(value):
        if not texts.refers(value):
            texts.draft.secrets[part.name] = value
    else:
        texts.draft.variables[part.name] = texts.template(value)


def _named(request: dict[str, Value], command: Command, others: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    """The request with a name: what a comment above the command says, else method and path."""
    method = str(request["method"])
    has_body = not {"json", "text", "form", "multipart", "file", "graphql"}.isdisjoint(request)
    if method == ("POST" if has_body else "GET"):
        del request["method"]
    comment = [one for one in command.comment if one and not OWN_NOTE.match(one)]
    first = comment[0] if comment and len(comment[0]) <= LONGEST_NAME else ""
    rest = " ".join(comment[1:] if first else comment)
    name = literal_text(first) or f"{method} {path_of(str(request['url']))}"
    taken = [str(one["name"]) for one in others]
    return {"name": unique(name, taken), **({"description": literal_text(rest)} if rest else {}), **request}


def _host(requests: Sequence[Mapping[str, Value]]) -> str:
    """The host that all of them go to."""
    hosts = set()
    for one in requests:
        try:
            hosts.add(urlsplit(str(one["url"])).hostname or "")
        except ValueError:
            return ""
    host = hosts.pop() if len(hosts) == 1 else ""
    return host if re.fullmatch(r"[\w.-]+", host) else ""


def _share(requests: list[dict[str, Value]], draft: Draft) -> None:
    """What all of several requests have stands once: where they go, and who sends them."""
    if len(requests) < 2:
        return
    origins = [ORIGIN.fullmatch(str(one["url"])) for one in requests]
    shared = {match[1] if match else "" for match in origins}
    if len(shared) == 1 and "" not in shared:
        draft.defaults["base_url"] = shared.pop()
        for one, match in zip(requests, origins, strict=True):
            rest = match[2] if match else ""
            one["url"] = rest or "/"
    if all(one.get("auth") == requests[0].get("auth") for one in requests) and "auth" in requests[0]:
        draft.defaults["auth"] = requests[0]["auth"]
        for one in requests:
            del one["auth"]
