"""Decodes a whole collection file: the entry to everything in this room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, cast, get_args

from runner import registry
from runner.errors import InvalidFiles
from runner.folder import FileProblem, Folder
from runner.loading.conditions import check_needs, with_whole_conversations, without_early_needs
from runner.loading.document import read_document
from runner.loading.fields import (
    check_name,
    check_templates,
    read_fields,
    read_flag,
    read_text,
    read_texts,
    stands_misspelt,
)
from runner.loading.files import read_source
from runner.loading.foreign import warn_of_foreign
from runner.loading.problems import Problems
from runner.loading.request import RequestDecoder, RowReader
from runner.loading.stray_quotes import may_have_stray_quotes, warn_of_stray_quotes
from runner.loading.tight_colons import may_have_tight_colons, warn_of_tight_colons
from runner.model import Collection, Include, Phase, Prices, RequestSpec, Row, SecretRules
from runner.node import Node
from runner.source import Diagnostic, Source, Span

if TYPE_CHECKING:  # few files have one
    from runner.load_plan import LoadPlan


class Opened(NamedTuple):
    """Where a collection is read: its folder, and the files that include each other down to it; ``opened`` has all
    includes of the file that was asked for."""

    folder: Folder
    path: tuple[Path, ...]
    opened: list[str]


IncludeReader: TypeAlias = Callable[[Node, Phase, Opened, Problems], Include | None]
PriceReader: TypeAlias = "Callable[[Node, Problems], Prices]"
LoadReader: TypeAlias = "Callable[[Node, Sequence[RequestSpec], Problems], LoadPlan]"
DefaultsReader: TypeAlias = Callable[[Node, Opened, Problems], Node]
PHASES: Final[tuple[Phase, ...]] = get_args(Phase)
TOP_KEYS: Final = (
    "name",
    "description",
    "variables",
    "secrets",
    "requires",
    "defaults",
    "data",
    "matrix",
    "parallel",
    "prices",
    "load",
    "setup",
    "requests",
    "teardown",
)
SECRETS_KEYS: Final = ("names", "not")
SYSTEM_NAMES: Final = frozenset(
    "USER LOGNAME HOME PATH LANG LANGUAGE PWD OLDPWD SHELL TERM HOSTNAME HOST EDITOR VISUAL PAGER TMPDIR "
    "TEMP TMP MAIL TZ DISPLAY UID SHLVL USERNAME USERPROFILE OS COMPUTERNAME CI".split()
)


def load_collection(path: Path, name: str, root: Path | None = None, *, makes_schemas: bool = False) -> Collection:
    """The collection in a file; raises ``InvalidFiles`` with everything that is wrong with it. The files that it names
    are below its folder, or below the ``root`` that was chosen; with ``makes_schemas`` schemas need not be there."""
    try:
        source = read_source(path, name)
    except FileProblem as error:
        place = Source(name, error.text, path)
        raise InvalidFiles([Diagnostic(error.rule, error.message, error.hint, place, error.span)]) from None
    return decode_collection(source, path.parent, root, makes_schemas=makes_schemas)


def decode_collection(
    source: Source, folder: Path, root: Path | None = None, *, makes_schemas: bool = False
) -> Collection:
    """The collection that ``source`` says, its relative paths starting in ``folder``; raises ``InvalidFiles``, and
    ``FileProblem`` for a folder that is not below ``root``."""
    path = () if source.path is None else (source.path.resolve(),)
    here = Folder.of(folder, root)._replace(makes_schemas=makes_schemas)
    return decode_opened(source, Opened(here, path, []))


def decode_opened(source: Source, here: Opened) -> Collection:
    """The same for a file that was opened, such as one that another one includes."""
    problems = Problems()
    root = read_document(source, problems)
    if root is None and not problems.of("error"):
        message, hint = (
            "the file is empty",
            "A collection needs at least requests: with one request below it.",
        )
        problems.error_at("empty", source, Span(1, 1, 1, 1), message, hint)
    collection = decode_root(source, here, root, problems) if root is not None else None
    errors = problems.of("error")
    if errors or collection is None:
        raise InvalidFiles([*errors, *problems.of("warning")])
    return collection


def decode_root(source: Source, here: Opened, root: Node, problems: Problems) -> Collection:
    """As much of a collection as can be read; what cannot is among the problems."""
    hint = "Write requests: above the list." if root.kind == "list" else ""
    fields = read_fields(root, TOP_KEYS, "a collection", problems, hint)
    check = {key: fields[key] for key in ("name", "description") if key in fields}
    texts = {key: read_text(node, key, problems) for key, node in check.items()}
    items = _items(source, here, root, fields, problems)
    return Collection(
        source=source,
        folder=here.folder,
        name=texts.get("name", ""),
        description=texts.get("description", ""),
        variables=_variables(fields.get("variables"), problems),
        secrets=_secrets(fields.get("secrets"), problems),
        requires=_requires(fields.get("requires"), problems),
        items=items,
        rows=_rows(source, here.folder, fields, problems),
        parallel="parallel" in fields and read_flag(fields["parallel"], "parallel", problems),
        prices=_prices(fields.get("prices"), problems),
        load=_load(fields.get("load"), items, problems),
        warnings=problems.of("warning"),
    )


def _prices(node: Node | None, problems: Problems) -> Prices:
    """The file's own prices; what reads them is imported by those collections that have some."""
    return () if node is None else cast(PriceReader, registry.load(registry.PRICES))(node, problems)


