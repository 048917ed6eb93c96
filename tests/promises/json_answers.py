"""Answers in JSON that are none, or hard on whoever looks into them; what is expected of them may be hard, too."""

from __future__ import annotations

import json
from typing import Final

from tests.promises.answers import headed
from tests.promises.faults import failing, odd
from tests.servers import Script, answers, ok

TYPE: Final = "Content-Type: application/json"


def sent(body: bytes | str, kind: str = TYPE) -> Script:
    """A whole answer with this body that says that it is JSON."""
    return answers(ok(body.encode() if isinstance(body, str) else body, kind))


BROKEN: Final = (
    ("NaN", '{"a": NaN}', "NaN is not a JSON value"),
    ("Infinity", '{"a": Infinity}', "Infinity is not a JSON value"),
    ("negative infinity", "[-Infinity]", "-Infinity is not a JSON value"),
    ("1e400", '{"a": 1e400}', "1e400 is too large"),
    ("-1e400", '{"a": [-1e400]}', "-1e400 is too large"),
    ("key twice", '{"a": 1, "a": 2}', 'the key "a" stands twice'),
    ("key twice, written differently", '{"a": 1, "\\u0061": 2}', 'the key "a" stands twice'),
    ("key twice, deep inside", '[{"b": {"a": 1, "a": 1}}]', 'the key "a" stands twice'),
    ("number of ten thousand digits", '{"a": ' + "9" * 10_000 + "}", "a number of 10000 digits is too large"),
    ("number of a million digits", "9" * 1_000_000, "a number of 1000000 digits is too large"),
    ("fraction of a million digits", "0." + "9" * 999_998, "a number of 1000000 digits is too large"),
    ("exponent of a million digits", "1e" + "9" * 999_998, "a number of 1000000 digits is too large"),
    ("lists in lists, 100,000 deep", "[" * 100_000 + "]" * 100_000, "nested"),
    ("objects in objects, 100,000 deep", '{"a":' * 100_000 + "1" + "}" * 100_000, "nested"),
    ("lists opened and never closed", "[" * 900_000, "nested"),
    ("201 levels", "[" * 201 + "]" * 201, "nested more than 200 levels"),
    ("empty body that says it is JSON", "   ", "it is empty"),
    ("invalid UTF-8", b'{"a": "\xff"}', "it is not UTF-8: byte 7 is 0xff"),
    ("overlong UTF-8", b'{"a": "\xc0\xaf"}', "it is not UTF-8"),
    ("surrogate in UTF-8", b'{"a": "\xed\xa0\x80"}', "it is not UTF-8"),
    ("UTF-16 in JSON", '{"a": 1}'.encode("utf-16"), "it is not UTF-8"),
    ("UTF-16 without a mark in JSON", '{"a": 1}'.encode("utf-16-le"), "is not JSON"),
    ("UTF-32 in JSON", '{"a": 1}'.encode("utf-32-be"), "is not JSON"),
    ("two marks of byte order", b"\xef\xbb\xbf\xef\xbb\xbf{}", "is not JSON"),
    ("garbage behind the value", '{"a": 1} x', "more text follows"),
    ("two documents", '{"a": 1}\n{"a": 2}', "more text follows"),
    ("NUL behind the value", '{"a": 1}\0', "more text follows"),
    ("comment", '{"a": 1} // b', "more text follows"),
    ("comma at the end", '{"a": 1,}', "a key in double quotes is expected"),
    ("single quotes", "{'a': 1}", "key in double quotes"),
    ("key without quotes", "{a: 1}", "key in double quotes"),
    ("Python's words", '{"a": None}', "a value is expected"),
    ("hexadecimal number", '{"a": 0x10}', "expected"),
    ("number with a plus", '{"a": +1}', "a value is expected"),
    ("number that begins with 0", '{"a": 012}', "expected"),
    ("line break in a text", '{"a": "b\nc"}', "control character"),
    ("NUL in a text", '{"a": "b\0c"}', "control character"),
    ("unknown escape", '{"a": "\\x41"}', "backslash"),
    ("half an escape", '{"a": "\\u12"}', "is not JSON"),
    ("cut in a text", '{"a": "b', "does not end"),
    ("cut in an object", '{"a": 1', "expected"),
    ("HTML that says it is JSON", "<html><body>Bad Gateway</body></html>", "a value is expected"),
    ("JSONP", 'callback({"a": 1})', "a value is expected"),
    ("guard before the value", ')]}\',\n{"a": 1}', "a value is expected"),
    ("no-break space beside the value", "\u00a0{}", "a value is expected"),
    ("digits of other scripts", '{"a": \u0661}', "a value is expected"),
)

