"""Variables of a part of a run: of an included file, of a request with rows."""

from __future__ import annotations

import sys

import pytest

from runner.errors import RenderError
from runner.model import Row, SecretRules
from runner.node import Plain
from runner.variables.scope import Defaults, Narrower, Variables
from runner.variables.template import Placeholder
from tests.unit.loading import NO_RULES, read, scope


def narrower(
    defaults: str = "{}", given: str = "{}", row: dict[str, Plain] | None = None, secrets: SecretRules = NO_RULES
) -> Narrower:
    own = {str(key.value): value for key, value in read(defaults).items}
    handed = {str(key.value): value for key, value in read(given).items}
    return Narrower(Defaults(own, secrets), handed, Row(1, row or {}))


def value(variables: Variables, name: str) -> Plain:
    found = variables.lookup(name)
    assert found is not None
    return found.value


LAYERS = ("capture", "options", "row", "with", "outer row", "environ", "files", "outer default", "default")


@pytest.mark.parametrize("first", range(len(LAYERS)))
def test_the_first_hit_wins(first: int) -> None:
    """Each source is there from ``first`` on, and none above it."""
    there = LAYERS[first:]

    def of(layer: str) -> dict[str, str]:
        return {"A": layer} if layer in there else {}

    variables = scope(
        "{A: outer default}" if "outer default" in there else "{}",
        options=of("options"),
        environ=of("environ"),
        files=of("files"),
    )
    outer = variables.inside(narrower(row=dict(of("outer row"))))
    given = "{A: with}" if "with" in there else "{}"
    inner = outer.inside(narrower("{A: default}", given, dict(of("row"))))
    if "capture" in there:
        outer.capture("A", "capture", "a response")
    assert value(inner, "A") == LAYERS[first]


def test_captures_are_shared_in_both_directions() -> None:
    outer = scope("{A: 1, B: <<A>>, C: fix}")
    inner, other = outer.inside(narrower("{D: <<B>>}")), outer.inside(narrower(given="{C: <<A>>}"))
    assert [value(inner, name) for name in "ABD"] == [1, 1, 1]
    inner.capture("A", 2, "a response")
    assert [value(inner, name) for name in "ABD"] == [2, 2, 2]
    assert [value(outer, name) for name in "AB"] == [2, 2]
    assert value(other, "C") == 2
    outer.capture("C", "captured", "a response")
    assert (value(other, "C"), value(inner, "C")) == ("captured", "captured")


def test_with_is_filled_outside_and_so_may_speak_of_the_same_name() -> None:
    outer = scope("{WHO: ann}")
    once = outer.inside(narrower("{WHO: nobody}", "{WHO: <<WHO>>-1}"))
    twice = once.inside(narrower("{WHO: nobody}", "{WHO: <<WHO>>-2}"))
    assert [value(one, "WHO") for one in (outer, once, twice)] == ["ann", "ann-1", "ann-1-2"]


def test_what_is_made_from_what_is_given_follows_it() -> None:
    outer = scope("{HOST: h, URL: 'http://<<HOST>>/'}")
    inner = outer.inside(narrower("{PAGE: <<URL>>page}", "{HOST: other}"))
    assert (value(inner, "PAGE"), value(outer, "URL")) == ("http://other/page", "http://h/")


def test_what_is_made_up_is_the_same_inside_unless_it_depends_on_something_there() -> None:
    outer = scope("{ID: <<$guid>>, TAGGED: <<ID>>-<<TAG>>, TAG: a, OWN: <<$guid>><<TAG>>}")
    inner = outer.inside(narrower("{MADE: <<$guid>>}", "{TAG: b}"))
    assert value(inner, "ID") == value(outer, "ID")
    assert value(inner, "TAGGED") == f"{value(outer, 'ID')}-b"
    assert value(inner, "OWN") != value(outer, "OWN")
    assert value(inner, "MADE") == value(inner, "MADE")
    assert value(outer.inside(narrower("{MADE: <<$guid>>}")), "MADE") != value(inner, "MADE")