def _load(node: Node | None, items: Sequence[RequestSpec | Include], problems: Problems) -> LoadPlan | None:
    """What the file says of its load test; what reads it is imported by those collections that say something."""
    if node is None:
        return None
    specs = [spec for item in items for spec in item.requests]
    return cast(LoadReader, registry.load(registry.LOAD_PLAN))(node, specs, problems)


def _variables(node: Node | None, problems: Problems) -> dict[str, Node]:
    if node is None:
        return {}
    if node.kind != "mapping":
        problems.error("kind", node, f"variables is a mapping, this is {node.type_name}", "Write NAME: value.")
        return {}
    check_templates(node, problems)
    for key, _ in node.items:
        name = str(key.value)
        if check_name(key, problems) and name in SYSTEM_NAMES:
            problems.warning(
                "system-name",
                key,
                f"{name} is set by most systems, and the environment wins over this value",
                "Use another name.",
            )
    return {str(key.value): value for key, value in node.items}


def _secrets(node: Node | None, problems: Problems) -> SecretRules:
    """A list of names, or ``{not: [names]}``; a mapping may hold both as ``{names: […], not: […]}``."""
    if node is None:
        return SecretRules()
    if node.kind != "mapping":
        return SecretRules(listed=_names(node, "a secret's name", problems))
    if (
        node.items
        and not any(key.value in SECRETS_KEYS for key, _ in node.items)
        and all(value.kind == "scalar" for _, value in node.items)
    ):
        hint = "Write secrets: [API_KEY]. Values belong into .env or the environment, not into this file."
        problems.error("kind", node.first_key, "secrets is a list of names, this is a mapping", hint)
        return SecretRules(listed=frozenset(str(key.value) for key, _ in node.items))
    fields = read_fields(node, SECRETS_KEYS, "secrets", problems)
    names = {key: _names(value, "a variable's name", problems) for key, value in fields.items()}
    return SecretRules(names.get("names", frozenset()), names.get("not", frozenset()))


def _requires(node: Node | None, problems: Problems) -> tuple[Node, ...]:
    if node is None:
        return ()
    if node.kind == "mapping":
        problems.error("kind", node, "requires is a list of names, this is a mapping", "Write requires: [API_KEY].")
        return ()
    _names(node, "a variable's name", problems)
    return tuple(node.as_list)


def _names(node: Node, what: str, problems: Problems) -> frozenset[str]:
    """Names of variables as they are: ``API_KEY``, not ``<<API_KEY>>`` or ``$API_KEY``."""
    for element in node.as_list:
        if element.kind == "scalar" and isinstance(element.value, str) and element.value.strip():
            check_name(element, problems)
    return frozenset(read_texts(node, what, problems))


