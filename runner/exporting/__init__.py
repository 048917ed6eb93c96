"""Collections as other tools keep them: each target is a module that makes text, and notes of what it cannot say."""
