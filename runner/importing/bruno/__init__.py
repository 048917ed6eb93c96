"""Collections out of Bruno's folders, in .bru and in YAML."""
