"""Makes a class of users for each file: Locust knows users by their class."""

from __future__ import annotations

import re
from collections.abc import Sequence

from locust import User

from runner.load_testing.files import LoadFile
from runner.load_testing.trial import Trial
from runner.load_testing.users import CollectionUser


def user_classes(files: Sequence[LoadFile], trial: Trial) -> list[type[User]]:
    """One for each file, in their order; every process of a test makes the same."""
    found: list[type[User]] = []
    for number, file in enumerate(files, 1):
        stem = file.collection.source.name.replace("\\", "/").rsplit("/", 1)[-1].partition(".")[0]
        name = re.sub(r"[^A-Za-z0-9]+", "_", stem).strip("_") or "collection"
        if any(one.__name__ == name for one in found):
            name = f"{name}_{number}"
        given = {"trial": trial, "file": file, "abstract": False, "host": ""}
        found.append(type(name, (CollectionUser,), given))
    return found
