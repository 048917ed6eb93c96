"""docs/rules.md, made of the table of rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from runner.lint.rules import RULES, Rule
from tests.pages import ROOT

PAGE: Final = ROOT / "docs/rules.md"
WIDTH: Final = 120
INTRODUCTION: Final = """\
# Rules

What [`runner check`](cli.md#runner-check) tells of collections that load, but may not be what was meant. All of it is a
warning, and with `--strict` an error; `runner run` does not look for it, apart from what it finds while it loads a
file. The id of a rule stands behind its message. This page is made from the program's own table by
`python -m tests.test_docs`, and the tests hold every example against it.

A comment silences a rule; what stands behind the ids is the reason:

| where | for |
| --- | --- |
| behind something: `url: …  # runner: ignore=key-over-http` | that line |
| on a line of its own | the next line |
| on a line of its own, above the dash of a request | all of that request |
| at the top of the file, before its first key | the whole file |

```yaml part
# runner: ignore=unused-variable (the files that are included here are made by a program)
requests:
  # runner: ignore=checks-nothing, key-over-http: a server in the same rack
  - name: wake up
    url: http://10.0.0.7/wake
    auth: {bearer: <<API_KEY>>}
```

`runner check --fix` writes into the files what mends a finding safely, as far as the rule says so below, and tells each
change. Everything else in the file stays as it is, comments and layout too.
"""
ERRORS: Final = """\
## What is an error

Two requests of one name in a file (`duplicate-name`), a key that is no key, a variable that refers to itself and the
like are no matter of taste: such a file is not run, and no comment silences that.
"""


def rules_page() -> str:
    """The whole page."""
    index = " ·\n".join(f"[`{rule.id}`](#{rule.id})" for rule in RULES)
    return "\n".join([INTRODUCTION, f"{index}\n", *(part for rule in RULES for part in _section(rule)), ERRORS])


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id}\n"
    yield f"{_wrapped(f'{rule.what} {rule.why}')}\n"
    yield f"```yaml part\n# wrong\n{rule.wrong}```\n"
    yield f"```yaml part\n# right\n{rule.right}```\n"
    yield f"{_wrapped(f'`--fix` {rule.fix}.')}\n" if rule.fix else "`--fix` leaves it to you.\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
