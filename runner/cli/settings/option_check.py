"""Which of the options that settings give have a value that the commands refuse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias, cast

from runner.cli.arguments import Inputs, RunArguments, Selection
from runner.cli.budget import read_budget
from runner.cli.context import Context
from runner.cli.overrides import read_overrides, seconds_between
from runner.engine.select import selector
from runner.errors import UsageError

NAME: Final = re.compile("--([a-z-]+)")
Values: TypeAlias = Mapping[str, object]
Check: TypeAlias = Callable[[Values, Context], object]


def wrong_options(values: Values, context: Context) -> dict[str, UsageError]:
    """What is wrong, by the names of the options; each is looked at for itself."""
    found: dict[str, UsageError] = {}
    for names, check in CHECKS.items():
        given = {name: values[name] for name in names if name in values}
        if given:
            try:
                check(given, context)
            except UsageError as error:
                named = NAME.match(error.message)
                found.setdefault(named[1] if named and named[1] in given else next(iter(given)), error)
    return found


def _text(values: Values, name: str) -> str:
    return cast(str, values.get(name, ""))


def _texts(values: Values, name: str) -> Iterator[str]:
    yield from cast("list[str]", values.get(name, []))


def _tags(values: Values, _context: Context) -> object:
    texts = list(_texts(values, "tag"))
    if len(texts) > 1:
        raise UsageError("--tag: give it once")
    return [selector("", text) for text in texts]


def _amount(values: Values, _context: Context) -> object:
    return read_budget(RunArguments(Inputs(()), max_cost=cast("float | None", values["max-cost"])))


CHECKS: Final[Mapping[tuple[str, ...], Check]] = {
    ("tag",): _tags,
    ("timeout",): lambda values, context: read_overrides(Selection(timeout=_text(values, "timeout")), context),
    ("delay",): lambda values, context: read_overrides(Selection(delay=_text(values, "delay")), context),
    ("rate",): lambda values, _: seconds_between(_text(values, "rate")),
    ("max-cost",): _amount,
    ("ca",): lambda values, context: read_overrides(Selection(ca=_text(values, "ca")), context),
    ("cert", "key"): lambda values, context: read_overrides(
        Selection(cert=_text(values, "cert"), key=_text(values, "key")), context
    ),
    ("proxy",): lambda values, context: read_overrides(Selection(proxy=_text(values, "proxy")), context),
    ("resolve",): lambda values, context: read_overrides(Selection(pins=tuple(_texts(values, "resolve"))), context),
}
"""By the options that are looked at together."""
