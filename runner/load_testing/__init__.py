"""Load tests: collections run by the engine inside Locust's users, in a process of their own."""
