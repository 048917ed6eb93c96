"""Collections out of the exports of Postman, version 2.0 and 2.1."""
