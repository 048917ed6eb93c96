"""What people and machines are told of a run: each module listens to events or draws one kind of text."""
