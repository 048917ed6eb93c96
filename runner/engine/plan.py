"""What will be run: the selected requests of each file, what each needs, and every variable looked up beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from runner.engine.expand import Step, expand
from runner.engine.job import Job, Planned, names_read
from runner.engine.looks import doubtful_values
from runner.engine.preflight import Preflight
from runner.engine.scope import Schemas, Scope, make_scope
from runner.errors import RenderError
from runner.model import Collection, RequestSpec
from runner.node import Node
from runner.resolve import NO_OVERRIDES, Overrides
from runner.source import Diagnostic
from runner.variables.scope import Variables

Selector = Callable[[RequestSpec, str], bool]


def plan_job(
    collection: Collection,
    variables: Variables,
    selected: Selector,
    overrides: Overrides = NO_OVERRIDES,
    schemas: Schemas | None = None,
) -> tuple[Job, list[Diagnostic]]:
    """The job of one collection, and everything that keeps it from being run. ``schemas`` are those of its other
    rows, if it has any."""
    job = Job(collection, make_scope(collection, variables, overrides, schemas))
    problems: dict[Diagnostic, None] = {}
    reason = _unmet(job, problems)
    if reason:
        return job._replace(skipped=reason), []
    chosen = _chosen(_Naming(problems).of(steps_of(job.scope)), selected)
    problems.update(Preflight(collection).of(chosen))
    return job._replace(requests=tuple(chosen)), sorted(problems, key=_place)


def named_requests(scope: Scope) -> list[tuple[RequestSpec, str]]:
    """What a run of everything sends, each request with the name that reports show."""
    return [(one.spec, one.name) for one, _ in _Naming({}).of(steps_of(scope))]


def steps_of(scope: Scope) -> list[Step]:
    """The steps that a run of everything has: of what ``only`` leaves out, those that others need."""
    steps = expand(scope)
    if all(step.wanted for step in steps):
        return steps
    everything = _chosen(_Naming({}).of(steps), lambda _spec, _name: True)
    places = {one.position for one in everything}
    return [step._replace(visible=step.families) for at, step in enumerate(steps) if at in places]


def _place(problem: Diagnostic) -> tuple[int, int]:
    """By which problems stand in the order of the file."""
    return problem.span[:2] if problem.span is not None else (0, 0)


def _unmet(job: Job, problems: dict[Diagnostic, None]) -> str:
    """Why the whole file is skipped: the variables that it requires, or a file that it includes, and that are not
    set."""
    missing = dict(_missing(job.scope, problems))
    if not missing:
        return ""
    if not any(missing.values()):
        return f"needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not set"
    told = [f"{name}, which is {f'empty in {place}' if place else 'not set'}" for name, place in missing.items()]
    return f"needs {', and '.join(told)}"


def _missing(scope: Scope, problems: dict[Diagnostic, None]) -> Iterator[tuple[str, str]]:
    """Names, and where they are set to nothing, if they are."""
    for node in scope.collection.requires:
        name = str(node.value)
        try:
            if scope.variables.lookup(name) is None:
                yield name, " and ".join(scope.variables.empty_in(name))
        except RenderError as error:
            if error.diagnostic.rule != "missing-variable":  # what it is made from may be captured first
                problems[error.diagnostic] = None
    for include in scope.collection.includes:
        for row in include.collection.rows[:1]:
            yield from _missing(scope.of_include(include, row), problems)


class _Naming:
    """Gives each step the name that reports show, and finds what it needs by names."""

    def __init__(self, problems: dict[Diagnostic, None]) -> None:
        self._problems = problems
        self._names: dict[str, Node] = {}
        self._written: dict[str, list[tuple[tuple[int, ...], str]]] = {}
        """For each name as written the families and the names of its steps."""
        self._captured: dict[tuple[int, str], tuple[int, str]] = {}
        """By family and variable the position and the name of the last request that captures it and that the family
        knows of."""
        self._setup: dict[int, list[str]] = {}
        """By family the names of the requests that prepare it."""

    def of(self, steps: Sequence[Step]) -> list[tuple[Planned, bool]]:
        """Each step planned, and whether it is wanted for itself."""
        names = self._all_names(steps)
        return [(self._planned(at, step, names[at]), step.wanted) for at, step in enumerate(steps)]

    def _planned(self, position: int, step: Step, name: str) -> Planned:
        spec = step.spec
        needs = tuple(one for node in spec.needs for one in self._needed(str(node.value), step.families))
        sources = self._sources(step)
        setup = tuple(dict.fromkeys(one for family in step.families for one in self._setup.get(family, ())))
        for family in step.prepares:
            self._setup.setdefault(family, []).append(name)
        self._written.setdefault(str(spec.name.value), []).append((step.families, name))
        for capture in spec.captures:
            for family in step.visible:
                self._captured[family, capture.name] = (position, name)
        return Planned(spec, name, position, step.scope, step.phase, step.families, step.cleans, sources, needs, setup)

    def _all_names(self, steps: Sequence[Step]) -> dict[int, str]:
        """By position a name that only this step has. Two that the file itself gives must differ; where a row or an
        included file would give one that is there already, it gets a number."""
        names: dict[int, str] = {}
        for at, step in sorted(enumerate(steps), key=lambda pair: pair[1].copy if pair[1].family else 0):
            name = first = " ".join(filter(None, (self._rendered(step), step.label)))
            if not step.family and not step.label and self._names.get(name, step.spec.name) is not step.spec.name:
                message = f'two requests are named "{name}" once their placeholders are filled'
                hint = f"The first is on line {self._names[name].line}. Give each request a name of its own."
                self._problems[step.spec.name.diagnostic("duplicate-name", message, hint)] = None
            number = max(step.copy, 2)
            while name in self._names:
                name = f"{first} ({number})"
                number += 1
            self._names[name] = step.spec.name
            names[at] = name
        return names

    def _rendered(self, step: Step) -> str:
        spec = step.spec
        if spec.name.templated:
            try:
                return step.scope.resolver.name(spec)
            except RenderError as error:
                self._problems[error.diagnostic] = None
        return str(spec.name.value)

    def _needed(self, written: str, families: tuple[int, ...]) -> list[str]:
        """Those of the same file first, else those of the files that it includes."""
        found = self._written.get(written, ())
        same = [name for around, name in found if around == families]
        return same or [name for around, name in found if around[: len(families)] == families]

    def _sources(self, step: Step) -> dict[str, str]:
        """The variables of a step that earlier requests capture, with their names."""
        if not self._captured:
            return {}
        sources: dict[str, str] = {}
        for name, uses in names_read(step.spec, step.scope).items():
            for one in (name, *(() if self._source(name, step) else sorted(uses))):
                source = self._source(one, step)
                if source:
                    sources[one] = source
        return sources

    def _source(self, name: str, step: Step) -> str:
        return max(self._captured.get((family, name), (-1, "")) for family in step.families)[1]


def _chosen(everything: Sequence[tuple[Planned, bool]], selected: Selector) -> list[Planned]:
    """The selected requests, those that they need, and around them all of setup and teardown; in order. The teardown
    of an included file is left out with its requests."""
    chosen = [one for one, wanted in everything if wanted and selected(one.spec, one.name)]
    around = [one for one, wanted in everything if wanted and one.phase != "requests"] if chosen else []
    by_name = {one.name: one for one, _ in everything}
    names: set[str] = set()
    waiting = [*chosen, *(one for one in around if not one.cleans)]
    cleaning = [one for one in around if one.cleans]
    begun: set[int] = set()
    while waiting:
        while waiting:
            one = waiting.pop()
            if one.name not in names:
                names.add(one.name)
                begun.update(one.families)
                waiting.extend(by_name[name] for name in (*one.needs, *one.sources.values(), *one.setup))
        waiting = [one for one in cleaning if one.cleans in begun]
        cleaning = [one for one in cleaning if one.cleans not in begun]
    return [one for one, _ in everything if one.name in names]


def doubtful(job: Job) -> list[Diagnostic]:
    """A warning for each secret in use that is too short to be masked, and for values that look wrong."""
    scopes = {id(one.scope.variables): one.scope.variables for one in job.requests}
    short = [warning for variables in (job.scope.variables, *scopes.values()) for warning in variables.short_secrets()]
    return [*short, *doubtful_values(job.requests)]
