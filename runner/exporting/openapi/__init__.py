"""Collections as OpenAPI 3.1: an operation a method and path, with what requests and their examples say of it."""
