"""What a response teaches: expectations, schemas and examples, written into the files that they belong to."""
