"""Authentication schemes, one a module: what each adds to a request, and what it does with the answer."""
