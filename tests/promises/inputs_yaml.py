"""Collections that are bombs, of odd bytes, or no collections at all."""

from __future__ import annotations

from typing import Final, Unpack

from runner.errors import ExitCode
from tests.promises.inputs import ENV, LIST, RUN, Case, Content, Group, Input, asking, collection

LAUGHS: Final = "".join(
    f"  {name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
"""Lists of ten of the one before: a hundred million texts."""
CHAIN: Final = "".join(
    f"  {name}: &{name}\n    <<: *{before}\n    {name}: 1\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def named(name: str) -> str:
    """A collection whose one request has this name, in double quotes."""
    return asking().replace("name: ask", f'name: "{name}"')


def many_keys() -> bytes:
    keys = "".join(f"  K{number}: 1\n" for number in range(1_000_000))
    return f"variables:\n{keys}{asking()}".encode()


def long_scalar() -> bytes:
    return asking("    text: ").encode() + b"x" * 40_000_000 + b"\n"


def beyond_the_limit() -> bytes:
    return asking("    text: ").encode() + b"x" * 51_000_000 + b"\n"


def deep(opening: str, closing: str, levels: int) -> str:
    return asking(f"    json: {opening * levels}1{closing * levels}\n")


def merges() -> bytes:
    base = "".join(f"    k{number}: 1\n" for number in range(1000))
    taken = "".join(f"  m{number}:\n    <<: *base\n" for number in range(3000))
    return f"variables:\n  base: &base\n{base}{taken}{asking()}".encode()


def text(name: str, said: str, content: Content, **case: Unpack[Case]) -> Input:
    """A collection of which ``check`` has to say something."""
    return Input(name, said, files=collection(content))._replace(**case)


BOMBS: Final = (
    text(
        "a billion laughs in lists",
        "the aliases here expand to millions of values",
        f"variables:\n  a: &a [lol]\n{LAUGHS}{asking()}",
    ),
    text(
        "a billion laughs in a body, sent",
        "the aliases here expand to millions of values",
        asking(f"    json:\n{LAUGHS}".replace("\n  ", "\n      "), "variables:\n  a: &a [lol]\n"),
        arguments=RUN,
    ),
    text(
        "an alias of a list as a key",
        "a key must be text, this is a list",
        f"variables:\n  a: &a [x]\n  b: {{*a : 1}}\n{asking()}",
    ),
    text(
        "merges one after the other",
        "ok c.yaml 1 request",
        f"variables:\n  a: &a {{a: 1}}\n{CHAIN}{asking()}",
        code=ExitCode.OK,
    ),
    text("three thousand merges of a thousand keys", "the aliases here expand to millions of values", merges),
    text("a merge of itself", "*a stands inside what it names", f"variables:\n  a: &a {{<<: *a}}\n{asking()}"),
    text("a mapping that is its own key", "*a stands inside what it names", f"variables: &a {{*a : 1}}\n{asking()}"),
    Input(
        "a billion laughs in an included file",
        "the aliases here expand to millions of values",
        files=collection("requests:\n  - include: d.yaml\n", d__yaml=f"variables:\n  a: &a [lol]\n{LAUGHS}{asking()}"),
    ),
    text(
        "a billion laughs in rows of data",
        "the aliases here expand to millions of values",
        f"data:\n  - &a {{x: lol}}\n  - {{x: [*a, *a]}}\n{asking()}".replace(
            "[*a, *a]", f"[{'*b, ' * 20_000}*b]"
        ).replace("data:", "data:\n  - &b {x: [" + "1, " * 200 + "1]}"),
    ),
    text("25 kB of opening brackets", "this is nested more than 100 levels deep", b"[" * 25_000),
    text("5 MB of opening brackets", "this is nested more than 100 levels deep", b"[" * 5_000_000),
    text("5 MB of opening braces", "this is nested more than 100 levels deep", b"{" * 5_000_000),
    text("5 MB of dashes", "this is nested more than 100 levels deep", b"- " * 2_500_000),
    text("5 MB of question marks", "this is nested more than 100 levels deep", b"? " * 2_500_000),
    text("5 MB of anchors", "the document ends above, and more text follows", b"&a " * 1_700_000),
    text("5 MB of comments", "c.yaml has more than 1,000,000 lines Divide it into several files.", b"#\n" * 2_500_000),
    text(
        "a block of 1,000 levels",
        "this is nested more than 100 levels deep",
        "".join(" " * depth + "a:\n" for depth in range(1000)),
    ),
    text("a body of 90 levels, sent", "1 passed", deep("[", "]", 90), arguments=RUN, code=ExitCode.OK, sent=1),
    text(
        "1,000,000 variables",
        "c.yaml has more than 1,000,000 lines Divide it into several files.",
        many_keys,
        deadline=40.0,
    ),
    text("a text of 40 MB", "ok c.yaml 1 request", long_scalar, deadline=20.0, code=ExitCode.OK),
    text("a collection of 51 MB", "c.yaml is larger than 50.0 MB Take a smaller one.", beyond_the_limit),
    text("a key of 100 kB", "a colon is not allowed here", f"{'k' * 100_000}: 1\n{asking()}"),
    text(
        "a name of 100 kB",
        "c.yaml nnnn",
        asking().replace("ask ", "n" * 100_000 + " ", 1),
        arguments=LIST,
        code=ExitCode.OK,
    ),
    text(
        "a variable of 100 kB of name",
        "c.yaml SERVER http://127.0.0.1:",
        f"variables: {{? {'V' * 100_000} : 1}}\n{asking()}",
        arguments=ENV,
        code=ExitCode.OK,
    ),
    text(
        "a duplicate key in every level",
        'unknown key "a" in a collection',
        "a: {b: {c: 1, c: 2}, b: 1}\na: 1\n" + asking(),
    ),
    text("100,000 duplicate keys", 'the key "requests" stands twice in this mapping', b"requests:\n" * 100_000),
)

TAGS: Final = (
    text(
        "a tag that calls os.system",
        "tags are not supported: !!python/object/apply:os.system",
        f'variables: {{A: !!python/object/apply:os.system ["touch made"]}}\n{asking()}',
    ),
    text(
        "a tag that makes an object",
        "tags are not supported: !!python/object/new:subprocess.Popen",
        f"variables: {{A: !!python/object/new:subprocess.Popen [[touch, made]]}}\n{asking()}",
    ),
    text(
        "a tag with a whole address",
        "tags are not supported: !!python/object/apply:os.system",
        f"variables: {{A: !<tag:yaml.org,2002:python/object/apply:os.system> [id]}}\n{asking()}",
    ),
    text("binary", "tags are not supported: !!binary", f"variables: {{A: !!binary aGVsbG8=}}\n{asking()}"),
    text("a file by a tag", "tags are not supported: !include", f"variables: {{A: !include /etc/passwd}}\n{asking()}"),
    text(
        "a tag with control characters in it",
        "tags are not supported: !\\x1b[2J",
        f"variables: {{A: !%1B%5B2J 1}}\n{asking()}",
    ),
    text("a tag on the whole document", "tags are not supported: !!python/dict", f"!!python/dict\n{asking()}"),
    text("YAML 9.9", "this is not YAML: found incompatible YAML document", f"%YAML 9.9\n---\n{asking()}"),
    text(
        "a directive that nobody knows",
        "this is not YAML: found unknown directive name",
        f"%INCLUDE /etc/passwd\n---\n{asking()}",
    ),
)

LINES: Final = asking().encode()
BYTES: Final = (
    text("a mark of UTF-8 before it", "ok c.yaml 1 request", b"\xef\xbb\xbf" + LINES, code=ExitCode.OK),
    text("two marks of UTF-8 before it", "ok c.yaml 1 request", b"\xef\xbb\xbf" * 2 + LINES, code=ExitCode.OK),
    text(
        "UTF-16, the low byte first, marked",
        "c.yaml is not UTF-8 text: it is UTF-16 Save it as UTF-8.",
        b"\xff\xfe" + LINES.decode().encode("utf-16-le"),
    ),
    text(
        "UTF-32, the low byte first, marked",
        "c.yaml is not UTF-8 text: it is UTF-32 Save it as UTF-8.",
        b"\xff\xfe\0\0" + LINES.decode().encode("utf-32-le"),
    ),
    text(
        "UTF-16 without a mark", "c.yaml is not UTF-8 text: it looks like UTF-16LE", LINES.decode().encode("utf-16-le")
    ),
    text("UTF-32 without a mark", "a control character stands in the file", LINES.decode().encode("utf-32-le")),
    text(
        "a byte that no UTF-8 has",
        "c.yaml is not UTF-8 text: the byte at line 2, column 12 cannot be read",
        LINES.replace(b"ask ", b"a\xffk ", 1),
    ),
    text(
        "an overlong slash",
        "c.yaml is not UTF-8 text: the byte at line 3, column 20 cannot be read",
        LINES.replace(b"/ask\n", b"\xc0\xafask\n"),
    ),
    text(
        "half a character in UTF-8",
        "c.yaml is not UTF-8 text: the byte at line 2, column 12 cannot be read",
        LINES.replace(b"ask ", b"a\xed\xa0\x80 ", 1),
    ),
    text("a NUL", "a control character stands in the file", LINES.replace(b"ask ", b"a\0k ", 1)),
    text("an escape character", "a control character stands in the file", LINES.replace(b"ask ", b"\x1b[2Jask ", 1)),
    text("half a character by an escape, as a name", "this escape is half of a character", named("a\\ud800")),
    text(
        "a screen cleared by a name",
        "c.yaml \\x1b[2J\\x1b]0;owned\\x07 GET /ask line 2",
        named("\\e[2J\\e]0;owned\\a"),
        arguments=LIST,
        code=ExitCode.OK,
    ),
    text(
        "a command to a CI server as a name",
        "c.yaml x\\n::error::forged\\n\\x23#[group] GET /ask line 2",
        named("x\\n::error::forged\\n##[group]"),
        arguments=LIST,
        code=ExitCode.OK,
    ),
    text(
        "a name that turns the line round",
        "c.yaml \\u202eevil\\u2066\\u200f GET /ask line 2",
        named("\\u202eevil\\u2066\\u200f"),
        arguments=LIST,
        code=ExitCode.OK,
    ),
    text(
        "a key with a carriage return and an escape",
        'unknown key "a\\r\\x1b[31mok" in a collection',
        f'"a\\r\\e[31mok": 1\n{asking()}',
    ),
    text(
        "a name of a collection with control characters, sent",
        "1 passed",
        f'name: "\\e[2J\\x9b\\x00::warning::"\n{asking()}',
        arguments=RUN,
        code=ExitCode.OK,
        sent=1,
    ),
    text("carriage returns as line ends", "ok c.yaml 1 request", LINES.replace(b"\n", b"\r"), code=ExitCode.OK),
    text(
        "separators of Unicode in a value",
        "ok c.yaml 1 request",
        asking("    text: a\u2028b\u2029c\x85d\n"),
        code=ExitCode.OK,
    ),
    text(
        "every private character and a separator",
        "ok c.yaml 1 request",
        "# " + "".join(map(chr, range(0xE000, 0xF900))) + "\n" + asking("    text: a\u2028b\n"),
        code=ExitCode.OK,
    ),
)

NUMBERS: Final = (
    text(
        "a day that does not exist",
        "ok c.yaml 1 request",
        asking("    query: {a: <<A>>}\n", "variables: {A: 2026-02-30}\n"),
        code=ExitCode.OK,
    ),
    text(
        "a number of 10,000 digits",
        "a number of 10000 digits is too large",
        f"variables: {{A: {'9' * 10_000}}}\n{asking()}",
    ),
    text(
        "a number of 5 MB",
        "a number of 5000000 digits is too large",
        f"variables: {{A: {'9' * 5_000_000}}}\n{asking()}",
    ),
    text("1e400", "the number 1e400 is too large", f"variables: {{A: 1e400}}\n{asking()}"),
    text(
        "no number at all",
        ".nan is not a number that can be sent: JSON has no word for it",
        f"variables: {{A: [.nan, .inf, -.Inf]}}\n{asking()}",
    ),
    text(
        "numbers of other times",
        "c.yaml SERVER http://127.0.0.1:",
        f"variables: {{A: 0o777, B: 190:20:30, C: 0b11, D: 1_000, E: 08}}\n{asking()}",
        arguments=ENV,
        code=ExitCode.OK,
    ),
    text("a time limit without end", "this is longer than 30 days", asking().replace("2s", "1e308")),
    text("redirects of 10^30", "redirects is a number from 0 to 100, or false", asking(f"    redirects: {10**30}\n")),
    text("a status of 1,000 digits", "is not an HTTP status", asking(f"    expect: {{status: {'2' * 1000}}}\n")),
)

OTHERS: Final = (
    text("nothing at all", "the file is empty A collection needs at least requests: with one request below it.", b""),
    text(
        "the mark of a document and nothing else",
        "a collection is a mapping, this is nothing (null) It takes name, description, variables, secrets, requires,",
        b"---\n",
    ),
    text("two documents", "a second document starts here", asking() + "---\n" + asking()),
    text("JSON that is no collection", 'unknown key "a" in a collection', b'{"a": [1, 2, {"b": null}]}'),
    text(
        "XML",
        "a collection is a mapping, this is text",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    ),
    text(
        "a ZIP",
        "c.yaml is not UTF-8 text: the byte at line 2, column 118 cannot be read Save it as UTF-8.",
        b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(range(256)) * 4,
    ),
    text(
        "a picture",
        "c.yaml is not UTF-8 text: the byte at line 1, column 1 cannot be read",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01" + bytes(range(256)),
    ),
    text(
        "the page of an error",
        "a colon is not allowed here",
        b"<!DOCTYPE html>\n<html><head><title>502: Bad Gateway</title></head>\n<body>nginx</body></html>\n",
    ),
    text(
        "a Postman export",
        'unknown key "info" in a collection',
        b'{"info": {"_postman_id": "1", "name": "x", "schema": "v2.1.0"}, "item": [{"name": "a", "request": {"url": "https://a"}}]}',
    ),
    text("a .env file", "a collection is a mapping, this is text", b"API_KEY=sk-Zq0-7x_promises-9\nOTHER='x\n"),
    text(
        "random bytes",
        "c.yaml is not UTF-8 text: the byte at line 1, column 2 cannot be read Save it as UTF-8.",
        bytes((number * 7919 + 13) % 256 for number in range(5000)),
    ),
)

GROUPS: Final = (
    Group("YAML that explodes", BOMBS),
    Group("YAML that wants to run something", TAGS),
    Group("Bytes that are no text, and text that is no harmless text", BYTES),
    Group("Numbers", NUMBERS),
    Group("Files that are no collections", OTHERS),
)
INPUTS: Final = tuple(one for group in GROUPS for one in group.inputs)
