"""Collections out of what other tools keep: each source is a module that makes a ``Draft``."""
