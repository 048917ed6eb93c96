"""Which requests of a file must wait for which others when they run at the same time."""

from __future__ import annotations

from collections.abc import Sequence

from runner.engine.job import Planned, names_read


def waits(requests: Sequence[Planned]) -> list[set[int]]:
    """For each request the places of those that must have ended before it is sent.

    Whatever the order in which answers come, each request finds the variables as if all ran one after the other: it
    waits for what it needs and for what captures its variables; one that captures a variable waits for those before
    it that read or capture the same; the requests of an included file, and of those that it includes, keep their order.
    """
    places = {one.name: place for place, one in enumerate(requests)}
    captured = {capture.name for one in requests for capture in one.spec.captures}
    writer: dict[str, int] = {}
    readers: dict[str, set[int]] = {}
    relatives: dict[int, int] = {}
    found: list[set[int]] = []
    for place, one in enumerate(requests):
        before = {places[name] for name in (*one.needs, *one.sources.values()) if name in places}
        read = _read(one) & captured if captured else set()
        before.update(writer[name] for name in read & writer.keys())
        for family in one.families[1:2]:
            before.update({relatives[family]} if family in relatives else ())
            relatives[family] = place
        for capture in one.spec.captures:
            before.update(readers.pop(capture.name, ()))
            before.update({writer[capture.name]} if capture.name in writer else ())
            writer[capture.name] = place
        for name in read:
            readers.setdefault(name, set()).add(place)
        found.append(before - {place})
    return found


def _read(planned: Planned) -> set[str]:
    read = names_read(planned.spec, planned.scope)
    return set(read).union(*read.values())
