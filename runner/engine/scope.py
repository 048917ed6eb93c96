"""What the requests of a file, of an included one or of a data row are made and judged with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from runner.checks.matchers import MatchContext
from runner.checks.schema.checker import SchemaChecker
from runner.errors import RenderError
from runner.folder import Folder
from runner.model import Collection, Include, Row
from runner.node import Node
from runner.resolve import NO_OVERRIDES, Overrides, Resolver
from runner.variables.credentials import declare_credentials
from runner.variables.scope import Defaults, Narrower, Variables

if TYPE_CHECKING:  # few files have prices
    from runner.usage import Price


class Schemas:
    """Checkers by folder, for all rows and repetitions of a file: each schema is made ready once."""

    def __init__(self) -> None:
        self._checkers: dict[Folder, SchemaChecker] = {}

    def of(self, folder: Folder) -> SchemaChecker:
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
        """For the requests of an included file; prices of the outer one hold there as well. What its authentication is
        made of is secret from now on."""
        found = include.collection
        if self.collection.prices:
            found = found._replace(prices=(*found.prices, *self._priced()))
        defaults = Defaults(found.variables, found.secrets)
        variables = self.variables.inside(Narrower(defaults, include.given, row))
        declare_credentials(found, variables)
        return make_scope(found, variables, self.overrides, self.schemas)

    @property
    def prices(self) -> Mapping[str, Price]:
        """By the names of models, those left out that a response is yet to give."""
        return {str(key.value): price for key, price in self._priced() if not key.templated}

    def _priced(self) -> Iterator[tuple[Node, Price]]:
        for key, price in self.collection.prices:
            yield self._filled(key) if key.templated else key, price

    def _filled(self, key: Node) -> Node:
        try:
            return key.renamed(self.variables.render_text(key))
        except RenderError:
            return key

    def _with(self, variables: Variables) -> Scope:
        resolver = Resolver(self.collection.folder, variables, self.overrides)
        return self._replace(
            variables=variables, resolver=resolver, context=self.context._replace(render=variables.render)
        )


def make_scope(
    collection: Collection, variables: Variables, overrides: Overrides = NO_OVERRIDES, schemas: Schemas | None = None
) -> Scope:
    """For the requests of one file."""
    schemas = schemas or Schemas()
    context = MatchContext(variables.render, schemas.of(collection.folder))
    return Scope(collection, variables, Resolver(collection.folder, variables, overrides), context, overrides, schemas)
