"""Decodes ``expect`` and ``capture``: what must hold, and what to keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, get_args

from runner import settings
from runner.folder import Folder
from runner.loading.fields import check_name, check_setting, read_fields, read_flag
from runner.loading.matchers import decode_matcher, decode_status
from runner.loading.operands import Reading, pattern
from runner.loading.paths import check_path
from runner.loading.problems import Problems, suggestion
from runner.loading.schemas import SchemaFiles
from runner.model import Capture, CaptureKind, Expectation, ExpectKind, Matcher
from runner.node import Node
from runner.variables.filters import FILTERS

ERRORS: Final = settings.ERROR_WORDS
ORDER: Final[tuple[ExpectKind, ...]] = get_args(ExpectKind)
EXPECT_KEYS: Final = dict.fromkeys((*ORDER, "pass_rate", "error"))
KEYED: Final = ("headers", "cookies", "json")
CERTIFICATE_KEYS: Final = ("expires_in", "issuer", "subject")
STREAM_KEYS: Final = ("events", "first_content", "longest_gap", "done", "schema")
USAGE_KEYS: Final = ("prompt_tokens", "completion_tokens", "total_tokens", "cost")
UNITS: Final[Mapping[str, Literal["duration", "number"]]] = {
    **dict.fromkeys(("expires_in", "first_content", "longest_gap"), "duration"),
    **dict.fromkeys(("events", *USAGE_KEYS), "number"),
}
"""What is measured under names that stand below the certificate, the stream and the usage."""
CAPTURE_KINDS: Final[tuple[CaptureKind, ...]] = get_args(CaptureKind)
WITHOUT_ARGUMENT: Final = ("status", "text", "duration", "url")


class Expected(NamedTuple):
    """What ``expect`` says: what is checked, in this order; the error that the request must end in; how many tries
    must pass."""

    checks: tuple[Expectation, ...] = ()
    error: Node | None = None
    pass_rate: Node | None = None


class ExpectDecoder:
    """Decodes for one collection; schema files are looked at once."""

    def __init__(self, folder: Folder, schemas: SchemaFiles, problems: Problems) -> None:
        self._folder = folder
        self._schemas = schemas
        self._problems = problems

    def expectations(self, node: Node | None) -> Expected:
        """All that stands below ``expect``."""
        if node is None:
            return Expected()
        fields = read_fields(node, EXPECT_KEYS, "expect", self._problems)
        error = fields.pop("error", None)
        if error is not None:
            self._check_error(error, fields)
        check_setting(fields.get("pass_rate"), settings.pass_rate, self._problems)
        found: list[Expectation] = []
        for kind in ORDER:
            if kind in fields:
                found.extend(self._expectation(kind, fields[kind]))
        return Expected(tuple(found), error, fields.get("pass_rate"))

    def _check_error(self, error: Node, fields: dict[str, Node]) -> None:
        if not error.templated and error.value not in ERRORS:
            self._problems.error("value", error, "this is not a kind of error", f"There are {', '.join(ERRORS)}.")
        for name, node in fields.items():
            message = f"a request that must fail has no response, so {name} cannot be looked at"
            self._problems.error("error-alone", node, message, "Keep either error or the other expectations.")

    def _expectation(self, kind: ExpectKind, node: Node) -> list[Expectation]:
        if kind in KEYED:
            return self._keyed(kind, node)
        if kind == "certificate":
            return self._named(kind, node, CERTIFICATE_KEYS)
        if kind == "usage":
            return self._named(kind, node, USAGE_KEYS)
        if kind == "stream":
            return self._stream(node)
        if kind == "tool_calls":
            return self._tool_calls(node)
        if kind == "schema":
            self._schemas.check(node, may_be_made=True)
            return [Expectation(kind, node)]
        matcher = self._matcher(kind, node)
        self._schemas.check_named(matcher)
        return [] if matcher is None else [Expectation(kind, node, None, matcher)]

    def _tool_calls(self, node: Node) -> list[Expectation]:
        if not node.templated and node.value != "valid":
            message = "tool_calls is compared with the tools of the request, and takes one word"
            self._problems.error("value", node, message, "Write tool_calls: valid.")
        return [Expectation("tool_calls", node)]

    def _named(self, kind: ExpectKind, node: Node, names: tuple[str, ...]) -> list[Expectation]:
        """What is said of the server's certificate or of the tokens, one expectation for each name."""
        fields = read_fields(node, names, kind, self._problems)
        if node.kind == "mapping" and not node.items:
            hint = f"Write one of {', '.join(names)}."
            self._problems.error("value", node, f"nothing is expected of the {kind}", hint)
        keys = {str(key.value): key for key, _ in node.items}
        found: list[Expectation] = []
        for name, value in fields.items():
            matcher = decode_matcher(value, self._problems, UNITS.get(name))
            self._schemas.check_named(matcher)
            if matcher is not None:
                found.append(Expectation(kind, value, keys[name], matcher))
        return found

    def _stream(self, node: Node) -> list[Expectation]:
        """What is said of the stream, one expectation for each."""
        fields = read_fields(node, STREAM_KEYS, "stream", self._problems)
        if node.kind == "mapping" and not node.items:
            self._problems.error(
                "value", node, "nothing is expected of the stream", f"Write one of {', '.join(STREAM_KEYS)}."
            )
        keys = {str(key.value): key for key, _ in node.items}
        found: list[Expectation] = []
        for name, value in fields.items():
            if name == "schema":
                self._schemas.check(value)
                found.append(Expectation("stream", value, keys[name]))
                continue
            if name == "done" and not value.templated:
                read_flag(value, "done", self._problems)
            matcher = decode_matcher(value, self._problems, UNITS.get(name))
            self._schemas.check_named(matcher)
            if matcher is not None:
                found.append(Expectation("stream", value, keys[name], matcher))
        return found

    def _matcher(self, kind: ExpectKind, node: Node) -> Matcher | None:
        if kind == "status":
            return decode_status(node, self._problems)
        if kind in ("duration", "size"):
            return decode_matcher(node, self._problems, kind)
        return decode_matcher(node, self._problems)

    def _keyed(self, kind: ExpectKind, node: Node) -> list[Expectation]:
        if node.kind != "mapping":
            hint = "Write $.path: value, one a line." if kind == "json" else "Write name: value, one a line."
            self._problems.error("kind", node, f"{kind} is a mapping, this is {node.type_name}", hint)
            return []
        found: list[Expectation] = []
        for key, value in node.items:
            if kind == "json":
                check_path(key, self._problems)
            matcher = decode_matcher(value, self._problems)
            if value.kind == "mapping":
                self._schemas.check_named(matcher)
            if matcher is not None:
                found.append(Expectation(kind, value, key, matcher))
        return found

    def captures(self, node: Node | None) -> tuple[Capture, ...]:
        """What to keep, under names that placeholders can have."""
        if node is None:
            return ()
        if node.kind != "mapping":
            message = f"capture is a mapping, this is {node.type_name}"
            self._problems.error("kind", node, message, "Write name: $.path, one a line.")
            return ()
        found = []
        for key, value in node.items:
            name = str(key.value)
            check_name(key, self._problems)
            capture = self._capture(name, key, value)
            if capture is not None:
                found.append(capture)
        return tuple(found)

    def _capture(self, name: str, key: Node, node: Node) -> Capture | None:
        if node.kind == "scalar" and isinstance(node.value, str):
            check_path(node, self._problems)
            return Capture(name, "json", key, node)
        before = self._problems.count
        if node.kind != "mapping":
            hint = "Write $.path, or a mapping such as {header: Location}."
            message = f"{name} is captured by a JSONPath or a mapping, this is {node.type_name}"
            self._problems.error("kind", node, message, hint)
            return None
        fields = read_fields(node, (*CAPTURE_KINDS, "filter", "default", "secret"), "capture", self._problems)
        kinds = [kind for kind in CAPTURE_KINDS if kind in fields]
        if len(kinds) != 1:
            if self._problems.count == before:
                hint = f"Write one of {', '.join(CAPTURE_KINDS)}."
                self._problems.error("capture", key, f"{name} is captured from one place", hint)
            return None
        kind = kinds[0]
        argument = self._argument(kind, fields[kind])
        secret = "secret" in fields and read_flag(fields["secret"], "secret", self._problems)
        return Capture(name, kind, key, argument, self._filters(fields.get("filter")), fields.get("default"), secret)

    def _argument(self, kind: CaptureKind, node: Node) -> Node | None:
        if kind in WITHOUT_ARGUMENT:
            if node.value is not True:
                self._problems.error("value", node, f"{kind} takes nothing but true", f"Write {kind}: true.")
            return None
        if node.kind != "scalar" or not isinstance(node.value, str) or not node.value:
            what = {"json": "a JSONPath", "regex": "a regular expression"}.get(kind, f"the name of a {kind}")
            self._problems.error("kind", node, f"{kind} takes {what}, this is {node.type_name}", "Write it as text.")
        elif kind == "json":
            check_path(node, self._problems)
        elif kind == "regex":
            pattern(node, Reading(self._problems, None))
        return node

    def _filters(self, node: Node | None) -> tuple[str, ...]:
        """``int``, ``trim|int`` or a list of names."""
        if node is None:
            return ()
        names = [(one, name.strip()) for one in node.as_list for name in str(one.value).split("|")]
        for one, name in names:
            if name not in FILTERS:
                self._problems.error("filter", one, f'there is no filter "{name}"', suggestion(name, FILTERS))
        return tuple(name for _, name in names if name in FILTERS)
