"""Streams among the answers: read once they are whole, and their text while they come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from runner.llm.ndjson import LineParser
from runner.llm.stream import Reading, parser_of, read_stream
from runner.messages import Exchange, Stream, TransportError
from runner.transport.base import Hear

MESSAGE_LIMIT = 300


def streamed(exchange: Exchange) -> Exchange:
    """The exchange with its stream read, if the answer is one, or the beginning of one that broke off."""
    if exchange.request.method == "HEAD":
        return exchange
    if exchange.response is not None:
        stream = read_stream(exchange.response)
        return exchange if stream is None else exchange._replace(response=replace(exchange.response, stream=stream))
    if exchange.begun is not None and exchange.error is not None:
        return exchange._replace(error=_with_beginning(exchange.error, read_stream(exchange.begun)))
    return exchange


def _with_beginning(error: TransportError, stream: Stream | None) -> TransportError:
    """The error with what had come of the stream until then."""
    count = len(stream.events) if stream is not None else 0
    if stream is None or not count:
        return error._replace(message=f"{error.message} Not one event of the stream had come.")
    data = stream.events[-1].data
    last = data if len(data) <= MESSAGE_LIMIT else data[: MESSAGE_LIMIT - 1] + "…"
    came = "1 event of the stream had come" if count == 1 else f"{count} events of the stream had come, the last"
    return error._replace(message=f"{error.message} {came}: {last}")


def hearing(tell: Callable[[str], None]) -> Hear:
    """Tells the text of each stream while it comes."""

    def begin(kind: str) -> Callable[[bytes], None]:
        parser = parser_of(kind)
        reading = Reading(lines=isinstance(parser, LineParser))

        def take(piece: bytes) -> None:
            texts = [reading.add(event) for event in parser.feed(piece)] if parser is not None else []
            if text := "".join(texts):
                tell(text)

        return take

    return begin
