"""Each way in which a collection names a file, to each place outside of its folder: by the path, by links, further up
than ``--root`` lets it go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from runner.errors import ExitCode

CANARY: Final = "canary-Zq0!7x-of-another-folder"
"""It stands in every file outside; no output and no server may have it."""


class Way(NamedTuple):
    """``lines`` are the collection, where ``<<PATH>>`` stands for the path; ``named`` is the file, ``text`` what is in
    it: right as it is, so that a run would pass if it were read. ``late`` is what is said where only the check of an
    answer comes to the file. ``files`` are further ones beside the collection."""

    name: str
    named: str
    text: str
    lines: str
    files: Mapping[str, str] = {}
    late: str = ""
    options: tuple[str, ...] = ()


class Place(NamedTuple):
    """Where the file is, and how it is named; ``says`` are words that the program has to say, none if it may read it.
    ``path`` has the file's name as ``{}``, ``{outside}`` the absolute path of the folder outside."""

    name: str
    path: str
    says: str
    root: str = ""


class Case(NamedTuple):
    """``group`` is the way; ``code`` is how the run ends."""

    name: str
    group: str
    way: Way
    place: Place
    code: ExitCode
    says: str


ONE: Final = '- {name: one, url: "<<SERVER>>/one"'
SCHEMA: Final = f'{{"title": "{CANARY}", "type": "object"}}'
WAYS: Final = (
    Way("include", "f.yaml", f"name: {CANARY}\nrequests:\n{ONE}}}\n", "requests:\n- include: <<PATH>>\n"),
    Way(
        "include of defaults",
        "f.yaml",
        f"defaults: {{headers: {{X-Key: {CANARY}}}}}\n",
        f"defaults: {{include: <<PATH>>}}\nrequests:\n{ONE}}}\n",
    ),
    Way("data of a file", "f.csv", f"KEY\n{CANARY}\n", f'data: <<PATH>>\nrequests:\n{ONE}, text: "<<KEY>>"}}\n'),
    Way("data of a request", "f.json", f'[{{"KEY": "{CANARY}"}}]', f"requests:\n{ONE}, data: <<PATH>>}}\n"),
    Way("data line by line", "f.jsonl", f'{{"KEY": "{CANARY}"}}\n', f"requests:\n{ONE}, data: <<PATH>>}}\n"),
    Way("body", "f.bin", CANARY, f"requests:\n{ONE}, file: <<PATH>>}}\n"),
    Way("part of a body", "f.bin", CANARY, f"requests:\n{ONE}, multipart: {{a: {{file: <<PATH>>}}}}}}\n"),
    Way(
        "body that a variable names",
        "f.bin",
        CANARY,
        f'requests:\n{ONE}, file: "<<FILE>>"}}\n',
        options=("--var", "FILE=<<PATH>>"),
    ),
    Way("schema", "f.json", SCHEMA, f"requests:\n{ONE}, expect: {{schema: <<PATH>>}}}}\n"),
    Way(
        "schema that a variable names",
        "f.json",
        SCHEMA,
        f'requests:\n{ONE}, expect: {{schema: "<<FILE>>"}}}}\n',
        options=("--var", "FILE=<<PATH>>"),
    ),
    Way(
        "schema of a schema",
        "f.json",
        SCHEMA,
        f"requests:\n{ONE}, expect: {{schema: s.json}}}}\n",
        {"s.json": '{"$ref": "<<PATH>>"}'},
        'the schema "f.json" is outside the folder of ',
    ),
    Way(
        "schema of one in the collection",
        "f.yaml",
        f"description: {CANARY}\n",
        f"requests:\n{ONE}, expect: {{schema: {{$ref: <<PATH>>}}}}}}\n",
        late='the schema "f.yaml" is outside the folder of ',
    ),
    Way(
        "body of an example",
        "f.bin",
        CANARY,
        f"requests:\n{ONE}, expect: {{text: {{not: {{contains: zzz}}}}}}, examples: [{{file: <<PATH>>}}]}}\n",
        options=("--mock",),
    ),
    Way("CA file", "f.pem", CANARY, f"requests:\n{ONE}, tls: {{ca: <<PATH>>}}}}\n"),
    Way(
        "client certificate",
        "f.pem",
        CANARY,
        f"requests:\n{ONE}, tls: {{cert: <<PATH>>, key: k.pem}}}}\n",
        {"k.pem": "x"},
    ),
    Way("private key", "f.pem", CANARY, f"requests:\n{ONE}, tls: {{cert: c.pem, key: <<PATH>>}}}}\n", {"c.pem": "x"}),
    Way(
        "file of an included file",
        "f.bin",
        CANARY,
        "requests:\n- include: inner.yaml\n",
        {"inner.yaml": f"requests:\n{ONE}, file: <<PATH>>}}\n"},
    ),
)

FOLDER: Final = "leaves the collection's folder"
WIDE: Final = "leaves the folder of --root"
PLACES: Final = (
    Place("up", "../near/{}", FOLDER),
    Place("by an absolute path", "{outside}/{}", FOLDER),
    Place("through a link to the file", "links/{}", FOLDER),
    Place("through a link to its folder", "away/{}", FOLDER),
    Place("below --root", "../near/{}", "", ".."),
    Place("above --root", "../../beyond/{}", WIDE, ".."),
)

CASES: Final = tuple(
    Case(
        f"{way.name}: {place.name}",
        way.name,
        way,
        place,
        ExitCode.OK if not place.says else ExitCode.CHECK_FAILED if way.late else ExitCode.INVALID,
        (way.late + ("--root" if place.says == WIDE else "the collection")) if place.says and way.late else place.says,
    )
    for way in WAYS
    for place in PLACES
)
