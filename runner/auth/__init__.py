"""Authentication schemes: what each adds to a request."""
