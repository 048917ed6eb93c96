"""A file that is swapped for a link to elsewhere, at the worst moment: after it was looked at, before it is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.checks.schema.files import SchemaFault, read_schema
from runner.disk import is_file
from runner.folder import FileProblem, Folder
from tests.command import Program
from tests.promises.roots import CANARY, WAYS, Way
from tests.servers import ok, serve_bytes

BY_OPENSSL = ("CA file", "client certificate", "private key")
"""OpenSSL opens these itself, by the name that was found."""
LATER = ("schema of a schema", "schema of one in the collection")
"""Nobody looks at these before they are opened."""


@pytest.mark.parametrize("moment", [1, 2, 3], ids=["first look", "second look", "third look"])
@pytest.mark.parametrize(
    "way", [pytest.param(way, id=way.name) for way in WAYS if way.name not in (*BY_OPENSSL, *LATER)]
)
def test_a_file_that_is_swapped_is_not_read(
    way: Way, moment: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, outside = tmp_path / "project", tmp_path / way.named
    folder.mkdir()
    outside.write_text(way.text.replace('"object"', f'"{CANARY}"'), encoding="utf-8")  # a message would show it
    path = folder / way.named
    path.write_text(way.text.replace(CANARY, "harmless"), encoding="utf-8")
    for name, text in {"c.yaml": way.lines, **way.files}.items():
        (folder / name).write_text(text.replace("<<PATH>>", way.named), encoding="utf-8")
    looks: list[Path] = []

    def swapping(one: Path) -> bool:
        found = is_file(one)
        looks.extend([one] if one == path else [])
        if one == path and len(looks) == moment:
            path.unlink()
            path.symlink_to(outside)
        return found

    monkeypatch.setattr("runner.folder.is_file", swapping)
    options = [one.replace("<<PATH>>", way.named) for one in way.options]
    with serve_bytes(ok()) as server:
        ended = Program(monkeypatch, folder, {"SERVER": server.url}).run("run", "c.yaml", "-vv", *options)
        assert CANARY.encode() not in b"".join(one.head + one.body for one in server.arrived)
    assert looks
    assert CANARY not in ended.text
    assert (ended.code != 0) == (len(looks) >= moment), ended.text


def test_a_schema_that_is_swapped_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "s.json").write_text("{}")
    (tmp_path / "folder/s.json").symlink_to("../s.json")
    with pytest.raises(SchemaFault, match="something else was put in its place"):
        read_schema(tmp_path / "folder/s.json", Folder.of(tmp_path / "folder"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("schemas/chat.completions.json", "schemas/chat.completion.json"),
        ("./schemas/chat.completion.jsn", "./schemas/chat.completion.json"),
        ("schemas/other.json", ""),
        ("schema/chat.completion.json", ""),
        ("out/chat.completions.json", ""),
        ("schemas/", ""),
    ],
)
def test_the_name_of_a_missing_file_may_be_misspelt(text: str, meant: str, tmp_path: Path) -> None:
    for folder in (tmp_path / "elsewhere", tmp_path / "api/schemas"):
        folder.mkdir(parents=True)
        (folder / "chat.completion.json").write_text("{}", encoding="utf-8")
    (tmp_path / "api/out").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileProblem) as told:
        Folder.of(tmp_path / "api").file(text)
    assert ("Did you mean " in told.value.hint) is bool(meant)
    assert told.value.hint.startswith(f"Did you mean {meant}? Looked for " if meant else "")
