"""What the requests of a file, of an included one or of a data row are made and judged with."""

from __future__ import annotations

from typing import NamedTuple

from runner.checks.matchers import MatchContext
from runner.checks.schema.checker import SchemaChecker
from runner.model import Collection, Include, Row
from runner.resolve import NO_OVERRIDES, Overrides, Resolver
from runner.variables.credentials import declare_credentials
from runner.variables.scope import Defaults, Narrower, Variables


class Scope(NamedTuple):
    """``collection`` is the file that the requests stand in; its folder is where their paths start."""

    collection: Collection
    variables: Variables
    resolver: Resolver
    context: MatchContext
    overrides: Overrides

    def with_row(self, row: Row) -> Scope:
        """The same with the values of a row."""
        return self if not row.values else self._with(self.variables.inside(Narrower(row=row)))

    def of_include(self, include: Include, row: Row) -> Scope:
        """For the requests of an included file."""
        found = include.collection
        defaults = Defaults(found.variables, found.secrets)
        return make_scope(found, self.variables.inside(Narrower(defaults, include.given, row)), self.overrides)

    def _with(self, variables: Variables) -> Scope:
        resolver = Resolver(self.collection.folder, variables, self.overrides)
        return self._replace(
            variables=variables, resolver=resolver, context=self.context._replace(render=variables.render)
        )


def make_scope(collection: Collection, variables: Variables, overrides: Overrides = NO_OVERRIDES) -> Scope:
    """For the requests of one file; what its authentication is made of is secret from now on."""
    declare_credentials(collection, variables)
    context = MatchContext(variables.render, SchemaChecker(collection.folder))
    return Scope(collection, variables, Resolver(collection.folder, variables, overrides), context, overrides)
