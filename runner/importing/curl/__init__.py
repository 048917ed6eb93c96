"""Collections out of curl commands, as people paste them."""
