"""Python's way in: ``runner.load`` and ``runner.run``, and what they give."""
