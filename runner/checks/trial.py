"""What one operator is held against, and what it says when it does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from runner.checks.describe import Render, describe_test
from runner.checks.show import Unit, show
from runner.model import Test
from runner.node import Plain

if TYPE_CHECKING:
    from runner.checks.schema import SchemaChecker


class Missing(NamedTuple):
    """What stands where there is no value; ``why`` says where the way to it ends."""

    why: str = "nothing"


class Mismatch(NamedTuple):
    """Why a matcher does not hold: what was expected, what came (one or several lines), what would help.

    ``undecided``: the question makes no sense for the value (text is not less than a number), so that
    ``not`` does not hold either.
    """

    expected: str
    got: str
    note: str = ""
    undecided: bool = False


class MatchContext(NamedTuple):
    """What matching needs beside the value: ``render`` fills a node's placeholders, ``schemas`` checks by
    schemas, ``unit`` is what a number measures (``20s`` is then 20)."""

    render: Render
    schemas: SchemaChecker
    unit: Unit | None = None

    def measuring(self, unit: Unit | None) -> MatchContext:
        """The same for values of another unit."""
        return self if unit == self.unit else self._replace(unit=unit)


class Trial(NamedTuple):
    """One operator of a matcher with what it needs."""

    test: Test
    ignore_case: bool
    context: MatchContext

    @property
    def operand(self) -> Plain:
        return self.context.render(self.test.operand)

    def fail(self, got: str, note: str = "") -> Mismatch:
        """The operator does not hold because of ``got``."""
        return Mismatch(describe_test(self.test, self.context.render, self.context.unit), got, note)

    def fail_value(self, actual: Plain, note: str = "") -> Mismatch:
        """The operator does not hold for ``actual``."""
        return self.fail(show(actual, self.context.unit), note)

    def undecided(self, actual: Plain, note: str) -> Mismatch:
        """Whether the operator holds cannot be said of ``actual``."""
        return self.fail_value(actual, note)._replace(undecided=True)

    def unusable(self, actual: Plain, needs: str) -> Mismatch:
        """What a placeholder was filled with is nothing that the operator can be compared with."""
        note = f'"{self.test.operator}" takes {needs}, and this was filled with {show(self.operand)}'
        return self.undecided(actual, note)
