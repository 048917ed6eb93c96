"""Text to collections: YAML, what its keys mean, and everything that is wrong with them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import cast

from runner import registry


class _Callable(ModuleType):
    """A package that is a function as well: ``runner.load`` is both the name of this room and what Python code
    calls. Once a module in here is imported, Python binds that name to the package, whatever else it was."""

    def __call__(self, *arguments: object, **options: object) -> object:
        return cast("Callable[..., object]", registry.load(registry.LOAD))(*arguments, **options)


sys.modules[__name__].__class__ = _Callable
