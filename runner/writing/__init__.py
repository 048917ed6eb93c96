"""Values as the text of a YAML file."""
