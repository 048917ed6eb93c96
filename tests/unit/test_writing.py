from __future__ import annotations

from hypothesis import example, given, strategies as st

from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.source import Source
from runner.writing.layout import Value, yaml_lines

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.text("<>:# -?|'\"\\[]{},&*!%@`~\n\tab1.e=", max_size=12),
    st.sampled_from(["<<A>>", "<<", "no", "012", "1e5", "2024-10-04", "a\nb", "a\n", "\n", " a", "a ", "---", "..."]),
)
KEYS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12), st.sampled_from(["json", "$.a[0]", "<<A>>"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=15
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
@example({"a": "x" * 200, "b": ["y" * 90, ["z" * 90]], "json": {"a": [[], {}, [[1]]]}})
def test_what_is_written_is_read_as_the_same(value: dict[str, Value]) -> None:
    text = "\n".join(yaml_lines(value)) + "\n"
    source = Source("c.yaml", text if value else "{}")
    problems = Problems()
    node = read_document(source, problems)
    assert node is not None, (text, problems.of("error"))
    assert node.plain() == value, text
