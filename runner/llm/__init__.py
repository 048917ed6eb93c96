"""What is particular to the APIs of language models."""
