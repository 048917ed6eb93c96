from __future__ import annotations

import pytest

from runner.errors import RenderError
from runner.model import SecretRules
from runner.node import Plain
from runner.source import Diagnostic
from runner.variables.scope import Variables
from tests.unit.loading import NO_RULES, read, scope


def fill(text: str, variables: Variables) -> Plain:
    return variables.render(read(f"x: {text}").items[0][1])


def refused(text: str, variables: Variables) -> Diagnostic:
    with pytest.raises(RenderError) as caught:
        fill(text, variables)
    return caught.value.diagnostic


LAYERS = ("capture", "options", "environ", "files", "default")


@pytest.mark.parametrize("first", range(len(LAYERS)))
def test_the_first_hit_wins(first: int) -> None:
    """Each source is there from ``first`` on, and none above it."""
    there = LAYERS[first:]
    variables = scope(
        "{A: default}" if "default" in there else "{}",
        options={"A": "options"} if "options" in there else {},
        environ={"A": "environ"} if "environ" in there else {},
        files={"A": "files"} if "files" in there else {"B": "x"},
    )
    if "capture" in there:
        variables.capture("A", "capture", "a response")
    found = variables.lookup("A")
    assert found is not None
    assert found.value == LAYERS[first]


def test_an_empty_text_is_a_value_unless_it_is_a_secret() -> None:
    outside = {"A": "", "A_KEY": ""}
    variables = scope("{A: x, A_KEY: y-default}", options=outside, environ={"A_KEY": "from the environment"})
    assert fill("<<A>>", variables) == ""
    assert fill("<<A_KEY>>", variables) == "from the environment"
    assert fill("<<A_KEY>>", scope("{A_KEY: y-default}", environ=outside)) == "y-default"
    assert scope("{A_KEY: ''}", environ=outside).lookup("A_KEY") is None
    problem = refused("<<A_KEY>>", scope(environ=outside))
    assert problem.rule == "missing-variable"
    assert "It is set but empty in the environment, which counts as missing for a secret." in problem.hint


TYPES = {
    "text": ("x", "5", "5"),
    "a number": ("7", "5", 5),
    "a negative one": ("7", " -5 ", -5),
    "a fraction": ("0.5", "2", 2.0),
    "true": ("true", "false", False),
    "a list": ("[1]", "[2, 3]", [2, 3]),
    "a mapping": ("{a: 1}", '{"b": 2}', {"b": 2}),
    "nothing": ("null", "5", "5"),
    "a placeholder": ("<<B>>", "5", "5"),
}


@pytest.mark.parametrize(("default", "text", "value"), TYPES.values(), ids=TYPES)
def test_text_from_outside_has_the_type_of_the_default(default: str, text: str, value: Plain) -> None:
    for variables in (
        scope(f"{{A: {default}}}", options={"A": text}),
        scope(f"{{A: {default}}}", environ={"A": text}),
        scope(f"{{A: {default}}}", files={"A": text}),
    ):
        found = fill("<<A>>", variables)
        assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("default", "text"),
    [
        ("7", "x"),
        ("7", "1.5"),
        ("7", ""),
        ("0.5", "1e400"),
        ("true", "yes"),
        ("[1]", "{}"),
        ("{a: 1}", "[]"),
        ("[1]", "1"),
        ("[1]", "[1"),
        ("7", "9" * 1001),
    ],
    ids=range(10),
)
def test_text_that_does_not_fit_is_refused(default: str, text: str) -> None:
    variables = scope(f"{{A: {default}}}", options={"A": text})
    for _ in range(2):
        problem = refused("<<A>>", variables)
        assert (problem.rule, problem.span and problem.span.column) == ("variable-type", 5)
        assert "A from --var does not fit" in problem.message


def test_a_placeholder_alone_keeps_the_type() -> None:
    variables = scope("{N: 5, L: [1, {a: <<N>>}], T: true, Z: null, F: 1.50}")
    assert fill("<<L>>", variables) == [1, {"a": 5}]
    assert fill('"<<N>>"', variables) == 5
    assert fill("[<<T>>, <<Z>>]", variables) == [True, None]
    assert fill("x <<N>> <<L>> <<T>> <<Z>> <<F>>", variables) == 'x 5 [1, {"a": 5}] true null 1.5'
    assert fill("{<<N>>: 1, a<<T>>: 2}", variables) == {"5": 1, "atrue": 2}
    assert fill(r"\<<N>>", variables) == "<<N>>"


