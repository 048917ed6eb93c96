"""Text to collections: YAML, what its keys mean, and everything that is wrong with them."""
