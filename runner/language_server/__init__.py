"""A language server: what editors ask of a collection, answered from the same rooms as the commands."""
