"""An API request runner: YAML collections, kept in git, sent and judged by one command."""

__version__ = "0.1.0"
