"""Files beside a collection: .env files, data, schemas, bodies, includes; and what stands where a file should."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Unpack

from runner.errors import ExitCode
from tests.promises.inputs import ENV, RUN, SECRET, Case, Content, Group, Input, asking, collection

RIGHT: Final = asking()


def link(name: str, to: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).symlink_to(to)


def fifo(name: str) -> Callable[[Path], None]:
    return lambda folder: os.mkfifo(folder / name)


def folder(name: str) -> Callable[[Path], None]:
    return lambda where: (where / name).mkdir()


def sparse(name: str) -> Callable[[Path], None]:
    def make(where: Path) -> None:
        with (where / name).open("wb") as file:
            file.truncate(2_000_000_000)

    return make


def dotenv(name: str, said: str, content: Content, **case: Unpack[Case]) -> Input:
    """A .env file beside a right collection, with the variables that came of it."""
    text = asking("    json: {a: <<A>>}\n", "variables: {A: default}\n")
    return Input(name, said, ExitCode.OK, collection(text, __env=content), ENV)._replace(**case)


def odd_env(name: str, said: str, made: Callable[[Path], None], **case: Unpack[Case]) -> Input:
    return Input(name, said, ExitCode.OK, collection(RIGHT), ENV, make=made)._replace(**case)


def env_file(name: str, said: str, path: str, **case: Unpack[Case]) -> Input:
    return Input(name, said, files=collection(RIGHT), arguments=(*ENV, "--env-file", path))._replace(**case)


ENVS: Final = (
    dotenv(
        "a quote that is not closed",
        "line 1 of .env is left out: it is not NAME=value Write NAME=value, with both quotes around a value that holds",
        'A="b\nB=c\n',
    ),
    dotenv("a value that would be expanded", "c.yaml SERVER http://127.0.0.1:", "A=sk-${HOME}$(id)`id`$HOME\n"),
    dotenv(
        "an .env that is a program",
        ".env is not UTF-8 text: line 2 cannot be read Save it as UTF-8.",
        bytes(range(256)) * 10,
        code=ExitCode.INVALID,
    ),
    dotenv(
        "an .env of one line of 1.1 MB",
        ".env is larger than 1 MB Take a smaller one.",
        b"A=" + b"x" * 1_100_000,
        code=ExitCode.INVALID,
    ),
    dotenv(
        "an .env of 50,000 lines",
        "c.yaml SERVER http://127.0.0.1:",
        lambda: b"".join(b"V%d=x\n" % number for number in range(50_000)),
    ),
    dotenv("200 kB of opened quotes in an .env", "c.yaml SERVER http://127.0.0.1:", b"A='\n" * 50_000),
    dotenv(
        "an .env in UTF-16",
        ".env is not UTF-8 text: line 1 cannot be read Save it as UTF-8.",
        "A=b\n".encode("utf-16"),
        code=ExitCode.INVALID,
    ),
    dotenv(
        "an .env with a mark, export, CR LF and a name twice",
        "c.yaml SERVER http://127.0.0.1:",
        b"\xef\xbb\xbfexport A=first\r\nA=second\r\n",
    ),
    dotenv("a screen cleared by an .env", "c.yaml SERVER http://127.0.0.1:", b"A='\x1b[2J\x1b]0;owned\x07'\n"),
    dotenv("a command to a CI server in an .env", "c.yaml SERVER http://127.0.0.1:", b'A="x\\n::error::forged"\n'),
    dotenv(
        "a name that is none in an .env",
        "line 2 of .env is left out: it is not NAME=value Write NAME=value, with both quotes around a value that holds",
        b"1A=b\n=c\nA B=c\n\xc3\xa9=d\n",
    ),
    odd_env("an .env that is a pipe", "c.yaml SERVER http://127.0.0.1:", fifo(".env")),
    odd_env("an .env that is a link to itself", "c.yaml SERVER http://127.0.0.1:", link(".env", ".env")),
    env_file("an env file that is /dev/zero", "/dev/zero is larger than 1 MB Take a smaller one.", "/dev/zero"),
    env_file("an env file that is a pipe", "c.yaml SERVER http://127.0.0.1:", "p", make=fifo("p"), code=ExitCode.OK),
    env_file(
        "an env file with a line break in its name",
        "a \\x3a:error::b cannot be read: No such file or directory",
        "a\n::error::b",
    ),
    env_file(
        "an env file of the system's memory", "/proc/self/mem cannot be read: Input/output error", "/proc/self/mem"
    ),
    Input(
        "an environment by a name that leaves the folder",
        "there is no file .env.../../x",
        files=collection(RIGHT),
        arguments=(*ENV, "--env", "../../x"),
    ),
    Input(
        "an environment with a NUL for a name",
        "there is no file .env.\\x1b[2J",
        files=collection(RIGHT),
        arguments=(*ENV, "--env", "\x1b[2J"),
    ),
)


def data(name: str, said: str, ending: str, content: Content, **case: Unpack[Case]) -> Input:
    """Rows from a file."""
    text = asking("    json: {a: <<A>>}\n", f"data: rows.{ending}\nvariables: {{A: x}}\n")
    return Input(name, said, files={"c.yaml": text, f"rows.{ending}": content})._replace(**case)


def option(name: str, said: str, path: str, **case: Unpack[Case]) -> Input:
    return Input(name, said, files=collection(RIGHT), arguments=("check", "c.yaml", "--data", path))._replace(**case)


DATA: Final = (
    data(
        "a CSV of 1,000,000 rows",
        "rows.csv has more than 1,000,000 lines",
        "csv",
        lambda: b"A\n" + b"x\n" * 1_000_000,
        deadline=20.0,
    ),
    data(
        "a quote that is not closed in a CSV",
        "this is not CSV: unexpected end of data Check the quotes around here.",
        "csv",
        b'A,B\n"x,1\n2,3\n',
    ),
    data("a NUL in a CSV", "ok c.yaml 1 request", "csv", b"A\nx\0y\n", code=ExitCode.OK),
    data(
        "rows of other lengths",
        "the header has 2 cells, this row has 1 Add the missing ones. rows.csv:3:1: error: the header has 2 cells,",
        "csv",
        b"A,B\n1\n1,2,3\n",
    ),
    data(
        "a name twice in the header",
        "column 2 has the header of one before it The first line names the variables. A name is letters, digits, _, -",
        "csv",
        b"A,A\n1,2\n",
    ),
    data(
        "a header that is no name",
        "column 1 has a header that cannot be the name of a variable The first line names the variables",
        "csv",
        b"::error::x,\x1b[2J\n1,2\n",
    ),
    data(
        "a cell of 40 MB",
        "this is not CSV: field larger than field limit (10000000) Check the quotes around here.",
        "csv",
        lambda: b"A\n" + b"x" * 40_000_000,
        deadline=20.0,
    ),
    data(
        "a formula in a CSV, sent",
        "1 passed",
        "csv",
        b"A\n=cmd|'/c calc'!A1\n",
        arguments=RUN,
        code=ExitCode.OK,
        sent=1,
    ),
    data(
        "a CSV that is a picture",
        "rows.csv is not UTF-8 text: the byte at line 1, column 1 cannot be read",
        "csv",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    ),
    data(
        "one broken line in JSON Lines",
        "this line is not JSON: line 1, column 7: a value is expected, but the text ends Write one object a line.",
        "jsonl",
        b'{"A": 1}\n{"A": \n{"A": 3}\n',
    ),
    data(
        "50,000 broken lines in JSON Lines",
        "this line is not JSON: line 1, column 2: a key in double quotes is expected, but the text ends Write one",
        "jsonl",
        b"{\n" * 50_000,
        deadline=20.0,
    ),
    data(
        "100,000 levels of JSON as data",
        'this is no data file: it is nested too deeply Write [{"NAME": "value"},',
        "json",
        b"[" * 100_000 + b"]" * 100_000,
    ),
    data(
        "2,000,000 values of JSON as data",
        "this grows to more than 2,000,000 values",
        "json",
        lambda: b'[{"A": [' + b"{}," * 2_000_000 + b"1]}]",
        deadline=20.0,
    ),
    data(
        "numbers that cannot be as data",
        'this is no data file: NaN is not a JSON value Write [{"NAME": "value"},',
        "json",
        b'[{"A": NaN, "B": 1e400}]',
    ),
    data(
        "half a character as data, sent",
        "the body cannot be sent: it holds half a character (a lone surrogate)",
        "json",
        b'[{"A": "\\ud800"}]',
        arguments=RUN,
    ),
    data(
        "a data file that leads out by a link",
        "l.csv leaves the collection's folder",
        "csv",
        b"",
        files={"c.yaml": asking("", "data: l.csv\n")},
        make=link("l.csv", "../outside.csv"),
        beside={"outside.csv": "A\n1\n"},
    ),
    option("rows from /dev/zero", "/dev/zero is larger than 50.0 MB Take a smaller one.", "/dev/zero"),
    option(
        "rows from a pipe that nobody writes to",
        "there is no header The first line names the variables",
        "p.csv",
        make=fifo("p.csv"),
    ),
    option("rows from a file that is not there", "there is no such file", "a\n##[error]b.csv"),
    Input(
        "a matrix of 10^12 combinations",
        "this makes 1000000000000 combinations",
        files=collection(
            asking(
                "",
                "matrix: {" + ", ".join(f"{name}: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]" for name in "ABCDEFGHIJKL") + "}\n",
            )
        ),
    ),
)

SCHEMA: Final = "    expect: {schema: s.json}\n    examples: [{json: {a: 1, b: [1, 2]}}]\n"


def schema(name: str, said: str, content: object, **case: Unpack[Case]) -> Input:
    """A schema that ``check`` looks at."""
    text = content if isinstance(content, bytes) else json.dumps(content)
    files = collection(asking(SCHEMA), s__json=text)
    return Input(name, said, files=files)._replace(**case)


def judging(name: str, said: str, content: object, **case: Unpack[Case]) -> Input:
    """A schema that an answer of the server, ``{"a": 1}``, is checked against."""
    found = schema(name, said, content)._replace(arguments=RUN, code=ExitCode.CHECK_FAILED, sent=1, annotations=1)
    return found._replace(**case)


def deep_schema(levels: int) -> object:
    found: dict[str, object] = {}
    for _ in range(levels):
        found = {"not": found}
    return found


SCHEMAS: Final = (
    Input(
        "a schema on a server",
        "a schema is never fetched from the network",
        files=collection(asking("    expect: {schema: {$ref: <<SERVER>>/schema.json}}\n")),
        arguments=("run", "c.yaml"),
    ),
    schema(
        "a schema that is /etc/passwd", "a schema is never fetched from the network", {"$ref": "file:///etc/passwd"}
    ),
    judging(
        "a schema above the folder",
        'the schema "outside.json" is outside the folder of the collection',
        {"$ref": "../../outside.json"},
        beside={"outside.json": "{}"},
    ),
    judging(
        "a schema above the folder, in escapes",
        'the schema "outside.json" is outside the folder of the collection',
        {"$ref": "%2e%2e/outside.json"},
        beside={"outside.json": "{}"},
    ),
    judging(
        "a schema that is only itself",
        "the schema refers to itself without end, or the document is too deep",
        {"$ref": "#"},
    ),
    judging(
        "a circle of two files",
        "the schema refers to itself without end, or the document is too deep",
        {"$ref": "t.json"},
        files=collection(asking(SCHEMA), s__json='{"$ref": "t.json"}', t__json='{"$ref": "s.json"}'),
    ),
    judging(
        "a schema that doubles forty times",
        "the schema cannot be checked: it takes more than 100,000 references",
        {
            "$ref": "#/$defs/d0",
            "$defs": {
                **{f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)},
                "d40": {"type": "object"},
            },
        },
        deadline=30.0,
    ),
    judging(
        "a dynamic reference without end",
        "the schema refers to itself without end, or the document is too deep",
        {"$dynamicAnchor": "a", "$dynamicRef": "#a"},
    ),
    schema(
        "a schema of an unknown draft",
        '"http://127.0.0.1:9/draft" is no known draft',
        {"$schema": "http://127.0.0.1:9/draft"},
    ),
    judging(
        "30,000 definitions",
        "s.json has more than 50,000 keys",
        {"$defs": {f"d{number}": {"type": "string"} for number in range(30_000)}, "type": "object"},
        deadline=30.0,
    ),
    schema("a thousand levels of schema", "this is nested more than 100 levels deep", deep_schema(900)),
    judging(
        "a schema of 11 MB",
        'the schema "s.json" is larger than 10 MB',
        b'{"description": "' + b"x" * 11_000_000 + b'"}',
    ),
    judging(
        "a multiple of almost nothing",
        "1 passed",
        {"properties": {"a": {"multipleOf": 1e-300}}},
        code=ExitCode.OK,
    ),
    judging("the least length of all", "has 1 members, fewer than 1000000", {"minProperties": 10**400}),
    schema("a reference to nothing", 'there is no "#/$defs/\\x1b[2J" in this schema', {"$ref": "#/$defs/\x1b[2J"}),
    schema(
        "a schema that is a picture",
        "s.json is not UTF-8 text: the byte at line 1, column 1 cannot be read",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    ),
    schema(
        "a pattern that is none in a schema",
        "this is no regular expression: missing ) at character 2",
        {"pattern": "(", "properties": {"a": {"pattern": "("}}},
    ),
    judging(
        "a schema that says what it is in control characters",
        '$.a: 1 is not "\\u001b[2J::error::"',
        {"title": "\x1b[2J", "properties": {"a": {"const": "\x1b[2J::error::"}}},
    ),
    schema(
        "a YAML schema with a tag",
        "tags are not supported: !!python/object/apply:os.system",
        b"",
        files=collection(
            asking(SCHEMA.replace("json}", "yaml}", 1)), s__yaml="!!python/object/apply:os.system [touch made]"
        ),
    ),
    Input("a schema that is a pipe", "there is no file s.json", files=collection(asking(SCHEMA)), make=fifo("s.json")),
    Input(
        "a schema that is /dev/zero",
        "s.json leaves the collection's folder",
        files=collection(asking(SCHEMA)),
        make=link("s.json", "/dev/zero"),
    ),
)


def body(name: str, said: str, path: str, **case: Unpack[Case]) -> Input:
    """A body from a file."""
    return Input(name, said, files=collection(asking(f"    file: {json.dumps(path)}\n")))._replace(**case)


BODIES: Final = (
    body("a body that is /dev/zero", "/dev/zero leaves the collection's folder", "/dev/zero"),
    body("a body that is standard input", "/dev/stdin leaves the collection's folder", "/dev/stdin"),
    body(
        "a body that is the program's environment",
        "/proc/self/environ leaves the collection's folder",
        "/proc/self/environ",
    ),
    body("a body that is a pipe", "there is no file p", "p", make=fifo("p")),
    body(
        "a body above the folder",
        "../outside.txt leaves the collection's folder",
        "../outside.txt",
        beside={"outside.txt": "x"},
    ),
    body(
        "a body by a link that leads out",
        "l leaves the collection's folder",
        "l",
        make=link("l", "../outside.txt"),
        beside={"outside.txt": "x"},
    ),
    body(
        "a body in a folder by a link that leads out",
        "l/outside.txt leaves the collection's folder",
        "l/outside.txt",
        make=link("l", ".."),
        beside={"outside.txt": "x"},
    ),
    body("a body by a link to /dev/zero", "l leaves the collection's folder", "l", make=link("l", "/dev/zero")),
    body(
        "a body by a link to itself", "l cannot be used as a path: its links go in a circle", "l", make=link("l", "l")
    ),
    body("a body with a name of 5,000 characters", "cannot be used as a path: File name too long", "a" * 5000),
    body(
        "a body with control characters in its name", "there is no file \\x1b[2J \\x3a:error::x", "\x1b[2J\n::error::x"
    ),
    body(
        "a body of 2 GB",
        "big is larger than 1000.0 MB Take a smaller one.",
        "big",
        make=sparse("big"),
        arguments=RUN,
        code=ExitCode.NO_RESPONSE,
    ),
    Input(
        "a body of 2 GB in multipart",
        "big is larger than 1000.0 MB Take a smaller one.",
        files=collection(asking("    multipart: {f: {file: big}}\n")),
        make=sparse("big"),
        arguments=RUN,
        code=ExitCode.NO_RESPONSE,
    ),
    Input(
        "a certificate that is a picture",
        "cannot be used: no certificate or crl found",
        files=collection(asking("    tls: {ca: l}\n").replace("<<SERVER>>", "https://127.0.0.1:9"), l=b"\x89PNG"),
        arguments=RUN,
        code=ExitCode.NO_RESPONSE,
    ),
    Input(
        "an example's body that leads out",
        "../outside.txt leaves the collection's folder",
        files=collection(asking("    examples: [{file: ../outside.txt}]\n")),
        beside={"outside.txt": "x"},
        arguments=(*RUN, "--mock"),
    ),
)


def chain(levels: int) -> dict[str, Content]:
    files: dict[str, Content] = {
        f"i{number}.yaml": f"requests: [{{include: i{number + 1}.yaml}}]\n" for number in range(levels)
    }
    return {"c.yaml": "requests: [{include: i0.yaml}]\n", **files, f"i{levels}.yaml": RIGHT}


def doubled(levels: int) -> dict[str, Content]:
    files: dict[str, Content] = {
        f"i{number}.yaml": f"requests:\n  - {{include: i{number + 1}.yaml}}\n  - {{include: i{number + 1}.yaml}}\n"
        for number in range(levels)
    }
    return {"c.yaml": "requests: [{include: i0.yaml}]\n", **files, f"i{levels}.yaml": RIGHT}


def including(name: str, said: str, path: str, **case: Unpack[Case]) -> Input:
    return Input(name, said, files=collection(f"requests: [{{include: {json.dumps(path)}}}]\n"))._replace(**case)


INCLUDES: Final = (
    including("a file that includes itself", "files include each other in a circle: c.yaml → c.yaml", "c.yaml"),
    including(
        "a circle of includes",
        "files include each other in a circle: c.yaml → d.yaml → c.yaml",
        "d.yaml",
        files=collection("requests: [{include: d.yaml}]\n", d__yaml="requests: [{include: c.yaml}]\n"),
    ),
    including(
        "includes that double thirty times", "more than 20 files include each other in a row", "", files=doubled(30)
    ),
    including(
        "an include of a picture",
        "d.yaml is not UTF-8 text: the byte at line 1, column 1 cannot be read",
        "d.yaml",
        files=collection("requests: [{include: d.yaml}]\n", d__yaml=b"\x89PNG\0"),
    ),
    including(
        "an include that leads out by a link",
        "l.yaml leaves the collection's folder",
        "l.yaml",
        make=link("l.yaml", "../outside.yaml"),
        beside={"outside.yaml": RIGHT},
    ),
    including("an include of /etc/passwd", "/etc/passwd leaves the collection's folder", "/etc/passwd"),
    including(
        "an include of /dev/zero by a link",
        "l.yaml leaves the collection's folder",
        "l.yaml",
        make=link("l.yaml", "/dev/zero"),
    ),
    including("an include from a server", "there is no file http://127.0.0.1:9/c.yaml", "http://127.0.0.1:9/c.yaml"),
    Input(
        "defaults that include themselves",
        "files include each other in a circle: c.yaml → c.yaml",
        files=collection("defaults: {include: c.yaml}\n" + RIGHT),
    ),
    Input(
        "an included file with a secret in a line that is wrong",
        "this line does not fit into the mapping above it",
        files=collection("requests: [{include: d.yaml}]\n", d__yaml=f"API_KEY: {SECRET}\n- x\n"),
    ),
)

GROUPS: Final = (
    Group(".env files", ENVS),
    Group("Data", DATA),
    Group("Schemas", SCHEMAS),
    Group("Files as bodies", BODIES),
    Group("Includes", INCLUDES),
)
INPUTS: Final = tuple(one for group in GROUPS for one in group.inputs)
