"""A server on loopback that answers every request with the same chat completion, at once or after as many
milliseconds as its argument says; prints its port."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from typing import Final

ANSWER: Final = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1728000000,
    "model": "gpt-4.1-mini",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Hello John! How can I help you today?"},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 13, "completion_tokens": 10, "total_tokens": 23},
}
BODY: Final = json.dumps(ANSWER).encode()
RESPONSE: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(BODY),
    BODY,
)


def answer(connection: socket.socket, delay: float) -> None:
    """Answer one request after the other until the client is gone."""
    data = b""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection:
        while True:
            head, end, rest = data.partition(b"\r\n\r\n")
            length = content_length(head) if end else 0
            if end and len(rest) >= length:
                time.sleep(delay)
                connection.sendall(RESPONSE)
                data = rest[length:]
                continue
            more = connection.recv(65536)
            if not more:
                return
            data += more


def content_length(head: bytes) -> int:
    _, _, after = head.lower().partition(b"content-length:")
    return int(after.partition(b"\r\n")[0] or 0)


def main() -> None:
    delay = float(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0.0
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=answer, args=(connection, delay), daemon=True).start()


if __name__ == "__main__":
    main()
