"""``runner run``, and what belongs to a run."""
