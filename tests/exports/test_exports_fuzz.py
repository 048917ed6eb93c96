"""Requests of all kinds, exported: never a fault, never a mark that is left, and Python is Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings, strategies as st

from runner.errors import InvalidFiles
from runner.exporting.http_file import to_http
from runner.exporting.postman.collection import to_postman
from runner.exporting.python.script import to_python
from runner.exporting.shell import to_shell
from runner.loading.collection import load_collection
from runner.writing.collection import collection_text
from runner.writing.layout import Value
from tests.imports.test_curl_round_trip import REQUESTS, SECRETS

ODD = st.fixed_dictionaries(
    {},
    optional={
        "description": st.text(
            st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs"]), min_size=1, max_size=9
        ).filter(lambda text: "<<" not in text),
        "expect": st.sampled_from(
            (
                {"error": "timeout"},
                {"pass_rate": "1/2"},
                {"status": ["2xx", 404], "json": {"$..a": {"each": {"lt": 3}}, "$.b['é\"'][-1]": {"is": "uuid"}}},
                {"text": {"matches": "(?P<a>x)/"}, "cookies": {"a": "b"}, "size": {"lt": "1kB"}, "redirects": 0},
                {"usage": {"cost": {"lt": 1}}, "stream": {"done": True}, "certificate": {"expires_in": {"gt": "1d"}}},
            )
        ),
        "capture": st.sampled_from(
            (
                {"x": {"regex": "a(b)", "default": 3}, "import": "$.a"},
                {"y-z.w": {"cookie": "sid", "secret": True}, "n": {"json": "$.a[-1]", "filter": ["int", "sha256"]}},
                {"d": {"duration": True}, "u": {"url": True}, "all": "$..a"},
            )
        ),
        "data": st.just([{"A": 1}, {"A": 2}]),
        "poll": st.just({"every": "1s", "for": "2s"}),
        "when": st.just({"<<API_KEY>>": {"exists": True}}),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=st.lists(st.tuples(REQUESTS, ODD), min_size=1, max_size=3))
def test_any_requests(requests: list[tuple[Mapping[str, Value], Mapping[str, Value]]], tmp_path: Path) -> None:
    named: list[Value] = [
        {"name": f'request {number} """ */ ###', **request, **odd} for number, (request, odd) in enumerate(requests)
    ]
    (tmp_path / "notes.txt").write_text("Notes.\n", encoding="utf-8")
    text = collection_text({"name": 'a """ \\ b', "secrets": list(SECRETS), "requests": named})
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    try:
        collection = load_collection(tmp_path / "c.yaml", "c.yaml")
    except InvalidFiles:
        reject()  # what is expected and what is captured do not go together
    json.loads(to_postman(collection).text)
    for exporter in (to_shell, to_http, to_python):
        exported = exporter(collection)
        assert "q7z" not in exported.text, exported.text
    compile(to_python(collection).text, "script.py", "exec")


def test_a_form_that_nobody_expects(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("requests: [{url: https://h.example/<<A|float>>}]\n", encoding="utf-8")
    collection = load_collection(tmp_path / "c.yaml", "c.yaml")
    told = [note.message for note in to_shell(collection).notes]
    assert any(message.startswith('"GET /<<A|float>>" is left out') or "A" in message for message in told), told


@pytest.mark.parametrize("depth", [10, 60])
def test_deep_bodies(depth: int, tmp_path: Path) -> None:
    body = "[" * depth + "]" * depth
    (tmp_path / "c.yaml").write_text(f"requests: [{{url: https://h.example/, json: {body}}}]\n", encoding="utf-8")
    collection = load_collection(tmp_path / "c.yaml", "c.yaml")
    compile(to_python(collection).text, "script.py", "exec")
    json.loads(to_postman(collection).text)