MANY: Final = 100_000
LONG: Final = "x" * 900_000
DEEP: Final = '{"x":' * 199 + "1" + "}" * 199
SELF: Final = '{schema: {$ref: "#"}}'
RUNAWAY: Final = "^([a-z]|[a-y])+$"
VALUES: Final = "it has more values than 100 MB of memory hold"


def of_size(begin: str, one: str, end: str, size: int) -> str:
    """``one`` as often as it takes to make a list, or an object, of so many characters."""
    return begin + ",".join([one] * (size // (len(one) + 1))) + end


def small_lists(size: int) -> bytes:
    return of_size("[", "[]", "]", size).encode()


def keys(count: int) -> str:
    return "{" + ",".join(f'"k{number}":{number}' for number in range(count)) + "}"


LARGE: Final = {"max_size": "50 MB", "deadline": 60.0}
HARD = (
    odd("list of a hundred thousand lists", sent(small_lists(300_000)), expect="{json: {$: {length: 100000}}}"),
    failing(
        "40 MB of small lists", sent(small_lists(40_000_000)), VALUES, expect="{json: {$: {length: {gt: 1}}}}", **LARGE
    ),
    failing(
        "40 MB of small lists and any path",
        sent(small_lists(40_000_000)),
        VALUES,
        expect='{json: {"$..*": {length: {gt: 1}}}}',
        **LARGE,
    ),
    odd(
        "40 MB of small lists that say they are text",
        sent(small_lists(40_000_000), "Content-Type: text/plain"),
        **LARGE,
    ),
    failing("40 MB of small objects", sent(of_size("[", '{"a":1}', "]", 40_000_000)), VALUES, **LARGE),
    failing("40 MB of short texts", sent(of_size("[", '"ab"', "]", 40_000_000)), VALUES, **LARGE),
    odd(
        "40 MB in one text",
        sent('{"a": "' + "x" * 40_000_000 + '"}'),
        expect="{json: {$.a: {length: 40000000}}}",
        **LARGE,
    ),
    odd(
        "40 MB of commas in one text",
        sent('{"a": "' + "," * 40_000_000 + '"}'),
        expect="{json: {$.a: {length: 40000000}}}",
        **LARGE,
    ),
    failing("a million keys", sent(keys(1_000_000)), VALUES, expect="{json: {$.k999999: 999999}}", **LARGE),
    odd("very many keys", sent(keys(300_000)), expect='{json: {"$.k1": 1, "$..k5": [5]}}', **LARGE),
    odd(
        "keys that look alike",
        sent("{" + ",".join(f'"{"a" * n}":{n}' for n in range(1000)) + "}"),
        expect="{json: {$.aaa: 3}}",
    ),
    odd(
        "lone surrogates", sent('{"a": "\\ud800", "\\udfff": "\\ude00\\ud83d"}'), expect="{json: {$.a: {type: string}}}"
    ),
    failing(
        "lone surrogate that is not what is expected",
        sent('{"a": "\\ud800\\u001b[2J"}'),
        "$.a",
        expect="{json: {$.a: b}}",
    ),
    odd("mark of byte order", sent(b'\xef\xbb\xbf{"a": 1}'), expect="{json: {$.a: 1}}"),
    odd("200 levels", sent("[" * 200 + "]" * 200), expect="{json: {$: {length: 1}}}"),
    odd("path into the depth", sent(DEEP), expect='{json: {"$..x": {length: 199}}}'),
    failing(
        "path that selects very many",
        sent(of_size("[", "1", "]", 500_000)),
        "more than",
        expect='{json: {"$..*": {length: {gt: 1}}}}',
    ),
    failing("schema that refers to itself", sent('{"a": 1}'), "refers to itself without end", expect=SELF),
    failing(
        "schema that goes down with the answer",
        sent(DEEP),
        "or the document is too deep",
        expect="{schema: {properties: {x: {$ref: '#'}}}}",
    ),
    failing(
        "schema whose pattern runs away",
        sent(json.dumps({"a": "a" * 60 + "!"})),
        "still searching",
        expect=f"{{schema: {{properties: {{a: {{pattern: '{RUNAWAY}'}}}}}}}}",
        total=3,
    ),
    failing(
        "schema whose pattern runs away on many",
        sent(json.dumps(["a" * 60 + "!"] * 1000)),
        "still searching",
        expect=f"{{schema: {{items: {{pattern: '{RUNAWAY}'}}}}}}",
        total=3,
    ),
    failing(
        "names that make a pattern run away",
        sent(json.dumps({"a" * 60 + "!": 1})),
        "still searching",
        expect=f"{{schema: {{patternProperties: {{'{RUNAWAY}': false}}}}}}",
        total=3,
    ),
    odd("unique elements, very many", sent(json.dumps(list(range(MANY)))), expect="{schema: {uniqueItems: true}}"),
    odd(
        "unique lists, very many", sent(json.dumps([[n] for n in range(MANY)])), expect="{schema: {uniqueItems: true}}"
    ),
    odd("unique by a matcher, very many", sent(json.dumps(list(range(MANY)))), expect="{json: {$: {unique: true}}}"),
    failing(
        "many faults by a schema",
        sent(json.dumps(list(range(MANY)))),
        "is not",
        expect="{schema: {items: {type: string}}}",
    ),
    failing(
        "alternatives in alternatives",
        sent(DEEP),
        "or the document is too deep",
        expect="{schema: {anyOf: [{properties: {x: {$ref: '#'}}, type: object, minProperties: 2}, "
        "{properties: {x: {$ref: '#'}}, type: object, minProperties: 3}]}}",
    ),
    failing(
        "text that makes a pattern run away",
        sent("a" * 60 + "!", "Content-Type: text/plain"),
        "still searching",
        expect=f"{{text: {{matches: '{RUNAWAY}'}}}}",
        total=3,
    ),
    failing(
        "text that makes a pattern run away, negated",
        sent("a" * 60 + "!", "Content-Type: text/plain"),
        "still searching",
        expect=f"{{text: {{not: {{matches: '{RUNAWAY}'}}}}}}",
        total=3,
    ),
    failing(
        "elements that make a pattern run away",
        sent(json.dumps(["a" * 60 + "!"] * 100)),
        "still searching",
        expect=f"{{json: {{$: {{each: {{matches: '{RUNAWAY}'}}}}}}}}",
        total=3,
    ),
    failing(
        "elements that make any pattern run away",
        sent(json.dumps(["a" * 60 + "!"] * 100)),
        "still searching",
        expect=f"{{json: {{$: {{any: {{matches: '{RUNAWAY}'}}}}}}}}",
        total=3,
    ),
    failing(
        "filter of a path that runs away",
        sent(json.dumps(["a" * 60 + "!"] * 100)),
        "still searching",
        expect="{json: {\"$[?match(@, '([a-z]|[a-y])+')]\": {length: 0}}}",
        total=3,
    ),
    failing(
        "capture by a pattern that runs away",
        sent("a" * 60 + "!", "Content-Type: text/plain"),
        "still searching",
        request=f"    capture: {{x: {{regex: '{RUNAWAY}'}}}}",
        total=3,
    ),
    failing(
        "text in a text in a text",
        sent(json.dumps({"a": json.dumps("[" * 100_000)})),
        "JSON",
        expect="{json: {$.a: {json: {$: {json: {$: 1}}}}}}",
    ),
    odd(
        "long text that is looked through", sent(json.dumps({"a": LONG})), expect="{json: {$.a: {not: {contains: y}}}}"
    ),
    failing("long text that is not what is expected", sent(json.dumps({"a": LONG})), "$.a", expect="{json: {$.a: b}}"),
    failing("long key that is not what is expected", sent(json.dumps({LONG: 1})), "$.a", expect="{json: {$.a: 1}}"),
    odd("huge numbers", sent("[" + "9" * 999 + ",1e308,-0,1e-999]"), expect='{json: {"$[0]": {gt: 1}}}'),
    odd("text/html with broken JSON", sent('{"a": NaN}', "Content-Type: text/html")),
    odd("no body at 204 that says it is JSON", answers(headed(TYPE, status="204 No Content"))),
)

FAULTS = tuple(
    fault._replace(group="JSON")
    for fault in (
        *(failing(name, sent(body), says) for name, body, says in BROKEN),
        *(HARD),
    )
)