def test_keys_that_become_the_same_are_refused() -> None:
    variables = scope("{A: x, B: x}")
    assert refused("{<<A>>: 1, <<B>>: 2}", variables).rule == "duplicate-key"
    assert refused("[{<<A>>: 1, x: 2}]", variables).rule == "duplicate-key"


def test_defaults_on_the_spot() -> None:
    variables = scope("{EMPTY: ''}")
    assert fill("<<A:-x y>>", variables) == "x y"
    assert fill("<<A:-5|int>>", variables) == 5
    assert fill("<<EMPTY:-x>>", variables) == ""
    assert fill("<<A:->>", variables) == ""


def test_filters_chain_and_say_what_does_not_go_through() -> None:
    variables = scope("{A: ' 12 '}")
    assert fill("<<A|trim|int>>", variables) == 12
    problem = refused('" <<A|upper|json|length>>"', variables)
    assert problem.rule == "filter"
    assert "does not go through |length" in problem.message
    assert problem.hint == "The value comes from variables, c.yaml:1."
    assert problem.span is not None
    assert problem.span.column == 6


@pytest.mark.parametrize(
    ("defaults", "circle"),
    [
        ("{A: <<A>>}", "A → A"),
        ("{A: x<<B>>, B: [<<C>>], C: {a: <<A|upper>>}}", "A → B → C → A"),
        ("{A: <<B>>, B: <<C>>, C: <<B>>}", "B → C → B"),
    ],
)
def test_a_circle_is_told(defaults: str, circle: str) -> None:
    variables = scope(defaults)
    for _ in range(2):
        problem = refused("<<A>>", variables)
        assert (problem.rule, problem.message) == ("circle", f"variables refer to each other in a circle: {circle}")


def test_a_value_from_outside_breaks_a_circle() -> None:
    assert fill("<<A>>", scope("{A: a<<B>>, B: b<<A>>}", options={"B": "x"})) == "ax"


def test_a_long_way_is_told() -> None:
    chain = ", ".join(f"V{number}: <<V{number + 1}>>" for number in range(3000))
    assert refused("<<V0>>", scope(f"{{{chain}, V3000: x}}")).rule == "too-deep"


def test_a_text_that_grows_without_end_is_stopped() -> None:
    doubled = ", ".join(f"V{number}: <<V{number + 1}>><<V{number + 1}>>" for number in range(40))
    assert refused("<<V0>>", scope(f"{{{doubled}, V40: {'x' * 64}}}")).rule == "too-large"


@pytest.mark.parametrize(
    "step", ["[<<{0}>>, <<{0}>>]", "{{a: <<{0}>>, b: <<{0}>>}}", "[[<<{0}>>], {{<<{0}|length>>: <<{0}>>}}]"]
)
def test_a_structure_that_grows_without_end_is_stopped(step: str) -> None:
    doubled = ", ".join(f"V{number}: {step.format(f'V{number + 1}')}" for number in range(40))
    problem = refused("<<V0>>", scope(f"{{{doubled}, V40: [x]}}"))
    assert (problem.rule, problem.message) == ("too-large", "this grows to more than 2,000,000 values")


def test_a_list_of_long_texts_is_stopped() -> None:
    variables = scope(f"{{LONG: '{'<<T>>' * 1000}', L: [{', '.join(['<<LONG>>'] * 60)}]}}", options={"T": "x" * 1000})
    assert refused("<<L>>", variables).message == "this grows to more than 20 MB"


def test_a_structure_of_large_values_is_stopped_before_it_is_written_out() -> None:
    variables = scope(f"{{A: {['<<B>>'] * 1000}, B: {['<<C>>'] * 1000}, C: x}}")
    assert len(str(fill("<<A>>", variables))) > 1_000_000
    assert refused("[<<A>>, {a: <<A>>}, <<A>>]", variables).message == "this grows to more than 2,000,000 values"
    assert refused("a" + "<<A>>" * 60, variables).message == "this grows to more than 20 MB"


def test_what_is_missing_says_where_it_was_looked_for() -> None:
    problem = refused('"a <<MODLE>>"', scope("{MODEL: x}", files={"OTHER": "1"}))
    assert (problem.rule, problem.message) == ("missing-variable", "MODLE has no value")
    assert problem.hint.splitlines() == [
        "Searched: captures of earlier requests, --var, the environment, .env, variables in the file.",
        "Did you mean MODEL?",
    ]
    assert problem.span is not None
    assert problem.span.column == 7


