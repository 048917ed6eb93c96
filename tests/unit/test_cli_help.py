"""What ``--help`` says: it fits a terminal, nothing is cut off, and one option means one thing wherever it is."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from runner.cli.app import COMMANDS, build

WIDTH: Final = 80
OF_THEIR_OWN: Final = {"--force", "--from", "--output", "--quiet", "--report", "--strict"}
"""Options that are about something else from command to command."""


def shown(*arguments: str) -> list[str]:
    done = CliRunner().invoke(build(list(COMMANDS)), [*arguments, "--help"], terminal_width=WIDTH, color=False)
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_a_terminal(command: str) -> None:
    lines = shown(*command.split())
    assert [line for line in lines if len(line) > WIDTH] == []
    assert [line for line in lines if line.endswith("...") and not line.startswith("Usage")] == [], "it is cut off"
    assert [line for line in lines if re.search(r"\w-$", line)] == [], "a word is broken"


def test_each_parameter_is_explained_in_one_way() -> None:
    group = get_command(build(list(COMMANDS)))
    told: dict[str, set[str]] = defaultdict(set)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        for one in command.params:
            text = getattr(one, "help", None) or ""
            assert re.fullmatch(r"[A-Z0-9].*\.", text), f"{name} {one.opts}: {text!r}"
            if one.opts[-1].startswith("--"):
                told[one.opts[-1]].add(text)
    assert {option for option, texts in told.items() if len(texts) > 1} == OF_THEIR_OWN
