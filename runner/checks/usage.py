"""What is expected of the tokens that an answer took and of their price."""

from __future__ import annotations

from collections.abc import Mapping

from runner.checks.describe import describe
from runner.checks.expectations import unusable
from runner.checks.matchers import MatchContext, Missing, evaluate
from runner.errors import RenderError
from runner.model import Expectation, Matcher
from runner.results import Check
from runner.usage import Amount


def check_usage(expectation: Expectation, amounts: Mapping[str, Amount], context: MatchContext) -> Check:
    """One expectation held against one of ``amounts``. What is not known fulfils
    nothing, not even ``exists: false``."""
    name = str(expectation.subject.value) if expectation.subject is not None else ""
    subject = f"usage {name}"
    if expectation.matcher is None:
        return Check(subject, passed=False, location=expectation.place.location, expected="a matcher")
    try:
        return _checked(
            Check(subject, passed=True, location=expectation.place.location),
            expectation.matcher,
            amounts[name],
            context,
        )
    except RenderError as error:
        return unusable(subject, error)


def _checked(check: Check, matcher: Matcher, amount: Amount, context: MatchContext) -> Check:
    if amount.value is None:
        mismatch = evaluate(matcher, Missing(amount.why), context)
        expected = describe(matcher, context.render) if mismatch is None else mismatch.expected
        return check._replace(passed=False, expected=expected, got=amount.why, note=amount.note)
    mismatch = evaluate(matcher, amount.value, context)
    if mismatch is None:
        return check
    return check._replace(
        passed=False, expected=mismatch.expected, got=amount.shown or mismatch.got, note=mismatch.note
    )
