"""``runner run --watch``."""
