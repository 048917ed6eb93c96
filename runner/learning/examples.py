"""A response as an example: what the mock server answers with from then on."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from typing import Final

from runner import strict_json
from runner.learning.lesson import Unlearnable
from runner.learning.masking import Masker, literal
from runner.loading.examples import BODIES, EVENT_FIELDS, KEYS
from runner.messages import EVENT_STREAM, Response, Stream, media_type
from runner.model import RequestSpec
from runner.node import Plain
from runner.units import format_size
from runner.variables.template import literal_text
from runner.writing.alike import is_same
from runner.writing.names import unique

MOST: Final = 64_000
"""Bytes of a body that are written: nobody reads more of it in a collection."""
DEEPEST: Final = 80
"""Levels of a body; a collection may have a hundred."""
JSON_TYPE: Final = "application/json"
BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
TEXT_TYPES: Final = re.compile(r"text/.*|.*[/+](?:xml|json|yaml|javascript|x-www-form-urlencoded|graphql)|")
TELLING: Final = frozenset(("location", "link", "retry-after"))
"""Headers that say what to do next."""


def example_of(response: Response, headers: Collection[str], masker: Masker) -> dict[str, Plain]:
    """The example without its name; ``headers`` are those that somebody looks at. Raises ``Unlearnable``."""
    if not 200 <= response.status <= 599:
        raise Unlearnable(f"an example cannot have the status {response.status}")
    if len(response.body) > MOST:
        raise Unlearnable(f"its body is larger than {format_size(MOST)}: save it as a file, and write file: NAME")
    key, body, kind = _body(response, masker)
    example: dict[str, Plain] = {} if response.status == 200 else {"status": response.status}
    kept = _headers(response, {*(name.lower() for name in headers), *TELLING} - {"content-type"}, masker)
    if kind:
        kept = {"content-type": kind, **kept}
    if kept:
        example["headers"] = kept
    if key:
        example[key] = body
    return example


def headers_looked_at(spec: RequestSpec) -> frozenset[str]:
    """The headers of a response that its request expects something of, or keeps."""
    expected = {str(one.subject.value) for one in spec.expect if one.kind == "headers" and one.subject is not None}
    kept = {str(one.argument.value) for one in spec.captures if one.kind == "header" and one.argument is not None}
    cookies = any(one.kind == "cookies" for one in spec.expect) or any(one.kind == "cookie" for one in spec.captures)
    return frozenset({name.lower() for name in expected | kept} | ({"set-cookie"} if cookies else set()))


def _headers(response: Response, wanted: Collection[str], masker: Masker) -> dict[str, Plain]:
    found: dict[str, list[Plain]] = {}
    for name, value in response.headers:
        if name.lower() in wanted:
            found.setdefault(name.lower(), []).append(literal(masker.plain(value, name)))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def _body(response: Response, masker: Masker) -> tuple[str, Plain, str]:
    """The key of the body, the body, and its type where that does not follow from the key."""
    kind = media_type(response.headers)
    if response.stream is not None:
        return "events", _events(response.stream, masker), "" if kind == EVENT_STREAM else kind
    if not response.body:
        return "", None, ""
    if BINARY.search(response.body) or not TEXT_TYPES.fullmatch(kind):
        raise Unlearnable(f"its body is no text ({kind or 'of no type'}): save it as a file, and write file: NAME")
    says_json = kind == JSON_TYPE or kind.endswith("+json") or not kind
    if says_json and not response.document.error:
        if _depth(response.document.value) > DEEPEST:
            raise Unlearnable(f"its body has more than {DEEPEST} levels")
        return "json", literal(masker.plain(response.document.value)), "" if kind in (JSON_TYPE, "") else kind
    text = response.text
    if "\ufffd" in text:
        raise Unlearnable("its body is no text in the encoding that it names")
    plain = kind in ("text/plain", "")
    return "text", literal_text(masker.lines(text)), "" if plain else f"{kind}; charset=utf-8"


def _events(stream: Stream, masker: Masker) -> Plain:
    """The events, each with its name if it has one. A secret that comes in pieces is in none of them."""
    if any(masker.holds(text) for text in stream.spread):
        raise Unlearnable("a secret is spread over the events of its stream")
    found: list[Plain] = []
    for event in stream.events:
        parsed = strict_json.parse(event.data)
        data: Plain = event.data
        if not parsed.error and isinstance(parsed.value, dict | list):
            if _depth(parsed.value) > DEEPEST:
                raise Unlearnable(f"an event of its stream has more than {DEEPEST} levels")
            data = parsed.value
        data = literal(masker.plain(data))
        if event.name and event.name != "message":
            found.append({"event": literal_text(masker.text(event.name)), "data": data})
        else:
            found.append({"data": data} if isinstance(data, dict) and data.keys() <= EVENT_FIELDS else data)
    return found


def _depth(value: Plain) -> int:
    levels, row = 0, [value]
    while row:
        levels += 1
        row = [deep for one in row if isinstance(one, dict | list) for deep in _inside(one)]
    return levels


def _inside(value: dict[str, Plain] | list[Plain]) -> Sequence[Plain]:
    return list(value.values()) if isinstance(value, dict) else value


def with_example(known: Sequence[Plain], new: Mapping[str, Plain]) -> tuple[list[Plain], str]:
    """The examples of a request with one more, and its name: in the place of the one that answers with the same status
    whatever is asked, or before the first that always answers, which would hide it. One that is for some requests only
    and says the same is enough."""
    status = new.get("status", 200)
    for at, one in enumerate(known):
        if isinstance(one, dict) and "when" in one and _says_the_same(one, new):
            return list(known), str(one.get("name", f"example {at + 1}"))
    always = [at for at, one in enumerate(known) if isinstance(one, dict) and "when" not in one]
    for at in always:
        one = known[at]
        if isinstance(one, dict) and one.get("status", 200) == status:
            made = _replaced(one, new)
            return [*known[:at], made, *known[at + 1 :]], str(one.get("name", f"example {at + 1}"))
    name = _name(status, [str(one["name"]) for one in known if isinstance(one, dict) and "name" in one])
    place = always[0] if always else len(known)
    return [*known[:place], {"name": name, **new}, *known[place:]], name


def _says_the_same(one: Mapping[str, Plain], other: Mapping[str, Plain]) -> bool:
    return all(is_same(one.get(key), other.get(key)) for key in BODIES) and (
        one.get("status", 200) == other.get("status", 200)
    )


def _replaced(old: Mapping[str, Plain], new: Mapping[str, Plain]) -> dict[str, Plain]:
    """The example with its name and its times, and all else as it came."""
    left = {"headers", *BODIES} - new.keys()
    left |= {"event_delay"} if "events" not in new else set()
    made = {**{key: value for key, value in old.items() if key not in left}, **new}
    return {key: made[key] for key in KEYS if key in made}


def _name(status: Plain, taken: Collection[str]) -> str:
    try:
        name = HTTPStatus(int(str(status))).phrase.lower()
    except ValueError:
        name = f"status {status}"
    return unique(name, taken)
