"""What Postman's scripts call the parts of a response, and what they say of it: ``pm.response.to.have.status(200)``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from runner.importing.assertions import FILLERS, Matcher, Subject, equal, inside, merge, path_step, put
from runner.importing.conditions import condition
from runner.importing.javascript import NO_LITERAL, Statement, Step, Syntax, chain_of, literal
from runner.importing.postman.scopes import WRITERS
from runner.importing.scripts import Dialect, Known, Tested, value_of
from runner.writing.layout import Value


def subject_of(steps: Sequence[Step]) -> Subject | None:
    """The part of the response that a chain of names stands for."""
    names = [step.name for step in steps]
    if names[:2] == ["pm", "response"]:
        return _of_response(steps[2:])
    legacy = {"responseBody": Subject("text"), "responseTime": Subject("duration")}
    if len(names) == 1 and names[0] in legacy:
        return legacy[str(names[0])]
    return Subject("status") if names == ["responseCode", "code"] else None


def _of_response(steps: Sequence[Step]) -> Subject | None:
    if not steps:
        return None
    first, *rest = steps
    if first.name == "json" and first.arguments == ():
        return inside("$", rest)
    if first.name == "headers" and len(rest) == 1 and rest[0].name == "get" and rest[0].arguments:
        name = literal(rest[0].arguments[0])
        return Subject("headers", name.lower()) if isinstance(name, str) else None
    parts = {"code": "status", "responseTime": "duration", "responseSize": "size", "text": "text"}
    return Subject(parts[str(first.name)]) if first.name in parts and not rest else None


def _said_of_response(steps: tuple[Step, ...], known: Known, tested: Tested) -> bool:
    """``pm.response.to.have.status(200)``; ``pm.response.json()`` alone reads the answer."""
    names = [step.name for step in steps]
    if names == ["pm", "response", "json"] and steps[-1].arguments == ():
        return put(Subject("json", "$"), {"exists": True}, tested.expect)
    if names[:3] != ["pm", "response", "to"]:
        return False
    values = [value_of(one, known) for one in steps[-1].arguments or ()]
    if steps[-1].arguments == () and steps[-1].name != "jsonBody":
        return False
    return NO_LITERAL not in values and response_expectation([str(one) for one in names[3:]], values, tested.expect)


def _legacy(statement: Statement, known: Known, tested: Tested) -> bool:
    """``tests["…"] = responseCode.code === 200``, as scripts were written before ``pm``."""
    value = statement.value
    if not statement.target.startswith(("tests[", "tests.")) or value is None:
        return False
    return value.type == "true" or _has(value, known, tested.expect) or condition(value, known, tested.expect)


def _has(expression: Syntax, known: Known, expect: dict[str, Value]) -> bool:
    """``responseBody.has("…")``, which Postman gave to texts."""
    chain = chain_of(expression)
    if chain is None or chain[-1].name != "has" or len(chain[-1].arguments or ()) != 1:
        return False
    searched = value_of((chain[-1].arguments or ())[0], known)
    is_text = isinstance(searched, str) and subject_of(chain[:-1]) == Subject("text")
    return is_text and put(Subject("text"), {"contains": searched}, expect)


def response_expectation(words: Sequence[str], values: Sequence[Any], expect: dict[str, Value]) -> bool:
    """``pm.response.to.have.status(200)`` and its kind, put into ``expect``; False if it is not known."""
    rest = [word for word in words if word not in FILLERS]
    if "not" in rest:
        return False
    word = " ".join(rest)
    if word == "status" and len(values) == 1 and isinstance(values[0], int):
        return merge(expect, "status", values[0])
    if word in STATUS and not values:
        return merge(expect, "status", STATUS[word])
    if word == "header" and 1 <= len(values) <= 2 and all(isinstance(one, str) for one in values):
        matcher: Matcher = values[1] if len(values) > 1 else {"exists": True}
        return put(Subject("headers", str(values[0]).lower()), matcher, expect)
    if word == "json" and not values:
        return put(Subject("json", "$"), {"exists": True}, expect)
    if word == "body" and len(values) == 1:
        return put(Subject("text"), {"equals": values[0]}, expect)
    if word == "jsonSchema" and values and isinstance(values[0], dict) and "schema" not in expect:
        if not _is_known_there(values[0]):
            return False
        expect["schema"] = of_draft_7(values[0])
        return True
    if word == "jsonBody":
        return _json_body(values, expect)
    return False


def of_draft_7(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that says no draft is read by Postman as one of draft 7, which matters where later ones changed."""
    if "$schema" in schema or not any(map(_has_changed, _mappings(schema))):
        return schema
    return {"$schema": DRAFT_7, **schema}


def _is_known_there(schema: dict[str, Any]) -> bool:
    """Whether it names no other draft and no strange format, of which Postman makes a mistake; nor one that it looks
    at, and we do not."""
    formats = (one.get("format") for one in _mappings(schema))
    strange = any(isinstance(one, str) and one not in FORMATS for one in formats)
    return not strange and schema.get("$schema", DRAFT_7) in (DRAFT_7, DRAFT_7.removesuffix("#"))


def _has_changed(schema: Mapping[str, Any]) -> bool:
    return "dependencies" in schema or isinstance(schema.get("items"), list)


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _mappings(one)


def _json_body(values: Sequence[Any], expect: dict[str, Value]) -> bool:
    if not values:
        return put(Subject("json", "$"), {"exists": True}, expect)
    if isinstance(values[0], str):
        path = "$" + "".join(path_step(one) for one in values[0].split("."))
        matcher: Matcher = equal(values[1]) if len(values) > 1 else {"exists": True}
        return put(Subject("json", path), matcher, expect)
    return len(values) == 1 and put(Subject("json", "$"), equal(values[0]), expect)


FORMATS: Final = frozenset("date date-time email ipv4 ipv6 uri uuid".split())
"""Those of a schema that are looked at here, no less strictly than there."""
DRAFT_7: Final = "http://json-schema.org/draft-07/schema#"
STATUS: Final[Mapping[str, Value]] = {
    "ok": 200,
    "success": "2xx",
    "accepted": 202,
    "badRequest": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "notFound": 404,
    "rateLimited": 429,
    "error": {"gte": 400},
    "clientError": "4xx",
    "serverError": "5xx",
    "redirection": "3xx",
    "info": "1xx",
}


DIALECT: Final = Dialect(
    subject=subject_of,
    tests=(("pm", "test"),),
    expects=(("pm", "expect"),),
    keeps=tuple(WRITERS),
    says=_said_of_response,
    assigns=_legacy,
    is_strict=True,
)
