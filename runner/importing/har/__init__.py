"""HTTP archives of browsers and proxies as collections: a request a call of an API."""
