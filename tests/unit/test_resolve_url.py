from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from runner.clock import SystemClock
from runner.folder import Folder
from runner.loading.collection import decode_collection
from runner.resolve import Resolver
from runner.source import Source
from runner.variables.environment import Outside
from runner.variables.generators import Generators
from runner.variables.scope import Defaults, Variables


@pytest.mark.parametrize(
    ("base", "url", "sent"),
    [
        ("https://x.example/v1", "/notes", "https://x.example/v1/notes"),
        ("https://x.example/v1/", "notes", "https://x.example/v1/notes"),
        ("https://x.example/v1/", "/notes/", "https://x.example/v1/notes/"),
        ("https://x.example/v1", "/", "https://x.example/v1/"),
        ("https://x.example/v1", "?page=2", "https://x.example/v1?page=2"),
        ("https://x.example/v1/", "?page=2", "https://x.example/v1/?page=2"),
        ("https://x.example/v1", "https://y.example/notes#top", "https://y.example/notes"),
        ("https://x.example/v1", "/notes?done=1", "https://x.example/v1/notes?done=1"),
    ],
)
def test_a_url_continues_base_url(base: str, url: str, sent: str, tmp_path: Path) -> None:
    text = f'defaults: {{base_url: "{base}"}}\nrequests: [{{url: "{url}"}}]'
    collection = decode_collection(Source("c.yaml", text), tmp_path)
    generators = Generators(SystemClock(), Random(0))  # noqa: S311  # a test
    variables = Variables(Defaults({}, collection.secrets), Outside(), generators, lambda _: None)
    assert Resolver(Folder.of(tmp_path), variables).url(collection.requests[0]) == sent
