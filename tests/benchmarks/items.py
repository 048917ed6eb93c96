"""A server on loopback for load tests: no threads, an item with another number for each request. Prints its port; where
systems have no epoll it cannot run."""

from __future__ import annotations

import select
import socket
from typing import Final

ITEM: Final = (
    b'{"id": %d, "name": "a shop item", "price": 12.5, "stock": 3, "tags": ["red", "round"],'
    b' "seller": {"id": 4, "name": "Ann"}}'
)
HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    listener.setblocking(False)
    print(listener.getsockname()[1], flush=True)
    poll = select.epoll()
    poll.register(listener.fileno(), select.EPOLLIN)
    clients: dict[int, tuple[socket.socket, bytes]] = {}
    number = 0
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == listener.fileno():
                client, _ = listener.accept()
                client.setblocking(False)
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                clients[client.fileno()] = client, b""
                poll.register(client.fileno(), select.EPOLLIN)
                continue
            client, data = clients[descriptor]
            try:
                more = client.recv(65536)
            except OSError:
                more = b""
            if not more:
                poll.unregister(descriptor)
                client.close()
                del clients[descriptor]
                continue
            data += more
            while b"\r\n\r\n" in data:
                data = data.partition(b"\r\n\r\n")[2]
                number += 1
                body = ITEM % number
                client.send(HEAD % (len(body), body))
            clients[descriptor] = client, data


if __name__ == "__main__":
    main()
