"""What an operation answers: the statuses and the schema that are expected, and examples to answer from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

from runner import strict_json
from runner.checks.schema.checker import SchemaChecker
from runner.folder import Folder
from runner.importing.json_source import text_of, too_deep
from runner.importing.literal import literal
from runner.importing.openapi.bodies import Media, media_of
from runner.importing.openapi.document import is_true, pairs_at
from runner.importing.openapi.examples import Given, examples_at
from runner.importing.openapi.made_up import MadeUp
from runner.importing.openapi.schemas import DRAFT, LEFT_OUT, Schemas, of_answer, with_references
from runner.node import Node, Plain
from runner.variables.template import literal_text
from runner.writing.layout import Value
from runner.writing.names import unique

STATUS: Final = re.compile(r"[1-5][0-9]{2}|[1-5][xX]{2}")
LEAST_SECRET: Final = 16
MOST_INLINE: Final = 8
"""Words and numbers of a schema that is still read at a glance where it is used."""
MOST_CHOICES: Final = 4
"""How many alternatives of a schema are tried for an answer that fits."""
LONGEST_FAULT: Final = 150
FOLDER: Final = "schemas"


class Answer(NamedTuple):
    """One documented response."""

    code: str
    node: Node

    @property
    def media(self) -> Media | None:
        return next(iter(media_of(self.node)), None)


class Answers(NamedTuple):
    """What stands in the request: ``expect``, ``examples``, and lines for a comment."""

    expect: dict[str, Value]
    examples: list[Value]
    others: tuple[str, ...] = ()
    accept: str = ""
    redirects: bool = False


class Reader:
    """Reads answers; the schemas that they name become files, each once."""

    def __init__(self, schemas: Schemas, folder: Folder) -> None:
        self._schemas = schemas
        self._document = schemas.document
        self._draft = schemas.document.draft
        self._files: set[str] = set()
        """Names of schemas that are files already, and with them all that they lead to."""
        self._checker = SchemaChecker(folder, schemas.received)

    def read(self, operation: Node, name: str) -> Answers:
        """What the operation of this name answers."""
        answers = self._answers(operation)
        good = [one for one in answers if one.code[0] == "2"] or [one for one in answers if one.code[0] == "3"]
        first = good[0] if good else None
        expect: dict[str, Value] = {}
        others: tuple[str, ...] = ()
        if good:
            same = [one for one in good if self._same(one, good[0])]
            codes = [int(one.code) if one.code.isdigit() else one.code.lower() for one in same]
            if codes != ["2xx"]:
                expect["status"] = codes[0] if len(codes) == 1 else list(codes)
            others = tuple(f"{one.code} is documented, too, with another answer" for one in good if one not in same)
        default = self._document.followed(_default(operation)) if not good else None
        expected = first or (Answer("default", default) if default is not None else None)
        schema = self._expectations(expect, expected, name) if expected is not None else None
        if expected is None:
            self._draft.note(operation.location, "it tells of no answer that is a success; 2xx is expected")
        examples = list(self._examples(answers, expected, schema))
        several = expected is not None and len(media_of(expected.node)) > 1 and expected.media is not None
        accept = expected.media.kind if several and expected is not None and expected.media is not None else ""
        return Answers(expect, examples, others, accept, first is not None and first.code[0] == "3")

    def _answers(self, operation: Node) -> list[Answer]:
        found = []
        for code, written in pairs_at(operation, "responses"):
            node = self._document.followed(written)
            if node is None or code == "default" or code.startswith("x-"):
                continue
            if STATUS.fullmatch(code) and code[0] != "1":
                found.append(Answer(code, node))
            else:
                self._draft.note(written.location, f"the answer {code} is left out")
        return sorted(found, key=lambda one: one.code)

    def _same(self, one: Answer, first: Answer) -> bool:
        """Whether what is expected of the first answer holds of this one, too."""
        mine, other = one.media, first.media
        if mine is None or other is None:
            return mine is other or other is None
        schemas = [media.node.get("schema") for media in (mine, other)]
        plain = [None if schema is None else schema.plain() for schema in schemas]
        return mine.plain_kind == other.plain_kind and plain[0] == plain[1]

    def _expectations(self, expect: dict[str, Value], answer: Answer, name: str) -> Plain:
        """What must hold of the answer beside its status; the schema that its body is held against."""
        headers: dict[str, Value] = {}
        for header, written in pairs_at(answer.node, "headers"):
            node = self._document.followed(written)
            if node is not None and is_true(node, "required") and header.lower() != "content-type":
                headers[literal_text(header)] = {"exists": True}
        media = answer.media
        schema = self._schema(media)
        says_nothing = schema in (None, True, {}) or (isinstance(schema, dict) and set(schema) == {LEFT_OUT})
        if media is not None and not media.is_json and media.plain_kind != "*/*":
            headers["content-type"] = {"starts_with": literal_text(media.plain_kind.partition("*")[0])}
        elif media is not None and says_nothing and "*" not in media.kind:
            headers["content-type"] = {"contains": "json"}
        if headers:
            expect["headers"] = headers
        if not says_nothing:
            expect["schema"] = self._written(schema, name)
        return schema

    def _schema(self, media: Media | None) -> Plain:
        """The schema of an answer in JSON, None if there is none that can be used."""
        shape = media.node.get("schema") if media is not None and media.is_json else None
        if shape is None:
            return None
        schema = self._schemas.read(shape)
        fault = self._schemas.fault(schema)
        if fault:
            self._draft.note(shape.location, f"the schema of this answer is left out: {fault}")
            return None
        return schema

    def _written(self, schema: Plain, name: str) -> Value:
        """What stands under ``schema``: a small one itself, a named one or a large one as a file."""
        for name_of_other in self._schemas.reached(schema, self._files):
            self._file(name_of_other, self._schemas.known[name_of_other])
        if isinstance(schema, dict) and set(schema) == {"$ref"}:
            return f"{FOLDER}/{schema['$ref']}"
        received = of_answer(schema)
        if _size(received) <= MOST_INLINE and "<<" not in strict_json.dumps(received):
            return with_references(received, f"{FOLDER}/", ".json")
        same = next((one for one, kept in self._schemas.known.items() if kept == schema), None)
        own = same or self._schemas.free_name(name)
        self._schemas.known[own] = schema
        self._file(own, schema)
        return f"{FOLDER}/{own}.json"

    def _file(self, name: str, schema: Plain) -> None:
        self._files.add(name)
        received = of_answer(schema)
        whole = {"$schema": DRAFT, **received} if isinstance(received, dict) else received
        self._draft.files[f"{FOLDER}/{name}.json"] = f"{json.dumps(whole, indent=2, ensure_ascii=False)}\n".encode(
            "utf-8", "replace"
        )

    def _examples(self, answers: Sequence[Answer], expected: Answer | None, schema: Plain) -> Iterator[Value]:
        """Examples of what is expected first, made up where there are none; then those of errors."""
        names: list[str] = []
        if expected is None:
            names.append("success")
            yield {"name": "success"}
        told = [one for one in answers if one is not expected and one.code[0] in "2345"]
        for answer in ([expected] if expected is not None else []) + told:
            is_expected = answer is expected
            for given in self._bodies(answer, schema if is_expected else None, needed=is_expected):
                usual = "success" if is_expected else answer.code
                name = unique(given.name or usual, names)
                names.append(name)
                yield {"name": literal_text(name), **self._example(answer, given, with_headers=is_expected)}

    def _bodies(self, answer: Answer, schema: Plain, *, needed: bool) -> list[Given]:
        media = answer.media
        if media is None:
            return [Given("", None, answer.node)] if needed else []
        given = list(examples_at(self._document, media.node))
        fitting = [one for one in given if schema is None or self._fits(one, schema)]
        if fitting or not needed:
            return fitting
        written = media.node.get("schema")
        shape = schema if schema is not None else self._schemas.read(written) if written is not None else True
        for choice, own in product(range(MOST_CHOICES), (True, False)):
            made = MadeUp(self._schemas.for_values(), "writeOnly", choice, own=own).value(shape)
            found = Given("", made, media.node)
            if schema is None or self._fits(found, schema, told=False):
                break
        else:
            self._draft.note(
                media.node.location, "no example could be made up that fits the schema", "Write one by hand."
            )
        return [found]

    def _fits(self, given: Given, schema: Plain, *, told: bool = True) -> bool:
        faults = self._checker.check_plain(of_answer(schema), given.value)
        if faults and told:
            fault = f"{faults[0].path}: {faults[0].message}"
            fault = fault if len(fault) <= LONGEST_FAULT else f"{fault[:LONGEST_FAULT]}…"
            self._draft.note(given.node.location, "this example does not fit its schema; it is left out", fault)
        return not faults

    def _example(self, answer: Answer, given: Given, *, with_headers: bool) -> dict[str, Value]:
        made: dict[str, Value] = {}
        status = _status(answer.code)
        if status != 200:
            made["status"] = status
        headers = self._headers(answer) if with_headers else {}
        media = answer.media
        place = str(given.node.location)
        if media is not None and "*" not in media.kind and media.plain_kind != "application/json":
            headers["Content-Type"] = literal_text(media.kind)
        if headers:
            made["headers"] = headers
        if media is None or (given.value is None and not media.is_json):
            return made
        if media.plain_kind == "text/event-stream" and isinstance(given.value, list):
            made["events"] = literal(self._draft, given.value, place, LEAST_SECRET)
            return made
        if media.is_json or not isinstance(given.value, str):
            if too_deep(given.value):
                self._draft.note(place, "this example is nested too deeply; it is left out")
                return made
            made["json"] = literal(self._draft, given.value, place, LEAST_SECRET)
            return made
        text = literal_text(text_of(given.value))
        is_stream = media.plain_kind == "text/event-stream" and not text.endswith("\n\n")
        made |= {"events": [text]} if is_stream else {"text": text}
        return made

    def _headers(self, answer: Answer) -> dict[str, Value]:
        made: dict[str, Value] = {}
        for name, written in pairs_at(answer.node, "headers"):
            node = self._document.followed(written)
            if node is None or name.lower() in ("content-type", "content-length"):
                continue
            given = next(examples_at(self._document, node), None)
            schema = node.get("schema")
            if given is None and not is_true(node, "required"):
                continue
            value = given.value if given is not None else None
            if value is None and schema is not None:
                value = MadeUp(self._schemas.for_values(), "writeOnly").value(self._schemas.read(schema))
            place = str(node.location)
            text = literal_text(text_of(value))
            made[literal_text(name)] = (
                self._draft.header_value(name, text, place) if len(text) >= LEAST_SECRET else text
            )
        return made


def _default(operation: Node) -> Node | None:
    return dict(pairs_at(operation, "responses")).get("default")


def _status(code: str) -> int:
    if code.isdigit():
        return int(code)
    return int(code[0]) * 100 if code[0] in "2345" else 200


def _size(schema: Plain) -> int:
    """Words and numbers in a schema."""
    if isinstance(schema, Mapping):
        return sum(_size(one) for one in schema.values())
    return sum(map(_size, schema)) if isinstance(schema, list) else 1