def test_what_was_found_inside_first_is_found_outside() -> None:
    outer = scope("{ID: <<$guid>>}")
    assert value(outer.inside(narrower("{OTHER: 1}")), "ID") == value(outer, "ID")


@pytest.mark.parametrize(("text", "found"), [("'5'", 5), ("7", 7), ("[1]", [1]), ("null", None)])
def test_with_has_types_and_its_text_that_of_the_default(text: str, found: Plain) -> None:
    assert value(scope().inside(narrower("{N: 0}", f"{{N: {text}}}")), "N") == found


def test_with_that_does_not_fit_says_where_it_stands() -> None:
    inner = scope().inside(narrower("{N: 0}", "{N: many}"))
    with pytest.raises(RenderError) as caught:
        inner.lookup("N")
    assert caught.value.diagnostic.message == "N from with, c.yaml:1 does not fit: it is not a whole number"


def test_an_empty_secret_in_with_is_none() -> None:
    outer = scope(environ={"A_KEY": "from outside"})
    assert value(outer.inside(narrower(given="{A_KEY: ''}")), "A_KEY") == "from outside"


def test_secrets_of_every_kind_are_masked() -> None:
    marked: list[Plain] = []
    outer = scope("{PIN: outer-pin, PLAIN: plain}", mark=marked.append, secrets=SecretRules(frozenset({"HANDED"})))
    own = SecretRules(frozenset({"PIN", "ROW"}))
    inner = outer.inside(
        narrower("{CODE: c}", "{A_TOKEN: with-token, HANDED: <<PLAIN>>}", {"ROW": "row-value"}, secrets=own)
    )
    for name in ("PIN", "A_TOKEN", "HANDED", "ROW", "CODE"):
        value(inner, name)
    assert set(marked) == {"outer-pin", "with-token", "plain", "row-value"}
    assert "row-value" not in inner.label


def test_what_one_file_takes_out_another_may_list() -> None:
    out, listed = SecretRules(excluded=frozenset({"A_KEY"})), SecretRules(frozenset({"A_KEY"}))
    assert scope(secrets=out).inside(narrower(secrets=listed)).is_secret("A_KEY")
    assert scope(secrets=listed).inside(narrower(secrets=out)).is_secret("A_KEY")
    assert not scope(secrets=out).inside(narrower()).is_secret("A_KEY")


def test_uses_go_through_with() -> None:
    outer = scope("{A: <<B>>, B: 1}")
    inner = outer.inside(narrower("{D: <<C>>}", "{C: <<A>>x}"))
    assert inner.uses("C") == {"A", "B"}
    assert inner.uses("D") == {"A", "B", "C"}
    assert inner.uses("A") == {"B"}
    assert scope(options={"C": "1"}).inside(narrower(given="{C: <<A>>}")).uses("C") == frozenset()


def test_what_was_searched_names_with_and_row() -> None:
    inner = scope().inside(narrower(given="{A: 1}")).inside(narrower(row={"B": 2}))
    hint = inner.missing(Placeholder("C", "<<C>>"), read("<<C>>")).hint
    assert "Searched: captures of earlier requests, --var, with, c.yaml:1, the row [1] B=2, the environment" in hint


def test_what_is_made_for_one_request_is_not_kept() -> None:
    """A file may have thousands of large bodies."""
    variables = scope("{A: 1, B: [<<A>>, {c: <<A>>}]}")
    body = variables.render(read("[<<B>>, {d: [<<A>>, <<B>>]}]"))
    kept = sys.getrefcount(body)
    assert variables.render(read("[<<B>>, {d: [<<A>>, <<B>>]}]")) == body
    assert (kept, sys.getrefcount(body)) == (2, 2)


def test_what_several_variables_use_is_what_each_of_them_uses() -> None:
    inner = scope("{A: <<E>>}").inside(narrower("{D: <<C>><<A>>, E: <<F>>, F: 1}", "{C: <<A>>}"))
    for names in (("D",), ("C", "D"), ("D", "C")):
        assert inner.uses(*names) == {"A", "C", "E", "F"}
    assert inner.uses("C") == {"A", "E"}
    assert inner.uses("C", "E") == {"A", "E", "F"}
