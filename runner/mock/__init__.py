"""The mock server: answers requests from the examples that collections save."""
