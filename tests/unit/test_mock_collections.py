"""The collections of the repository: what they save as examples is what they expect."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from runner.checks.matchers import MatchContext
from runner.checks.schema import SchemaChecker
from runner.llm.errors import explain_error
from runner.loading.collection import load_collection
from runner.mock.bodies import Filling
from runner.mock.messages import MockRequest
from runner.mock.routes import Routes
from tests.command import Program
from tests.unit.mock_routes import as_written, not_constant

ROOT = Path(__file__).parents[2]
COLLECTIONS = sorted((ROOT / "collections").glob("*.yaml"))


def routes(path: Path) -> Routes:
    def read(node: object) -> bytes:
        raise AssertionError(node)

    collection = load_collection(path, path.name)
    filling = Filling(MatchContext(as_written, SchemaChecker(collection.folder)), read, not_constant)
    return Routes([(spec, filling) for spec in collection.requests])


def test_there_are_no_python_files_among_the_collections() -> None:
    assert not list((ROOT / "collections").rglob("*.py"))


@pytest.mark.parametrize("path", COLLECTIONS, ids=lambda path: path.name)
def test_every_request_has_an_example_and_no_warning(path: Path) -> None:
    collection = load_collection(path, path.name)
    assert collection.warnings == ()
    for spec in collection.requests:
        assert spec.examples, spec.name.value


@pytest.mark.parametrize("path", COLLECTIONS, ids=lambda path: path.name)
def test_the_first_line_leads_the_editor_to_the_schema(path: Path) -> None:
    first = path.read_text().splitlines()[0]
    target = first.removeprefix("# yaml-language-server: $schema=")
    assert target != first
    assert json.loads((path.parent / target).read_text())["$schema"]


@pytest.mark.parametrize(
    ("file", "target", "example", "status", "says"),
    [
        ("chat", "/v1/chat/completions", "wrong key", 401, "invalid_api_key: Incorrect API key"),
        ("chat", "/v1/chat/completions", "quota used up", 429, "insufficient_quota: You exceeded"),
        ("errors", "/v1/chat/completions", "unknown model", 404, "model_not_found: The model"),
        ("errors", "/v1/chat/completions", "rate limit", 429, "rate_limit_exceeded: Rate limit"),
        ("errors", "/v1/chat/completions", "overloaded", 503, "server_is_overloaded: The server"),
        ("anthropic", "/v1/messages", "wrong key", 401, "authentication_error: invalid"),
        ("anthropic", "/v1/messages", "overloaded", 529, "overloaded_error: Overloaded"),
        ("gemini", "/v1beta/models/any:generateContent", "wrong key", 400, "INVALID_ARGUMENT: API key"),
        ("azure", "/openai/deployments/any/chat/completions", "unknown deployment", 404, "DeploymentNotFound: The"),
    ],
)
def test_the_failures_of_apis_are_explained(file: str, target: str, example: str, status: int, says: str) -> None:
    request = MockRequest("POST", target, (("Prefer", f"example={example}"),))
    response = routes(ROOT / f"collections/{file}.yaml").answer(request)
    assert response.status == status
    advice = explain_error(status, response.headers, json.loads(response.body), "api.example.com")
    assert advice is not None
    assert advice.says.startswith(says)
    assert advice.remedy


def test_the_mock_tells_the_to_dos_apart_without_knowing_the_run() -> None:
    served = routes(ROOT / "collections/todo.yaml")
    targets = {
        ("GET", "/api/todos/42"): 200,
        ("GET", "/api/todos/0"): 404,
        ("GET", "/api/todos?tag=food&limit=10"): 200,
        ("POST", "/api/login"): 401,
        ("POST", "/api/todos"): 422,
        ("PATCH", "/api/todos/42"): 200,
        ("DELETE", "/api/todos/42"): 204,
    }
    for (method, target), status in targets.items():
        assert served.answer(MockRequest(method, target)).status == status, urlsplit(target).path


def test_all_of_them_pass_with_the_mock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = Program(monkeypatch, tmp_path).run(
        "run", str(ROOT / "collections"), "--mock", "--var", "ACCOUNT=without credit"
    )
    assert ended.code == 0, ended.text
    assert "skipped" not in ended.out
