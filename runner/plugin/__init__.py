"""Collections under pytest: which files, their requests as items, one run a file that waits for pytest."""
