"""What each request of a plan means, and so which of them are to be run again after a file was saved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from runner.cli.named import named_files
from runner.cli.running.planning import Only
from runner.engine.job import Job, Planned, names_read
from runner.engine.plan import Selector
from runner.errors import RenderError
from runner.model import Collection, RequestSpec
from runner.node import Plain

SAYS_NOTHING: Final = frozenset({"name", "description", "tags", "data", "matrix", "examples"})
"""Keys that change nothing of what is sent and judged. A name makes another request; rows are known by their values;
examples count with ``--mock``."""
WRITTEN: Final = ("variables, ", "with, ")
"""How the origin of a value begins that stands in a file."""


class Key(NamedTuple):
    """A request, by file, data row and name; without a name the file's run as a whole, which is skipped."""

    file: str
    row: str
    name: str = ""


class Meaning(NamedTuple):
    """What one file's run means: ``shared`` by all of its requests, and each by itself."""

    shared: str
    requests: Mapping[str, str]


Meanings: TypeAlias = Mapping[tuple[str, str], Meaning]
"""By file and data row."""


def keys_of(meanings: Meanings) -> frozenset[Key]:
    """All that can be run."""
    return frozenset(Key(*place, name) for place, found in meanings.items() for name in found.requests)


def changed(before: Meanings, after: Meanings) -> frozenset[Key]:
    """What is new or means something else: of a file's run all of it if what its requests share does."""
    found: list[Key] = []
    for place, meaning in after.items():
        known = before.get(place)
        same = known.requests if known is not None and known.shared == meaning.shared else {}
        found += [Key(*place, name) for name, text in meaning.requests.items() if same.get(name) != text]
    return frozenset(found)


def without(meanings: Meanings, keys: Iterable[Key]) -> Meanings:
    """The same as if these had never been run."""
    left_out = frozenset(keys)
    return {
        place: Meaning(
            one.shared, {name: text for name, text in one.requests.items() if Key(*place, name) not in left_out}
        )
        for place, one in meanings.items()
    }


def only(keys: Iterable[Key]) -> Only:
    """Selects these."""
    names: dict[tuple[str, str], set[str]] = {}
    for key in keys:
        names.setdefault((key.file, key.row), set()).add(key.name)

    def wanted(collection: Collection, row: str) -> Selector | None:
        of_job = names.get((collection.source.name, row))
        return None if of_job is None else lambda _spec, name: name in of_job

    return wanted


class Reading:
    """Makes out what the requests of one plan mean; ``used`` are the files that they use. ``stamp`` tells one state of
    a file from another; ``options`` are files that the command line gives to all."""

    def __init__(self, stamp: Callable[[str], object], options: Iterable[str] = (), *, mock: bool = False) -> None:
        self.used: set[str] = set()
        self._stamp = stamp
        self._options = tuple(options)
        self._left_out = SAYS_NOTHING - {"examples"} if mock else SAYS_NOTHING
        self._mock = mock
        self._texts: dict[int, str] = {}

    def of(self, jobs: Iterable[Job]) -> Meanings:
        """The meanings of all jobs. Runs that nothing tells apart are one, as what changes in one is for all."""
        found: dict[tuple[str, str], Meaning] = {}
        for job in jobs:
            place = (job.collection.source.name, job.label)
            meaning = self._job(job)
            if before := found.get(place):
                both = {name: _digest([before.requests.get(name), text]) for name, text in meaning.requests.items()}
                meaning = Meaning(_digest([before.shared, meaning.shared]), {**before.requests, **both})
            found[place] = meaning
        return found

    def _job(self, job: Job) -> Meaning:
        written = _written(job.collection)
        requests = {planned.name: self._request(planned, written) for planned in job.requests}
        if job.skipped:
            requests[""] = job.skipped
        secrets = job.collection.secrets
        shared = [
            sorted(secrets.listed),
            sorted(secrets.excluded),
            [str(self._stamp(path)) for path in self._options],
            [text for planned, text in zip(job.requests, requests.values(), strict=False) if planned.phase == "setup"],
        ]
        return Meaning(_digest(shared), requests)

    def _request(self, planned: Planned, written: Mapping[str, list[Plain]]) -> str:
        spec, variables = planned.spec, planned.scope.variables
        read = names_read(spec, planned.scope)
        names = {*read, *(one for uses in read.values() for one in uses)}
        if self._mock:
            names |= {one for example in spec.examples for one in variables.used_in(example.node)}
        values = [[name, _value(planned, name, written)] for name in sorted(names) if not name.startswith("$")]
        files = sorted(self._files(planned))
        self.used.update(files)
        stamps = [[path, str(self._stamp(path))] for path in files]
        prices = planned.scope.prices if any(one.kind == "usage" for one in spec.expect) else {}
        priced = sorted([model, *map(str, price)] for model, price in prices.items())
        return _digest([self._text(spec), planned.phase, sorted(planned.sources), values, stamps, priced])

    def _text(self, spec: RequestSpec) -> str:
        """What stands in the file, defaults included: the same for all data rows."""
        text = self._texts.get(id(spec))
        if text is None:
            items = [(key.value, value.plain()) for key, value in spec.node.items if key.value not in self._left_out]
            text = self._texts[id(spec)] = _digest(items)
        return text

    def _files(self, planned: Planned) -> Iterator[str]:
        folder, variables = planned.scope.collection.folder, planned.scope.variables
        for key, value in planned.spec.node.items:
            if key.value in self._left_out:
                continue
            node = planned.spec.node.with_items([(key, value)])
            yield from (path for _, path in named_files(node, folder, variables.render_text))


def _written(collection: Collection) -> dict[str, list[Plain]]:
    """By variable what a file, and those that it includes, say of it."""
    found: dict[str, list[Plain]] = {}
    waiting = [collection]
    while waiting:
        one = waiting.pop()
        pairs = [*one.variables.items(), *(pair for include in one.includes for pair in include.given.items())]
        for name, node in pairs:
            found.setdefault(name, []).append(node.plain())
        waiting.extend(include.collection for include in one.includes)
    return found


def _value(planned: Planned, name: str, written: Mapping[str, list[Plain]]) -> Plain:
    """A value from outside. Of one that stands in a file it is the text as written: what is made up on the spot
    (``<<$guid>>``) differs each time, and the variables in it are looked at by themselves."""
    try:
        found = planned.scope.variables.lookup(name)
    except RenderError:
        return None
    if found is None or (found.origin.startswith(WRITTEN) and name in written):
        return [None, *written.get(name, ())]
    return [found.value]


def _digest(value: object) -> str:
    """Two values of one digest are equal, in type as well; it says nothing of what they are, which may be secret."""
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()
