"""What people write for Locust's fast client by hand, with the same four checks as the collection of ``load.py``.

python by_hand.py URL USERS SECONDS        prints requests a second, and microseconds of processor time for each
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402  # behind the patch, as all that follows
import sys  # noqa: E402
import time  # noqa: E402

import gevent  # noqa: E402
from locust import constant, task  # noqa: E402
from locust.contrib.fasthttp import FastHttpUser  # noqa: E402
from locust.env import Environment  # noqa: E402


class Shopper(FastHttpUser):
    host = sys.argv[1]
    wait_time = constant(0)

    @task
    def item(self) -> None:
        with self.client.get("/items/7", name="item", catch_response=True) as response:
            if response.status_code != 200:
                response.failure("status")
                return
            found = response.json()
            if found["name"] != "a shop item":
                response.failure("name")
            elif not found["price"] > 0:
                response.failure("price")
            elif type(found["id"]) is not int:
                response.failure("id")


def main() -> None:
    users, seconds = int(sys.argv[2]), float(sys.argv[3])
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    environment = Environment(user_classes=[Shopper])
    runner = environment.create_local_runner()
    began, used = time.monotonic(), time.process_time()
    runner.start(users, 100)
    gevent.sleep(seconds)
    count = environment.stats.total.num_requests
    each = (time.process_time() - used) / count * 1e6
    print(count / (time.monotonic() - began), each, environment.stats.total.num_failures)
    runner.quit()


if __name__ == "__main__":
    main()
