"""What a faulty server does, and what the program must make of it. The lists are in the modules beside it."""

from __future__ import annotations

import ssl
from typing import Final, NamedTuple

from runner.errors import ExitCode
from runner.messages import ErrorKind
from tests.servers import Script

SECRET: Final = 'sk-"/+=<Zq0!7\\x&9'
"""The API key of all runs here: of characters that formats escape."""


class Fault(NamedTuple):
    """``says`` are words that the program has to say; ``kind`` is the kind of its error, None for an answer that is
    judged: then ``code`` is how the run has to end. ``request`` are further lines of the request in YAML, ``deadline``
    the seconds that it has."""

    name: str
    script: Script
    says: str
    kind: ErrorKind | None = "response"
    code: ExitCode = ExitCode.NO_RESPONSE
    request: str = ""
    deadline: float = 10.0
    tls: ssl.SSLContext | None = None


COLLECTION: Final = """\
name: Faults
secrets: [API_KEY]
requests:
  - name: ask
    url: <<SERVER>>/ask?api_key=<<API_KEY|urlencode>>
    method: POST
    headers:
      Authorization: Bearer <<API_KEY>>
      X-API-Key: <<API_KEY>>
      Cookie: session=<<API_KEY|urlencode>>
    timeout: {deadline}s
    max_size: 1 MB
    expect: {{status: {{lt: 600}}}}
{request}
"""
