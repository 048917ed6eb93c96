"""What the requests of a file, of an included one or of a data row are made and judged with."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from runner.checks.matchers import MatchContext
from runner.checks.schema.checker import SchemaChecker
from runner.model import Collection, Include, Row
from runner.resolve import NO_OVERRIDES, Overrides, Resolver
from runner.variables.credentials import declare_credentials
from runner.variables.scope import Defaults, Narrower, Variables


class Schemas:
    """Checkers by folder, for all rows and repetitions of a file: each schema is made ready once."""

    def __init__(self) -> None:
        self._checkers: dict[Path, SchemaChecker] = {}

    def of(self, folder: Path) -> SchemaChecker:
        return self._checkers.setdefault(folder, SchemaChecker(folder))


class Scope(NamedTuple):
    """``collection`` is the file that the requests stand in; its folder is where their paths start."""

    collection: Collection
    variables: Variables
    resolver: Resolver
    context: MatchContext
    overrides: Overrides
    schemas: Schemas

    def with_row(self, row: Row) -> Scope:
        """The same with the values of a row."""
        return self._with(self.variables.inside(Narrower(row=row)))

    def of_include(self, include: Include, row: Row) -> Scope:
        """For the requests of an included file; prices of the outer one hold there as well."""
        own, outer = include.collection.prices, self.collection.prices
        found = include.collection if not outer else include.collection._replace(prices={**own, **outer})
        defaults = Defaults(found.variables, found.secrets)
        variables = self.variables.inside(Narrower(defaults, include.given, row))
        return make_scope(found, variables, self.overrides, self.schemas)

    def _with(self, variables: Variables) -> Scope:
        resolver = Resolver(self.collection.folder, variables, self.overrides)
        return self._replace(
            variables=variables, resolver=resolver, context=self.context._replace(render=variables.render)
        )


def make_scope(
    collection: Collection, variables: Variables, overrides: Overrides = NO_OVERRIDES, schemas: Schemas | None = None
) -> Scope:
    """For the requests of one file; what its authentication is made of is secret from now on."""
    declare_credentials(collection, variables)
    schemas = schemas or Schemas()
    context = MatchContext(variables.render, schemas.of(collection.folder))
    return Scope(collection, variables, Resolver(collection.folder, variables, overrides), context, overrides, schemas)
