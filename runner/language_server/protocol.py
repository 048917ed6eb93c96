"""What the features answer, as the protocol says it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, cast

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path

from runner.folder import FileProblem
from runner.language_server.definition import Spot
from runner.language_server.diagnostics import Mistake
from runner.language_server.edits import Edit
from runner.language_server.fixes import Fix
from runner.language_server.hover import Told
from runner.language_server.offers import Kind, Offer
from runner.language_server.symbols import Lens, Symbol
from runner.language_server.texts import Area, Units, from_units, split, to_units
from runner.loading.files import read_text_file

NAME: Final = "runner"
RUN: Final = "runner.run"
CURL: Final = "runner.curl"
KINDS: Final[dict[Kind, types.CompletionItemKind]] = {
    "key": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.EnumMember,
    "example": types.CompletionItemKind.Value,
    "variable": types.CompletionItemKind.Variable,
    "filter": types.CompletionItemKind.Function,
    "path": types.CompletionItemKind.Field,
    "file": types.CompletionItemKind.File,
    "folder": types.CompletionItemKind.Folder,
    "request": types.CompletionItemKind.Reference,
}
SEVERITIES: Final = {"error": types.DiagnosticSeverity.Error, "warning": types.DiagnosticSeverity.Warning}
WATCHED: Final = types.RegistrationParams(
    [
        types.Registration(
            id="files",
            method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
            register_options=types.DidChangeWatchedFilesRegistrationOptions(
                [types.FileSystemWatcher("**/{.env,.env.*,*.env,*.yaml,*.yml,*.json,*.jsonl,*.csv,*.har}")]
            ),
        )
    ]
)
"""What documents depend on: an editor that attaches the server to YAML alone tells of nothing else that is saved."""


def can_watch(capabilities: types.ClientCapabilities) -> bool:
    """Whether the editor tells of files that change if it is asked to."""
    files = capabilities.workspace.did_change_watched_files if capabilities.workspace is not None else None
    return files is not None and files.dynamic_registration is True


def path_of(uri: str) -> Path | None:
    """The file of a document; None for one that was never saved, or whose name no file can have."""
    text = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(text) if text and "\0" not in text else None


def uri_of(path: Path) -> str:
    return from_fs_path(str(path)) or ""


class Wording(NamedTuple):
    """How places are told: the lines of a document, what the editor counts columns in, and the folders that it shows,
    by its names for them."""

    lines: Sequence[str]
    units: Units
    folders: Sequence[Path] = ()

    def column(self, position: types.Position) -> int:
        """The column in characters of a cursor."""
        line = self.lines[position.line] if 0 <= position.line < len(self.lines) else ""
        return from_units(line, position.character, self.units)

    def range(self, area: Area) -> types.Range:
        return types.Range(self._position(area.line, area.column), self._position(area.end_line, area.end_column))

    def _position(self, line: int, column: int) -> types.Position:
        text = self.lines[line] if 0 <= line < len(self.lines) else ""
        return types.Position(max(line, 0), to_units(text, column, self.units))

    def item(self, offer: Offer, order: int) -> types.CompletionItem:
        meaning = types.MarkupContent(types.MarkupKind.Markdown, offer.meaning) if offer.meaning else None
        return types.CompletionItem(
            label=offer.label,
            kind=KINDS[offer.kind],
            detail=offer.detail or None,
            documentation=meaning,
            sort_text=f"{order:04}",
            filter_text=offer.label,
            text_edit=types.TextEdit(self.range(offer.area), offer.insert),
        )

    def hover(self, told: Told) -> types.Hover:
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, told.markdown), self.range(told.area))

    def diagnostic(self, mistake: Mistake) -> types.Diagnostic:
        related = None
        if mistake.elsewhere is not None:
            location = self._elsewhere(*mistake.elsewhere)
            related = [types.DiagnosticRelatedInformation(location, mistake.message)]
        return types.Diagnostic(
            range=self.range(mistake.area),
            message=mistake.message,
            severity=SEVERITIES[mistake.severity],
            code=mistake.rule,
            source=NAME,
            related_information=related,
        )

    def symbol(self, symbol: Symbol) -> types.DocumentSymbol:
        kind = types.SymbolKind.Module if symbol.is_include else types.SymbolKind.Function
        return types.DocumentSymbol(
            symbol.name, kind, self.range(symbol.area), self.range(symbol.name_area), detail=symbol.detail
        )

    def lens(self, lens: Lens, uri: str) -> types.CodeLens:
        name = RUN if lens.action == "run" else CURL
        command = types.Command(title=lens.title, command=name, arguments=[uri, lens.name, lens.line])
        return types.CodeLens(range=self.range(lens.area), command=command)

    def edit(self, edit: Edit) -> types.TextEdit:
        return types.TextEdit(self.range(edit.area), edit.text)

    def action(self, fix: Fix, uri: str) -> types.CodeAction:
        changes = {uri: [self.edit(one) for one in fix.edits]}
        kind = types.CodeActionKind.QuickFix
        return types.CodeAction(title=fix.title, kind=kind, edit=types.WorkspaceEdit(changes=changes))

    def location(self, spot: Spot, uri: str) -> types.Location:
        if spot.path is None:
            return types.Location(uri, self.range(spot.area))
        return self._elsewhere(spot.path, spot.area)

    def _elsewhere(self, path: Path, area: Area) -> types.Location:
        """A place in a file that is not the document: its columns depend on what stands on the line."""
        lines: Sequence[str] = ()
        if area.column or area.end_column:
            try:
                lines = split(read_text_file(path, path.name))
            except FileProblem:
                lines = ()
        return types.Location(uri_of(_shown(path, self.folders)), self._replace(lines=lines).range(area))


def _shown(path: Path, folders: Sequence[Path]) -> Path:
    """A file by the name that it has in the editor's folders, which may be links: by another it is opened twice."""
    for folder in folders:
        real = os.path.realpath(folder)
        if path.is_relative_to(real):
            return folder / path.relative_to(real)
    return path


def arguments_of(arguments: Sequence[object]) -> tuple[str, str, int] | None:
    """The document, the request's name and line that a command is about; None if it is something else."""
    if len(arguments) == 3 and isinstance(arguments[0], str) and isinstance(arguments[1], str):
        line = arguments[2]
        if isinstance(line, int | float):
            return arguments[0], arguments[1], int(line)
    return None


def delay_of(options: object) -> float | None:
    """The pause in seconds that ``initializationOptions`` ask for: ``{"delay": MILLISECONDS}``."""
    value = (
        cast("dict[str, object]", options).get("delay")
        if isinstance(options, dict)
        else getattr(options, "delay", None)
    )
    return float(value) / 1000 if isinstance(value, int | float) and 0 <= value <= 60_000 else None
