"""Which files pytest was asked to run: on its command line, or by ``runner_paths`` in its settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from glob import glob, has_magic
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ENDINGS: Final = (".yaml", ".yml")
LEFT_OUT: Final = ("node_modules", "__pycache__", "venv")


class Asked(NamedTuple):
    """Files and folders by their absolute paths."""

    files: frozenset[str]
    folders: tuple[str, ...]

    def names(self, path: Path) -> bool:
        """Whether this very file was asked for."""
        return str(path) in self.files

    def covers(self, path: Path) -> bool:
        """Whether it lies in a folder that was asked for."""
        return any(path.is_relative_to(folder) for folder in self.folders)

    def any(self, is_collection: Callable[[Path], bool], ignored: Callable[[Path], bool]) -> bool:
        """Whether there is a collection in all of it."""
        return any(one.endswith(ENDINGS) for one in self.files) or any(
            is_collection(path) for folder in self.folders for path in _yaml_files(folder, ignored)
        )


def add_paths(config: pytest.Config) -> None:
    """Without a path on the command line pytest collects those of its settings, too. Raises ``pytest.UsageError``."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = [*config.args, *_from_settings(config)]


def asked_for(config: pytest.Config) -> Asked:
    given = config.args_source is pytest.Config.ArgsSource.ARGS
    texts = [one.partition("::")[0] for one in config.args] if given else _from_settings(config)
    places = [config.invocation_params.dir / text for text in texts]
    paths = [os.path.abspath(place) for place in places]  # noqa: PTH100  # links stay, as with pytest
    folders = tuple(one for one in paths if os.path.isdir(one))  # noqa: PTH112  # it is text, and stays it
    return Asked(frozenset(paths) - set(folders), folders)


def _from_settings(config: pytest.Config) -> list[str]:
    """What ``runner_paths`` names, as absolute paths; patterns as a shell takes them."""
    found: list[str] = []
    for text in config.getini("runner_paths"):
        base = (config.inipath.parent if config.inipath is not None else config.rootpath) / text
        if has_magic(text):
            found += sorted(glob(str(base), recursive=True))  # noqa: PTH207  # pathlib's knows no absolute patterns
        elif base.exists():
            found.append(str(base))
        else:
            raise pytest.UsageError(f"runner_paths: there is no {text} (looked for {base})")
    return found


def _yaml_files(folder: str, ignored: Callable[[Path], bool]) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        kept = (one for one in folders if not one.startswith(".") and one not in LEFT_OUT)
        folders[:] = [one for one in kept if not ignored(Path(place, one))]
        paths = (Path(place, name) for name in files if name.endswith(ENDINGS))
        yield from (path for path in paths if not ignored(path))
