"""Real exchanges kept in a file, secrets removed, and answers from it without a network."""
