"""Placeholders and where their values come from."""
