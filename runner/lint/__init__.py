"""Rules about collections that load, but may not be what was meant: each has an id, a message, and perhaps a fix."""