def _warn_of_slips(specs: list[RequestSpec], source: Source, variables: Node | None, problems: Problems) -> None:
    """What is sent as it stands and hardly meant so; looked for where the text of the file can have it at all."""
    if "{{" in source.text or "${" in source.text:
        known = variables.plain() if variables is not None else {}
        for spec in specs:
            warn_of_foreign(spec.node, known if isinstance(known, dict) else {}, problems)
    if may_have_stray_quotes(source):
        for spec in specs:
            warn_of_stray_quotes(spec.node, problems)
    if may_have_tight_colons(source):
        for spec in specs:
            warn_of_tight_colons(spec.node, problems)


def _items(
    source: Source, here: Opened, root: Node, fields: dict[str, Node], problems: Problems
) -> tuple[RequestSpec | Include, ...]:
    """The requests and includes of all three lists, in the order in which they are sent."""
    if "requests" not in fields and root.kind == "mapping":
        if not stands_misspelt(root, "requests", TOP_KEYS, "a collection"):
            problems.error("missing-key", root.first_key, "there are no requests here", "Add requests: and a list.")
        return ()
    defaults = fields.get("defaults")
    if defaults is not None and defaults.get("include") is not None:
        defaults = cast(DefaultsReader, registry.load(registry.INCLUDED_DEFAULTS))(defaults, here, problems)
    decoder = RequestDecoder(source, here.folder, defaults, problems)
    items: list[RequestSpec | Include] = []
    unread = 0
    for phase in PHASES:
        for element in _elements(phase, fields[phase], problems) if phase in fields else ():
            if element.get("include") is None:
                items += decoder.decode(element, phase)
            else:
                include = cast(IncludeReader, registry.load(registry.INCLUDE))(element, phase, here, problems)
                items += [include] if include is not None else []
                unread += include is None
    items = without_early_needs(items, defaults)
    own = [item for item in items if isinstance(item, RequestSpec)]
    _warn_of_slips(own, source, fields.get("variables"), problems)
    _check_names(own, problems)
    if not unread:  # else a name may be that of a request in there
        check_needs(_in_order(items), problems)
    return with_whole_conversations(items)


def _in_order(items: Sequence[RequestSpec | Include]) -> list[RequestSpec]:
    """All requests in the order in which they run. Those of an include stand on its line; what they need was looked at
    in their own file."""
    found: list[RequestSpec] = []
    later: list[RequestSpec] = []
    for item in items:
        if isinstance(item, RequestSpec):
            found.append(item)
            continue
        for spec, phase in item.phased:
            told = spec.conversation and item.node.renamed(str(spec.conversation.value))
            stand_in = spec._replace(node=item.node, conversation=told, phase=phase, needs=())
            (later if phase != item.phase else found).append(stand_in)
    return found + later


def _rows(source: Source, folder: Folder, fields: dict[str, Node], problems: Problems) -> tuple[Row, ...]:
    """What everything runs with; the reader of data files is imported by those collections that have data."""
    if "data" not in fields and "matrix" not in fields:
        return (Row(),)
    read = cast(RowReader, registry.load(registry.DATASET))
    return tuple(read(fields.get("data"), fields.get("matrix"), source, folder, problems))


def _elements(phase: Phase, node: Node, problems: Problems) -> Sequence[Node]:
    """The requests of one list; only ``requests`` must have any."""
    if node.kind == "list" and (node.elements or phase != "requests"):
        return node.elements
    shown = "an empty list" if node.kind == "list" else node.type_name
    glued = node.kind == "mapping" and str(node.first_key.value).startswith("-")
    hint = "Put a space after each dash: - name: …" if glued else "Start each with - name: …"
    problems.error("kind", node, f"{phase} is a list of requests, this is {shown}", hint)
    return ()


def _check_names(specs: list[RequestSpec], problems: Problems) -> None:
    """Names are how a request is selected and found in a report, so each stands once."""
    first: dict[str, Node] = {}
    for spec in specs:
        node = spec.conversation or spec.name
        name = str(node.value)
        if first.setdefault(name, node) is not node and name:
            hint = f"The first is on line {first[name].line}. Give each request a name of its own."
            problems.error("duplicate-name", node, f'two requests are named "{name}"', hint)
