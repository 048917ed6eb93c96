"""Sends what authentication asks for, and hands back the exchange that is the answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import cast

from runner.auth.flow import Flow
from runner.auth.hide import without_proof
from runner.messages import Exchange, Request


def converse(flow: Flow, send: Callable[[Request], Exchange]) -> Exchange:
    """Every request of the flow is sent the same way. Raises ``RenderError`` where there is nothing to send."""
    with closing(flow):
        request = next(flow)
        while True:
            exchange = send(request)
            try:
                request = flow.send(exchange)
            except StopIteration as answer:
                return without_proof(cast(Exchange, answer.value))
