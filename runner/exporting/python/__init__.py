"""Requests as Python, with the library requests."""
