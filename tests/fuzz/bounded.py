"""How much is tried in the tests: the same examples each time, and not for long."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

few = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
bounded = settings(few, max_examples=200)
many = settings(few, max_examples=500)
