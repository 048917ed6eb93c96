from __future__ import annotations

import pytest

from runner.writing.formatting import formatted

STAYS = {
    "an alias whose anchor would come behind it": """\
requests:
  - text: &one a
    name: x
    description: *one
    url: http://x.test/
""",
    "an anchor that is set anew": """\
defaults:
  json: {a: &a 1}
  query: {a: &a 2}
requests:
  - url: http://x.test/
    json: [*a]
""",
    "a mapping that is used as data elsewhere": """\
requests:
  - url: http://x.test/
    expect: &same
      json: {$.a: 1}
      status: 200

  - url: http://x.test/
    json: *same
""",
    "what stands inside of a mapping with an anchor": """\
requests:
  - url: http://x.test/
    json: &data
      z: 1
      a: 2
""",
    "a merge key": """\
defaults:
  headers: &common {a: b}
requests:
  - url: http://x.test/
    <<: {method: POST}
    name: x
""",
    "all in braces": """\
{"requests": [{"url": "http://x.test/", "name": "x"}],


"name": "y"}
""",
    "a key behind a question mark": """\
requests:
- url: http://x.test/
  ? name
  : x
""",
    "data": """\
variables:
  z: 1
  a: {b: 1,   a: 2}
requests:
  - url: http://x.test/
    query:
      z: 1
      a: 2
    headers:
      Z: 1
      A: 2
    json:
      url: 1
      name: 2
      expect:
        json: 1
        status: 2
    expect:
      json:
        $.z: {lt: 3, gt: 1}
        $.a: 1
    capture:
      z: $.z
      a: $.a
    examples:
      - status: 200
        name: x
""",
    "texts with blanks and lines of their own": (
        "description: |+\n"
        "  a  \n"
        "     \n"
        "\n"
        "\n"
        "\n"
        "requests:\n"
        "  - url: http://x.test/\n"
        '    text: "a  \n'
        "\n"
        "\n"
        '  # no comment  "\n'
    ),
    "lines without a line feed at the end": ("requests:\n  - url: http://x.test/\n    text: |\n      a"),
    "comments in line": """\
variables:
  A: 1     # one
  LONG: 2  # two
requests:
  - {url: http://x.test/}
""",
    "requests on a line each": """\
requests:
  - {url: http://x.test/1}
  - {url: http://x.test/2}

  - {url: http://x.test/3}
""",
}
BECOMES = {
    "an empty line between requests, one for several": (
        """\
requests:
  - url: http://a.test/
    name: a
  - {url: http://b.test/}



  - {url: http://c.test/}
""",
        """\
requests:
  - name: a
    url: http://a.test/

  - {url: http://b.test/}

  - {url: http://c.test/}
""",
    ),
    "aliases that keep their anchor": (
        """\
variables: {A: &a 1, B: &b {}}
requests:
- json: [*a, *a]
  headers: *b
  url: &u http://x.test/
  name: x
""",
        """\
variables: {A: &a 1, B: &b {}}
requests:
  - name: x
    url: &u http://x.test/
    headers: *b
    json: [*a, *a]
""",
    ),
    "lists below and beside their key, dashes far apart": (
        """\
requests:
-   url: http://x.test/
    tags:
    -   a
    -     b
    json:
    - - 1
      -  - 2
    -
      a: 1
    - # c
      b: 1
""",
        """\
requests:
  - tags:
      - a
      - b
    url: http://x.test/
    json:
      - - 1
        - - 2
      -
        a: 1
      -  # c
        b: 1
""",
    ),
    "texts that move as a whole": (
        (
            "requests:\n"
            "- text: |2\n"
            "      a\n"
            "     b\n"
            "\n"
            '  url: "http://x.test/\\\n'
            '         path"\n'
            "  description: plain\n"
            "   text\n"
        ),
        (
            "requests:\n"
            "  - description: plain\n"
            "     text\n"
            "\n"
            '    url: "http://x.test/\\\n'
            '           path"\n'
            "    text: |2\n"
            "        a\n"
            "       b\n"
        ),
    ),
    "comments of the end stay at the end": (
        """\
requests:
- url: http://x.test/
  name: x
  # of the request
# the name
name: y
   # of the very end
""",
        """\
# the name
name: y
requests:
  - name: x
    url: http://x.test/
    # of the request
# of the very end
""",
    ),
    "comments above keys go with them": (
        """\
# the file

# the requests
requests:
- # the address
  url: http://x.test/
  # the name

  # again
  name: x
# the variables
variables: {}
""",
        """\
# the file

# the variables
variables: {}
# the requests
requests:
  -  # the address
    # the name

    # again
    name: x
    url: http://x.test/
""",
    ),
    "a comment on what comes first now": (
        """\
requests:
# the request
- url: http://x.test/

  # the name
  name: x
""",
        """\
requests:
  # the request
  # the name
  - name: x

    url: http://x.test/
""",
    ),
    "marks of the document": (
        ("\n# a\n---\n# b\n\nrequests:\n- url: http://x.test/\nname: x   \n\n...\n# c\n\n"),
        """\
# a
---
# b

name: x
requests:
  - url: http://x.test/
...
# c
""",
    ),
}


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS)
def test_what_must_not_move(text: str) -> None:
    assert formatted(text) == text


@pytest.mark.parametrize(("text", "wanted"), BECOMES.values(), ids=BECOMES)
def test_what_moves(text: str, wanted: str) -> None:
    assert formatted(text) == wanted
    assert formatted(wanted) == wanted


def test_a_large_file_with_nothing_odd_is_formatted_as_a_small_one() -> None:
    one = "- url: http://x.test/{}\n  json:\n     a: |\n        b\n  # c\n  name: '{}'\n"
    text = "requests:\n" + "".join(one.format(number, number) for number in range(5000))
    entry = "  # c\n  - name: '{0}'\n    url: http://x.test/{0}\n    json:\n      a: |\n         b\n"
    assert formatted(text) == "requests:\n" + "\n".join(entry.format(number) for number in range(5000))