def test_captures_reach_defaults_made_from_them() -> None:
    variables = scope("{A: 'Bearer <<B>>', B: <<C:-none>>, D: fixed}")
    assert fill("<<A>> <<D>>", variables) == "Bearer none fixed"
    variables.capture("C", "one", "a response")
    assert fill("<<A>>", variables) == "Bearer one"
    variables.capture("C", ["two"], "another")
    assert fill("<<A>>", variables) == 'Bearer ["two"]'
    variables.capture("B", 3, "a third")
    variables.capture("C", "four", "a fourth")
    assert fill("<<A>> <<B>>", variables) == "Bearer 3 3"
    variables.capture("missing", "there now", "a fifth")
    assert fill("<<missing>>", variables) == "there now"


def test_a_name_that_was_missing_can_be_captured() -> None:
    variables = scope()
    refused("<<A>>", variables)
    variables.capture("A", None, "a response")
    assert fill("<<A>>", variables) is None


USES = {
    "none": ("{A: x}", {}, set()),
    "directly": ("{A: <<B>>}", {}, {"B"}),
    "through another": ("{A: '<<B>><<D>>', B: {x: [<<C>>]}}", {}, {"B", "C", "D"}),
    "dynamic values are no names": ("{A: <<$guid>>}", {}, set()),
    "a value from outside uses nothing": ("{A: <<B>>}", {"A": "x"}, set()),
    "one on the way neither": ("{A: <<B>>, B: <<C>>}", {"B": "x"}, {"B"}),
    "an empty one is one too": ("{A: <<B>>}", {"A": ""}, set()),
    "an empty secret is none": ("{A_KEY: <<B>>}", {"A_KEY": ""}, {"B"}),
    "a circle ends": ("{A: <<B>>, B: <<A>>}", {}, {"A", "B"}),
}


@pytest.mark.parametrize(("defaults", "options", "names"), USES.values(), ids=USES)
def test_what_a_variable_is_made_from(defaults: str, options: dict[str, str], names: set[str]) -> None:
    variables = scope(defaults, options=options)
    assert variables.uses("A_KEY" if "A_KEY" in defaults else "A") == names
    assert variables.uses("unknown") == frozenset()


def marked(text: str, defaults: str = "{}", secrets: SecretRules = NO_RULES, **outside: str) -> list[Plain]:
    """The values that are marked as secret while ``text`` is filled."""
    found: list[Plain] = []
    fill(text, scope(defaults, options=outside, secrets=secrets, mark=found.append))
    return found


def test_secrets_are_marked_in_every_form_that_they_take() -> None:
    assert marked("<<A>>", A="plain") == []
    assert marked("<<A_KEY>>", A_KEY="value") == ["value"]
    assert marked("<<A_KEY|base64>>", A_KEY="value") == ["value", "dmFsdWU="]
    assert marked("<<A_KEY|upper|lower>>", A_KEY="value") == ["value", "VALUE", "value"]
    assert marked("<<A_KEY|length>>", A_KEY="value") == ["value"]
    assert marked("<<A_KEY:-on the spot>>") == ["on the spot"]
    assert marked("<<A:-on the spot>>") == []
    assert marked("<<A>>", "{A: x<<A_KEY>>}", A_KEY="value") == ["value"]
    assert marked("<<A_KEY>>", "{A_KEY: [a, b]}") == [["a", "b"]]
    assert marked("<<PIN>>", secrets=SecretRules(frozenset({"PIN"})), PIN="1234") == ["1234"]
    assert marked("<<A_KEY>>", secrets=SecretRules(excluded=frozenset({"A_KEY"})), A_KEY="1234") == []


def test_captured_secrets_are_marked_once_and_for_all() -> None:
    found: list[Plain] = []
    variables = scope(mark=found.append)
    variables.capture("a", "open", "one")
    variables.capture("b", "hidden", "one", secret=True)
    variables.capture("token", {"x": 1}, "one")
    variables.capture("b", "hidden again", "two")
    assert found == ["hidden", {"x": 1}, "hidden again"]
    assert variables.secret_texts() == {"b": "hidden again", "token": '{"x": 1}'}


def test_short_secrets_are_told() -> None:
    variables = scope(options={"A_KEY": "abc", "B_KEY": "abcd", "C_KEY": " abc ", "D": "x"})
    fill("[<<A_KEY>>, <<B_KEY>>, <<C_KEY>>, <<D>>]", variables)
    assert [one.message.split()[2] for one in variables.short_secrets()] == ["A_KEY", "C_KEY"]


def test_a_stand_in_is_only_for_secrets_that_nothing_provides() -> None:
    variables = scope("{B_KEY: given}", environ={"C_KEY": ""}, stand_in="stand-in")
    assert fill("<<A_KEY>> <<B_KEY>> <<C_KEY>>", variables) == "stand-in given stand-in"
    assert refused("<<A>>", variables).rule == "missing-variable"
