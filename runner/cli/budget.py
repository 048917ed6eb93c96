"""``--max-tokens`` and ``--max-cost``, read into what a run may spend."""

from __future__ import annotations

import math
from decimal import Decimal

from runner.cli.arguments import RunArguments
from runner.engine.budget import Budget
from runner.errors import UsageError


def read_budget(arguments: RunArguments) -> Budget:
    """The limits of a run; raises ``UsageError``."""
    cost = arguments.max_cost
    if cost is not None and not math.isfinite(cost):
        raise UsageError("--max-cost: this is no amount", "Write dollars: --max-cost 0.05.")
    return Budget(arguments.max_tokens, None if cost is None else Decimal(repr(cost)))
