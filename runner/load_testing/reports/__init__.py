"""A load test in words: for the terminal, and as the kinds of reports."""
