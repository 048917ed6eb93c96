"""Decodes ``examples``: saved responses for the mock server."""

from __future__ import annotations

from typing import Final

from runner.folder import Folder
from runner.loading.bodies import decode_headers
from runner.loading.fields import check_setting, read_fields, read_text
from runner.loading.files import check_file
from runner.loading.matchers import decode_matcher
from runner.loading.paths import check_path
from runner.loading.problems import Problems
from runner.loading.schemas import SchemaFiles
from runner.model import Example, Matcher, RequestMatch
from runner.node import Node
from runner.settings import duration
from runner.units import DURATION_HINT, parse_duration

BODIES: Final = ("json", "text", "file", "events")
KEYS: Final = ("name", "status", "headers", *BODIES, "delay", "event_delay", "when")
EVENT_FIELDS: Final = frozenset({"comment", "event", "id", "retry", "data", "delay", "cut"})
"""What an event is written with if it is not its data alone."""
WHEN_KEYS: Final = ("headers", "query", "json", "text")
MatcherPairs = tuple[tuple[Node, Matcher], ...]


def decode_examples(node: Node | None, folder: Folder, schemas: SchemaFiles, problems: Problems) -> tuple[Example, ...]:
    """The saved responses in the order of the file; names are unique within a request."""
    if node is None:
        return ()
    if node.kind != "list":
        problems.error("kind", node, f"examples is a list, this is {node.type_name}", "Start each with - name: …")
        return ()
    names: dict[str, Node] = {}
    found = []
    for number, element in enumerate(node.elements, 1):
        example = _decode_example(element, number, folder, problems)
        if example is not None:
            _check_schemas(example.when, schemas)
            if names.setdefault(example.name, element) is not element:
                hint = f"The first is on line {names[example.name].line}."
                problems.error("duplicate-name", element, f'two examples are named "{example.name}"', hint)
            found.append(example)
    return tuple(found)


def _decode_example(node: Node, number: int, folder: Folder, problems: Problems) -> Example | None:
    fields = read_fields(node, KEYS, "an example", problems)
    if node.kind != "mapping":
        return None
    bodies = [kind for kind in BODIES if kind in fields]
    if len(bodies) > 1:
        problems.error(
            "two-bodies", fields[bodies[1]], f"an example has one body, this has {' and '.join(bodies)}", "Keep one."
        )
    body = bodies[0] if bodies else None
    if body == "file":
        check_file(fields["file"], folder, problems)
    elif body == "text" and not isinstance(fields["text"].value, str):
        problems.error("kind", fields["text"], f"text is text, this is {fields['text'].type_name}", "Quote it.")
    elif body == "events" and fields["events"].kind != "list":
        problems.error("kind", fields["events"], "events is a list", "Write one event a line, each after a dash.")
    elif body == "events":
        _check_events(fields["events"], problems)
    if "event_delay" in fields and body != "events":
        problems.error(
            "value", fields["event_delay"], "event_delay is for events, and there are none", "Write delay: …"
        )
    return Example(
        name=read_text(fields["name"], "the name of an example", problems) if "name" in fields else f"example {number}",
        node=node,
        status=_status(fields.get("status"), problems),
        headers=decode_headers(fields.get("headers"), problems),
        body_kind=body,
        body=fields[body] if body else None,
        delay=_delay(fields.get("delay"), problems),
        event_delay=_delay(fields.get("event_delay"), problems),
        when=_when(fields["when"], problems) if "when" in fields else None,
    )


def _check_events(events: Node, problems: Problems) -> None:
    """The delay and the cut of an event that is written field by field."""
    for event in events.elements:
        if event.kind == "mapping" and {str(key.value) for key, _ in event.items} <= EVENT_FIELDS:
            _delay(event.get("delay"), problems)
            cut = event.get("cut")
            if cut is not None and cut.value is not True:
                problems.error(
                    "value", cut, "cut takes nothing but true", "Leave cut out of an event that comes whole."
                )


def _check_schemas(when: RequestMatch | None, schemas: SchemaFiles) -> None:
    """The schema files that matchers on a request name."""
    if when is not None:
        schemas.check_named(when.text)
        for _, matcher in (*when.headers, *when.query, *when.json):
            schemas.check_named(matcher)


def _status(node: Node | None, problems: Problems) -> int:
    if node is None:
        return 200
    if isinstance(node.value, int) and not isinstance(node.value, bool) and 200 <= node.value <= 599:
        return node.value
    problems.error("value", node, "the status of an example is a number from 200 to 599", "Write status: 200.")
    return 200


def _delay(node: Node | None, problems: Problems) -> float:
    if node is None:
        return 0.0
    if node.templated:
        problems.error("value", node, "the delay of an example holds no placeholder", DURATION_HINT)
        return 0.0
    before = problems.count
    check_setting(node, duration, problems)
    return parse_duration(node.plain()) if problems.count == before else 0.0


def _when(node: Node, problems: Problems) -> RequestMatch:
    fields = read_fields(node, WHEN_KEYS, "when", problems)
    text = decode_matcher(fields["text"], problems) if "text" in fields else None
    headers, query, json = (_pairs(fields.get(key), key, problems) for key in ("headers", "query", "json"))
    return RequestMatch(headers, query, json, text)


def _pairs(node: Node | None, what: str, problems: Problems) -> MatcherPairs:
    if node is None:
        return ()
    if node.kind != "mapping":
        problems.error("kind", node, f"{what} is a mapping, this is {node.type_name}", "Write name: matcher.")
        return ()
    found = []
    for key, value in node.items:
        if what == "json":
            check_path(key, problems)
        matcher = decode_matcher(value, problems)
        if matcher is not None:
            found.append((key, matcher))
    return tuple(found)
