"""Chunks of a stream put together into the message that they are pieces of: one module for each shape of chunks."""
