"""Collections out of Hurl files."""
