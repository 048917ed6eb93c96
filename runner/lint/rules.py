"""The rules: what each of them tells, why, and how it looks wrong and right. docs/rules.md is made of this table."""

from __future__ import annotations

from typing import Final

from runner.lint.rule import URL, Rule
from runner.lint.rules_of_loading import RULES_OF_LOADING

__all__ = ["RULES", "Rule"]

RULES: Final = (
    Rule(
        "secret-in-file",
        "A key or password stands in the file, where a placeholder belongs.",
        "Whoever sees the file has it, and so does the history of a repository. It is known by the name of the "
        "variable, header or field that it belongs to, or by what keys of large services look like. Values that are "
        "obviously made up (`test`, `your-key`, `***`) are none, and neither is what is sent to be refused (`status: "
        "401`).",
        f"""\
variables:
  API_KEY: 7Hq2-xv90-Lm3k-44Zt
requests:
  - url: {URL}/items
    auth: {{bearer: <<API_KEY>>}}
    expect: {{status: 200}}
""",
        f"""\
secrets: [API_KEY]         # its value is in .env, or in the environment
requests:
  - url: {URL}/items
    auth: {{bearer: <<API_KEY>>}}
    expect: {{status: 200}}
""",
    ),
    Rule(
        "key-over-http",
        "A request that has what lets somebody in goes to an address that begins with http://.",
        "Everybody on the way can read it. Addresses of this machine (`localhost`, `127.0.0.1`, `::1`, names that end"
        " in `.localhost`) are let pass. Only what the file says is looked at, not what comes from outside.",
        """\
variables:
  BASE_URL: http://api.example.com
requests:
  - url: <<BASE_URL>>/items
    auth: {bearer: <<API_KEY>>}
    expect: {status: 200}
""",
        """\
variables:
  BASE_URL: https://api.example.com
requests:
  - url: <<BASE_URL>>/items
    auth: {bearer: <<API_KEY>>}
    expect: {status: 200}
""",
    ),
    Rule(
        "checks-nothing",
        "Nothing is expected of the answer: any with a status of `2xx` passes.",
        "An API that answers every question with the same error page passes as well. A capture is a check, since it "
        "fails where there is nothing to keep. Requests of `setup` and `teardown`, those that others `needs`, and "
        "`DELETE`, `HEAD` and `OPTIONS` are there for what they do.",
        f"""\
requests:
  - name: list
    url: {URL}/items
""",
        f"""\
requests:
  - name: list
    url: {URL}/items
    expect:
      json: {{$.items: {{type: array}}}}
  - name: health
    url: {URL}/health
    expect: {{status: 2xx}}  # says that this is all
""",
    ),
    Rule(
        "always-holds",
        "An expectation holds of whatever comes.",
        "It looks like a check and is none: every text contains an empty one, every length is 0 at least, every "
        "answer has a status, and a pattern such as `[0-9]*` fits at the end of every text, where there are none: "
        "`^[0-9]*$` is meant.",
        f"""\
requests:
  - url: {URL}/items
    expect:
      json: {{$.items: {{length: {{gte: 0}}}}}}
""",
        f"""\
requests:
  - url: {URL}/items
    expect:
      json: {{$.items: {{type: array}}}}
""",
    ),
    Rule(
        "unused-variable",
        "A variable that no placeholder names, or a value of `with` that the included file does not use.",
        "It is left over, or the placeholder that is meant is misspelt. Files that are included count, and so does "
        "`requires`.",
        f"""\
variables:
  LIMIT: 10
requests:
  - url: {URL}/items
    query: {{limit: 10}}
    expect: {{status: 200}}
""",
        f"""\
variables:
  LIMIT: 10
requests:
  - url: {URL}/items
    query: {{limit: <<LIMIT>>}}
    expect: {{status: 200}}
""",
    ),
    Rule(
        "unused-capture",
        "A capture that no placeholder names.",
        "What is kept for nobody is left over, or the placeholder that is meant is misspelt. Files that include this "
        "one count: those that are checked with it, and those in its folder and in the folders above it. With "
        "`secret: true` a capture masks its value, which is a use.",
        f"""\
requests:
  - url: {URL}/items
    capture: {{first: "$.items[0].id"}}
""",
        f"""\
requests:
  - url: {URL}/items
    capture: {{first: "$.items[0].id"}}
  - url: {URL}/items/<<first>>
    expect: {{status: 200}}
""",
    ),
    Rule(
        "quoted-number",
        "Text stands where a number is meant.",
        'A number in quotes is text, and so is a default on the spot: an API refuses `max_tokens: "200"`, and no '
        "number is more or less than a text. It is told where that can be known: of parameters of models that take "
        "numbers alone, in a `json` that has a `model`; of `lt`, `lte`, `gt`, `gte`, `between` and `approx` below "
        "`expect.json`; and of quotes around a placeholder whose variable is a number, since they change nothing. "
        "Names that a row or a capture may give are left alone, and so is what was pasted as JSON, its keys in "
        "quotes.",
        f"""\
requests:
  - url: {URL}/v1/chat/completions
    json: {{model: my-model, max_tokens: <<LIMIT:-200>>, messages: []}}
    expect: {{status: 200}}
""",
        f"""\
variables:
  LIMIT: 200
requests:
  - url: {URL}/v1/chat/completions
    json: {{model: my-model, max_tokens: <<LIMIT>>, messages: []}}
    expect: {{status: 200}}
""",
        fix="takes the quotes away, or puts `|int` or `|float` behind a default; not in comparisons, and not under "
        "`variables`, whose values may be meant as text elsewhere",
    ),
    Rule(
        "unused-schema",
        "A file in `schemas/` that no file beside that folder names, or a definition that no `$ref` leads to.",
        "Nothing is held against it. Files are looked at when all collections of the folder are checked together; a "
        "comment at the top of the first of them silences it.",
        f"""\
requests:
  - url: {URL}/items/1
    expect:
      schema:
        type: object
        properties: {{price: {{type: number}}}}
        $defs: {{money: {{type: number, minimum: 0}}}}
""",
        f"""\
requests:
  - url: {URL}/items/1
    expect:
      schema:
        type: object
        properties: {{price: {{$ref: "#/$defs/money"}}}}
        $defs: {{money: {{type: number, minimum: 0}}}}
""",
        is_steady=False,
    ),
    Rule(
        "deprecated-spelling",
        "A keyword of an older draft in a JSON Schema of draft 2020-12.",
        "`definitions` is read and is called `$defs` now. `dependencies`, `additionalItems`, `$recursiveRef` and `id`"
        " are let pass and say nothing. Schemas that name an older draft in `$schema` may have them. The words of the"
        " collection file itself have one spelling each; others are errors.",
        f"""\
requests:
  - url: {URL}/items/1
    expect:
      schema:
        properties: {{price: {{$ref: "#/definitions/money"}}}}
        definitions: {{money: {{type: number}}}}
""",
        f"""\
requests:
  - url: {URL}/items/1
    expect:
      schema:
        properties: {{price: {{$ref: "#/$defs/money"}}}}
        $defs: {{money: {{type: number}}}}
""",
        fix="writes `$defs` for `definitions` in a schema that stands in the collection, and changes its references",
    ),
    Rule(
        "schema-format",
        "A misspelt `format` in a JSON Schema.",
        "A format that is not known is not checked, as the standard says, so that any text passes.",
        f"""\
requests:
  - url: {URL}/items/1
    expect:
      schema:
        properties: {{made: {{type: string, format: datetime}}}}
""",
        f"""\
requests:
  - url: {URL}/items/1
    expect:
      schema:
        properties: {{made: {{type: string, format: date-time}}}}
""",
    ),
    *RULES_OF_LOADING,
    Rule(
        "unused-ignore",
        "A comment silences nothing.",
        "What it was for is gone; it would silence what comes next.",
        f"""\
requests:
  - url: {URL}/items
    expect: {{status: 200}}  # runner: ignore=checks-nothing
""",
        f"""\
requests:
  - url: {URL}/items  # runner: ignore=checks-nothing
""",
        fix="takes the comment out, unless it names other rules as well",
        is_steady=False,
    ),
    Rule(
        "unknown-rule",
        "A comment names a rule that there is none of.",
        "It silences nothing.",
        f"""\
# runner: ignore=unused-variables
requests:
  - url: {URL}/items
    expect: {{status: 200}}
""",
        f"""\
# runner: ignore=unused-variable
variables: {{LIMIT: 10}}
requests:
  - url: {URL}/items
    expect: {{status: 200}}
""",
        is_steady=False,
    ),
)
