"""Which requests ask a model, what they ask it, and how long its answer may get."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

from runner import strict_json
from runner.llm.fields import count_of, mapping_of, text_of
from runner.llm.marks import may_ask
from runner.messages import Request
from runner.node import Plain

Fields: TypeAlias = Mapping[str, Plain]
MODEL_IN_PATH: Final = re.compile(r"/models/([^/:]+):|/deployments/([^/]+)/|/model/([^/]+)/")
"""Gemini, Azure and Bedrock name the model there."""
NOT_BY_TOKENS: Final = re.compile(r"/(?:images?|audio|videos?)(?:/|$)")
FREE: Final = re.compile(r"/moderations/?$|count_?tokens/?$", re.IGNORECASE)
EMBEDDING: Final = re.compile(r"/(?:api/)?embed[a-z]*/?$|:(?:batch)?embed\w*$", re.IGNORECASE)
ASKING: Final = ("messages", "input", "prompt", "contents")
NOT_TEXT: Final = ("image", "audio", "video", "file", "document", "inline")
NO_TEXT: Final = "the tokens of pictures, sound and files cannot be counted beforehand"
KEPT: Final = "a part of the prompt is kept by the server"
LIMITS: Final = ("max_completion_tokens", "max_tokens", "max_output_tokens")
ELSEWHERE: Final = ("previous_response_id", "conversation", "cachedContent")
"""Keys of a body that stand for more of a prompt than is sent."""
ADDED: Final = ("tools", "functions", "response_format", "text", "output_config")
"""What a body has beside its messages that becomes part of the prompt, in ways that are not published."""


class Message(NamedTuple):
    """One message of a chat, of which only text is counted."""

    role: str
    text: str
    name: str = ""


class Prompt(NamedTuple):
    """What a request asks a model. ``messages`` are those of a chat, ``texts`` what is asked in another way, ``added``
    other parts of the prompt as JSON. ``given`` is how many tokens are there as numbers. ``reply`` is how many tokens
    the answer may have at most, None where nothing says so. ``size`` is that of the whole body in bytes. ``unseen``
    says which part of the prompt cannot be counted from what is sent. ``url`` has no query."""

    model: str
    messages: tuple[Message, ...] = ()
    texts: tuple[str, ...] = ()
    added: str = ""
    given: int = 0
    reply: int | None = None
    size: int = 0
    unseen: str = ""
    writes_cache: bool = False
    url: str = ""
    tier: str = ""


def read_prompt(request: Request) -> Prompt | None:
    """The prompt in a request; None if it asks no model: its body is a JSON object with ``messages``, ``input``,
    ``prompt`` or ``contents``, and a ``model`` stands there or in the path."""
    body = request.body
    if body is None or not may_ask(request):
        return None
    document = strict_json.parse(body).value
    if not isinstance(document, dict) or not any(key in document for key in ASKING):
        return None
    url = urlsplit(request.url)
    path = url.path
    model = document.get("model") or _model_in(path)
    if not isinstance(model, str) or not model or FREE.search(path):
        return None
    embedding = EMBEDDING.search(path) is not None
    found = _of(document, embedding=embedding)
    tier = document.get("service_tier")
    return found._replace(
        model=model,
        reply=0 if embedding else _reply(document),
        size=len(body),
        unseen=NO_TEXT if NOT_BY_TOKENS.search(path) else found.unseen,
        writes_cache=b'"cache_control"' in body,
        url=f"{url.scheme}://{url.hostname or ''}{path}",
        tier=text_of(tier),
    )


def _model_in(path: str) -> str:
    found = MODEL_IN_PATH.search(path)
    return unquote(next(filter(None, found.groups()))) if found is not None else ""


def _of(document: Fields, *, embedding: bool) -> Prompt:
    reader = _Reader()
    for key in ("system", "instructions", "systemInstruction", "system_instruction"):
        if document.get(key):
            reader.message("system", document[key])
    for key in ("messages", "contents"):
        reader.conversation(document.get(key))
    given = document.get("input")
    if embedding or "messages" in document:
        reader.plain(given)
    else:
        reader.input(given)
    reader.plain(document.get("prompt"))
    if any(document.get(key) for key in ELSEWHERE):
        reader.unseen = KEPT
    added = {key: document[key] for key in ADDED if document.get(key) and isinstance(document[key], dict | list)}
    rest = "".join([strict_json.dumps(added) if added else "", *reader.rest])
    found = Prompt("", tuple(reader.messages), tuple(reader.texts), rest, reader.given)
    return found._replace(unseen=reader.unseen)


class _Reader:
    """Collects what a prompt is made of."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.texts: list[str] = []
        self.rest: list[str] = []
        self.given = 0
        self.unseen = ""

    def conversation(self, value: Plain) -> None:
        for one in value if isinstance(value, list) else ():
            if not isinstance(one, dict):
                self.rest.append(strict_json.dumps(one))
                continue
            name = one.get("name")
            content = one.get("content", one.get("parts"))
            self.message(str(one.get("role") or ""), content, text_of(name))
            known = ("role", "content", "parts", "name")
            rest = {key: part for key, part in one.items() if key not in known and part}
            if rest:
                self._look_into(rest)
                self.rest.append(strict_json.dumps(rest))

    def message(self, role: str, content: Plain, name: str = "") -> None:
        self.messages.append(Message(role, "".join(self._parts(content)), name))

    def input(self, value: Plain) -> None:
        """Of the responses API: a conversation, or a text that a user says."""
        if isinstance(value, str):
            self.message("user", value)
        elif isinstance(value, list):
            self.conversation(value)

    def plain(self, value: Plain) -> None:
        """A text, several, or tokens as numbers; an object stands for a prompt that the server has."""
        if isinstance(value, str):
            self.texts.append(value)
        elif isinstance(value, list):
            for one in value:
                self.plain(one)
        elif isinstance(value, dict):
            self.unseen = KEPT
        elif isinstance(value, int):
            self.given += 1

    def _parts(self, content: Plain) -> Iterator[str]:
        """The texts of a message's content."""
        if isinstance(content, str):
            yield content
        elif isinstance(content, list):
            for one in content:
                yield from self._parts(one)
        elif isinstance(content, dict):
            if isinstance(content.get("parts"), list):
                yield from self._parts(content["parts"])
                return
            text = content.get("text")
            if isinstance(text, str):
                yield text
            rest = {key: value for key, value in content.items() if key not in ("text", "type", "cache_control")}
            if rest:
                self._look_into(content)
                self.rest.append(strict_json.dumps(rest))

    def _look_into(self, part: Fields) -> None:
        """Pictures, sound and files take tokens that nobody can count from their bytes."""
        kind = str(part.get("type") or "")
        names = f"{kind} {' '.join(part)}".lower()
        if any(word in names for word in NOT_TEXT):
            self.unseen = NO_TEXT


def _reply(document: Fields) -> int | None:
    """How long all answers together may get."""
    config, options = document.get("generationConfig"), document.get("options")
    places = [document, mapping_of(config), mapping_of(options)]
    names = (*LIMITS, "maxOutputTokens", "num_predict", "max_new_tokens")
    found = [place[key] for place in places for key in names if place.get(key) is not None]
    limits = [one for one in map(count_of, found) if one is not None]
    if not limits:
        return None
    counts = [place.get(key) for place in places for key in ("n", "best_of", "candidateCount")]
    many = [one for one in map(count_of, counts) if one]
    prompts = document.get("prompt")
    several = len(prompts) if isinstance(prompts, list) and all(isinstance(one, str | list) for one in prompts) else 1
    return max(limits) * max([1, *many]) * max(1, several)
