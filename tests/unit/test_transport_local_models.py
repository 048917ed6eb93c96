from __future__ import annotations

import pytest

from runner.transport.failures import not_connected


@pytest.mark.parametrize(
    ("place", "word"),
    [("localhost:11434", "ollama serve"), ("127.0.0.1:1234", "lms server start"), ("[::1]:11434", "ollama serve")],
)
def test_a_model_server_that_does_not_run_is_named(place: str, word: str) -> None:
    error = not_connected(ConnectionRefusedError(), place).error
    assert error.message == f"{place} refused the connection."
    assert word in error.hint


@pytest.mark.parametrize("place", ["localhost:8080", "api.example.com:11434", "localhost:21234"])
def test_others_are_not(place: str) -> None:
    hint = not_connected(ConnectionRefusedError(), place).error.hint
    assert "ollama" not in hint
    assert "lms" not in hint
