"""The rules of what is found while files are loaded and variables looked up, which every command tells."""

from __future__ import annotations

from typing import Final

from runner.lint.rule import URL, Rule

RULES_OF_LOADING: Final = (
    Rule(
        "schema-keyword",
        "A keyword in a JSON Schema that checks nothing.",
        "One that is misspelt is let pass, as the standard says; so is one of a newer draft than `$schema` names, what "
        "stands beside `$ref` in drafts 4 to 7, and `then` without `if`.",
        f"""\
requests:
  - url: {URL}/items/1
    expect:
      schema: {{type: object, require: [id]}}
""",
        f"""\
requests:
  - url: {URL}/items/1
    expect:
      schema: {{type: object, required: [id]}}
""",
    ),
    Rule(
        "duration-equals",
        "A duration is compared for equality.",
        "Hardly any answer takes exactly this long: a limit is meant.",
        f"""\
requests:
  - url: {URL}/items
    expect: {{duration: 2s}}
""",
        f"""\
requests:
  - url: {URL}/items
    expect: {{duration: {{lt: 2s}}}}
""",
    ),
    Rule(
        "duration-unit",
        "A limit of 200 or more has no unit, so it is in seconds.",
        "Other tools count in milliseconds: what is copied from them as it is would hold for any answer.",
        f"""\
requests:
  - url: {URL}/items
    expect: {{status: 200, duration: {{lt: 800}}}}
""",
        f"""\
requests:
  - url: {URL}/items
    expect: {{status: 200, duration: {{lt: 800ms}}}}
""",
    ),
    Rule(
        "misspelt-method",
        "A method that is nearly one of the common ones.",
        "It is sent as it is, since servers may have methods of their own, and examples answer it too.",
        f"""\
requests:
  - method: DELTE
    url: {URL}/items/1
    expect: {{status: 204}}
""",
        f"""\
requests:
  - method: DELETE
    url: {URL}/items/1
    expect: {{status: 204}}
""",
    ),
    Rule(
        "json-text",
        "The body is a text that spells JSON.",
        "It is sent as a JSON string, not as the object that it spells.",
        f"""\
requests:
  - url: {URL}/items
    json: '{{"name": "tea"}}'
    expect: {{status: 201}}
""",
        f"""\
requests:
  - url: {URL}/items
    json: {{"name": "tea"}}
    expect: {{status: 201}}
""",
    ),
    Rule(
        "stray-quote",
        "A key or a text ends in a quote that was not opened, or stands in curly ones: `\u201ctea\u201d`.",
        'YAML takes the quotes as a part of the text, so that a key is sent that nobody knows: `content"`.',
        f"""\
requests:
  - url: {URL}/items
    json: {{"name": "tea", price": 3}}
    expect: {{status: 201}}
""",
        f"""\
requests:
  - url: {URL}/items
    json: {{"name": "tea", "price": 3}}
    expect: {{status: 201}}
""",
    ),
    Rule(
        "missing-space",
        "No space stands behind a colon.",
        "YAML takes `{size:3}` for a key `size:3` without a value, and `size:3` below a key for a text.",
        f"""\
requests:
  - url: {URL}/items
    json: {{name: tea, size:3}}
    expect: {{status: 201}}
""",
        f"""\
requests:
  - url: {URL}/items
    json: {{name: tea, size: 3}}
    expect: {{status: 201}}
""",
    ),
    Rule(
        "foreign-placeholder",
        "A placeholder as other tools write it: `{{name}}` or `${NAME}`.",
        "It is sent as it stands.",
        f"""\
requests:
  - url: {URL}/items
    query: {{limit: "{{{{LIMIT}}}}"}}
    expect: {{status: 200}}
""",
        f"""\
requests:
  - url: {URL}/items
    query: {{limit: <<LIMIT:-10>>}}
    expect: {{status: 200}}
""",
    ),
    Rule(
        "system-name",
        "A variable has a name that most systems set by themselves.",
        "The environment wins over `variables`, so that another value is used unnoticed.",
        f"""\
variables: {{USER: ann}}
requests:
  - url: {URL}/users/<<USER>>
    expect: {{status: 200}}
""",
        f"""\
variables: {{USER_NAME: ann}}
requests:
  - url: {URL}/users/<<USER_NAME>>
    expect: {{status: 200}}
""",
    ),
    Rule(
        "missing-variable",
        "A variable has no value where `check` runs.",
        "It may have one elsewhere, so this is a warning; `runner run` sends nothing without it. Secrets are not "
        "mentioned.",
        """\
requests:
  - url: <<SERVER>>/items
    expect: {status: 200}
""",
        f"""\
variables: {{SERVER: "{URL}"}}
requests:
  - url: <<SERVER>>/items
    expect: {{status: 200}}
""",
        is_steady=False,
    ),
)
