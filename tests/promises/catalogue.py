"""All hostile inputs, by group."""

from __future__ import annotations

from typing import Final

from tests.promises import inputs_commands, inputs_files, inputs_values, inputs_yaml

GROUPS: Final = (*inputs_yaml.GROUPS, *inputs_values.GROUPS, *inputs_files.GROUPS, *inputs_commands.GROUPS)
INPUTS: Final = tuple(one for group in GROUPS for one in group.inputs)
