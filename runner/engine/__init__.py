"""Plans, sends and judges, told as events."""
