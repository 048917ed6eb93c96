"""A Bruno folder read from the disk: the collection, its folders, their requests, its environments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from runner.disk import is_file, is_folder
from runner.errors import InvalidFiles
from runner.folder import FileProblem, Folder, error_text
from runner.importing.bruno.bru import BLOCK, blocks_of, bru_item
from runner.importing.bruno.items import Branch, Item
from runner.importing.bruno.yml import read_yaml, yaml_branch, yaml_environment, yaml_environments, yaml_item
from runner.importing.draft import Draft
from runner.importing.environments import Environment
from runner.importing.json_source import Json, elements, mapping, text_of
from runner.loading.files import read_source
from runner.source import Source

DEEPEST: Final = 40
MOST_FILES: Final = 20_000
SETTINGS: Final = (
    "collection.bru",
    "opencollection.yml",
    "opencollection.yaml",
    "folder.bru",
    "folder.yml",
    "folder.yaml",
)
YAML: Final = (".yml", ".yaml")
BRU: Final = (".bru",)
NO_REQUESTS: Final = frozenset(("node_modules", "environments"))


class Kept(NamedTuple):
    """The whole of it, and the files of its requests in the order in which they were read."""

    name: str
    branch: Branch
    environments: tuple[Environment, ...]
    files: tuple[str, ...]


class Reader:
    """Reads one folder, nothing outside of it, no links."""

    def __init__(self, source: Source, path: Path, draft: Draft) -> None:
        self.name = source.name.rstrip("/\\") or "."
        self.path = path
        self.folder = Folder.of(path)
        self.draft = draft
        self.ignored = set(NO_REQUESTS)
        in_yaml = any(is_file(path / f"opencollection{ending}") for ending in YAML)
        self.endings = YAML if in_yaml else BRU
        self.files: list[str] = []
        self.own: list[Environment] = []
        """Environments that stand in the file of the collection itself."""

    def read(self) -> Kept:
        """Everything in it; what cannot be read is told."""
        config = self._config()
        self.ignored |= {text_of(one).strip("/") for one in elements(config.get("ignore"))}
        branch = self._branch(self.path, 0)
        environments = (*self.own, *self._environments())
        folder = Path(self.folder.root).name
        name = text_of(config.get("name")) or branch.item.name or folder
        return Kept(name, branch, environments, tuple(self.files))

    def _shown(self, path: Path) -> str:
        inner = path.relative_to(self.path).as_posix()
        return inner if self.name == "." else f"{self.name}/{inner}"

    def _text(self, path: Path) -> Source | None:
        try:
            source = read_source(path, self._shown(path), self.folder)
        except FileProblem as problem:
            self.draft.note(self._shown(path), f"it is left out: {problem.message}", problem.hint)
            return None
        self.files.append(source.name)
        self.draft.reserve(source.text)
        return source

    def _config(self) -> Mapping[str, Json]:
        source = self._text(self.path / "bruno.json") if is_file(self.path / "bruno.json") else None
        try:
            config = mapping(json.loads(source.text)) if source is not None else {}
        except (ValueError, RecursionError):
            self.draft.note(self._shown(self.path / "bruno.json"), "this is no JSON; it is left out")
            return {}
        self._tell(config, "bruno.json")
        return config

    def _tell(self, config: Mapping[str, Json], file: str) -> None:
        """Settings that have no counterpart in a file."""
        proxy, certificates = mapping(config.get("proxy")), config.get("clientCertificates")
        if proxy.get("enabled") is True or (proxy and "enabled" not in proxy):
            self.draft.note(self._shown(self.path / file), "its proxy is left out", "Write proxy: by hand.")
        if mapping(certificates).get("certs") or (isinstance(certificates, list) and certificates):
            hint = "Write tls: {cert: …, key: …} by hand."
            self.draft.note(self._shown(self.path / file), "its client certificates are left out", hint)

    def _inside(self, path: Path) -> list[Path]:
        """What is in a folder, by name; links are told, since they lead anywhere."""
        try:
            found = sorted(path.iterdir())
        except OSError as error:
            self.draft.note(self._shown(path), f"it is left out: {error_text(error)}")
            return []
        usable = [one for one in found if not one.name.startswith(".") and one.name not in self.ignored]
        for one in usable:
            if one.is_symlink():
                self.draft.note(self._shown(one), "this is a link; it is left out")
        return [one for one in usable if not one.is_symlink()]

    def _branch(self, path: Path, depth: int) -> Branch:
        own, folders, requests = Branch(Item(kind="folder")), [], []
        for one in self._inside(path):
            if is_folder(one):
                if depth < DEEPEST:
                    folders.append(self._branch(one, depth + 1))
                else:
                    self.draft.note(self._shown(one), "it is nested too deeply; it is left out")
            elif one.name in SETTINGS:
                own = self._settings(one) or own
            elif one.suffix in self.endings and len(self.files) < MOST_FILES:
                found = self._request(one)
                requests += [found] if found is not None else []
            elif one.suffix in self.endings:
                self.draft.note(self._shown(one), f"there are more than {MOST_FILES:,} files; it is left out")
        item = own.item._replace(name=own.item.name or (path.name if depth else ""))
        inner = [one for one in (*own.folders, *folders) if one.folders or one.requests]
        inner.sort(key=lambda one: (one.item.seq or 1e9, one.item.name))
        requests.sort(key=lambda one: (one.seq, one.name))
        return Branch(item, tuple(inner), (*own.requests, *requests))

    def _settings(self, path: Path) -> Branch | None:
        source = self._text(path)
        if source is None:
            return None
        if path.suffix == ".bru":
            return Branch(bru_item(source)._replace(kind="folder"))
        try:
            document = read_yaml(source)
            self._tell(mapping(document.get("config")), path.name)
            self.own += yaml_environments(document)
            return yaml_branch(document, source.name)
        except InvalidFiles as error:
            self._broken(error)
            return None

    def _request(self, path: Path) -> Item | None:
        source = self._text(path)
        if source is None:
            return None
        try:
            found = item_of(source)
        except InvalidFiles as error:
            self._broken(error)
            return None
        if found.kind == "folder":
            self.draft.note(self._shown(path), "this is no request; it is left out")
            return None
        return found._replace(name=found.name or path.stem)

    def _broken(self, error: InvalidFiles) -> None:
        for one in error.diagnostics:
            self.draft.note(str(one.location or ""), f"the file is left out: {one.message}", one.hint)

    def _environments(self) -> Iterator[Environment]:
        folder = self.path / "environments"
        if folder.is_symlink() or not is_folder(folder):
            return
        for path in self._inside(folder):
            if path.suffix not in (".bru", *YAML) or (source := self._text(path)) is None:
                continue
            try:
                yield environment_of(source, path.stem)
            except InvalidFiles as error:
                self._broken(error)


def bundle_of(source: Source) -> Kept | None:
    """A whole collection in one file of YAML; None for the file of a single request."""
    document = read_yaml(source) if _is_yaml(source) else {}
    if "items" not in document:
        return None
    branch = yaml_branch(document, source.name)
    return Kept(branch.item.name, branch, yaml_environments(document), (source.name,))


def item_of(source: Source) -> Item:
    """The request in a file; raises ``InvalidFiles``."""
    if _is_yaml(source):
        return yaml_item(read_yaml(source), source.name)
    return bru_item(source)


def _is_yaml(source: Source) -> bool:
    """By its name, else by how it begins."""
    if source.name.endswith((*YAML, *BRU)):
        return source.name.endswith(YAML)
    first = next((line for line in source.lines if line.strip()), "")
    return BLOCK.fullmatch(first) is None and re.match(r"[\w-]+:(?:\s|$)", first) is not None


def environment_of(source: Source, name: str) -> Environment:
    """The environment in a file; raises ``InvalidFiles``."""
    if _is_yaml(source):
        return yaml_environment(read_yaml(source), name)
    bru = blocks_of(source)
    values = {one.name: one.value for one in bru.pairs("vars") if one.on}
    secret = [one.name for one in bru.pairs("vars:secret") if one.on]
    return Environment(name, {**values, **dict.fromkeys(secret, "")}, frozenset(secret))
