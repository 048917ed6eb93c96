"""Decodes one request, ``defaults`` merged in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, cast

from runner import registry, settings
from runner.folder import Folder
from runner.loading.auth import decode_auth
from runner.loading.bodies import BODY_KINDS, decode_body, decode_headers, decode_pairs
from runner.loading.conditions import decode_needs, decode_when
from runner.loading.examples import decode_examples
from runner.loading.expect import ExpectDecoder
from runner.loading.fields import (
    check_templates,
    read_fields,
    read_text,
    read_texts,
    read_weight,
    stands_misspelt,
)
from runner.loading.merge import merge_request
from runner.loading.problems import Problems
from runner.loading.schemas import SchemaFiles
from runner.loading.sending import SENDING_KEYS, check_sending
from runner.loading.tools import check_offer
from runner.model import NO_ROW, Pairs, Phase, RequestSpec, Row, Turn, target_of
from runner.node import Node
from runner.settings import HTTP, BadValue
from runner.source import Source

REQUEST_KEYS: Final = dict.fromkeys(
    (
        "name",
        "description",
        "tags",
        "weight",
        "method",
        "url",
        "query",
        "headers",
        "auth",
        *BODY_KINDS,
        "cookies",
        "timeout",
        "redirects",
        "max_size",
        "tls",
        "proxy",
        "delay",
        "skip",
        "retry",
        "poll",
        "stream",
        "when",
        "needs",
        "turns",
        "data",
        "matrix",
        "expect",
        "capture",
        "examples",
    )
)
DEFAULTS_KEYS: Final = ("include", "base_url", *(key for key in REQUEST_KEYS if key not in ("name", "turns", "weight")))
RowReader: TypeAlias = Callable[[Node | None, Node | None, Source, Folder, Problems], Sequence[Row]]
TurnReader: TypeAlias = Callable[[Node, Node, Problems], tuple[Turn, ...]]
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
OTHER_PLACEHOLDER = re.compile(r"(?:\{\{\s*|\$\{\s*)([A-Za-z_][\w.-]*)\s*\}\}?")
"""A placeholder as Postman or a shell writes it."""


class RequestDecoder:
    """Decodes the requests of one collection."""

    def __init__(self, source: Source, folder: Folder, defaults: Node | None, problems: Problems) -> None:
        self._source = source
        self._folder = folder
        self._rows_read: dict[tuple[int, int], tuple[Row, ...]] = {}
        self._problems = problems
        self._defaults = defaults
        self._default_names: dict[str, int] = {}
        self._shared_headers = defaults.get("headers") if defaults is not None else None
        self._decoded_headers: Pairs | None = None
        self._schemas = SchemaFiles(source, folder, problems)
        self._expect = ExpectDecoder(folder, self._schemas, problems)
        if defaults is not None:
            check_sending(read_fields(defaults, DEFAULTS_KEYS, "defaults", problems), folder, problems)
            check_templates(defaults, problems)

    def decode(self, written: Node, phase: Phase = "requests") -> tuple[RequestSpec, ...]:
        """The request at ``written`` in the list ``phase``, one for each of its turns if it has any; none where too
        much is wrong to say what it is."""
        problems = self._problems
        if written.kind != "mapping":
            problems.error(
                "kind", written, f"a request is a mapping, this is {written.type_name}", "Start with - name:"
            )
            return ()
        own = read_fields(written, REQUEST_KEYS, "a request", problems)
        check_templates(written, problems)
        merged = merge_request(self._defaults, written)
        fields = {str(key.value): value for key, value in merged.items}
        url = fields.get("url")
        if url is None:
            if not stands_misspelt(written, "url", REQUEST_KEYS, "a request"):
                problems.error("missing-key", written, "a request needs a url", "Add url: https://…")
            url = written.renamed("")  # all else is looked at as well
        self._check(fields)
        if not SENDING_KEYS.isdisjoint(own):
            check_sending({key: fields[key] for key in own}, self._folder, problems)
        name = fields.get("name") or self._default_name(written, fields, url)
        if "turns" in own:
            read = cast(TurnReader, registry.load(registry.TURNS))
            turns = tuple(self._turn(turn, name, phase) for turn in read(merged, name, problems))
            if turns:
                return tuple(turn._replace(written=written) for turn in turns)
        return (self._spec(merged, name, phase, own.get("capture")),)

    def _turn(self, turn: Turn, conversation: Node, phase: Phase) -> RequestSpec:
        """A turn, which is a request that may keep what the next one begins with."""
        spec = self._spec(turn.node, turn.name, phase, turn.capture)
        if turn.kept is None:
            return spec._replace(conversation=conversation)
        if spec.expect_error is not None:
            message = "a turn that must fail has no reply, and the next turn is sent with it"
            self._problems.error("error-alone", spec.expect_error, message, "Expect an error of the last turn alone.")
        return spec._replace(conversation=conversation, captures=(*spec.captures, turn.kept))

    def _spec(self, merged: Node, name: Node, phase: Phase, own_capture: Node | None) -> RequestSpec:
        """The request that ``merged`` says, which captures ``own_capture`` by itself."""
        problems = self._problems
        fields = {str(key.value): value for key, value in merged.items}
        expected = self._expect.expectations(fields.get("expect"))
        if expected.error is not None and own_capture is not None and own_capture.items:
            message = "a request that must fail has no response, so nothing can be captured from it"
            problems.error("error-alone", own_capture, message, "Keep either expect: {error: …} or capture.")
        before = problems.count
        body = decode_body(fields, self._folder, problems)
        if problems.count == before:
            check_offer(name, expected.checks, body, problems)
        return RequestSpec(
            name=name,
            node=merged,
            url=fields.get("url") or merged.renamed(""),
            weight=read_weight(fields["weight"], problems) if "weight" in fields else None,
            method=fields.get("method"),
            base_url=fields.get("base_url"),
            description=_description(fields.get("description"), problems),
            tags=read_texts(fields["tags"], "a tag", problems) if "tags" in fields else (),
            query=decode_pairs(fields.get("query"), "query", problems),
            headers=self._headers(fields.get("headers")),
            auth=decode_auth(fields.get("auth"), problems),
            body=body,
            cookies=fields.get("cookies"),
            timeout=fields.get("timeout"),
            redirects=fields.get("redirects"),
            max_size=fields.get("max_size"),
            tls=fields.get("tls"),
            proxy=fields.get("proxy"),
            delay=fields.get("delay"),
            skip=fields.get("skip"),
            retry=fields.get("retry"),
            poll=fields.get("poll"),
            stream=fields.get("stream"),
            when=decode_when(fields.get("when"), self._schemas, problems),
            needs=decode_needs(fields.get("needs"), problems),
            expect=expected.checks,
            expect_error=expected.error,
            pass_rate=expected.pass_rate,
            phase=phase,
            captures=self._expect.captures(fields.get("capture") if expected.error is None else None),
            examples=decode_examples(fields.get("examples"), self._folder, self._schemas, problems),
            rows=self._rows(fields.get("data"), fields.get("matrix")),
        )

    def _rows(self, data: Node | None, matrix: Node | None) -> tuple[Row, ...]:
        """What this request alone runs with; those that ``defaults`` give to all are read once."""
        if data is None and matrix is None:
            return (NO_ROW,)
        key = (id(data), id(matrix))
        if key not in self._rows_read:
            read = cast(RowReader, registry.load(registry.DATASET))
            self._rows_read[key] = tuple(read(data, matrix, self._source, self._folder, self._problems))
        return self._rows_read[key]

    def _headers(self, node: Node | None) -> Pairs:
        """Those that ``defaults`` share with most requests are decoded once."""
        if node is None or node is not self._shared_headers:
            return decode_headers(node, self._problems)
        if self._decoded_headers is None:
            self._decoded_headers = decode_headers(node, self._problems)
        return self._decoded_headers

    def _default_name(self, written: Node, fields: dict[str, Node], url: Node) -> Node:
        """``METHOD path``, at the place of the request; a second one of the kind gets a number."""
        name = target_of(fields.get("method"), url, has_body=bool(fields.keys() & set(BODY_KINDS)))
        count = self._default_names[name] = self._default_names.get(name, 0) + 1
        return written.renamed(name if count == 1 else f"{name} ({count})")

    def _check(self, fields: dict[str, Node]) -> None:
        problems = self._problems
        if "name" in fields:
            read_text(fields["name"], "the name of a request", problems)
        if "skip" in fields:
            reason = read_text(fields["skip"], "the reason to skip", problems)
            if str(reason).strip().lower() in settings.NO_REASONS:
                message = f'the reason to skip is "{reason}", which is none'
                problems.error("skip", fields["skip"], message, settings.CONDITION_HINT)
        base_url, url = fields.get("base_url"), fields.get("url")
        if base_url is not None and not base_url.templated:
            _check_base_url(base_url, problems)
        if url is not None and read_text(url, "url", problems):
            _check_url(url, base_url, problems)


def _description(node: Node | None, problems: Problems) -> str:
    return read_text(node, "description", problems) if node is not None else ""


def _check_base_url(base_url: Node, problems: Problems) -> None:
    """Where paths continue: a URL without a query."""
    text = str(base_url.value)
    if not HTTP.match(text):
        problems.error("url", base_url, "base_url starts with http:// or https://", "Write the scheme and the host.")
        return
    try:
        settings.base_url(text)
    except BadValue as error:
        problems.error("url", base_url, error.message, error.hint)


def _check_whole_url(url: Node, text: str, problems: Problems) -> None:
    try:
        settings.url(text)
    except BadValue as error:
        problems.error("url", url, error.message, error.hint)


def _check_url(url: Node, base_url: Node | None, problems: Problems) -> None:
    """A URL that is all there must be one; what a placeholder begins is looked at when it is filled."""
    text = str(url.value)
    if text.startswith("<<"):
        return
    if HTTP.match(text):
        if not url.templated:
            _check_whole_url(url, text, problems)
        return
    if re.match(r"https?:/", text, re.IGNORECASE):
        problems.error("url", url, "this URL names no server", "A URL looks like https://host:port/path?query.")
    elif OTHER_PLACEHOLDER.match(text):
        ours = OTHER_PLACEHOLDER.sub(r"<<\1>>", text)
        problems.error("url", url, "a placeholder is written <<NAME>>", f"Write {ours}")
    elif ABSOLUTE.match(text):
        problems.error(
            "url", url, f"only http and https are sent, not {text.split('://', maxsplit=1)[0]}", "Use https://…"
        )
    elif base_url is None:
        hint = "Start it with http:// or https://, or set defaults: {base_url: https://…} and write the path here."
        problems.error("url", url, "this URL names no server", hint)
