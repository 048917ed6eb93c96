"""Variables that are secret for how a file uses them: what authentication is made from."""

from __future__ import annotations

from runner.model import Collection
from runner.variables.scope import Variables
from runner.variables.template import placeholders

CREDENTIALS = frozenset({"token", "password", "value", "client_secret", "refresh_token", "secret_key", "session_token"})
"""Fields of ``auth`` that must not be seen."""


def declare_credentials(collection: Collection, variables: Variables) -> None:
    """Whatever their names, from before any of them is shown; those that their defaults are made from as well."""
    for spec in collection.requests:
        for name, node in spec.auth.fields.items() if spec.auth is not None else ():
            if name in CREDENTIALS:
                for placeholder, _ in placeholders(node):
                    for one in (placeholder.name, *variables.uses(placeholder.name)):
                        variables.declare_secret(one)
