"""The command line: the table of commands, and what each does with the rooms below."""
