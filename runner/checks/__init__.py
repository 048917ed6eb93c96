"""Whether a response is what a collection says it must be, and what to keep from it."""
