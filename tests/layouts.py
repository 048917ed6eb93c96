"""Collections with comments in odd places, to be formatted; and what a text says, read with the plain YAML parser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import yaml
from hypothesis import strategies as st

from runner.loading.collection import TOP_KEYS
from runner.loading.document import read_document
from runner.loading.expect import EXPECT_KEYS
from runner.loading.line_breaks import hide_breaks
from runner.loading.problems import Problems
from runner.loading.request import DEFAULTS_KEYS, REQUEST_KEYS
from runner.source import Source

ROOT: Final = Path(__file__).parents[1]
BLOCK: Final = re.compile(r"^( *)```ya?ml[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
ORDERS: Final[dict[tuple[str, ...], Sequence[str]]] = {
    (): TOP_KEYS,
    ("defaults",): DEFAULTS_KEYS,
    ("defaults", "expect"): list(EXPECT_KEYS),
    **{(phase, "-"): list(REQUEST_KEYS) for phase in ("setup", "requests", "teardown")},
    **{(phase, "-", "expect"): list(EXPECT_KEYS) for phase in ("setup", "requests", "teardown")},
    **{(phase, "-", "turns", "-", "expect"): list(EXPECT_KEYS) for phase in ("setup", "requests", "teardown")},
}
"""The mappings whose keys are brought into an order, by where they stand."""


class Tree(NamedTuple):
    """What a node says and how it is written."""

    kind: str
    style: str
    name: str | None
    text: str = ""
    elements: tuple[Tree, ...] = ()
    pairs: tuple[tuple[str, Tree], ...] = ()


def texts_of_the_project() -> dict[str, str]:
    """Every YAML text that can be read: collections of tests, those for people, examples of the documentation."""
    found: dict[str, str] = {}
    for folder in ("tests", "collections", "docs", "."):
        paths = (ROOT / folder).rglob("*") if folder != "." else ROOT.glob("*")
        for path in sorted(paths):
            if path.suffix not in (".yaml", ".yml", ".md", ".py") or not path.is_file():
                continue
            try:
                text = path.read_bytes().decode("utf-8-sig")
            except UnicodeDecodeError:
                continue
            name = str(path.relative_to(ROOT))
            if path.suffix == ".md":
                blocks = [re.sub(f"(?m)^{one[1]}", "", one[2]) for one in BLOCK.finditer(text)]
                found |= {f"{name}#{number}": block for number, block in enumerate(blocks)}
            elif path.suffix == ".py":
                blocks = re.findall(r'"""\\\n(.*?)"""', text, re.DOTALL)
                found |= {f"{name}#{number}": one for number, one in enumerate(blocks) if "requests:" in one}
            else:
                found[name] = text
    return {name: text for name, text in found.items() if is_readable(text)}


def is_readable(text: str) -> bool:
    problems = Problems()
    return read_document(Source("c.yaml", text), problems) is not None and not problems.count


def tree(text: str) -> Tree | None:
    """What a text says with all that it is written with: styles, anchors, aliases, the order of keys; None for one
    that the plain parser does not read."""
    try:
        root = yaml.compose(hide_breaks(text)[0].replace("\r\n", "\n"), Loader=_Loader)
    except yaml.YAMLError:
        return None
    return _tree(root) if root is not None else None


class _Loader(yaml.SafeLoader):
    """Composes aliases as their names."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()  # type: ignore[no-untyped-call]
            return yaml.ScalarNode("alias", event.anchor, event.start_mark, event.end_mark)
        event = self.peek_event()  # type: ignore[no-untyped-call]
        node = super().compose_node(parent, index)
        if node is not None:
            vars(node)["name"] = event.anchor
        return node


def _tree(node: yaml.Node) -> Tree:
    name = vars(node).get("name")
    if isinstance(node, yaml.ScalarNode):
        return Tree(node.tag, str(node.style), name, node.value)
    style = str(bool(vars(node)["flow_style"]))
    if isinstance(node, yaml.SequenceNode):
        return Tree("list", style, name, elements=tuple(map(_tree, node.value)))
    pairs = tuple((str(key.value), _tree(value)) for key, value in node.value)
    return Tree("mapping", style, name, pairs=pairs)


