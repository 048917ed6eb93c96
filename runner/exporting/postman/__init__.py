"""Collections for Postman, version 2.1: schema.getpostman.com/json/collection/v2.1.0."""
