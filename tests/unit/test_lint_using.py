from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.linting import found, in_files, lines, told

REQUEST = "- {url: 'https://h.example/<<PART:-x>>', expect: {status: 200}}\n"


@pytest.mark.parametrize(
    "rest",
    [
        "requests: [{url: 'https://h.example/<<N>>', expect: {status: 200}}]",
        "requests: [{url: 'https://h.example/<<N:-5>>', expect: {status: 200}}]",
        "requests: [{url: 'https://h.example/<<N|upper>>', expect: {status: 200}}]",
        "requests: [{url: 'https://h.example/', headers: {<<N>>: x}, expect: {status: 200}}]",
        "requests: [{url: 'https://h.example/', when: {<<N>>: x}, expect: {status: 200}}]",
        "requests: [{url: 'https://h.example/', expect: {json: {'$.<<N>>': 1}}}]",
        "requests: [{url: 'https://h.example/', expect: {json: {$.a: {lte: <<N>>}}}}]",
        "requests: [{url: 'https://h.example/', expect: {status: 200}, examples: [{text: <<N>>}]}]",
        "defaults: {query: {n: <<N>>}}\nrequests: [{url: 'https://h.example/', query: {n: 1}, expect: {status: 200}}]",
        "prices: {<<N>>: {input: 1}}\nrequests: [{url: 'https://h.example/', expect: {status: 200}}]",
        "requires: [N]\nrequests: [{url: 'https://h.example/', expect: {status: 200}}]",
        "requires: N\nrequests: [{url: 'https://h.example/', expect: {status: 200}}]",
        "requests: [{url: 'https://h.example/', json: {model: m}, turns: [{user: <<N>>}], expect: {status: 200}}]",
        "teardown: [{url: 'https://h.example/<<N>>'}]\nrequests: [{url: 'https://h.example/', expect: {status: 200}}]",
    ],
)
def test_a_variable_is_used_wherever_a_placeholder_stands(rest: str) -> None:
    assert told(f"variables: {{N: abc}}\n{rest}\n", "unused-variable") == []


def test_a_variable_is_used_by_another_one_but_not_by_its_name_alone() -> None:
    text = f"""\
secrets: [LISTED_ONLY]
variables:
  HOST_NAME: h
  URL: https://<<HOST_NAME>>
  LISTED_ONLY: x
  PART_: left over
  QUOTED: \\<<QUOTED>>
requests:
- {{url: <<URL>>/<<PART>>, expect: {{status: 200}}}}
{REQUEST}"""
    assert lines(text, "unused-variable") == [5, 6, 7]


def test_what_is_used_through_an_alias_is_used() -> None:
    text = """\
variables:
  message: &message {role: user, content: hello}
  block: &block
    a: 1
  other: a & b
requests:
- {url: 'https://h.example', json: [*message, *block], expect: {status: 200}}
"""
    assert lines(text, "unused-variable") == [5]


def test_the_placeholder_that_is_likely_meant_is_named() -> None:
    text = "variables: {LIMIT: 1, OTHER: 2}\nrequests: [{url: 'https://h.example/<<LIMTI>>', expect: {status: 200}}]"
    hints = [one.diagnostic.hint for one in found(text)]
    assert hints[0] == "There is <<LIMTI>>, which the file gives no value: is this one meant?"
    assert hints[1].startswith("Write <<OTHER>>")


def test_variables_of_an_include_are_used_by_the_included_file(tmp_path: Path) -> None:
    main = "variables: {WHO: ann, WHAT: x}\nrequests:\n- include: parts/login.yaml\n"
    login = "requests:\n- include: deeper.yaml\n"
    deeper = "requests:\n- {url: 'https://h.example/<<WHO>>', expect: {status: 200}}\n"
    found = in_files(tmp_path, main=main, parts__login=login, parts__deeper=deeper)
    assert found["main"] == ["unused-variable"]


def test_shared_defaults_use_variables_of_who_takes_them(tmp_path: Path) -> None:
    shared = "defaults: {headers: {X-Who: <<WHO>>}}\nrequests: [{url: 'https://h.example', expect: {status: 200}}]\n"
    main = "variables: {WHO: ann}\ndefaults: {include: shared.yaml}\nrequests:\n" + REQUEST
    assert in_files(tmp_path, main=main, shared=shared) == {"main": [], "shared": []}


CAPTURING = "requests:\n- {url: 'https://h.example/', capture: {session: $.s, other: $.o}}\n"
USING = "requests:\n- include: parts/login.yaml\n- {url: 'https://h.example/<<session>>', expect: {status: 200}}\n"


def test_a_capture_is_used_by_the_file_that_includes_its_own(tmp_path: Path) -> None:
    assert in_files(tmp_path, main=USING, parts__login=CAPTURING)["parts__login"] == ["unused-capture"]


def test_a_file_that_could_include_it_is_found_though_it_is_not_checked(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text(USING, encoding="utf-8")
    assert in_files(tmp_path, parts__login=CAPTURING) == {"parts__login": ["unused-capture"]}
    (tmp_path / "main.yaml").write_text(USING.replace("<<session>>", "<<session>>/<<other>>"), encoding="utf-8")
    assert in_files(tmp_path, parts__login=CAPTURING) == {"parts__login": []}


@pytest.mark.parametrize(
    "text",
    [
        "requests: [{url: 'https://h.example', capture: {a: $.a}, expect: {json: {$.b: <<a>>}}}]",
        "requests: [{url: 'https://h.example', capture: {a: {json: $.a, secret: true}}}]",
        "defaults: {capture: {a: $.a}}\nrequests: [{url: 'https://h.example/<<a:-first>>'}]",
        "requests: [{url: 'https://h.example', capture: {a: $.a}}]\nteardown: [{url: 'https://h.example/<<a>>'}]",
    ],
)
def test_captures_that_are_used(text: str) -> None:
    assert told(text, "unused-capture") == []


def test_captures_that_are_not_used_are_told_where_they_stand() -> None:
    text = """\
defaults:
  capture: {everywhere: $.a}
requests:
- url: https://h.example
  json: {model: m}
  turns:
  - {user: hello, capture: {said: $.b}}
  - {user: hello, expect: {status: 200}}
"""
    assert [message.split()[0] for _, message in told(text, "unused-capture")] == ["everywhere", "said"]
    assert lines(text, "unused-capture") == [2, 7]
