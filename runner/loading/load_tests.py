"""Decodes ``load``: what a file says of its load test."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from runner.load_plan import OPERATORS, BadThreshold, LoadPlan, Threshold, doubt_of, make_threshold
from runner.loading.fields import read_fields, read_weight
from runner.loading.problems import Problems, suggestion
from runner.model import RequestSpec
from runner.node import Node, is_number
from runner.units import DURATION_HINT, parse_duration

LOAD_KEYS: Final = ("users", "spawn_rate", "for", "weights", "thresholds")
REQUESTS: Final = "requests"
EXAMPLE: Final = "Write thresholds: {p95: {lt: 800ms}, failures: {lt: 1%}}."
MOST_USERS: Final = 1_000_000


def read_load(node: Node, specs: Sequence[RequestSpec], problems: Problems) -> LoadPlan:
    """What ``load`` says; ``specs`` are the requests of the file."""
    return _Decoder(specs, problems).plan(node)


class _Decoder:
    def __init__(self, specs: Sequence[RequestSpec], problems: Problems) -> None:
        self._problems = problems
        self._names = {str((spec.conversation or spec.name).value) for spec in specs}
        self._names |= {str(spec.name.value) for spec in specs}
        self._tags = {tag for spec in specs for tag in spec.tags}

    def plan(self, node: Node) -> LoadPlan:
        for scalar in node.templated_scalars():
            message = "placeholders are not filled under load"
            hint = "Write the value, or give it on the command line: --users, --run-time, --threshold."
            self._problems.error("placeholder", scalar, message, hint)
            return LoadPlan()
        fields = read_fields(node, LOAD_KEYS, "load", self._problems)
        users = self._number(fields.get("users"), "users", 1)
        if users is not None and (users != int(users) or users > MOST_USERS):
            self._wrong(fields["users"], "users is a whole number", "Write how many users there are: 50.")
        return LoadPlan(
            None if users is None else int(users),
            self._number(fields.get("spawn_rate"), "spawn_rate", 0.001),
            self._seconds(fields.get("for")),
            self._weights(fields.get("weights")),
            self._thresholds(fields.get("thresholds")),
        )

    def _number(self, node: Node | None, what: str, least: float) -> float | None:
        if node is None:
            return None
        value = node.value if node.kind == "scalar" else None
        if not is_number(value) or not least <= value < math.inf:
            shown = f'"{value}"' if isinstance(value, str) else node.type_name
            shown = f"{value}" if is_number(value) else shown
            self._wrong(node, f"{what} is a number, {least:g} or more, this is {shown}", f"Write {what}: 10.")
            return None
        return value

    def _seconds(self, node: Node | None) -> float | None:
        if node is None:
            return None
        try:
            seconds = parse_duration(node.value if node.kind == "scalar" else None)
        except ValueError:
            seconds = 0.0
        if not seconds:
            self._wrong(node, "for is how long the test takes", f"{DURATION_HINT} It must be more than nothing.")
            return None
        return seconds

    def _weights(self, node: Node | None) -> dict[str, float]:
        if node is None:
            return {}
        if node.kind != "mapping":
            self._wrong(node, f"weights is a mapping of tags, this is {node.type_name}", "Write TAG: 3.", "kind")
            return {}
        weights = {}
        for key, value in node.items:
            tag = str(key.value)
            if tag not in self._tags:
                hint = suggestion(tag, self._tags, "Tags here") if self._tags else "No request has a tag."
                self._wrong(key, f'no request has the tag "{tag}"', hint, "load-name")
            number = read_weight(value, self._problems, f"the weight of {tag}")
            weights[tag] = 1.0 if number is None else number
        return weights

    def _thresholds(self, node: Node | None) -> tuple[Threshold, ...]:
        if node is None:
            return ()
        found: list[Threshold] = []
        for key, value in self._mapping(node, "thresholds"):
            if key.value != REQUESTS or self._is_bound(value):
                found += self._bounds(key, value, "")
                continue
            for name, metrics in self._mapping(value, "the thresholds of requests"):
                text = str(name.value)
                if text not in self._names:
                    hint = suggestion(text, self._names, "There are")
                    self._wrong(name, f'there is no request "{text}"', hint, "load-name")
                    continue
                for metric, bound in self._mapping(metrics, f'the thresholds of "{text}"'):
                    found += self._bounds(metric, bound, text)
        return tuple(found)

    @staticmethod
    def _is_bound(node: Node) -> bool:
        """Whether it is about the number of requests: ``requests: {gt: 1000}``."""
        keys = {key.value for key, _ in node.items} if node.kind == "mapping" else set()
        return bool(keys) and keys <= set(OPERATORS)

    def _bounds(self, metric: Node, node: Node, request: str) -> list[Threshold]:
        found = []
        for key, limit in self._mapping(node, f"the threshold {metric.value}"):
            try:
                value = limit.value if limit.kind == "scalar" else None
                found.append(make_threshold(str(metric.value), str(key.value), value, request))
            except BadThreshold as error:
                place = {"metric": metric, "operator": key, "limit": limit}[error.part]
                self._wrong(place, error.message, error.hint)
                if error.part == "metric":
                    break
            else:
                if doubts := doubt_of(str(metric.value), value):
                    self._problems.warning("duration-unit", limit, *doubts)
        return found

    def _mapping(self, node: Node, what: str) -> Sequence[tuple[Node, Node]]:
        if node.kind == "mapping" and node.items:
            return node.items
        shown = "an empty one" if node.kind == "mapping" else node.type_name
        self._wrong(node, f"{what} is a mapping, this is {shown}", EXAMPLE, "kind")
        return ()

    def _wrong(self, node: Node, message: str, hint: str, rule: str = "value") -> None:
        self._problems.error(rule, node, message, hint)


def weight_of(spec: RequestSpec, weights: Mapping[str, float]) -> float | None:
    """How often a request is picked: what it says itself, else the largest weight of its tags; None where neither says
    anything."""
    if spec.weight is not None:
        return spec.weight
    return max((weights[tag] for tag in spec.tags if tag in weights), default=None)