def in_order(one: Tree, where: tuple[str, ...] = ()) -> Tree:
    """The same with the keys in their order where they have one."""
    elements = tuple(in_order(inner, (*where, "-")) for inner in one.elements)
    pairs = [(key, in_order(inner, (*where, key))) for key, inner in one.pairs]
    order = ORDERS.get(where)
    if order is not None:
        pairs.sort(key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
    return one._replace(elements=elements, pairs=tuple(pairs))


VALUES: Final = {
    "description": [
        "about",
        '"two\n\n  lines"',
        "|\n  a\n    b # no comment\n\n  c",
        ">-\n  folded\n  text",
        "plain\n  on",
    ],
    "tags": ["[a, b]", "\n  - a\n  - b", "\n- a\n- b", "[\n  a,  # in it\n  b\n]"],
    "method": ["POST", "'PUT'"],
    "headers": ["{B: b, A: a}", "\n  B: b\n  A: a", "\n    B: |-\n       b\n    A: a"],
    "query": ["{z: 1, a: 2}", "\n  z: 1\n  a: [2,\n   3]"],
    "json": [
        '{"b": 1, "a": [2]}',
        "\n  b: &{0} 1\n  a:\n  - *{0}\n  -   c: 1\n      d: |2\n          e\n",
        "\n- - 1\n  - 2\n- x: 1",
    ],
    "timeout": ["5s", "{total: 5s}"],
    "expect": [
        "\n  json: {$.b: 1, $.a: 2}\n  status: 200",
        "{json: {$.b: 1}, status: 200}",
        "\n   duration: {lt: 1s}\n   status: 200",
    ],
    "capture": ["{z{0}: $.z, a{0}: $.a}", "\n    z{0}: $.z\n    a{0}: $.a"],
    "examples": ["\n- status: 200\n  json: {b: 1}", "\n  -   json:\n        b: 1\n        a: 2\n      status: 200"],
}
KEYS: Final = st.lists(st.sampled_from(sorted(VALUES)), max_size=5, unique=True)
FREE: Final = st.lists(st.sampled_from(["", "", "   ", "#", " #", "   #", "       #"]), max_size=3)


@st.composite
def collections(draw: st.DrawFn) -> str:
    """A collection with its keys, comments and empty lines anywhere."""
    count = draw(st.integers(1, 3))
    dash = draw(st.sampled_from(["- ", "  - ", "-   ", "    -  "]))
    requests = [line for number in range(count) for line in _entry(draw, number, dash)]
    parts = [["requests:", *requests]]
    if draw(st.booleans()):
        parts.append(["variables: # why", "   B: b", "   A: a"])
    if draw(st.booleans()):
        parts.append(["defaults:", *(" " * 3 + line for line in _pairs(draw, 9, "url"))])
    if draw(st.booleans()):
        parts.append(["name: it"])
    parts = draw(st.permutations(parts))
    lines = [line for part in parts for line in part]
    start = draw(st.sampled_from([[], ["---"], ["# head", ""], ["", "# head"], ["# head", "---", "# below"]]))
    return draw(st.sampled_from(["\n", "", "\n\n", "\n# end\n", "\n  # end\n\n"])).join(
        ["\n".join([*start, *lines]), ""]
    )


def _entry(draw: st.DrawFn, number: int, dash: str) -> Iterator[str]:
    """A request."""
    yield from draw(FREE)
    lines = _pairs(draw, number, "url")
    yield dash + lines[0]
    for line in lines[1:]:
        yield " " * len(dash) + line if line else line


def _pairs(draw: st.DrawFn, number: int, needed: str) -> list[str]:
    chosen = draw(st.permutations([*draw(KEYS), needed, *draw(st.sampled_from([["name"], []]))]))
    lines: list[str] = []
    for key in chosen:
        if lines:
            lines += draw(FREE)
        values = {"name": [f"request {number}"], "url": [f"http://x.test/{number}"]}.get(key) or VALUES[key]
        value = draw(st.sampled_from(values)).replace("{0}", f"n{number}")
        space = "" if value.startswith("\n") else " "
        remark = draw(st.sampled_from(["", "", "   ", " # r", "  # r", "     # r"])) if "\n" not in value else ""
        lines += f"{key}:{space}{value}{remark}".split("\n")
    return lines


def numbered(text: str) -> str:
    """The text with a number behind each comment's mark, so that each is known."""
    numbers = iter(range(10_000))
    return re.sub(
        r"(?m)^(\s*)#$|( )# (r|in it|why|head|end|below)$",
        lambda one: f"{one[1] or one[2] or ''}# c{next(numbers)}.",
        text,
    )
