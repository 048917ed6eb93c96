from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.loading import NOWHERE, wrong
from tests.unit.test_engine_plan import H, planned, told

LOGIN = f"{{name: login, {H}, capture: {{token: $.t, ids: '$.ids[*]'}}}}"


def said(request: str, variables: str = "{}", folder: Path = NOWHERE) -> list[str]:
    """What is said of a request behind one that captures ``token`` and ``ids``."""
    text = f"variables: {variables}\nrequests:\n- {LOGIN}\n- {{name: uses, {H}, {request}}}\n"
    _, problems = planned(text, folder=folder)
    assert {line for _, line in told(problems)} <= {4}
    return [one.message for one in problems]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("timeout: <<A>>", "this is not a duration: it is not a number with a unit"),
        ("retry: <<B>>", "attempts is a whole number from 1 to 100"),
        ("retry: {attempts: 3, on: [<<A>>]}", '"soon" is no reason to send again'),
        ("poll: {every: <<A>>, for: <<token>>}", "this is not a duration: it is not a number with a unit"),
        ("redirects: <<A>>", "redirects is a number from 0 to 100, or false"),
        ("expect: {pass_rate: <<A>>, text: <<token>>}", "this is not a rate"),
        ("expect: {status: <<A>>, json: {$.x: <<ids>>}}", '"soon" is not an HTTP status'),
        ('headers: {"<<C>>": <<token>>}', '"a b" cannot be the name of a header'),
    ],
)
@pytest.mark.parametrize("other", ["text: <<token>>", "text: <<GONE>>"])
def test_what_is_known_is_looked_at_beside_what_is_not(key: str, message: str, other: str) -> None:
    found = said(f"{key}, {other}", "{A: soon, B: {attempts: 0}, C: a b}")
    assert [one for one in found if one != "GONE has no value"] == [message]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("retry: {attempts: 0, delay: <<GONE>>}", "attempts is a whole number from 1 to 100"),
        ("poll: {every: 0, for: <<GONE>>}", "a wait of zero would send without a pause"),
        ("timeout: {connect: soon, total: <<GONE>>}", "this is not a duration: it is not a number with a unit"),
    ],
)
def test_the_keys_of_a_setting_beside_a_placeholder(key: str, message: str) -> None:
    assert [one.message for one in wrong(f"requests: [{{{H}, {key}}}]")] == [message]


@pytest.mark.parametrize(
    "key",
    [
        "poll: {every: 100s, for: <<GONE>>}",
        "tls: {key: a.pem, cert: <<GONE>>}",
        "retry: {delay: 40s, max_delay: <<token>>}",
        "timeout: <<token>>",
        "timeout: <<MADE>>",
        "expect: {pass_rate: <<token>>, status: <<MADE>>, json: {$.x: {between: [<<token>>, 1]}}}",
        "auth: {bearer: <<token>>}",
    ],
)
def test_whether_parts_go_together_is_not_said_before_all_are_known(key: str) -> None:
    assert [one for one in said(key, "{MADE: <<token>>}") if one != "GONE has no value"] == []


def test_a_mistake_in_a_setting_is_told_once_and_at_its_key() -> None:
    text = f"requests:\n- {{{H}, retry: {{\n    delay: 1s,\n    attempts: <<N>>}}}}\n"
    _, problems = planned(text, outside={"N": "none"})
    assert told(problems) == [("value", 4)]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("when: {<<A>>: {schema: none.json}}", "there is no file none.json"),
        ("when: {<<A>>: {not: {schema: <<S>>}}}", "there is no file none.json"),
        ("when: {<<A>>: {matches: <<P>>}}", "this is no regular expression: "),
        ("when: {<<A>>: {matches: '<<GONE:-[>>'}}", "this is no regular expression: "),
        ("when: {<<token>>: {matches: <<P>>}}", "this is no regular expression: "),
        ("examples: [{when: {headers: {a: {schema: none.json}}}}]", "there is no file none.json"),
    ],
)
def test_conditions_are_looked_at(key: str, message: str, tmp_path: Path) -> None:
    text = f"variables: {{A: x, S: none.json, P: '('}}\nrequests:\n- {LOGIN}\n- {{name: uses, {H}, {key}}}\n"
    found = wrong(text, tmp_path) or planned(text, folder=tmp_path)[1]
    assert [one.message.startswith(message) for one in found] == [True], found
    assert [one.span and one.span.line for one in found] == [4]


def test_a_condition_with_a_schema_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text("{}", encoding="utf-8")
    assert said("when: {<<A>>: {schema: s.json}, <<token>>: {schema: <<S>>}}", "{A: 1, S: s.json}", tmp_path) == []
