"""Where options that the command line leaves open come from."""
