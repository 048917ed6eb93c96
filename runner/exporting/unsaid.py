"""What a collection says and other tools have no word for: told of each request, with its place."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

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
    "description",
)
"""Keys that change how, when or whether a request is sent, or say something of it."""
SENT: Final = {"skip", "when"}


def tell_of_collection(known: Known) -> None:
    """What the file says of all its requests."""
    collection, source = known.collection, known.collection.source.name
    if collection.rows != (NO_ROW,):
        known.note(source, "its data rows are left out", "The requests stand there once, with variables.")
    if collection.parallel:
        known.note(source, "parallel is left out: one request follows the other")
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


def tell_of_request(spec: RequestSpec, known: Known, said: Container[str]) -> None:
    """What of a request is none of ``said``."""
    found = {name: node for name in OF_A_REQUEST if name not in said and (node := spec.node.get(name)) is not None}
    names = [name for name, node in found.items() if getattr(spec, name) and known.is_new(node)]
    if spec.rows != (NO_ROW,):
        names.append("data" if spec.node.get("data") is not None else "matrix")
    if names:
        hint = "It is sent there all the same." if SENT.intersection(names) else ""
        known.note(spec.location, f'of "{spec.name.value}" {_listed(names)} left out', hint)
    if spec.expect_error is not None or spec.pass_rate is not None:
        what = "expect.error" if spec.expect_error is not None else "expect.pass_rate"
        known.note(spec.location, f'of "{spec.name.value}" {what} is left out')


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} is"
    return f"{', '.join(names[:-1])} and {names[-1]} are"
