"""OpenAPI descriptions as collections: a request an operation, made without asking any network."""
