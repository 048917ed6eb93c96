"""All that is done to the program, by what does it: servers, inputs, the system, files outside of its folder. What
takes long is tried where ``PROMISES=thorough`` is in the environment, as in CI."""

from __future__ import annotations

import os
from typing import Final

from tests.promises import (
    answers,
    bombs,
    echoes,
    inputs_commands,
    inputs_files,
    inputs_values,
    inputs_yaml,
    json_answers,
    origins,
    outputs,
    roots,
    screens,
    secure,
    signals,
    sockets,
    streams,
    surroundings,
    terminals,
)

OF_SERVERS: Final = (answers, sockets, bombs, json_answers, streams, origins, secure, echoes, screens)
OF_SYSTEM: Final = (signals, outputs, surroundings, terminals)

SERVERS: Final = tuple(fault for module in OF_SERVERS for fault in module.FAULTS)
GROUPS: Final = (*inputs_yaml.GROUPS, *inputs_values.GROUPS, *inputs_files.GROUPS, *inputs_commands.GROUPS)
INPUTS: Final = tuple(one for group in GROUPS for one in group.inputs)
SYSTEM: Final = tuple(fault for module in OF_SYSTEM for fault in module.FAULTS)
ROOTS: Final = roots.CASES

THOROUGH: Final = os.environ.get("PROMISES") == "thorough"
LONG: Final = 20.0
"""Seconds that a case may take from which it is one that takes long."""


def tried(name: str, seconds: float) -> bool:
    """Whether a case is part of this run of the tests. A search that runs away takes all the time that it may."""
    return THOROUGH or not (seconds >= LONG or "runs away" in name or "run away" in name)
