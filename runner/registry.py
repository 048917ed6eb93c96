"""Heavy parts by name, imported when they are used: what a run does not need it does not pay for."""

from __future__ import annotations

from importlib import import_module
from typing import Final

LIVE_TRANSPORT: Final = "runner.transport.live:LiveTransport"
MOCK_TRANSPORT: Final = "runner.cli.mocking:mock_transport"
DATASET: Final = "runner.load.dataset:read_rows"
DATA_FILE: Final = "runner.load.dataset:read_data_file"
PREVIEW: Final = "runner.cli.show:preview"


def load(name: str) -> object:
    """The object that ``module:attribute`` names."""
    module, _, attribute = name.partition(":")
    loaded: object = getattr(import_module(module), attribute)
    return loaded
