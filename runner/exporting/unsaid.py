"""What a collection says and other tools have no word for: told of each request, with its place."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final

from runner.exporting.exported import Note
from runner.exporting.known import Known
from runner.model import NO_ROW, RequestSpec

OF_A_REQUEST: Final = (
    "timeout",
    "redirects",
    "max_size",
    "tls",
    "proxy",
    "delay",
    "skip",
    "retry",
    "poll",
    "stream",
    "when",
    "needs",
    "examples",
    "tags",
    "weight",
    "description",
)
"""Keys that change how, when or whether a request is sent, or say something of it."""
SENT: Final = frozenset(("skip", "when"))
PLURAL: Final = frozenset(("redirects", "needs", "examples", "tags"))
MOST_NAMED: Final = 3


def tell_of_collection(known: Known) -> None:
    """What the file says of all its requests."""
    collection, source = known.collection, known.collection.source.name
    if collection.rows != (NO_ROW,):
        known.note(source, "its data rows are left out", "The requests stand there once, with variables.")
    if collection.parallel:
        known.note(source, "parallel is left out: one request follows the other")
    if collection.load is not None:
        known.note(source, "load is left out: runner load runs its load test")
    if collection.requires:
        known.note(source, "requires is left out: the requests are sent whether those variables are there or not")
    if any(spec.phase != "requests" for spec in collection.own_requests):
        known.note(source, "setup and teardown are requests like others there, in the same order")


def tell_of_variables(known: Known, hint: str) -> None:
    """Those that somebody has to give a value."""
    source = known.collection.source.name
    if known.open:
        known.note(source, f"nothing in the file gives these a value: {', '.join(known.open)}", hint)
    if known.secrets:
        known.note(source, f"secrets come without their values: {', '.join(known.secrets)}", hint)


def tell_of_captures(specs: Sequence[RequestSpec], known: Known, hint: str) -> None:
    """What is kept of answers, where nothing keeps it."""
    for spec in specs:
        for capture in spec.captures:
            known.note(
                capture.node.location, f'{capture.name} is not taken out of the answer to "{spec.name.value}"', hint
            )


def tell_of_checks(specs: Sequence[RequestSpec], known: Known) -> None:
    """What answers have to be, where nothing looks at them."""
    count = sum(bool(spec.expect or spec.expect_error) for spec in specs)
    if count:
        said = "1 request expects" if count == 1 else f"{count} requests expect"
        known.note(known.collection.source.name, f"{said} something of the answer: that is not checked there")


def tell_of_request(spec: RequestSpec, known: Known, said: Container[str]) -> None:
    """What of a request is none of ``said``."""
    found = {name: node for name in OF_A_REQUEST if name not in said and (node := spec.node.get(name)) is not None}
    names = [name for name, node in found.items() if getattr(spec, name) and known.is_new(node)]
    if spec.rows != (NO_ROW,):
        names.append("data" if spec.node.get("data") is not None else "matrix")
    if spec.expect_error is not None:
        names.append("expect.error")
    if spec.pass_rate is not None:
        names.append("expect.pass_rate")
    for name in names:
        known.left.setdefault(name, []).append(spec)


def notes_of(known: Known) -> tuple[Note, ...]:
    """All that has to be told; a key that is left out of many requests is told once, with the first of them."""
    for name, specs in known.left.items():
        named = ", ".join(f'"{spec.name.value}"' for spec in specs[:MOST_NAMED])
        more = f" and {len(specs) - MOST_NAMED} more" if len(specs) > MOST_NAMED else ""
        node = specs[0].node.get(name)
        place = specs[0].location if node is None else node.location
        hint = "They are sent there all the same." if name in SENT else ""
        known.note(place, f"{name} {'are' if name in PLURAL else 'is'} left out of {named}{more}", hint)
    return tuple(known.notes)
